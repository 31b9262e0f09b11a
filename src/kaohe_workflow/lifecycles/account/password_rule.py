"""
Which passwords are accepted: by a profile of so many characters of so many kinds, and none that is guessed first.

A province names the profile (parameter `password_rule`). There is one, the manual's (手册 2.2.1): no other is sourced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from unicodedata import normalize

import attrs

from kaohe_workflow.errors import Problem
from kaohe_workflow.lifecycles.account.activation_code import is_grouped
from kaohe_workflow.values.citations import INSTRUMENTS, Citation
from kaohe_workflow.values.parameter_kinds import PasswordRule

GUESSED_FIRST = (
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
"""What is tried first, in small letters; the first password of the manual among it."""


@attrs.frozen(kw_only=True)
class PasswordProfile:
    """
    What a new password must have.

    ``minimum_characters`` and ``maximum_characters`` are inclusive; ``kinds_needed`` is 0 to 4, of capital letters,
    small letters, digits and signs. Nothing of ``guessed_first`` is in it, whatever the case, nor the account's name.
    ``cites`` is where that stands.
    """

    minimum_characters: int
    maximum_characters: int
    kinds_needed: int
    guessed_first: tuple[str, ...] = GUESSED_FIRST
    cites: Citation


MANUAL = PasswordProfile(
    minimum_characters=8,
    maximum_characters=128,
    kinds_needed=3,
    cites=Citation(INSTRUMENTS["manual"], "2.2.1"),
)
"""不少于8位，大写字母、小写字母、数字、特殊符号至少三种（手册 2.2.1）; the longest that is hashed is ours."""

PROFILES: Mapping[PasswordRule, PasswordProfile] = MappingProxyType({PasswordRule.MANUAL: MANUAL})
"""The profile that each name stands for."""

_PART_OF_LOGIN = 6
"""So many characters from the end of a login name: the last six of the ID number were once handed out."""


def normalised_password(text: str) -> str:
    """Return the form that is hashed and compared: NFC, nothing cut off."""
    return normalize("NFC", text)


def password_problems(
    password: str, login: str, *, old: str | None = None, profile: PasswordProfile = MANUAL
) -> tuple[Problem, ...]:
    """
    List what is wrong with a new password, all at once; empty when it is accepted.

    Args:
        profile: what it must have.
        login: the account's normalised login name, which must not be in it, whole or its last six characters.
        old: the present password, which the new one must differ from.
    """
    found = _problems(normalised_password(password), login, old, profile)
    return tuple(Problem("$.password", code, message) for code, message in found)


def _problems(
    password: str, login: str, old: str | None, profile: PasswordProfile
) -> Iterator[tuple[str, str]]:
    if (short := profile.minimum_characters - len(password)) > 0:
        yield "password-short", f"密码不得少于{profile.minimum_characters}个字符，还差{short}个"
    if len(password) > profile.maximum_characters:
        yield "password-long", f"密码不得超过{profile.maximum_characters}个字符"
    if not password.isprintable():
        yield "password-control", "密码含有不可见的字符"
    missing = _kinds_missing(password)
    if (few := profile.kinds_needed - (len(_KINDS) - len(missing))) > 0:
        told = f"还须{len(missing)}种中的{few}种：{'、'.join(missing)}"
        wanted = "一二三四"[profile.kinds_needed - 1]
        yield "password-kinds", f"密码须含{'、'.join(_KINDS)}中的至少{wanted}种，{told}"
    folded = password.casefold()
    if any(part in folded for part in _parts(login)):
        yield "password-login", "密码不得包含账号或其末六位"
    if any(word in folded for word in profile.guessed_first):
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
