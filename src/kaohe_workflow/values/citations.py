"""
Where a rule stands: an instrument and a place in it.

Charts, parameters and docstrings name rules as ``measures/21``; people read
《医师定期考核管理办法》第二十一条. What holds everywhere is known here; a province names its own notices beside the
values that rest on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from re import ASCII, compile
from types import MappingProxyType
from typing import Self

import attrs

from kaohe_workflow.errors import DefinitionError, Problem


@attrs.frozen
class Instrument:
    """
    A text that rules are taken from.

    ``number`` is its document number or what it is about; ``by_article`` says how its places are written:
    as articles (第二十一条) or as plain section numbers.
    """

    code: str
    title: str
    number: str = ""
    by_article: bool = False


INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType(
    {
        instrument.code: instrument
        for instrument in (
            Instrument("manual", "操作手册", "医师定期考核信息登记管理系统·医疗卫生机构操作手册，2023年12月"),
            Instrument("measures", "《医师定期考核管理办法》", "卫医发〔2007〕66号", by_article=True),
            Instrument("law", "《中华人民共和国医师法》", "2022年3月1日起施行", by_article=True),
            Instrument(
                "notice2010",
                "《卫生部办公厅关于进一步做好医师定期考核管理工作的通知》",
                "卫办医管发〔2010〕208号",
            ),
            Instrument("registration", "《医师执业注册管理办法》", "2017年", by_article=True),
            Instrument("gb2260", "GB/T 2260", "行政区划代码"),
            Instrument("gb11643", "GB 11643-1999", "公民身份号码"),
            Instrument("gb11714", "GB 11714", "组织机构代码"),
            Instrument("gb32100", "GB 32100-2015", "统一社会信用代码"),
            Instrument("ws218", "WS 218-2002", "卫生机构(组织)分类与代码"),
            Instrument("design", "本系统设计"),
        )
    }
)
"""
Code → instrument, of those that hold in every province; a citation of any other is a definition error, but where a
province that has named it cites it.
"""

_PLACE = compile(r"[0-9A-Za-z][0-9A-Za-z.\-_]*(\((?P<item>[0-9]+)\))?", ASCII)
_ARTICLE = compile(r"(?P<article>[1-9][0-9]{0,2})(\((?P<item>[1-9][0-9]?)\))?", ASCII)
_DIGITS = "零一二三四五六七八九"


@attrs.frozen
class Citation:
    """
    One place in one instrument; an empty ``place`` cites the whole.

    An item (项) of an article goes in round brackets: ``measures/27(13)``.
    """

    instrument: Instrument
    place: str = ""

    @classmethod
    def parse(cls, text: str, path: str = "$", instruments: Mapping[str, Instrument] = INSTRUMENTS) -> Self:
        """
        Read ``instrument/place`` or ``instrument``.

        Args:
            path: where the text stands.
            instruments: what may be cited there, by code.

        >>> Citation.parse("measures/21").label
        '《医师定期考核管理办法》第二十一条'
        >>> Citation.parse("manual/2.2.5").label
        '操作手册 2.2.5'

        Raises:
            DefinitionError: the instrument is unknown, or the place is no article or section number.
        """
        code, slash, place = text.partition("/")
        instrument = instruments.get(code)
        if instrument is None:
            known = ", ".join(instruments)
            message = f"unknown instrument {code!r} in the citation {text!r}; known: {known}"
            raise DefinitionError([Problem(path, "unknown-instrument", message)])
        pattern = _ARTICLE if instrument.by_article else _PLACE
        if slash and not pattern.fullmatch(place):
            wanted = "an article such as 21 or 27(13)" if instrument.by_article else "a section number"
            message = f"{place!r} in the citation {text!r} is not {wanted}"
            raise DefinitionError([Problem(path, "malformed-citation", message)])
        return cls(instrument, place)

    @property
    def label(self) -> str:
        """The citation as people write it."""
        instrument = self.instrument
        if not self.place:
            return instrument.title
        if not instrument.by_article:
            return f"{instrument.title} {self.place}"
        matched = _ARTICLE.fullmatch(self.place)
        if matched is None:
            return f"{instrument.title} {self.place}"
        item = matched["item"]
        suffix = f"第（{chinese_numeral(int(item))}）项" if item else ""
        return f"{instrument.title}第{chinese_numeral(int(matched['article']))}条{suffix}"

    def __str__(self) -> str:
        return f"{self.instrument.code}/{self.place}" if self.place else self.instrument.code


def chinese_numeral(number: int) -> str:
    """
    Write 1–999 as in the articles of a law.

    >>> [chinese_numeral(n) for n in (7, 10, 21, 105, 110, 200)]
    ['七', '十', '二十一', '一百零五', '一百一十', '二百']

    Raises:
        ValueError: the number is outside 1–999.
    """
    if not 1 <= number <= 999:
        raise ValueError(f"{number} is outside 1–999")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += _DIGITS[0]
    return text + (_DIGITS[ones] if ones else "")
