"""
Names of people: NFC, rare characters kept, nothing invisible.

The manual shows a list row whose name is a telephone number (手册 2.2.9): accounts exist before a name is
known. A number is no name, though: the name is blank then, and the number, which is kept as every telephone number is,
is shown masked in its place. No filing is possible without a name.
"""

from __future__ import annotations

from re import compile
from typing import Self
from unicodedata import category, normalize

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.phone import Phone, is_mobile

MINIMUM_CHARACTERS = 2
MAXIMUM_CHARACTERS = 50

_DOTS = dict.fromkeys(map(ord, "•‧∙⋅・･"), "·")
# Letters that draw nothing: Unicode calls them letters or marks, so their category does not betray them.
_INVISIBLE = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810)))
)
_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BETWEEN_HAN = compile(r"(?<=[⺀-鿿豈-﫿\U00020000-\U0003fffd]) +(?=[⺀-鿿豈-﫿\U00020000-\U0003fffd])")
_PUNCTUATION = frozenset("· '-.’")


@attrs.frozen
class PersonName:
    """A name of 2–50 characters; build it with `parse`."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read a name as typed: ends stripped, spaces that pad Chinese names (张　三) taken out.

        Raises:
            InputInvalid: with one problem, the first of ``name-missing``, ``name-control`` (a control,
                bidirectional or zero-width character anywhere) and ``name-malformed`` (a mobile number, too short or
                long, or a character that no name has).
        """
        if not text.strip():
            raise _invalid("name-missing", "姓名不能为空")
        if any(category(char) in _CONTROLS or char in _INVISIBLE for char in text):
            raise _invalid("name-control", "姓名含有控制字符、双向或零宽字符，请重新录入")
        name = _tidied(text)
        if is_mobile(name):
            raise _invalid("name-malformed", "姓名不能是手机号码")
        if not MINIMUM_CHARACTERS <= len(name) <= MAXIMUM_CHARACTERS:
            message = f"姓名应为{MINIMUM_CHARACTERS}–{MAXIMUM_CHARACTERS}个字"
            raise _invalid("name-malformed", message)
        if not _is_letter(name[0]) or not all(map(_of_names, name)):
            raise _invalid("name-malformed", "姓名应以文字开头，只含文字和间隔号")
        return cls(name)

    def __str__(self) -> str:
        return self.text


def entered(name: str, phone: str | None) -> tuple[str, str | None]:
    """
    Return name and telephone of somebody who is entered; the name is blank where a mobile number stands in its place.

    It stands there when it is typed as the name, or when no name is typed at all (手册 2.2.9).

    >>> entered("", "18811594425"), entered("188 1159 4425", None), entered("韦晓梅", None)
    (('', '18811594425'), ('', '18811594425'), ('韦晓梅', None))

    Raises:
        InputInvalid: ``phone-malformed``; those of `PersonName.parse`, ``name-missing`` also where neither name nor
            mobile number is given, ``name-malformed`` where the number in the name's place is another than ``phone``.
    """
    number = Phone.parse(phone).number if phone else None
    if is_mobile(name):
        typed = Phone.parse(name).number
        if number not in (None, typed):
            raise _invalid("name-malformed", "姓名一栏填的是手机号码，且与所填手机号码不一致")
        return "", typed
    if not name.strip() and number is not None and is_mobile(number):
        return "", number
    return PersonName.parse(name).text, number


def shown_name(name: str | None, phone: str | None) -> str:
    """
    Return what somebody is called: the name, or while it is unknown the telephone number, masked (手册 2.2.9).

    >>> shown_name("", "18811594425"), shown_name("韦晓梅", "18811594425"), shown_name(None, None)
    ('188****4425', '韦晓梅', '')
    """
    return name or (Phone.parse(phone).masked if phone else "")


def masked_name(name: str) -> str:
    """
    Return the first character and a star for each other one, at least one.

    >>> masked_name("张三"), masked_name("欧阳小明"), masked_name("张")
    ('张*', '欧***', '张*')
    """
    return name[:1] + "*" * max(len(name) - 1, 1)


_MASKS = frozenset("*＊×")


def names_differ(written: str, kept: str) -> bool:
    """
    Say whether a name in a list is another one than the name that is kept for the same number.

    Width, letter case, spaces and the marks between the parts of a name are none of it. A blank name, a masked
    one, and a telephone number written in place of one, say nothing.

    >>> names_differ("阿依古丽.买买提", "阿依古丽·买买提"), names_differ("张三", "李四")
    (False, True)
    >>> names_differ("张*", "张三")
    False
    """
    if written == kept or not written.strip() or not kept or not _MASKS.isdisjoint(written):
        return False
    if is_mobile(written):
        return False
    return _letters(written) != _letters(kept)


def _letters(name: str) -> str:
    folded = normalize("NFKC", name).casefold()
    return "".join(char for char in folded if category(char)[0] not in "ZCP" or category(char) == "Co")


def _tidied(text: str) -> str:
    spaced = "".join(" " if category(char) == "Zs" else char for char in normalize("NFC", text))
    return _BETWEEN_HAN.sub("", " ".join(spaced.translate(_DOTS).split(" "))).strip()


def _of_names(char: str) -> bool:
    return char in _PUNCTUATION or _is_letter(char) or category(char).startswith("M")


def _is_letter(char: str) -> bool:
    # Planes 2 and 3 hold nothing but Han, and new blocks there are older in names than in Python's tables;
    # private-use characters stand for rare characters in old GB 18030 data.
    return (
        category(char).startswith("L")
        or char == "〇"
        or 0x20000 <= ord(char) <= 0x3FFFD
        or category(char) == "Co"
    )


def _invalid(code: str, message: str) -> InputInvalid:
    return InputInvalid([Problem("$.name", code, message)])
