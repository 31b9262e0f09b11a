"""Full years between two days: years of practice, ages."""

from __future__ import annotations

from datetime import date


def full_years(since: date, until: date) -> int:
    """
    Return how many whole years lie between two days; 0 when ``until`` is not later.

    A year is full on the anniversary itself ("5年以上" includes exactly 5, A-4), not the day before: 4 years
    and 364 days are 4. Someone counted from 29 February reaches the year on 1 March of a common year; read
    so because the anniversary does not exist before.

    >>> full_years(date(2017, 12, 31), date(2022, 12, 31)), full_years(date(2018, 1, 1), date(2022, 12, 31))
    (5, 4)
    """
    passed = (until.month, until.day) >= (since.month, since.day)
    return max(until.year - since.year - (0 if passed else 1), 0)
