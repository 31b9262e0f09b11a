"""Which days are worked: the statutory years, what the province enters, and what lies beyond."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.adapters.statutory_days import statutory_calendar
from kaohe_workflow.values.working_days import CalendarDay, DaySource, WorkingCalendar

CALENDAR = statutory_calendar()


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 9, 30), True),  # the Wednesday before the National Day
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # a Saturday that is worked instead
        (date(2026, 10, 11), False),
        (date(2026, 9, 20), True),  # a Sunday that is worked instead
        (date(2026, 2, 14), True),
        (date(2026, 2, 15), False),
    ],
)
def test_the_statutory_years_are_known(day: date, working: bool) -> None:
    """Days off in the week and weekends that are worked instead, on both sides of each span."""
    assert (working, DaySource.STATUTORY) == (CALENDAR.is_working(day), CALENDAR.source(day))


def test_beyond_the_known_years_weekdays_are_assumed() -> None:
    """The last known day is the last of its year; the next one is said to be assumed."""
    new_year = date(CALENDAR.last.year + 1, 1, 1)

    assert (12, 31) == (CALENDAR.last.month, CALENDAR.last.day)
    assert DaySource.STATUTORY is CALENDAR.source(CALENDAR.last)
    assert DaySource.ASSUMED is CALENDAR.source(new_year)
    assert (new_year.weekday() < 5) == CALENDAR.is_working(new_year)


def test_the_province_goes_before_both() -> None:
    """A statutory day off that is worked here, and a day of a year that is not known yet."""
    days = (CalendarDay(date(2026, 10, 1), True, "值班"), CalendarDay(date(2030, 2, 1), False, "春节"))
    calendar = CALENDAR.with_entered(days)

    assert [True, False] == [calendar.is_working(one.day) for one in days]
    assert {DaySource.PROVINCIAL} == {calendar.source(one.day) for one in days}
    assert not calendar.is_working(date(2026, 10, 2))


def test_a_day_is_moved_to_the_last_worked_one_before_it() -> None:
    """The whole of a long holiday goes back to the day before it; a worked day stays."""
    found = {CALENDAR.on_or_before(date(2026, 10, day)) for day in range(1, 8)}

    assert {date(2026, 9, 30)} == found
    assert date(2026, 10, 8) == CALENDAR.on_or_before(date(2026, 10, 8))


@pytest.mark.parametrize(
    ("count", "expected"), [(0, date(2026, 9, 30)), (1, date(2026, 10, 8)), (3, date(2026, 10, 10))]
)
def test_working_days_are_counted_over_a_holiday(count: int, expected: date) -> None:
    """The day itself does not count, a Saturday that is worked does."""
    assert expected == CALENDAR.after(date(2026, 9, 30), count)


@given(st.dates(date(2004, 1, 1), date(2040, 1, 1)), st.integers(1, 40))
def test_counting_ends_on_a_worked_day_after_as_many(day: date, count: int) -> None:
    """Whatever the day: the end is worked, and so many worked days lie in between and on it."""
    end = CALENDAR.after(day, count)
    passed = sum(
        CALENDAR.is_working(date.fromordinal(each))
        for each in range(day.toordinal() + 1, end.toordinal() + 1)
    )

    assert (True, count) == (CALENDAR.is_working(end), passed)


def test_where_nobody_ever_works_a_search_ends() -> None:
    """However much a province enters."""
    calendar = WorkingCalendar(off=frozenset(date.fromordinal(each) for each in range(739_000, 739_400)))

    assert date.fromordinal(739_300) == calendar.on_or_before(date.fromordinal(739_300))
    assert date.fromordinal(739_300) < calendar.after(date.fromordinal(739_300), 5)
