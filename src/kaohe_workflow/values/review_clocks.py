"""
The two clocks of a review of a result (考核办法 第二十四条).
"""

from __future__ import annotations

from datetime import date, timedelta

REVIEW_DAYS = 30
"""Days to apply after receipt, and days to answer after the application."""


def last_day(day: date) -> date:
    """
    Return the last day of a clock that begins with ``day``: that is day 0, day 30 still counts.

    >>> last_day(date(2024, 1, 31))
    datetime.date(2024, 3, 1)
    """
    return day + timedelta(days=REVIEW_DAYS)


def first_day_of_objections(today: date) -> date:
    """
    Return the day of receipt from which on ``today`` a review may still be applied for; see `last_day`.

    >>> first_day_of_objections(date(2024, 3, 1))
    datetime.date(2024, 1, 31)
    """
    return today - timedelta(days=REVIEW_DAYS)
