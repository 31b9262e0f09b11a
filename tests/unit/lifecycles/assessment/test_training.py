"""The days of training before a make-up: each counts once, however many trainings are entered for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.assessment.makeup import Training, trained_days

pytestmark = pytest.mark.manual("R-M2")


def training(first: int, last: int, days: int) -> Training:
    """A training in March."""
    return Training(
        trainer="市第一人民医院",
        first_day=date(2024, 3, first),
        last_day=date(2024, 3, last),
        days=days,
        certificate=("file",),
    )


@pytest.mark.parametrize(
    ("trainings", "days"),
    [
        ([], 0),
        ([training(1, 10, 6)], 6),
        ([training(1, 10, 6), training(11, 20, 5)], 11),
        ([training(1, 10, 10), training(1, 10, 10)], 10),
        ([training(1, 10, 6), training(1, 10, 3)], 9),
        ([training(1, 10, 10), training(10, 12, 3)], 12),
        ([training(10, 12, 3), training(1, 31, 20), training(5, 20, 10)], 31),
        ([training(1, 5, 5), training(4, 8, 5), training(20, 21, 2)], 10),
    ],
)
def test_no_day_counts_twice(trainings: list[Training], days: int) -> None:
    """As many different days as there can have been; the first and the last day of a span are its days."""
    assert days == trained_days(trainings)


SPANS = st.tuples(st.integers(0, 40), st.integers(0, 20)).flatmap(
    lambda span: st.builds(
        lambda days: Training(
            trainer="",
            first_day=date(2024, 1, 1) + timedelta(days=span[0]),
            last_day=date(2024, 1, 1) + timedelta(days=span[0] + span[1]),
            days=days,
            certificate=(),
        ),
        st.integers(1, span[1] + 1),
    )
)


@given(st.lists(SPANS))
def test_days_are_neither_made_nor_lost(trainings: list[Training]) -> None:
    """Never more than were entered or than the calendar has, never fewer than one training alone has."""
    held = {
        one.first_day + timedelta(days=day)
        for one in trainings
        for day in range((one.last_day - one.first_day).days + 1)
    }
    days = trained_days(trainings)

    assert days <= min(len(held), sum(one.days for one in trainings))
    assert days >= max((one.days for one in trainings), default=0)
    assert days == trained_days(trainings[::-1])
    assert days == most_days(trainings)


def most_days(trainings: list[Training]) -> int:
    """The same, day by day."""
    left: list[list[Any]] = [[one.first_day, one.last_day, one.days] for one in trainings]
    counted = 0
    for day in range(70):
        today = date(2024, 1, 1) + timedelta(days=day)
        going_on = [one for one in left if one[0] <= today <= one[1] and one[2]]
        if going_on:
            min(going_on, key=lambda one: one[1])[2] -= 1
            counted += 1
    return counted
