"""
From a chart to an engine: rows to conditions in normal form, conditions to source text, source text to
functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any as Anything

import attrs

from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.statechart.deciding import (
    Fired,
    GuardUnmet,
    ReasonMissing,
    Refused,
    RoleMissing,
    SecondPersonNeeded,
    Unmet,
    stated,
)
from kaohe_workflow.statechart.engine import Engine, Entry
from kaohe_workflow.statechart.generating import Row, bulk_function, case_function
from kaohe_workflow.statechart.model import NO_PARAMETERS, Fact, Statechart, Transition
from kaohe_workflow.statechart.moving import moved
from kaohe_workflow.statechart.naming import missing_names
from kaohe_workflow.statechart.normal import AGREES, Scope, normal, unmet_leaves, wanted_by
from kaohe_workflow.statechart.phrasing import Title, title
from kaohe_workflow.statechart.predicates import Predicate, Value, comparisons

__all__ = ["Engine", "compile_chart"]


def compile_chart(chart: Statechart, parameters: Mapping[str, int] = NO_PARAMETERS) -> Engine:
    """
    Make the engine that decides over a chart, under these values of its parameters.

    Raises:
        DefinitionError: a parameter of the chart has no value, or a name leads nowhere.
    """
    where = f"{chart.name} v{chart.version}"
    problems = [
        Problem(f"{where} {missing.where}", "unknown-name", missing.message)
        for missing in missing_names(chart)
    ]
    if not problems:
        problems = [
            Problem(where, "parameter-missing", f"parameter {name!r} has no value")
            for name in chart.parameters
            if name not in parameters
        ]
    if problems:
        raise DefinitionError(problems)
    return _Compiler(chart, parameters).engine()


class _Compiler:
    """
    Collects the source and the namespace of one engine.

    The names in the namespace are those that `generating` writes: by row number, and by the running
    number of the pair of leaf and event.
    """

    def __init__(self, chart: Statechart, parameters: Mapping[str, int]) -> None:
        self.chart = chart
        self.scope = Scope.of(chart, parameters)
        self.namespace: dict[str, Anything] = {"Refused": Refused, "agrees": AGREES, "stated": stated}
        self.rows = [self._row(index, row) for index, row in enumerate(chart.transitions)]
        self.text: list[str] = []
        self.functions = 0

    def engine(self) -> Engine:
        planned = {leaf: self._plans(leaf) for leaf in self.chart.leaves}
        source = "\n\n\n".join(self.text) + "\n"
        # Numbers, checked names and `repr`s only: see `generating`.
        exec(compile(source, f"<chart {self.chart.name!r}>", "exec"), self.namespace)
        entries = {
            leaf: {event: self._entry(*plan) for event, plan in plans.items()}
            for leaf, plans in planned.items()
        }
        facts = [fact.name for fact in self.chart.facts if fact.type != "instant"]
        states = self.chart.by_name.values()
        return Engine(
            chart=self.chart,
            parameters=self.scope.parameters,
            Facts=attrs.make_class("Facts", facts, frozen=True, slots=True, kw_only=True),
            source=source,
            labels=MappingProxyType({state.name: state.label for state in states}),
            event_labels=MappingProxyType({row.event: row.label for row in reversed(self.chart.transitions)}),
            entries=entries,
            table={
                leaf: {event: entry.decide for event, entry in events.items()}
                for leaf, events in entries.items()
            },
        )

    def _row(self, index: int, row: Transition) -> Row:
        """Bring a row's conditions to normal form, and prepare what says that they are not met."""
        facts = tuple(
            tuple(dict.fromkeys(part.fact for part in comparisons(condition, self.chart.predicates)))
            for condition in row.when
        )
        conditions = tuple(normal(condition, self.scope) for condition in row.when)
        for place, (written, condition, names) in enumerate(zip(row.when, conditions, facts, strict=True)):
            self.namespace[f"unmet_{index}_{place}"] = _Refusal(
                title(written, self.chart), index, condition, [self.chart.fact[name] for name in names]
            )
        self.namespace |= {
            f"by_{index}": frozenset((by.role, by.relation) for by in row.by),
            f"role_{index}": RoleMissing(row.by, index),
            f"reason_{index}": ReasonMissing(index),
            f"second_{index}": SecondPersonNeeded(index),
        }
        return Row(index, row, conditions, facts)

    def _plans(self, leaf: str) -> Mapping[str, tuple[int, list[Row], list[int]]]:
        """
        Event → number of its functions, its rows in the order tried, and a number for each row tried
        alone.
        """
        grouped: dict[str, list[Row]] = {}
        for index, transition in self.chart.rows_from(leaf):
            grouped.setdefault(transition.event, []).append(self.rows[index])
        plans = {}
        for event, rows in grouped.items():
            number = self._functions(leaf, event, rows)
            alone = [number] if len(rows) == 1 else [self._functions(leaf, event, [row]) for row in rows]
            plans[event] = (number, rows, alone)
        return plans

    def _functions(self, leaf: str, event: str, rows: list[Row]) -> int:
        number = self.functions
        self.functions += 1
        for row in rows:
            self.namespace[f"fired_{number}_{row.index}"] = self._fired(leaf, row)
        self.namespace |= {f"event_{number}": event, f"state_{number}": leaf}
        self.text += [
            case_function(number, rows, self.chart.fact),
            bulk_function(number, rows, self.chart.fact),
        ]
        return number

    def _fired(self, leaf: str, row: Row) -> Fired:
        target = row.transition.target
        exited, entered = moved(self.chart, leaf, target)
        return Fired(
            row.transition.event, leaf, target or leaf, exited, entered, row.transition.do, row.index
        )

    def _entry(self, number: int, rows: list[Row], alone: list[int]) -> Entry:
        transitions = [row.transition for row in rows]
        read = {name for row in rows for names in row.facts for name in names}
        named = {name for row in transitions for name in row.parameters(self.chart.predicates)}
        parameters = {name: self.scope.parameters[name] for name in sorted(named)}
        return Entry(
            rows=tuple(transitions),
            decide=self.namespace[f"decide_{number}"],
            decide_many=self.namespace[f"decide_many_{number}"],
            single=tuple(self.namespace[f"decide_{one}"] for one in alone),
            facts=tuple(sorted(read)),
            parameters=MappingProxyType(parameters),
        )


class _Refusal:
    """
    Makes the refusal of one condition from the values it looks at.

    Refusals repeat, so equal values give the same object. The memory is bounded by forgetting
    everything at once: that costs time and nothing else.
    """

    LIMIT = 4096

    def __init__(self, titled: Title, row: int, condition: Predicate, facts: Sequence[Fact]) -> None:
        self.titled = titled
        self.row = row
        self.condition = condition
        self.facts = {fact.name: fact for fact in facts}
        self.wanted = wanted_by(condition, self.facts)
        self.made: dict[tuple[Value, ...], GuardUnmet] = {}

    def __call__(self, *values: Value) -> GuardUnmet:
        made = self.made.get(values)
        if made is None:
            if len(self.made) >= self.LIMIT:
                self.made.clear()
            titled = self.titled
            made = GuardUnmet(titled.name, titled.label, titled.cites, self._unmet(values), self.row)
            self.made[values] = made
        return made

    def _unmet(self, values: Sequence[Value]) -> tuple[Unmet, ...]:
        given = dict(zip(self.facts, values, strict=True))
        return tuple(
            Unmet.of(self.facts[leaf.fact], self.wanted[leaf], given[leaf.fact])
            for leaf in unmet_leaves(self.condition, given)
        )
