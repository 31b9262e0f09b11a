"""
Which days are worked: Monday to Friday, but for what the State Council's yearly notice and the province say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Self

import attrs

from kaohe_workflow.values.plain_text import plain_text
from kaohe_workflow.values.terms import LabelledEnum

_DAY = timedelta(days=1)

FREE_AT_MOST = 31
"""So many days in a row may be off; a search for a working day goes no further."""


class DaySource(LabelledEnum):
    """Who says of a day whether it is worked."""

    STATUTORY = "statutory", "国务院办公厅放假安排"
    PROVINCIAL = "provincial", "省级调整"
    ASSUMED = "assumed", "放假安排未知，按周一至周五推定"


def _name(text: str) -> str:
    return plain_text(text.strip(), "$.name")


@attrs.frozen
class CalendarDay:
    """What a province says of one day: whether it is worked, and why (``name``, may be empty)."""

    day: date
    working: bool
    name: str = attrs.field(default="", converter=_name)


@attrs.frozen
class WorkingCalendar:
    """
    The days of China as they are worked.

    From ``first`` to ``last``, both included, the yearly notices are known: ``off`` are the weekdays that nobody works,
    ``on`` the Saturdays and Sundays that are worked instead. Outside of these years every Monday to Friday is taken for
    worked, and `source` says so. What is ``entered`` goes before both.
    """

    first: date = date.max
    last: date = date.min
    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    entered: Mapping[date, CalendarDay] = MappingProxyType({})

    def with_entered(self, days: Iterable[CalendarDay]) -> Self:
        """The calendar in which these days are as the province says."""
        return attrs.evolve(self, entered=MappingProxyType({one.day: one for one in days}))

    def is_working(self, day: date) -> bool:
        """
        Whether a day is worked.

        >>> WorkingCalendar().is_working(date(2030, 1, 7)), WorkingCalendar().is_working(date(2030, 1, 6))
        (True, False)
        """
        if (entered := self.entered.get(day)) is not None:
            return entered.working
        return day in self.on or (day.weekday() < 5 and day not in self.off)

    def source(self, day: date) -> DaySource:
        """Who says so."""
        if day in self.entered:
            return DaySource.PROVINCIAL
        return DaySource.STATUTORY if self.first <= day <= self.last else DaySource.ASSUMED

    def on_or_before(self, day: date) -> date:
        """The day itself if it is worked, otherwise the last one before it that is; where nobody works, itself."""
        return next((one for back in range(FREE_AT_MOST) if self.is_working(one := day - back * _DAY)), day)

    def after(self, day: date, count: int) -> date:
        """
        The day on which so many working days have passed since a day, which does not count itself.

        >>> WorkingCalendar().after(date(2030, 1, 4), 5)
        datetime.date(2030, 1, 11)
        """
        found, free = day, 0
        while count > 0 and free < FREE_AT_MOST:
            found += _DAY
            free = 0 if self.is_working(found) else free + 1
            count -= free == 0
        return found
