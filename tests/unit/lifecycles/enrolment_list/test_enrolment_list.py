"""Facts and actions of a list of who takes part, and what waits for one."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.lifecycles.enrolment_list.actions import ACTIONS
from kaohe_workflow.lifecycles.enrolment_list.events import Submit
from kaohe_workflow.lifecycles.enrolment_list.facts import EnrolmentListFacts
from kaohe_workflow.lifecycles.listing import ListFacts, ListStanding
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.lifecycles.shape import Decider, Moment, NoPayload, Step
from kaohe_workflow.testing.assessments import WINDOWS, DeferralAround, china
from kaohe_workflow.testing.enrolment_lists import LI, LIST, NOW, RUNNING, WEI, EnrolmentListAround
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.values.terms import ReturnCode
from kaohe_workflow.values.windows import Window

pytestmark = pytest.mark.manual("N-2.6")

MOMENT = Moment(NOW, DEFAULTS)
CLOSING = china(date(2024, 1, 13), 0)
THREE = EnrolmentListAround(enrolled=("a1", "a2", "a3"))
LISTING = attrs.evolve(DEFAULTS, list_approval=True)


def after(action, record=LIST, payload=NoPayload(), around=EnrolmentListAround()):  # noqa: B008 - frozen
    """The record after an action of the agency's, a day later."""
    step = Step(
        case_id="case",
        event="event",
        source="source",
        target="target",
        payload=payload,
        around=around,
        moment=Moment(NOW + timedelta(days=1), DEFAULTS),
        account_id=LI.account_id,
        operator_id=LI.operator_id,
        organisation_id="agency",
    )
    return ACTIONS[action](record, step)


def facts(record=LIST, around=EnrolmentListAround(), moment=MOMENT):  # noqa: B008 - frozen
    return EnrolmentListFacts(record, NoPayload(), around, moment)


def test_the_names_are_those_who_are_let_in():
    """Nobody writes them: with the first list and with each one after it."""
    made = after("create_list", None, Submit(institution_id="hospital", cycle_id="cycle"))
    again = after("take_names", attrs.evolve(LIST, return_code=ReturnCode.WRONG), around=THREE)

    assert (("a1", "a2"), (), 1, LI) == (made.listed, made.approved, made.edition, made.submitted_by)
    assert (("a1", "a2", "a3"), 2, None) == (again.listed, again.edition, again.return_code)


def test_what_was_approved_stays_until_the_supplement_is():
    """While it waits, the newcomers are what a decision is about."""
    approved = after("approve_names")
    waiting = after("take_names", approved, around=THREE)
    returned = after("note_return", waiting, Return(ReturnCode.INCOMPLETE))

    assert (("a1", "a2"), (), "agency") == (approved.approved, approved.added, approved.decided_by)
    assert (("a1", "a2"), ("a3",), 3, 1) == (
        waiting.approved,
        waiting.added,
        waiting.number,
        waiting.number_added,
    )
    assert (("a1", "a2"), ReturnCode.INCOMPLETE) == (returned.approved, returned.return_code)
    assert ("a1", "a2", "a3") == after("approve_names", returned).approved


@pytest.mark.parametrize(
    ("enrolled", "approved", "new"),
    [((), (), False), (("a1",), (), True), (("a1",), ("a1", "a2"), False), (("a1", "a3"), ("a1",), True)],
)
def test_only_somebody_new_makes_a_supplement(enrolled, approved, new):
    """Whoever was taken out of the cycle since makes none."""
    record = attrs.evolve(LIST, approved=approved)

    assert new == facts(record, EnrolmentListAround(enrolled=enrolled)).names_to_add


@pytest.mark.parametrize(
    ("sender", "same"),
    [
        (WEI, True),
        (Decider("another", "wei"), True),
        (Decider(WEI.account_id), True),
        (Decider("another"), False),
        (Decider(WEI.account_id, "li"), False),
        (None, True),
    ],
)
def test_whoever_handed_in_is_told_by_person_or_by_account(sender, same):
    """Two named persons differ; where one is not known, two accounts do."""

    assert same == facts(around=EnrolmentListAround(sender=sender)).handed_in_by_sender


def test_the_evaluation_ends_what_is_undecided():
    """Until the last instant it is open; from the end on it is over, and so it is without a cycle."""
    last = attrs.evolve(MOMENT, now=CLOSING - timedelta(microseconds=1))
    over = attrs.evolve(MOMENT, now=CLOSING)
    nowhere = facts(around=EnrolmentListAround(cycle=None))

    assert [False, False, True] == [facts(moment=one).time_over for one in (MOMENT, last, over)]
    assert CLOSING == facts().closes_at
    assert (True, False, None) == (nowhere.time_over, nowhere.cycle_open, nowhere.closes_at)


def test_makeup_registration_ends_it_where_that_is_later():
    """Whoever is late may choose 简易程序: until the last instant of 补报时间 the list is decided on; never earlier."""
    late, early = (
        EnrolmentListAround(
            cycle=attrs.evolve(
                RUNNING, windows=attrs.evolve(WINDOWS, makeup_registration=Window.of_days(*days))
            )
        )
        for days in ((date(2024, 1, 14), date(2024, 1, 17)), (date(2024, 1, 2), date(2024, 1, 5)))
    )
    end = china(date(2024, 1, 18), 0)
    moments = [attrs.evolve(MOMENT, now=one) for one in (CLOSING, end - timedelta(microseconds=1), end)]

    assert (end, CLOSING) == (facts(around=late).closes_at, facts(around=early).closes_at)
    assert [False, False, True] == [facts(around=late, moment=one).time_over for one in moments]
    assert [True, True, True] == [facts(around=early, moment=one).time_over for one in moments]


@pytest.mark.parametrize("standing", ListStanding)
def test_only_a_province_with_lists_looks_at_them(standing):
    """Elsewhere nothing is waited for, however the list stands."""
    around = DeferralAround(list_standing=standing)
    asked = [
        ListFacts(None, NoPayload(), around, Moment(NOW, parameters)).list_standing
        for parameters in (DEFAULTS, LISTING)
    ]

    assert ["not_required", standing.value] == asked
