"""
Login names: compared without width, spaces, hyphens and letter case.
"""

from __future__ import annotations

from re import ASCII, compile

from kaohe_workflow.values.resident_id import normalise

MAXIMUM_LOGIN = 64
"""Characters of a login name."""


_NUMBER = compile(r"[0-9]{17}[0-9X]", ASCII)


def normalised_login(text: str) -> str:
    """
    Return the form of a login name that is stored and looked up.

    Physicians log in with their ID number, so both of its forms lead to one name (手册 2.2.5).

    >>> normalised_login("450103800101123"), normalised_login("gx-nanning 01")
    ('450103198001011233', 'GXNANNING01')
    """
    return normalise(text)


def is_number(login: str) -> bool:
    """
    Say whether a normalised login name looks like an identity number, a valid one or not.

    Such names are physicians' alone: taken for anything else, they would keep a physician from an account.

    >>> is_number(normalised_login("450103800101123")), is_number(normalised_login("gx-nanning 01"))
    (True, False)
    """
    return _NUMBER.fullmatch(login) is not None
