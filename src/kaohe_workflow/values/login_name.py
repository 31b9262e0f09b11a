"""
Login names: compared without width, spaces, hyphens and letter case.
"""

from __future__ import annotations

from re import ASCII, compile

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.plain_text import plain_text
from kaohe_workflow.values.resident_id import normalise

MAXIMUM_LOGIN = 64
"""Characters of a login name."""


_NUMBER = compile(r"[0-9]{17}[0-9X]|[A-Z]{0,3}[0-9]{4,}", ASCII)
"""A resident number, or what passports, permits and officers' cards look like: at most three letters, then digits."""


def normalised_login(text: str) -> str:
    """
    Return the form of a login name that is stored and looked up.

    Physicians log in with their ID number, so both of its forms lead to one name (手册 2.2.5).

    >>> normalised_login("450103800101123"), normalised_login("gy-hospital 01")
    ('450103198001011233', 'GYHOSPITAL01')
    """
    return normalise(text)


def read_login(text: str) -> str:
    """
    Return a login name as typed into a form in the form that is stored.

    Raises:
        InputInvalid: nothing is left of it, it is too long, or it holds control characters or any that are not
            seen: two names that look the same must be the same.
    """
    login = normalised_login(plain_text(text, "$.login", maximum=MAXIMUM_LOGIN))
    if not login:
        raise InputInvalid([Problem("$.login", "login-missing", "请填写账号")])
    if not login.isprintable():
        raise InputInvalid([Problem("$.login", "login-control", "账号含有不可见字符，请重新录入")])
    return login


def number_problems(login: str) -> tuple[Problem, ...]:
    """
    Return the problem of a normalised login name that looks like the number of a document, valid or not; else none.

    Such names are physicians' alone: taken for anything else, they would keep a physician from an account.

    >>> [problem.code for problem in number_problems(normalised_login("450103800101123"))]
    ['login-is-number']
    >>> [problem.code for problem in number_problems(normalised_login("e 1234 5678"))]
    ['login-is-number']
    >>> number_problems(normalised_login("gy-hospital 01"))
    ()
    """
    if _NUMBER.fullmatch(login) is None:
        return ()
    message = "形如证件号码（至多3个字母后接4位以上数字）的账号只能由医师本人使用，请另取账号"
    return (Problem("$.login", "login-is-number", message),)
