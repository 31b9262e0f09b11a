"""Dates as sheets and forms write them: 2011-05-12, 2011/5/12, 2011.05.12, 2011年5月12日 (手册 2.2.5)."""

from __future__ import annotations

from datetime import date
from re import ASCII, compile

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.folding import half_width

_WRITTEN = compile(
    r"(?P<year>[0-9]{4})"
    r"(?:(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"| ?年 ?(?P<month2>[0-9]{1,2}) ?月 ?(?P<day2>[0-9]{1,2}) ?日)"
    r"(?: 0{1,2}:00(?::00)?)?",
    ASCII,
)
EARLIEST_YEAR = 1900
"""No date of a physician's papers lies before this year."""


def parse_date(text: str, path: str = "$") -> date:
    """
    Read a date; a midnight written after it is allowed, any other time is not.

    >>> parse_date("2000年4月2日")
    datetime.date(2000, 4, 2)

    Raises:
        InputInvalid: ``date-invalid``: another notation, no day of the calendar, or before 1900.
    """
    matched = _WRITTEN.fullmatch(half_width(text))
    if matched is not None:
        try:
            day = date(
                int(matched["year"]),
                int(matched["month"] or matched["month2"]),
                int(matched["day"] or matched["day2"]),
            )
        except ValueError:
            day = None
        if day is not None and day.year >= EARLIEST_YEAR:
            return day
        if day is not None:
            raise _invalid(path, f"“{text}”早于{EARLIEST_YEAR}年，请核对")
    raise _invalid(path, f"“{text}”不是有效日期，格式如2011-05-12")


def _invalid(path: str, message: str) -> InputInvalid:
    return InputInvalid([Problem(path, "date-invalid", message)])
