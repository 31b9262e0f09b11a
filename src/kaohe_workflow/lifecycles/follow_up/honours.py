"""
Until when whoever has passed again has no 评优 and no 晋升: the end of the cycle of that day (考核办法 第二十六条).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from kaohe_workflow.values.months import months_after

Span = tuple[date, date]
"""First and last day of a cycle, both included."""

_DAY = timedelta(days=1)


def cycle_end(today: date, published: Iterable[Span]) -> date | None:
    """
    Return the last day of the cycle that a day lies in; None before the first one, and where none was ever published.

    Cycles follow one upon another (医师法 第四十二条: 考核周期为三年), but each is published when it is assessed,
    at its end: mostly there is none yet that holds the day. Read: the ones to come are as long as the last one, in
    whole months, and end at the latest the day before another that is published begins.

    >>> cycle_end(date(2024, 9, 1), [(date(2020, 1, 1), date(2022, 12, 31))])
    datetime.date(2025, 12, 31)
    """
    spans = sorted(published)
    for first, last in spans:
        if first <= today <= last:
            return last
    begun = [span for span in spans if span[0] <= today]
    if not begun:
        return None
    first, last = max(begun, key=lambda span: span[1])
    months, rounds = _months(first, last + _DAY), 1
    while (end := months_after(last + _DAY, rounds * months) - _DAY) < today:
        rounds += 1
    return min([end, *(begins - _DAY for begins, _ in spans if begins > today)])


def _months(first: date, after: date) -> int:
    """Whole months from a day to another, one at least."""
    months = (after.year - first.year) * 12 + after.month - first.month
    return max(1, months if after.day >= first.day else months - 1)
