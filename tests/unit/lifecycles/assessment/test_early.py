"""提前考核: windows of one physician's own."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.lifecycles.assessment.early import EarlyWindows
from kaohe_workflow.testing.assessments import WINDOWS, china
from kaohe_workflow.values.windows import Window

pytestmark = pytest.mark.manual("M: open an early assessment")

EARLY = EarlyWindows(
    registration=Window.of_days(date(2023, 11, 6), date(2023, 11, 8)),
    review=Window.of_days(date(2023, 11, 6), date(2023, 11, 10)),
    evaluation=Window.of_days(date(2023, 11, 13), date(2023, 11, 15)),
)
NOW = china(date(2023, 11, 6))
LAST_INSTANT = timedelta(microseconds=1)


def test_they_take_the_place_of_the_cycles():
    """Filing, review and sitting; the agency and the exemption go with them, the make-up stays the cycle's."""
    found = EARLY.over(WINDOWS)
    with_them = Window(EARLY.review.opens_at, EARLY.evaluation.closes_at)

    assert (EARLY.registration, EARLY.review, EARLY.evaluation) == (
        found.registration,
        found.review,
        found.evaluation,
    )
    assert (with_them,) * 3 == (found.agency_review, found.exemption, found.exemption_review)
    assert (WINDOWS.makeup_confirm, WINDOWS.makeup) == (found.makeup_confirm, found.makeup)


def test_a_make_up_of_ones_own():
    """Where both are given, they count."""
    confirm, makeup = (
        Window.of_days(date(2023, 11, 17), date(2023, 11, 18)),
        Window.of_days(date(2023, 11, 20), date(2023, 11, 21)),
    )
    found = attrs.evolve(EARLY, makeup_confirm=confirm, makeup=makeup).over(WINDOWS)

    assert (confirm, makeup) == (found.makeup_confirm, found.makeup)


def test_they_fit_while_the_filing_is_not_over():
    """The last instant of the filing is early enough, the next one is not."""
    ends = EARLY.registration.closes_at

    assert EARLY.fit(WINDOWS, NOW)
    assert EARLY.fit(WINDOWS, ends - LAST_INSTANT)
    assert not EARLY.fit(WINDOWS, ends)


def test_they_need_no_late_registration():
    """补报 is ordered by the windows of the cycle: a make-up of one's own before it does not contradict it."""
    late = attrs.evolve(WINDOWS, makeup_registration=Window.of_days(date(2024, 1, 14), date(2024, 1, 17)))
    own = attrs.evolve(
        EARLY,
        makeup_confirm=Window.of_days(date(2023, 11, 17), date(2023, 11, 18)),
        makeup=Window.of_days(date(2023, 11, 20), date(2023, 11, 21)),
    )

    assert own.fit(late, NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"review": Window.of_days(date(2023, 11, 6), date(2023, 11, 7))},
        {"evaluation": Window.of_days(date(2023, 11, 5), date(2023, 11, 15))},
        {"evaluation": Window.of_days(date(2023, 11, 13), date(2024, 1, 17))},
        {"registration": Window.of_days(date(2023, 11, 8), date(2023, 11, 6))},
    ],
)
def test_they_keep_the_order_of_a_cycle(wrong):
    """No step ends before the one it waits for, and the make-up is confirmed after the sitting."""

    assert not attrs.evolve(EARLY, **wrong).fit(WINDOWS, NOW)
