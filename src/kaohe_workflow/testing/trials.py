"""
One case on its way through its chart and its package, without a store; and rows proven one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import attrs

from kaohe_workflow.adapters.statechart_files import charts_root, read_statechart
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.shape import Moment, NoPayload, Step
from kaohe_workflow.statechart.deciding import Actor, Fired, GuardUnmet, Refused
from kaohe_workflow.statechart.engine import Engine
from kaohe_workflow.statechart.interpreting import Reading
from kaohe_workflow.statechart.model import INITIAL, Statechart, Transition
from kaohe_workflow.statechart.predicates import FactIs, GuardRef
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.terms import ROLES, Relation

DEFAULTS = Parameters()
"""The parameters of the manual's province."""

Grant = tuple[str, str]

_NOTHING: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


@cache
def shipped_chart(lifecycle: str) -> Statechart:
    """The shipped chart of a lifecycle, version 1."""
    text = (charts_root() / lifecycle / "v1.yaml").read_text(encoding="utf-8")
    return read_statechart(text, lifecycle)


@cache
def engine(lifecycle: str, parameters: Parameters) -> Engine:
    """The compiled chart of a lifecycle under parameters."""
    return shipped_chart(lifecycle).compile(parameters.integers)


@attrs.frozen(kw_only=True)
class Sending:
    """One event as it is sent: by whom (role and relation), when, with what around, and what it carries."""

    event: str
    by: Grant
    around: Any
    now: datetime
    payload: Any = attrs.field(factory=NoPayload)
    reason: str | None = None
    acted: bool = False
    operator_id: str | None = None

    @property
    def actor(self) -> Actor:
        """The sender; ``acted`` says that this person brought the case where it is."""
        return Actor(frozenset({self.by}), acted=self.acted)


@attrs.frozen(kw_only=True)
class Trial:
    """One case of a lifecycle; in the state none before an event makes it."""

    lifecycle: str
    state: str = INITIAL
    record: Any = None
    parameters: Parameters = DEFAULTS

    def facts(self, sending: Sending) -> Any:
        """The facts of the package for an event."""
        return LIFECYCLES[self.lifecycle].facts(
            self.record, sending.payload, sending.around, Moment(sending.now, self.parameters)
        )

    def decide(self, sending: Sending) -> Fired | Refused:
        """What the engine says to an event."""
        compiled = engine(self.lifecycle, self.parameters)
        facts = self.facts(sending)
        return compiled.decide(self.state, sending.event, sending.actor, facts, reason=sending.reason)

    def send(self, sending: Sending) -> Trial:
        """
        The case after the event, which must fire.

        Raises:
            AssertionError: the event is refused.
        """
        fired = self.decide(sending)
        if isinstance(fired, Refused):
            raise AssertionError("; ".join(map(str, fired.reasons)))
        step = Step(
            case_id="case",
            event=fired.event,
            source=fired.source,
            target=fired.target,
            payload=sending.payload,
            around=sending.around,
            moment=Moment(sending.now, self.parameters),
            account_id="account",
            operator_id=sending.operator_id,
            organisation_id="organisation",
            reason=sending.reason,
        )
        record = self.record
        for name in fired.actions:
            record = LIFECYCLES[self.lifecycle].actions[name](record, step)
        return attrs.evolve(self, state=fired.target, record=record)


@attrs.frozen(kw_only=True)
class RowCase:
    """
    A case that takes one row of a chart, and for each guard of the row a change that refuses it.

    ``refused`` maps each name in the row's ``when`` to what must be different (attributes of the trial or
    of the sending) for just this condition to fail.
    """

    trial: Trial
    sending: Sending
    target: str
    refused: Mapping[str, Mapping[str, Any]] = _NOTHING

    def __str__(self) -> str:
        return f"{self.trial.state}-{self.sending.event}-{self.target}"

    @property
    def row(self) -> tuple[int, Transition]:
        """
        The row that fires, with its index.

        Raises:
            AssertionError: none does.
        """
        fired = self.trial.decide(self.sending)
        if isinstance(fired, Refused):
            raise AssertionError("; ".join(map(str, fired.reasons)))
        return fired.row, shipped_chart(self.trial.lifecycle).transitions[fired.row]

    @property
    def conditions(self) -> set[str]:
        """The names in the row's ``when``."""
        _, row = self.row
        return {_name(part) for part in row.when}

    def unmet(self, guard: str) -> set[str]:
        """
        The conditions of this row that do not hold once the change for ``guard`` is made.

        The row is looked at alone: another one may take the event then.
        """
        index, row = self.row
        changes = dict(self.refused[guard])
        own = {name: changes.pop(name) for name in ("record", "parameters") if name in changes}
        trial, sending = attrs.evolve(self.trial, **own), attrs.evolve(self.sending, **changes)
        chart = shipped_chart(trial.lifecycle)
        reading = Reading(chart, trial.parameters.integers, trial.facts(sending))
        reasons = reading.against(index, row, sending.actor, sending.reason)
        return {reason.name for reason in reasons if isinstance(reason, GuardUnmet)}

    def admitted(self) -> list[str]:
        """
        Which senders the row lets through though it must not.

        Tried are another role, an event without its reason, and for a row that wants a second person the
        one who brought the case here.
        """
        _, row = self.row
        other = min(ROLES.keys() - {by.role for by in row.by})
        tries = {"another role": attrs.evolve(self.sending, by=(other, Relation.ANY.value))}
        if row.reason_required:
            tries["no reason"] = attrs.evolve(self.sending, reason=" ")
        if row.four_eyes:
            tries["the same person"] = attrs.evolve(self.sending, acted=True)
        return [name for name, sending in tries.items() if isinstance(self.trial.decide(sending), Fired)]


def _name(predicate: object) -> str:
    if isinstance(predicate, GuardRef):
        return predicate.name
    if isinstance(predicate, FactIs):
        return predicate.fact
    raise TypeError(f"a row names its conditions: {predicate!r}")


def events_without_case(lifecycle: str, cases: Iterable[RowCase]) -> set[str]:
    """The events of the rows of a chart that no case takes."""
    taken = {case.row[0] for case in cases}
    rows = enumerate(shipped_chart(lifecycle).transitions)
    return {row.event for index, row in rows if index not in taken}
