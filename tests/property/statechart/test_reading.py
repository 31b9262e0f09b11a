"""What is written down is what is read back."""

from __future__ import annotations

from typing import Any as Anything

import attrs
import yaml
from hypothesis import given

from kaohe_workflow.adapters.statechart_files import read_statechart
from kaohe_workflow.statechart.model import Deadline, Fact, State, Statechart, Transition
from kaohe_workflow.statechart.predicates import (
    All,
    Any,
    AtLeast,
    AtMost,
    FactIs,
    FactOneOf,
    GuardRef,
    Not,
    Parameter,
    Predicate,
    Threshold,
)
from kaohe_workflow.testing.charts import charts


def written(chart: Statechart) -> dict[str, Anything]:
    """The chart as a mapping of the format."""
    return {
        "chart": chart.name,
        "version": chart.version,
        "label": chart.label,
        "initial": chart.initial,
        "facts": {fact.name: _fact(fact) for fact in chart.facts},
        "guards": {
            guard.name: _predicate_mapping(guard.predicate)
            | {"label": guard.label, "cites": list(guard.cites)}
            for guard in chart.guards
        },
        "states": {state.name: _state(state) for state in chart.states},
        "transitions": [_row(row) for row in chart.transitions],
    }


def _fact(fact: Fact) -> dict[str, Anything]:
    fields = {
        "values": dict(fact.value_labels) or list(fact.values),
        "minimum": fact.minimum,
        "maximum": fact.maximum,
        "unit": fact.unit,
    }
    given = {key: value for key, value in fields.items() if value not in (None, [], "")}
    return {"type": fact.type, "label": fact.label, **given} | ({"of": "event"} if fact.of_event else {})


def _state(state: State) -> dict[str, Anything]:
    if state.states:
        return {
            "label": state.label,
            "initial": state.initial,
            "states": {inner.name: _state(inner) for inner in state.states},
        }
    deadline = {"deadline": _deadline(state.deadline)} if state.deadline else {}
    return {"label": state.label, "final": state.final} | deadline


def _deadline(deadline: Deadline) -> dict[str, str]:
    fields = {"event": deadline.event, "parameter": deadline.parameter, "at": deadline.at}
    return {key: value for key, value in fields.items() if value is not None}


def _row(row: Transition) -> dict[str, Anything]:
    return {
        "event": row.event,
        "label": row.label,
        "from": list(row.written or row.sources),
        "by": [{"role": by.role, "relation": by.relation} for by in row.by],
        "when": [_predicate(part) for part in row.when],
        "do": list(row.do),
        "four_eyes": row.four_eyes,
        **({"to": row.target} if row.target is not None else {}),
        **({"reason": "required"} if row.reason_required else {}),
    }


def _predicate(predicate: Predicate) -> Anything:
    match predicate:
        case GuardRef(name):
            return name
        case FactIs(fact, True):
            return fact
    return _predicate_mapping(predicate)


def _predicate_mapping(predicate: Predicate) -> dict[str, Anything]:
    match predicate:
        case GuardRef(name):
            return {"all": [name]}
        case All(parts):
            return {"all": [_predicate(part) for part in parts]}
        case Any(parts):
            return {"any": [_predicate(part) for part in parts]}
        case Not(part):
            return {"not": _predicate(part)}
        case FactIs(fact, value):
            return {"fact": fact, "is": value}
        case FactOneOf(fact, values):
            return {"fact": fact, "one_of": list(values)}
        case AtLeast(fact, threshold):
            return {"fact": fact, "at_least": _threshold(threshold)}
        case AtMost(fact, threshold):
            return {"fact": fact, "at_most": _threshold(threshold)}


def _threshold(threshold: Threshold) -> Anything:
    return {"parameter": threshold.name} if isinstance(threshold, Parameter) else threshold


def as_read(chart: Statechart) -> Statechart:
    """The chart as the reader makes it: a guard that is another guard is a list of one, sources keep their spelling."""
    guards = [
        attrs.evolve(guard, predicate=All((guard.predicate,)))
        if isinstance(guard.predicate, GuardRef)
        else guard
        for guard in chart.guards
    ]
    rows = [attrs.evolve(row, written=row.written or row.sources) for row in chart.transitions]
    return attrs.evolve(chart, guards=tuple(guards), transitions=tuple(rows))


@given(charts())
def test_a_chart_written_as_yaml_is_read_as_it_was(chart: Statechart) -> None:
    """Every part of a chart survives YAML, whatever its labels contain."""
    text = yaml.safe_dump(written(chart), allow_unicode=True, sort_keys=False)

    assert as_read(chart) == read_statechart(text)
