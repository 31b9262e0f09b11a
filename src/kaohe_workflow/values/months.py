"""
Spans of months and years in whole days: suspensions, bars.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """
    Return the day that lies ``months`` (0 or more) after a day; where that month is shorter, its last day.

    >>> months_after(date(2026, 1, 31), 3), months_after(date(2026, 1, 31), 6)
    (datetime.date(2026, 4, 30), datetime.date(2026, 7, 31))
    >>> months_after(date(2027, 11, 30), 3), months_after(date(2028, 2, 29), 12)
    (datetime.date(2028, 2, 29), datetime.date(2029, 2, 28))
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
