"""
Names in a chart that lead nowhere.

The reader refuses them where they are written; this is for charts that were made in other ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from kaohe_workflow.statechart.model import Statechart, Transition
from kaohe_workflow.statechart.predicates import Predicate, comparisons, references


@attrs.frozen
class Missing:
    """
    A name that leads nowhere: where it is used, what it is, and the line of the chart's file (0 =
    none).
    """

    where: str
    message: str
    line: int = 0


def missing_names(chart: Statechart) -> tuple[Missing, ...]:
    """
    Return every use of a fact, guard, state or event that the chart does not define, and guards that
    need themselves.
    """
    return (*_in_guards(chart), *_in_rows(chart), *_in_states(chart))


def _in_guards(chart: Statechart) -> Iterator[Missing]:
    for guard in chart.guards:
        for message in _unknown(guard.predicate, chart):
            yield Missing(f"guard {guard.name}", message, guard.line)
    for name in circular_guards(chart.predicates):
        yield Missing(f"guard {name}", f"guard {name!r} needs itself", chart.guard[name].line)


def _in_rows(chart: Statechart) -> Iterator[Missing]:
    for index, row in enumerate(chart.transitions):
        where = f"row {index} ({row.event})"
        for condition in row.when:
            for message in _unknown(condition, chart):
                yield Missing(where, message, row.line)
        for name in _ends(row):
            if name not in chart.leaves:
                yield Missing(where, f"no leaf {name!r}", row.line)


def _ends(row: Transition) -> tuple[str, ...]:
    return row.sources if row.target is None else (*row.sources, row.target)


def _in_states(chart: Statechart) -> Iterator[Missing]:
    if chart.initial not in chart.leaves:
        yield Missing("initial", f"no leaf {chart.initial!r}")
    for state in chart.by_name.values():
        if state.deadline is not None:
            at = state.deadline.at
            if at is not None and (at not in chart.fact or chart.fact[at].type != "instant"):
                yield Missing(f"state {state.name}", f"no instant fact {at!r}", state.line)
            if state.deadline.event not in chart.events:
                yield Missing(f"state {state.name}", f"no event {state.deadline.event!r}", state.line)


def _unknown(predicate: Predicate, chart: Statechart) -> Iterator[str]:
    for comparison in comparisons(predicate, {}):
        if comparison.fact not in chart.fact:
            yield f"no fact {comparison.fact!r}"
        elif chart.fact[comparison.fact].type == "instant":
            yield f"fact {comparison.fact!r} is an instant: no guard may look at it"
    for name in references(predicate):
        if name not in chart.guard:
            yield f"no guard {name!r}"


def circular_guards(guards: Mapping[str, Predicate]) -> tuple[str, ...]:
    """Return the names of the guards that refer to themselves, directly or through others, sorted."""

    def reached(name: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(references(guards[name]))
        while waiting:
            other = waiting.pop()
            if other in guards and other not in seen:
                seen.add(other)
                waiting += references(guards[other])
        return seen

    return tuple(sorted(name for name in guards if name in reached(name)))
