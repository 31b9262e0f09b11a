"""What an engine tells before anything is decided: events, reasons, what it reads, deadlines, labels."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.statechart.deciding import NOT_GIVEN, Explained, GuardUnmet
from kaohe_workflow.statechart.engine import Engine
from kaohe_workflow.statechart.model import Deadline
from tests.unit.statechart.filing import CHART, FACTS, INSTITUTION, facts


def test_what_the_event_brings_is_to_be_given(engine: Engine) -> None:
    """Without a payload an event is allowed, and says which facts and whether a reason it will need."""
    before = facts(opinion=NOT_GIVEN, sure=NOT_GIVEN)
    explained = {one.event: one for one in engine.explain("sent", INSTITUTION, before)}

    assert Explained("judge", "通过", True, (CHART.fact["opinion"], CHART.fact["sure"])) == explained["judge"]
    assert Explained("return", "驳回", True, reason_required=True) == explained["return"]
    assert ["save", "return", "judge", "lapse"] == list(explained)


def test_a_condition_false_whatever_is_given_refuses_before(engine: Engine) -> None:
    """Whoever comes too late need not write an opinion first; only what is known is held against them."""
    before = facts(opinion=NOT_GIVEN, sure=NOT_GIVEN, window="over")
    explained = {one.event: one for one in engine.explain("sent", INSTITUTION, before)}["judge"]

    assert (False, ()) == (explained.allowed, explained.to_give)
    assert {"window"} == {
        unmet.fact for reason in explained.reasons if isinstance(reason, GuardUnmet) for unmet in reason.unmet
    }


def test_a_reason_for_some_rows_only_is_not_demanded_before(engine: Engine) -> None:
    """Passing needs no reason, failing does: which it will be, only the event tells."""
    explained = {one.event: one for one in engine.explain("sent", INSTITUTION, facts(opinion="bad"))}

    assert (True, "不通过", True) == (
        explained["judge"].allowed,
        explained["judge"].label,
        explained["judge"].reason_required,
    )


def test_the_engine_tells_what_it_reads(engine: Engine) -> None:
    """The facts and parameters that the rows tried look at; nothing for what has no row."""

    assert ("misconduct", "window", "years") == engine.facts_read("draft", "submit")
    assert {"long_years": 12} == engine.parameters_read("draft", "submit")
    assert ((), {}, ()) == (
        engine.facts_read("draft", "fly"),
        engine.parameters_read("sent", "judge"),
        engine.rows("draft", "fly"),
    )


def test_the_nearest_deadline_runs(engine: Engine) -> None:
    """A leaf's own deadline, else that of the state around it, else none."""

    assert (Deadline("lapse", at="due"), Deadline("lapse", parameter="review_days"), None) == tuple(
        engine.deadline(state) for state in ("draft", "sent", "good")
    )


def test_states_and_events_have_labels(engine: Engine) -> None:
    """An event of several rows is labelled by its first."""

    assert ("进行中", "通过") == (engine.labels["open"], engine.event_labels["judge"])


def test_facts_are_a_frozen_class_without_instants(engine: Engine) -> None:
    """One attribute a fact that guards may look at."""

    assert list(FACTS) == [field.name for field in attrs.fields(engine.Facts)]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        engine.Facts(**FACTS).years = 3
