"""Telephone numbers: a mobile number, or a landline with or without its area code and extension."""

from __future__ import annotations

from re import ASCII, compile
from typing import Self

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.folding import compact_identifier, half_width

_MOBILE = compile(r"1[3-9][0-9]{9}", ASCII)
_AREA = r"0(10|2[0-9]|[3-9][0-9]{2})"
_LANDLINE = compile(
    rf"(\({_AREA}\) ?|{_AREA}[- ]?)?[2-9][0-9]{{6,7}}([-转][0-9]{{1,6}})?",
    ASCII,
)


def is_mobile(text: str) -> bool:
    """True for ``1[3-9]`` and nine digits, full-width digits, spaces and hyphens aside."""
    return _MOBILE.fullmatch(compact_identifier(text)) is not None


@attrs.frozen
class Phone:
    """A valid number; a mobile one is stored as eleven digits, a landline as typed."""

    number: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read a number as typed.

        >>> Phone.parse("１３８ 0013 8000").number
        '13800138000'

        Raises:
            InputInvalid: ``phone-malformed``: neither ``1[3-9]`` and nine digits, nor a landline.
        """
        if is_mobile(text):
            return cls(compact_identifier(text))
        landline = half_width(text)
        if _LANDLINE.fullmatch(landline):
            return cls(landline)
        message = "手机号码应为11位数字（第二位为3至9），固定电话应写作“区号-号码”"
        raise InputInvalid([Problem("$.phone", "phone-malformed", message)])

    @property
    def masked(self) -> str:
        """
        First three and last four characters, stars between.

        >>> Phone.parse("13800138000").masked
        '138****8000'
        """
        hidden = max(len(self.number) - 7, 0)
        return f"{self.number[:3]}{'*' * hidden}{self.number[-4:]}"
