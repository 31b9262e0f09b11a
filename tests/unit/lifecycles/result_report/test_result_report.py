"""Facts and actions of a report of results, at their bounds."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.result_report.actions import ACTIONS
from kaohe_workflow.lifecycles.result_report.case import Outcome, ResultReport, Results
from kaohe_workflow.lifecycles.result_report.events import Open, Submit
from kaohe_workflow.lifecycles.result_report.facts import ResultReportFacts
from kaohe_workflow.lifecycles.shape import Moment, NoPayload, Step
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.reports import MAKEUP_CYCLE, REPORT, RESULTS, ResultReportAround
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.values.attachment import MAXIMUM_FILES
from kaohe_workflow.values.parameter_kinds import MakeupMeaning

AROUND = ResultReportAround()
WITHOUT_MAKEUP = attrs.evolve(
    MAKEUP_CYCLE,
    state="first_ended",
    windows=attrs.evolve(MAKEUP_CYCLE.windows, makeup=None, makeup_confirm=None),
)
"""Its evaluation ends with 2024-01-12."""

TOLD = Submit(work="考核工作已完成。")


def facts(record=REPORT, around=AROUND, *, now, **parameters):
    """The facts of a report."""
    return ResultReportFacts(record, NoPayload(), around, Moment(now, attrs.evolve(DEFAULTS, **parameters)))


def after(action, record=REPORT, payload=None, *, now, around=AROUND):
    """The record after an action."""
    step = Step(
        case_id="case",
        event="event",
        source="source",
        target="target",
        payload=payload or NoPayload(),
        around=around,
        moment=Moment(now, DEFAULTS),
        account_id="account",
    )
    return ACTIONS[action](record, step)


@pytest.mark.manual("R-15.1", "N-2.9")
@pytest.mark.parametrize(
    ("now", "found"),
    [
        (china(date(2024, 1, 26), 23, 59, 59), "before"),
        (china(date(2024, 1, 27), 0), "open"),
        (china(date(2024, 2, 25), 23, 59, 59), "open"),
        (china(date(2024, 2, 26), 0), "over"),
    ],
)
def test_a_report_is_due_within_30_days_after_the_assessment(now, found):
    """考核办法 第十五条: the make-up ends with 01-26, which is day 0; 02-25 is day 30 and still counts."""

    assert found == facts(now=now).report_time


@pytest.mark.parametrize(
    ("parameters", "state", "now", "found"),
    [
        ({}, "first_ended", china(date(2024, 6, 1)), "before"),
        ({"makeup_offered": False}, "first_ended", china(date(2024, 1, 12), 23, 59, 59), "before"),
        ({"makeup_offered": False}, "first_ended", china(date(2024, 1, 13), 0), "open"),
        ({"makeup_offered": False}, "first_ended", china(date(2024, 2, 11), 23, 59, 59), "open"),
        ({"makeup_offered": False}, "first_ended", china(date(2024, 2, 12), 0), "over"),
        ({"makeup_meaning": MakeupMeaning.STATUTORY}, "first_ended", china(date(2024, 2, 12), 0), "over"),
        ({}, "archived", china(date(2024, 2, 12), 0), "over"),
    ],
)
def test_where_no_make_up_is_offered_the_evaluation_ends_it(parameters, state, now, found):
    """While one is offered and not opened yet, the assessment has not ended: no report is late."""
    cycle = attrs.evolve(WITHOUT_MAKEUP, state=state)
    seen = facts(around=ResultReportAround(cycle=cycle), now=now, **parameters)

    assert found == seen.report_time


def test_without_a_cycle_nothing_has_ended():
    """What is unknown refuses."""
    seen = facts(around=ResultReportAround(cycle=None), now=china(date(2030, 1, 1)))

    assert ("before", None) == (seen.report_time, seen.report_due_at)


@pytest.mark.parametrize(
    ("returned_on", "now", "found"),
    [
        (date(2024, 2, 25), china(date(2024, 3, 1), 23, 59, 59), "open"),
        (date(2024, 2, 25), china(date(2024, 3, 2), 0), "over"),
        (date(2024, 1, 30), china(date(2024, 2, 25), 23, 59, 59), "open"),
        (date(2024, 1, 30), china(date(2024, 2, 26), 0), "over"),
    ],
)
def test_what_was_returned_has_some_days_more(returned_on, now, found):
    """Five days after the return, its day not counted, and never fewer than the 30 (design)."""
    returned = attrs.evolve(REPORT, returned_at=china(returned_on))

    assert found == facts(returned, now=now).report_time


def test_the_mark_is_set_once():
    """What is marked has no deadline any more."""
    now = china(date(2024, 2, 1))
    marked = after("mark_overdue", now=now)

    assert china(date(2024, 2, 26), 0) == facts(now=now).report_due_at
    assert (True, None) == (facts(marked, now=now).overdue, facts(marked, now=now).report_due_at)
    assert not after("clear_overdue", marked, now=now).overdue


@pytest.mark.parametrize(
    ("application", "cycle", "relieved"),
    [
        ("approved", "makeup", False),
        ("correcting", "makeup", False),
        ("expired", "makeup", True),
        ("expired", "archived", False),
        ("disqualified", "makeup", True),
        ("disqualified", "archived", True),
        (None, "makeup", False),
    ],
)
def test_who_assesses_no_more_reports_no_more(application, cycle, relieved):
    """By a disqualification or a resignation; the archive ends the entrusting, and not the duty."""
    around = ResultReportAround(application_state=application, cycle=attrs.evolve(MAKEUP_CYCLE, state=cycle))

    assert relieved == facts(around=around, now=china(date(2024, 2, 1))).relieved


@pytest.mark.parametrize(
    ("record", "changed"),
    [(REPORT, True), (attrs.evolve(REPORT, results=RESULTS), False), (None, False)],
)
def test_a_result_that_changes_is_seen(record, changed):
    """What was reported is compared with what is."""

    assert changed == facts(record, now=china(date(2024, 2, 1))).results_changed


@pytest.mark.parametrize(
    ("now", "late"),
    [(china(date(2024, 2, 25), 23, 59, 59), False), (china(date(2024, 2, 26), 0), True)],
)
def test_a_late_report_stays_late(now, late):
    """Submitted late, or in time: what comes after it changes nothing of that, and nothing is overdue any more."""
    first = after("note_submission", attrs.evolve(REPORT, overdue=late), now=now)
    second = after("note_submission", first, now=china(date(2024, 5, 1)))

    assert (late, False, 1, now) == (first.late, first.overdue, first.edition, first.submitted_at)
    assert (late, 2) == (second.late, second.edition)


def test_what_each_step_leaves():
    """The case, what is told, the results of that instant, times."""
    now = china(date(2024, 2, 1))
    made = after("create_report", None, Open("agency", "cycle"), now=now)
    taken = after("take_results", made, attrs.evolve(TOLD, attachments=("report",)), now=now)

    assert ResultReport(institution_id="agency", cycle_id="cycle") == made
    assert (TOLD.work, ("report",), RESULTS) == (taken.work, taken.attachments, taken.results)
    assert now == after("note_return", now=now).returned_at
    assert now == after("note_filing", now=now).filed_at
    assert now == after("note_register", now=now).registered_at


def test_results_are_totalled():
    """Over all institutions; what nobody has is none."""

    assert (3, 0) == (RESULTS.total(Outcome.QUALIFIED), RESULTS.total(Outcome.MISSED))
    assert 0 == Results().total(Outcome.QUALIFIED)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Submit(work=" "), "text-empty"),
        (lambda: Submit(work="a\x00"), "text-control"),
        (lambda: Submit(work="a", attachments=("f",) * (MAXIMUM_FILES + 1)), "too-many-files"),
        (lambda: Submit(work="a", attachments=("\x00",)), "text-control"),
    ],
)
def test_what_is_carried_is_checked(make, code):
    """Before anything is done with it."""
    with pytest.raises(InputInvalid) as caught:
        make()

    assert code in {problem.code for problem in caught.value.problems}
