"""The charts as shipped, walked by the engine, by plain reading and by the library `transitions` side by side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.adapters.transitions import ChartMachine, build_machine
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.statechart.deciding import Actor, Fired
from kaohe_workflow.statechart.engine import Engine
from kaohe_workflow.statechart.model import Statechart
from kaohe_workflow.statechart.predicates import Value
from kaohe_workflow.statechart.solving import Prover
from kaohe_workflow.testing.charts import values_of
from kaohe_workflow.values.parameters import Parameters

VALUES = Parameters().integers
MOST_EVENTS = 40
REASONS = st.sampled_from(["有误", None, " "])


@attrs.define
class Walker:
    """A model of the machine: where it stands, and who acts on what for one event."""

    state: str
    who: Actor = attrs.field(factory=lambda: Actor(frozenset()))
    looked_at: Mapping[str, Any] = attrs.field(factory=dict)

    def actor(self) -> Actor:
        return self.who

    def facts(self) -> Any:
        return SimpleNamespace(**self.looked_at)


@attrs.frozen
class Course:
    """One chart ready to be walked: ``firing`` are facts for each of its rows under which the row may fire."""

    chart: Statechart
    engine: Engine
    machine: ChartMachine
    firing: tuple[Mapping[str, Value], ...]
    facts: st.SearchStrategy[dict[str, Any]]


@cache
def course(lifecycle: str) -> Course:
    catalogue = load_catalogue()
    chart = catalogue.charts[lifecycle][catalogue.newest(lifecycle)]
    prover = Prover(chart, {name: (value,) for name, value in VALUES.items()})
    return Course(
        chart,
        chart.compile(VALUES),
        build_machine(chart, VALUES),
        tuple(prover.witness(row.when) or {} for row in chart.transitions),
        st.fixed_dictionaries({fact.name: values_of(fact) for fact in chart.facts if fact.type != "instant"}),
    )


@st.composite
def sendings(draw: st.DrawFn, walked: Course, state: str) -> tuple[str, Actor, dict[str, Any], str | None]:
    """An event that has a row here, mostly by whom it is for and with what it asks for; sometimes anything."""
    rows = walked.chart.rows_from(state)
    index, row = draw(st.sampled_from(rows or tuple(enumerate(walked.chart.transitions))))
    by = draw(st.sampled_from(row.by))
    facts = draw(walked.facts)
    if draw(st.integers(0, 3)):
        facts |= walked.firing[index]
    grants = frozenset({(by.role, by.relation)}) if draw(st.integers(0, 7)) else frozenset[Any]()
    actor = Actor(grants, named=draw(st.booleans()), acted=draw(st.booleans()))
    return row.event, actor, facts, draw(REASONS)


@pytest.mark.parametrize("lifecycle", sorted(LIFECYCLES))
@given(data=st.data())
def test_every_reading_walks_the_same_way(lifecycle: str, data: st.DataObject) -> None:
    """Event for event the same state and the same reasons, over up to forty events of a case that begins anywhere."""
    walked = course(lifecycle)
    left = [leaf for leaf in walked.chart.leaves if walked.chart.rows_from(leaf)]
    case = Walker(data.draw(st.sampled_from(left)))
    for _ in range(data.draw(st.integers(1, MOST_EVENTS))):
        event, case.who, case.looked_at, reason = data.draw(sendings(walked, case.state))
        outcome = walked.engine.decide(case.state, event, case.who, case.facts(), reason=reason)
        reasons = walked.machine.reasons(case, event, reason=reason)
        fired = walked.machine.send(case, event, reason=reason)

        assert (fired, case.state, reasons) == (
            (True, outcome.target, ())
            if isinstance(outcome, Fired)
            else (False, outcome.state, outcome.reasons)
        )
