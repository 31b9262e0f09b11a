"""
The reference: the same decisions as the engine's, by reading the chart's data plainly.

Slow, short and obvious. It shares with the fast path the values of an answer and nothing of the way
there: no normal form, no generated code. Property tests hold the two together on generated charts, and
other engines build on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Anything

from kaohe_workflow.statechart.deciding import (
    Actor,
    Fired,
    GuardUnmet,
    NoRow,
    Reason,
    ReasonMissing,
    Refused,
    RoleMissing,
    SecondPersonNeeded,
    UnknownEvent,
    Unmet,
    Wanted,
    stated,
)
from kaohe_workflow.statechart.model import NO_PARAMETERS, Fact, Statechart, Transition
from kaohe_workflow.statechart.moving import moved
from kaohe_workflow.statechart.phrasing import title
from kaohe_workflow.statechart.predicates import (
    All,
    Any,
    AtLeast,
    AtMost,
    Comparison,
    FactIs,
    FactOneOf,
    GuardRef,
    Not,
    Parameter,
    Predicate,
    Threshold,
    Value,
)


def interpret(
    chart: Statechart,
    state: str,
    event: str,
    actor: Actor,
    facts: Anything,
    *,
    reason: str | None = None,
    parameters: Mapping[str, int] = NO_PARAMETERS,
) -> Fired | Refused:
    """
    Decide one event for one case, as `Engine.decide` does.

    Raises:
        KeyError: the chart has no such leaf, or a parameter that is looked at has no value.
    """
    reading = Reading(chart, parameters, facts)
    tried = [(index, row) for index, row in chart.rows_from(state) if row.event == event]
    refusals: list[Reason] = []
    for index, row in tried:
        reasons = reading.against(index, row, actor, reason)
        if not reasons:
            exited, entered = moved(chart, state, row.target)
            return Fired(event, state, row.target or state, exited, entered, row.do, index)
        refusals += reasons
    if not tried:
        refusals.append(_no_row(chart, state, event))
    return Refused(event, state, tuple(refusals))


def _no_row(chart: Statechart, state: str, event: str) -> Reason:
    sources = {leaf for row in chart.transitions if row.event == event for leaf in row.sources}
    places = tuple(leaf for leaf in chart.leaves if leaf in sources)
    return NoRow(event, state, places) if places else UnknownEvent(event)


class Reading:
    """A chart's predicates, read over one case's facts."""

    def __init__(self, chart: Statechart, parameters: Mapping[str, int], facts: Anything) -> None:
        self.chart = chart
        self.parameters = parameters
        self.facts = facts

    def against(self, index: int, row: Transition, actor: Actor, reason: str | None) -> list[Reason]:
        """Return everything that keeps a row from firing; nothing if it fires."""
        reasons: list[Reason] = []
        if not any((by.role, by.relation) in actor.grants for by in row.by):
            reasons.append(RoleMissing(row.by, index))
        for condition in row.when:
            if not self.holds(condition):
                unmet = tuple(dict.fromkeys(self.unmet(condition, wanted=True)))
                titled = title(condition, self.chart)
                reasons.append(GuardUnmet(titled.name, titled.label, titled.cites, unmet, index))
        if row.reason_required and not stated(reason):
            reasons.append(ReasonMissing(index))
        if row.four_eyes and (actor.acted or not actor.named):
            reasons.append(SecondPersonNeeded(index))
        return reasons

    def holds(self, predicate: Predicate) -> bool:
        """Say whether a predicate holds."""
        match predicate:
            case All(parts):
                return all(self.holds(part) for part in parts)
            case Any(parts):
                return any(self.holds(part) for part in parts)
            case Not(part):
                return not self.holds(part)
            case GuardRef(name):
                return self.holds(self.chart.guard[name].predicate)
            case FactIs(name, value):
                return _same(getattr(self.facts, name), value)
            case FactOneOf(name, values):
                return any(_same(getattr(self.facts, name), value) for value in values)
            case AtLeast(name, threshold):
                return bool(getattr(self.facts, name) >= self._number(threshold))
            case AtMost(name, threshold):
                return bool(getattr(self.facts, name) <= self._number(threshold))

    def unmet(self, predicate: Predicate, wanted: bool) -> list[Unmet]:
        """
        Return the comparisons that keep a predicate from being true, or with ``wanted`` False from
        being false.
        """
        if self.holds(predicate) == wanted:
            return []
        match predicate:
            case All(parts) | Any(parts):
                return [unmet for part in parts for unmet in self.unmet(part, wanted)]
            case Not(part):
                return self.unmet(part, not wanted)
            case GuardRef(name):
                return self.unmet(self.chart.guard[name].predicate, wanted)
            case FactIs() | FactOneOf() | AtLeast() | AtMost():
                fact = self.chart.fact[predicate.fact]
                actual = getattr(self.facts, fact.name)
                return [
                    Unmet.of(fact, asked, actual) for asked in self._wanted(predicate, fact, wanted, actual)
                ]

    def _wanted(self, comparison: Comparison, fact: Fact, wanted: bool, actual: Value) -> list[Wanted]:
        """What the comparison, or its opposite, wants: what is not one number is less or more."""
        match comparison:
            case AtLeast(_, threshold):
                least = self._number(threshold)
                return [Wanted.bound(fact, "≥", least) if wanted else Wanted.bound(fact, "≤", least - 1)]
            case AtMost(_, threshold):
                most = self._number(threshold)
                return [Wanted.bound(fact, "≤", most) if wanted else Wanted.bound(fact, "≥", most + 1)]
            case FactIs(_, value):
                values: tuple[Value, ...] = (value,)
            case FactOneOf(_, values):
                pass
        if not wanted and fact.words is None:
            met = int(actual)
            return [Wanted.bound(fact, "≤", met - 1), Wanted.bound(fact, "≥", met + 1)]
        words = values if wanted else tuple(word for word in fact.words or () if word not in values)
        return [Wanted.among(fact, words)]

    def _number(self, threshold: Threshold) -> int:
        return self.parameters[threshold.name] if isinstance(threshold, Parameter) else threshold


def _same(actual: Value, value: Value) -> bool:
    return actual is value if isinstance(value, bool) else actual == value
