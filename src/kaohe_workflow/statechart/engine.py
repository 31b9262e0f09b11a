"""
A compiled chart: every decision is two dictionary look-ups and one generated function.

Made by `compiling.compile_chart`. The engine is the fast path; `interpreting` reads the same chart
plainly and must always agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any as Anything

import attrs

from kaohe_workflow.statechart.deciding import (
    NOT_GIVEN,
    Actor,
    Explained,
    Fired,
    GuardUnmet,
    NoRow,
    Reason,
    Refused,
    UnknownEvent,
)
from kaohe_workflow.statechart.model import NO_PARAMETERS, Deadline, Fact, Statechart, Transition
from kaohe_workflow.statechart.normal import AGREES, DISAGREES, Supposed

Decide = Callable[[Actor, Anything, str | None], Fired | Refused]
DecideMany = Callable[[Actor, str | None, Mapping[str, Sequence[Anything]], int], list[Fired | None]]

SOME_REASON = "given with the event"
"""What `explain` supposes for the reason text, which always comes with the event."""


@attrs.frozen(eq=False)
class Entry:
    """Everything about one event in one state; ``single`` are functions that try one row each."""

    rows: tuple[Transition, ...]
    decide: Decide
    decide_many: DecideMany
    single: tuple[Decide, ...]
    facts: tuple[str, ...]
    parameters: Mapping[str, int]


@attrs.frozen(eq=False, repr=False)
class Engine:
    """
    A compiled chart: decides whether an event fires, and says why not.

    Pure and safe to share between threads. ``Facts`` is a frozen class with one attribute a fact that
    guards may look at; any object with those attributes that a decision reads will do instead.
    ``labels`` are those of states, ``event_labels`` those of events (of an event's first row).
    ``source`` is the generated code, for the curious.
    """

    chart: Statechart
    parameters: Mapping[str, int]
    Facts: type
    source: str
    labels: Mapping[str, str]
    event_labels: Mapping[str, str]
    _table: Mapping[str, Mapping[str, Decide]]
    _entries: Mapping[str, Mapping[str, Entry]]

    def __repr__(self) -> str:
        return f"<Engine of {self.chart.name} v{self.chart.version}>"

    def decide(
        self, state: str, event: str, actor: Actor, facts: Anything, *, reason: str | None = None
    ) -> Fired | Refused:
        """
        Decide one event for one case.

        ``facts`` needs at least the attributes that `facts_read` names. A row's facts are read only as
        far as they are needed to fire it; a refusal looks at all of them, to give every reason.

        Raises:
            KeyError: the chart has no such leaf. A refusal is a returned value.
        """
        try:
            decide = self._table[state][event]
        except KeyError:
            return self._no_row(state, event)
        return decide(actor, facts, reason)

    def decide_many(
        self,
        states: Sequence[str],
        event: str,
        actors: Actor | Sequence[Actor],
        columns: Mapping[str, Sequence[Anything]],
        *,
        reason: str | None = None,
    ) -> list[Fired | Refused]:
        """
        Decide one event for many cases: the same answers as `decide`, in order.

        ``actors`` is one for all, or one a case. ``columns`` maps the facts that `facts_read` names for
        these states to one value a case.

        Raises:
            KeyError: the chart has no such leaf, or a column is missing.
            ValueError: the columns are not of one length.
        """
        groups = _grouped(states, actors)
        if len(groups) == 1:
            ((state, actor),) = groups
            return self._decide_group(state, event, actor, columns, len(states), reason)
        outcomes: list[Fired | Refused | None] = [None] * len(states)
        for (state, actor), places in groups.items():
            names = self.facts_read(state, event)
            part = {name: [columns[name][place] for place in places] for name in names}
            decided = self._decide_group(state, event, actor, part, len(places), reason)
            for place, outcome in zip(places, decided, strict=True):
                outcomes[place] = outcome
        return outcomes  # type: ignore[return-value]  # the groups cover every place

    def _decide_group(
        self,
        state: str,
        event: str,
        actor: Actor,
        columns: Mapping[str, Sequence[Anything]],
        count: int,
        reason: str | None,
    ) -> list[Fired | Refused]:
        entry = self._entries[state].get(event)
        if entry is None:
            return [self._no_row(state, event)] * count
        outcomes: list[Anything] = entry.decide_many(actor, reason, columns, count)
        if len(outcomes) != count:
            raise ValueError(f"{count} cases, but columns of {len(outcomes)}")
        # Refusals repeat within a bulk: equal facts are refused once.
        refused: dict[tuple[Anything, ...], Fired | Refused] = {}
        read = [columns[name] for name in entry.facts]
        for place, outcome in enumerate(outcomes):
            if outcome is None:
                values = tuple([column[place] for column in read])
                if values not in refused:
                    line = _Line(dict(zip(entry.facts, values, strict=True)))
                    refused[values] = entry.decide(actor, line, reason)
                outcomes[place] = refused[values]
        return outcomes

    def explain(self, state: str, actor: Actor, facts: Anything) -> tuple[Explained, ...]:
        """
        Say of every event that has a row from this state whether it would fire now, and if not, why.

        Facts that come with the event may be `NOT_GIVEN`: a condition that is false whatever they
        become refuses, a condition that depends on them is listed as to be given. The functions called
        are those of `decide`.

        Raises:
            KeyError: the chart has no such leaf.
        """
        entries = self._entries[state]
        names = {name for entry in entries.values() for name in entry.facts}
        values = {name: getattr(facts, name) for name in names}
        hoped = _Line({name: AGREES if value is NOT_GIVEN else value for name, value in values.items()})
        feared = _Line({name: DISAGREES if value is NOT_GIVEN else value for name, value in values.items()})
        return tuple(self._explained(entry, actor, hoped, feared) for entry in entries.values())

    def _explained(self, entry: Entry, actor: Actor, hoped: _Line, feared: _Line) -> Explained:
        first = entry.rows[0]
        outcome = entry.decide(actor, hoped, SOME_REASON)
        if isinstance(outcome, Refused):
            return Explained(first.event, first.label, allowed=False, reasons=outcome.reasons)
        to_give: dict[str, Fact] = {}
        possible = []
        for row, decide in zip(entry.rows, entry.single, strict=True):
            if isinstance(decide(actor, hoped, SOME_REASON), Refused):
                continue
            possible.append(row)
            surely = decide(actor, feared, SOME_REASON)
            if isinstance(surely, Fired):
                break
            to_give |= {name: self.chart.fact[name] for name in _open_facts(surely.reasons)}
        return Explained(
            first.event,
            possible[0].label,
            allowed=True,
            to_give=tuple(to_give.values()),
            reason_required=all(row.reason_required for row in possible),
        )

    def rows(self, state: str, event: str) -> tuple[Transition, ...]:
        """The rows of an event from a leaf in the order tried; none if there are none."""
        entry = self._entries[state].get(event)
        return entry.rows if entry else ()

    def events_from(self, state: str) -> tuple[str, ...]:
        """The events that have a row from a leaf, in the order of its rows."""
        return tuple(self._entries[state])

    def facts_read(self, state: str, event: str) -> tuple[str, ...]:
        """
        The names of the facts that the rows of an event from a leaf look at, sorted; none if there are
        no rows.
        """
        entry = self._entries[state].get(event)
        return entry.facts if entry else ()

    def parameters_read(self, state: str, event: str) -> Mapping[str, int]:
        """The parameters among the thresholds of those rows, with the values this engine was compiled for."""
        entry = self._entries[state].get(event)
        return entry.parameters if entry else NO_PARAMETERS

    def deadline(self, state: str) -> Deadline | None:
        """The deadline that runs in a leaf: its own, or that of the nearest state around it that has one."""
        around = (self.chart.by_name[name].deadline for name in reversed(self.chart.paths[state]))
        return next((deadline for deadline in around if deadline is not None), None)

    def _no_row(self, state: str, event: str) -> Refused:
        if state not in self._entries:
            raise KeyError(f"chart {self.chart.name!r} v{self.chart.version} has no leaf {state!r}")
        places = tuple(leaf for leaf, entries in self._entries.items() if event in entries)
        reason = NoRow(event, state, places) if places else UnknownEvent(event)
        return Refused(event, state, (reason,))


class _Line:
    """One case's values as attributes."""

    def __init__(self, values: Mapping[str, Anything]) -> None:
        self.__dict__.update(values)


def _open_facts(reasons: Sequence[Reason]) -> list[str]:
    """The facts whose absence is all that stands in the way."""
    return [
        unmet.fact
        for reason in reasons
        if isinstance(reason, GuardUnmet)
        for unmet in reason.unmet
        if isinstance(unmet.actual, Supposed)
    ]


def _grouped(
    states: Sequence[str], actors: Actor | Sequence[Actor]
) -> Mapping[tuple[str, Actor], Sequence[int]]:
    """The places of each state and actor; a bulk of one kind, the common one, is seen at once."""
    if isinstance(actors, Actor):
        if states and states.count(states[0]) == len(states):
            return {(states[0], actors): range(len(states))}
        actors = [actors] * len(states)
    groups: dict[tuple[str, Actor], list[int]] = {}
    for place, key in enumerate(zip(states, actors, strict=True)):
        groups.setdefault(key, []).append(place)
    return groups
