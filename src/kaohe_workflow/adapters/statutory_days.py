"""
The days off and the days worked instead that the State Council's yearly notices name, as chinesecalendar has them.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from chinese_calendar.constants import holidays, workdays

from kaohe_workflow.values.working_days import WorkingCalendar


@cache
def statutory_calendar() -> WorkingCalendar:
    """The calendar of all years whose notice the installed version knows."""
    return WorkingCalendar(
        first=date(min(holidays).year, 1, 1),
        last=date(max(holidays).year, 12, 31),
        off=frozenset(day for day in holidays if day.weekday() < 5),
        on=frozenset(workdays),
    )
