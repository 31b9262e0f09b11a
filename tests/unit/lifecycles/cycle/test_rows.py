"""A cycle: who moves it, with what reason, and when nobody does any more."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.statechart.deciding import Fired, Refused
from kaohe_workflow.testing.organisations import CycleAround
from tests.unit.lifecycles.cycle.rows import CASES, HAND, PROVINCE, SYSTEM

pytestmark = pytest.mark.manual("N-3.4")


@pytest.mark.parametrize("row", CASES, ids=str)
def test_other_roles_are_refused(row):
    """A cycle is moved by the province itself and by time, by no other administration, unit or physician."""
    others = [
        ("province", "subtree"),
        ("administration", "own"),
        ("administration", "subtree"),
        ("institution", "own"),
        ("agency", "assigned"),
        ("physician", "self"),
        SYSTEM if row.sending.by == PROVINCE else PROVINCE,
    ]
    refused = [row.trial.decide(attrs.evolve(row.sending, by=by)) for by in others]

    assert all(isinstance(outcome, Refused) and outcome.not_permitted for outcome in refused)


@pytest.mark.manual("M: archive a cycle, reopen its evaluation window, correct a line")
@pytest.mark.parametrize("event", ["correct_line", "discard", "extend_evaluation"])
def test_reason_is_demanded(event):
    """Correcting a published line, discarding a cycle and opening its evaluation again need a reason."""
    row = next(row for row in CASES if row.sending.event == event)
    outcome = row.trial.decide(attrs.evolve(row.sending, reason=" "))

    assert ["reason-missing"] == [reason.code for reason in outcome.reasons]


@pytest.mark.parametrize(("caller", "refused"), [("somebody", True), ("else", False), (None, True)])
def test_line_is_corrected_by_a_second_person(caller, refused):
    """Who published the line does not correct it, and neither does a shared account."""
    row = next(row for row in CASES if row.sending.event == "correct_line")
    trial = attrs.evolve(row.trial, record=attrs.evolve(row.trial.record, line_hands=(HAND,)))
    outcome = trial.decide(attrs.evolve(row.sending, around=CycleAround(caller=caller)))

    assert refused is isinstance(outcome, Refused)


@pytest.mark.parametrize(
    ("before_its_end", "refused"), [(timedelta(microseconds=1), False), (timedelta(), True)]
)
def test_cycle_whose_evaluation_is_over_is_not_published(before_its_end, refused):
    """A cycle is published until its evaluation ends: with a mistyped year it could be neither moved nor discarded."""
    row = next(row for row in CASES if row.sending.event == "publish")
    now = row.trial.record.windows.evaluation.closes_at - before_its_end
    outcome = row.trial.decide(attrs.evolve(row.sending, now=now))

    assert refused is isinstance(outcome, Refused)


@pytest.mark.parametrize("state", ["archived", "discarded"])
@pytest.mark.parametrize("row", CASES, ids=str)
def test_finished_cycle_stays(row, state):
    """Nothing changes an archived or discarded cycle."""
    outcome = attrs.evolve(row.trial, state=state).decide(row.sending)

    assert not isinstance(outcome, Fired)
