"""
Which passwords are accepted (手册 2.2.1): at least eight characters of three of four kinds, and none that
is guessed first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from unicodedata import normalize

from kaohe_workflow.errors import Problem
from kaohe_workflow.lifecycles.account.activation_code import is_grouped

MINIMUM_CHARACTERS = 8
MAXIMUM_CHARACTERS = 128
KINDS_NEEDED = 3
"""Of upper-case letters, lower-case letters, digits and signs (大写字母、小写字母、数字、特殊符号)."""

_GUESSED_FIRST = (
    "666666",
    "888888",
    "123456",
    "654321",
    "111111",
    "000000",
    "abcdef",
    "qwerty",
    "password",
    "passw0rd",
    "p@ssw0rd",
    "admin",
    "kaohe",
    "iloveyou",
)
_PART_OF_LOGIN = 6
"""So many characters from the end of a login name: the last six of the ID number were once handed out."""


def normalised_password(text: str) -> str:
    """Return the form that is hashed and compared: NFC, nothing cut off."""
    return normalize("NFC", text)


def password_problems(password: str, login: str, *, old: str | None = None) -> tuple[Problem, ...]:
    """
    List what is wrong with a new password, all at once; empty when it is accepted.

    Args:
        login: the account's normalised login name, which must not be in it, whole or its last six characters.
        old: the present password, which the new one must differ from.
    """
    return tuple(Problem("$.password", code, message) for code, message in _problems(password, login, old))


def _problems(text: str, login: str, old: str | None) -> Iterator[tuple[str, str]]:
    password = normalised_password(text)
    if len(password) < MINIMUM_CHARACTERS:
        short = MINIMUM_CHARACTERS - len(password)
        yield "password-short", f"密码不得少于{MINIMUM_CHARACTERS}个字符，还差{short}个"
    if len(password) > MAXIMUM_CHARACTERS:
        yield "password-long", f"密码不得超过{MAXIMUM_CHARACTERS}个字符"
    if not password.isprintable():
        yield "password-control", "密码含有不可见的字符"
    missing = _kinds_missing(password)
    short = KINDS_NEEDED - (len(_KINDS) - len(missing))
    if short > 0:
        told = f"还须{len(missing)}种中的{short}种：{'、'.join(missing)}"
        yield "password-kinds", f"密码须含大写字母、小写字母、数字、特殊符号中的至少三种，{told}"
    folded = password.casefold()
    if any(part in folded for part in _parts(login)):
        yield "password-login", "密码不得包含账号或其末六位"
    if any(word in folded for word in _GUESSED_FIRST):
        yield "password-common", "密码包含最常被猜到的内容，请换一个"
    if is_grouped(password):
        yield "password-code-like", "密码不得写成激活码的样子"
    if old is not None and password == normalised_password(old):
        yield "password-unchanged", "新密码不得与原密码相同"


def _is_sign(char: str) -> bool:
    return not (char.isascii() and char.isalnum()) and not char.isspace()


_KINDS: Mapping[str, Callable[[str], bool]] = {
    "大写字母": lambda char: char.isascii() and char.isupper(),
    "小写字母": lambda char: char.isascii() and char.islower(),
    "数字": lambda char: char.isascii() and char.isdigit(),
    "特殊符号": _is_sign,
}


def _kinds_missing(password: str) -> list[str]:
    """Which kinds of characters a password has none of."""
    return [kind for kind, is_one in _KINDS.items() if not any(map(is_one, password))]


def _parts(login: str) -> tuple[str, ...]:
    folded = login.casefold()
    # A shorter name is too common a piece of text to forbid.
    return (folded, folded[-_PART_OF_LOGIN:]) if len(folded) >= _PART_OF_LOGIN else ()
