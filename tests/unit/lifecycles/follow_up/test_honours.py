"""No 评优 and no 晋升 to the end of the cycle in which somebody passes again (考核办法 第二十六条)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.follow_up.honours import cycle_end

PAST = (date(2020, 1, 1), date(2022, 12, 31))
NEXT = (date(2023, 1, 1), date(2025, 12, 31))
SHORT = (date(2023, 1, 1), date(2024, 12, 31))
pytestmark = pytest.mark.manual("R-26.2")


@pytest.mark.parametrize(
    ("today", "published", "end"),
    [
        (date(2022, 12, 31), [PAST], date(2022, 12, 31)),
        (date(2023, 1, 1), [PAST], date(2025, 12, 31)),
        (date(2025, 12, 31), [PAST], date(2025, 12, 31)),
        (date(2026, 1, 1), [PAST], date(2028, 12, 31)),
        (date(2024, 7, 1), [NEXT, PAST], date(2025, 12, 31)),
        (date(2025, 1, 1), [PAST, SHORT], date(2026, 12, 31)),
        (date(2024, 7, 1), [PAST, (date(2025, 7, 1), date(2027, 6, 30))], date(2025, 6, 30)),
        (date(2019, 12, 31), [PAST], None),
        (date(2024, 7, 1), [], None),
    ],
)
def test_the_end_of_the_cycle_of_a_day(
    today: date, published: list[tuple[date, date]], end: date | None
) -> None:
    """Of the published one that holds the day, both end days included; else of those that follow the last one."""
    assert end == cycle_end(today, published)


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(27, 1500), st.integers(0, 4000))
def test_the_end_is_never_before_the_day(first: date, length: int, later: int) -> None:
    """Whatever the cycle before was."""
    today = first + timedelta(days=later)
    end = cycle_end(today, [(first, first + timedelta(days=length))])

    assert end is not None
    assert today <= end
