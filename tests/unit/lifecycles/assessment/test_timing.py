"""Windows of filing and review, on the days and instants at their bounds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.assessment.timing import (
    agency_due_at,
    agency_position,
    confirm_position,
    filing_closes_at,
    filing_position,
    refiling_deadline,
    review_closes_at,
    review_position,
)
from kaohe_workflow.testing.assessments import WINDOWS, china
from kaohe_workflow.values.windows import Window

GRACE_DAYS = 3
WITH_LATE_REGISTRATION = attrs.evolve(
    WINDOWS, makeup_registration=Window.of_days(date(2024, 1, 13), date(2024, 1, 15))
)
LAST_INSTANT = timedelta(microseconds=1)


@pytest.mark.manual("S-18", "S-19")
@pytest.mark.parametrize(
    ("now", "position"),
    [
        (china(date(2023, 11, 26), 23, 59, 59, 999_999), "before"),
        (china(date(2023, 11, 27), 0), "open"),
        (china(date(2023, 12, 27), 23, 59, 59, 999_000), "open"),
        (china(date(2023, 12, 28), 0), "over"),
    ],
)
def test_a_last_day_ends_before_the_next_one(now, position):
    """A window to 2023-12-27 accepts 23:59:59.999 of that day and refuses 00:00:00 of the next."""

    assert position == filing_position(WINDOWS, None, GRACE_DAYS, now)


@pytest.mark.manual("S-18", "S-19")
@pytest.mark.parametrize(
    ("now", "position"),
    [
        (china(date(2023, 11, 26), 23, 59, 59), "before"),
        (china(date(2023, 11, 27), 0), "open"),
        (china(date(2023, 12, 29), 23, 59, 59), "open"),
        (china(date(2023, 12, 30), 0), "over"),
    ],
)
def test_review_keeps_its_own_window(now, position):
    """The institution reviews in 报名信息审核时间 (手册 2.2.2), both end days included."""

    assert position == review_position(WINDOWS, None, GRACE_DAYS, now)


@pytest.mark.parametrize(
    ("returned_on", "last_day"),
    [
        (date(2023, 12, 1), date(2023, 12, 29)),
        (date(2023, 12, 26), date(2023, 12, 29)),
        (date(2023, 12, 27), date(2023, 12, 30)),
        (date(2024, 1, 8), date(2024, 1, 11)),
        (date(2024, 1, 9), date(2024, 1, 12)),
        (date(2024, 1, 12), date(2024, 1, 12)),
    ],
)
def test_the_refiling_deadline(returned_on, last_day):
    """The later of the review window's end and three whole days, never after the evaluation."""
    deadline = refiling_deadline(WINDOWS, china(returned_on, 23, 59), GRACE_DAYS)

    assert china(last_day + timedelta(days=1), 0) == deadline


@pytest.mark.parametrize("position", [filing_position, review_position])
def test_the_refiling_deadline_is_half_open(position):
    """A returned file may be filed and reviewed until the deadline, not at it; for both alike."""
    returned_at = china(date(2023, 12, 28))
    deadline = china(date(2024, 1, 1), 0)

    assert "grace" == position(WINDOWS, returned_at, GRACE_DAYS, deadline - LAST_INSTANT)
    assert "over" == position(WINDOWS, returned_at, GRACE_DAYS, deadline)


@pytest.mark.parametrize(
    ("now", "position"),
    [
        (china(date(2024, 1, 12), 23, 59), "over"),
        (china(date(2024, 1, 13), 0), "makeup"),
        (china(date(2024, 1, 15), 23, 59), "makeup"),
        (china(date(2024, 1, 16), 0), "over"),
    ],
)
def test_late_registration(now, position):
    """In the province's window for late registration filing and review count as open again."""

    assert position == filing_position(WITH_LATE_REGISTRATION, None, GRACE_DAYS, now)
    assert position == review_position(WITH_LATE_REGISTRATION, None, GRACE_DAYS, now)


@pytest.mark.parametrize(
    ("now", "position"),
    [
        (china(date(2023, 11, 26), 23, 59), "before"),
        (china(date(2023, 11, 27), 0), "open"),
        (china(date(2024, 1, 12), 23, 59, 59), "open"),
        (china(date(2024, 1, 13), 0), "makeup"),
        (china(date(2024, 1, 19), 23, 59, 59), "makeup"),
        (china(date(2024, 1, 20), 0), "over"),
    ],
)
def test_the_agency_reviews_until_the_evaluation_ends(now, position):
    """From the start of the review to the end of the evaluation, then by the late door."""

    assert position == agency_position(WINDOWS, now)


def test_the_late_door_is_open_while_make_up_confirmation_is_not_set():
    """A window that the province has not set yet is not over."""
    windows = attrs.evolve(WINDOWS, makeup_confirm=None, makeup=None)

    assert "makeup" == agency_position(windows, china(date(2024, 3, 1)))
    assert "before" == confirm_position(windows, china(date(2024, 3, 1)))


def test_a_short_agency_window_is_over_until_the_evaluation_ends():
    """An agency's window that ends early is over; after the evaluation the late door opens."""
    windows = attrs.evolve(WINDOWS, agency_review=Window.of_days(date(2023, 12, 1), date(2023, 12, 31)))

    assert "over" == agency_position(windows, china(date(2024, 1, 1), 0))
    assert "makeup" == agency_position(windows, china(date(2024, 1, 13), 0))


