"""Full years between two days: years of practice, ages."""

from __future__ import annotations

from calendar import isleap
from datetime import date


def full_years(since: date, until: date) -> int:
    """
    Return how many whole years lie between two days; 0 when ``until`` is not later.

    A year is full on the anniversary itself ("5年以上" includes exactly 5), not the day before: 4 years
    and 364 days are 4. Someone counted from 29 February reaches the year on 1 March of a common year; read
    so because the anniversary does not exist before.

    >>> full_years(date(2017, 12, 31), date(2022, 12, 31)), full_years(date(2018, 1, 1), date(2022, 12, 31))
    (5, 4)
    """
    passed = (until.month, until.day) >= (since.month, since.day)
    return max(until.year - since.year - (0 if passed else 1), 0)


def years_before(day: date, years: int) -> date:
    """
    Return the latest date of birth of someone who is ``years`` old on a day.

    Raises:
        ValueError: it lies before the year 1.

    >>> years_before(date(2024, 2, 29), 1), years_before(date(2024, 3, 1), 30)
    (datetime.date(2023, 2, 28), datetime.date(1994, 3, 1))
    """
    year = day.year - years
    leap_day = (day.month, day.day) == (2, 29) and not isleap(year)
    return date(year, 2, 28) if leap_day else date(year, day.month, day.day)