@pytest.mark.manual("N-3.7")
@pytest.mark.parametrize(
    ("now", "position"),
    [
        (china(date(2024, 1, 15), 23, 59, 59), "before"),
        (china(date(2024, 1, 16), 0), "open"),
        (china(date(2024, 1, 19), 23, 59, 59), "open"),
        (china(date(2024, 1, 20), 0), "over"),
    ],
)
def test_make_up_confirmation(now, position):
    """确认补考时间, both end days included."""

    assert position == confirm_position(WINDOWS, now)


def test_without_a_cycle_everything_is_over():
    """Nothing is let through on ignorance."""
    now = china(date(2023, 12, 1))

    assert "over" == filing_position(None, now, GRACE_DAYS, now)
    assert "over" == review_position(None, now, GRACE_DAYS, now)
    assert "over" == agency_position(None, now)
    assert "over" == confirm_position(None, now)


def instants() -> st.SearchStrategy[datetime]:
    """Instants around the cycle's windows, to the microsecond."""
    first = china(date(2023, 11, 1), 0)
    return st.timedeltas(timedelta(0), timedelta(days=100)).map(lambda passed: first + passed)


@given(returned_at=instants(), now=instants(), grace_days=st.integers(0, 60))
def test_grace_never_outlives_the_evaluation(returned_at, now, grace_days):
    """Whatever the grace days, nobody files or reviews by them after the evaluation."""
    over = WINDOWS.evaluation.closes_at <= now

    assert not (over and filing_position(WINDOWS, returned_at, grace_days, now) == "grace")
    assert not (over and review_position(WINDOWS, returned_at, grace_days, now) == "grace")


@given(earlier=instants(), later=instants(), grace_days=st.integers(0, 60))
def test_a_later_return_never_shortens_the_time(earlier, later, grace_days):
    """The deadline runs from the last return and only ever moves on."""
    first, second = sorted((earlier, later))
    deadlines = [refiling_deadline(WINDOWS, returned, grace_days) for returned in (first, second)]

    assert sorted(deadlines) == deadlines


@pytest.mark.parametrize("returned_at", [None, china(date(2023, 12, 1)), china(date(2023, 12, 29), 20)])
@pytest.mark.parametrize(
    ("position", "closes_at"), [(filing_position, filing_closes_at), (review_position, review_closes_at)]
)
def test_overdue_from_the_instant_on_at_which_the_window_is_over(returned_at, position, closes_at):
    """逾期 is said of the window with its refiling deadline: not in its last instant, and from the next one on."""
    now = china(date(2023, 12, 1))
    due_at = closes_at(WINDOWS, returned_at, GRACE_DAYS, now)

    assert "over" != position(WINDOWS, returned_at, GRACE_DAYS, due_at - LAST_INSTANT)
    assert "over" == position(WINDOWS, returned_at, GRACE_DAYS, due_at)


def test_who_is_late_has_the_window_for_late_registration():
    """Before it, the first window counts; in it, its own end; and where it follows at once, its end from the start."""
    late = WITH_LATE_REGISTRATION.makeup_registration
    at_once = attrs.evolve(
        WINDOWS, makeup_registration=Window(WINDOWS.registration.closes_at, late.closes_at)
    )

    assert WINDOWS.registration.closes_at == filing_closes_at(
        WITH_LATE_REGISTRATION, None, GRACE_DAYS, china(date(2023, 12, 1))
    )
    assert late.closes_at == filing_closes_at(WITH_LATE_REGISTRATION, None, GRACE_DAYS, late.opens_at)
    assert late.closes_at == filing_closes_at(at_once, None, GRACE_DAYS, china(date(2023, 12, 1)))


def test_the_agency_is_late_once_papers_can_be_sat():
    """A file that waits when the evaluation begins keeps its physician from sitting, whatever the agency's window."""
    short = attrs.evolve(WINDOWS, agency_review=Window.of_days(date(2023, 11, 27), date(2023, 12, 30)))

    assert WINDOWS.evaluation.opens_at == agency_due_at(WINDOWS)
    assert short.agency_review.closes_at == agency_due_at(short)
    assert (None, None, None) == (
        agency_due_at(None),
        filing_closes_at(None, None, GRACE_DAYS, china(date(2023, 12, 1))),
        review_closes_at(None, None, GRACE_DAYS, china(date(2023, 12, 1))),
    )


def test_who_was_moved_by_force_has_until_the_make_up_is_confirmed():
    """Moved on the evaluation's last day, the days of grace go on behind it, but not beyond the confirmation."""
    moved_at = china(date(2024, 1, 12))
    deadline = refiling_deadline(WINDOWS, moved_at, GRACE_DAYS, into_makeup=True)
    late = refiling_deadline(WINDOWS, china(date(2024, 1, 18)), GRACE_DAYS, into_makeup=True)
    unset = attrs.evolve(WINDOWS, makeup_confirm=None, makeup=None)

    assert china(date(2024, 1, 16), 0) == deadline
    assert WINDOWS.evaluation.closes_at == refiling_deadline(WINDOWS, moved_at, GRACE_DAYS)
    assert WINDOWS.makeup_confirm.closes_at == late
    assert china(date(2024, 1, 16), 0) == refiling_deadline(unset, moved_at, GRACE_DAYS, into_makeup=True)
