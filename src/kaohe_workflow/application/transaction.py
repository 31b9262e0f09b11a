"""
One unit of work of the door: lock, look, decide, act, record, and answer with what follows.

The way is the same for one case and for thousands: columns of cases, one query for them, one a kind of fact, one
decision pass a chart version, one grouped write. What follows from it (policies) goes the same way, inside the same
unit of work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from kaohe_workflow.application.access import (
    DESTINATIONS,
    SYSTEM,
    Principal,
    Standing,
    authorize,
    grants,
    reaches,
    visible,
)
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.history import GENESIS, Deed, row_of
from kaohe_workflow.application.policies import Command, Occurrence, Policy, Reading
from kaohe_workflow.application.ports import (
    Case,
    Codec,
    Due,
    Enclosure,
    Identifiers,
    Job,
    Secrets,
    UnitOfWork,
    Written,
)
from kaohe_workflow.application.selectors import SELECTORS
from kaohe_workflow.errors import ConcurrentTransition, KaoheError, NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.shape import Moment, NoPayload, Step
from kaohe_workflow.statechart.deciding import Actor, Fired, Refused
from kaohe_workflow.statechart.engine import Engine

MAXIMUM_DEPTH = 8
"""How far consequences may follow from consequences; the policies' check proves that there is no loop."""


@attrs.frozen
class Item:
    """One case to send an event to (None makes a case), with what the event carries."""

    case_id: str | None
    payload: Any = NoPayload()  # noqa: RUF009 - frozen and empty
    reason: str | None = None
    expected_version: int | None = None

    @property
    def reasoned(self) -> bool:
        """Whether a reason is given; blanks are none."""
        return self.reason is not None and bool(self.reason.strip())


@attrs.frozen
class Tools:
    """What a transaction works with; the same for every one of an application."""

    catalogue: Catalogue
    identifiers: Identifiers
    codec: Codec
    secrets: Secrets


@attrs.define
class _Line:
    """One item on its way through the transaction."""

    item: Item
    case_id: str
    before: Case | None
    actor: Actor | None = None
    around: Any = None
    looked_at: dict[str, str | int | bool] = attrs.field(factory=dict)
    outcome: Fired | Refused | None = None
    after: Case | None = None
    error: KaoheError | None = None

    @property
    def state(self) -> str:
        return self.before.state if self.before else "none"


@attrs.frozen
class Tried:
    """The end of one item: the case after it, or the error; ``deed`` is what a refusal's audit row needs."""

    lifecycle: str
    case_id: str
    at: datetime
    fired: Fired | None
    after: Case | None
    error: KaoheError | None
    deed: Deed | None


@attrs.define
class Transaction:
    """
    Events on their way through one unit of work.

    ``request_id`` ties together all rows that one request wrote, consequences included.
    """

    tools: Tools
    unit: UnitOfWork
    moment: Moment
    request_id: str
    _engines: dict[tuple[str, int], Engine] = attrs.field(factory=dict, init=False)

    def apply(
        self,
        principal: Principal,
        lifecycle: str,
        event: str,
        items: Sequence[Item],
        *,
        cause: str | None = None,
        depth: int = 0,
    ) -> list[Tried]:
        """
        Decide one event for many cases and store what fires, with its consequences.

        Returns one `Tried` an item, in order. A refused item stops nobody else.

        Raises:
            ConcurrentTransition: the store found that someone was first.
            TransitionRefused: a consequence was refused; the unit of work must not be committed.
        """
        surroundings = Surroundings(self.unit, self.moment, self.tools.secrets)
        lines = self._load(lifecycle, items)
        self._authorise(principal, lifecycle, event, lines, surroundings)
        self._look(lifecycle, event, lines, surroundings)
        self._decide(lifecycle, event, lines)
        steps, occurrences = self._act(principal, lifecycle, event, lines, cause)
        self.unit.write(steps)
        self._follow(occurrences, depth)
        return [self._tried(principal, lifecycle, event, line, cause) for line in lines]

    def _load(self, lifecycle: str, items: Sequence[Item]) -> list[_Line]:
        """The cases, locked; what makes a case locks the parent that its payload names."""
        ids = [item.case_id for item in items if item.case_id is not None]
        found = self.unit.lock(lifecycle, ids) if ids else {}
        made = [item for item in items if item.case_id is None]
        for attribute, parent in (("assessment_id", "assessment"), ("physician_id", "affiliation")):
            parents = sorted({str(id) for item in made if (id := getattr(item.payload, attribute, None))})
            if parents:
                self.unit.lock(parent, parents)
                break
        lines, seen = [], set[str]()
        for item in items:
            line = _Line(item, item.case_id or self.tools.identifiers.new_id(), found.get(item.case_id or ""))
            if item.case_id is not None and line.before is None:
                line.error = NotFound(lifecycle, item.case_id)
            elif line.case_id in seen:
                line.error = ConcurrentTransition(lifecycle, line.case_id, None, None)
            seen.add(line.case_id)
            lines.append(line)
        return lines

    def _authorise(
        self,
        principal: Principal,
        lifecycle: str,
        event: str,
        lines: Sequence[_Line],
        surroundings: Surroundings,
    ) -> None:
        """Who the caller is towards each case; out of scope is not found; stale is stale."""
        open_lines = [line for line in lines if line.error is None]
        standings = surroundings.standings(
            lifecycle, [(line.case_id, line.before, line.item.payload) for line in open_lines]
        )
        for line, standing in zip(open_lines, standings, strict=True):
            hands = line.before.hands if line.before else ()
            operator = principal.operator_id
            line.actor = Actor(
                grants(principal, standing), named=operator is not None, acted=operator in hands
            )
            try:
                self._authorise_one(principal, lifecycle, event, line, standing)
                self._check_destination(principal, lifecycle, event, line, surroundings)
            except KaoheError as ex:
                line.error = ex

    def _authorise_one(
        self, principal: Principal, lifecycle: str, event: str, line: _Line, standing: Standing
    ) -> None:
        """Scope first, then version, then role: nobody learns more than the caller may know."""
        rows = self._engine(lifecycle, line.before).rows(line.state, event)
        admitted = {(by.role, by.relation) for row in rows for by in row.by}
        held = line.actor.grants if line.actor is not None else frozenset()
        if held.isdisjoint(admitted) and not visible(principal, standing):
            raise NotFound(lifecycle, line.case_id)
        expected = line.item.expected_version
        if expected is not None and line.before is not None and expected != line.before.version:
            raise ConcurrentTransition(lifecycle, line.case_id, expected, line.before.version)
        if rows:
            authorize(principal, standing, admitted, lifecycle=lifecycle, case_id=line.case_id, event=event)

    def _check_destination(
        self, principal: Principal, lifecycle: str, event: str, line: _Line, surroundings: Surroundings
    ) -> None:
        """Who brings a case to another organisation must be somebody there too."""
        attribute = DESTINATIONS.get((lifecycle, event))
        if attribute is None:
            return
        destination = getattr(line.item.payload, attribute)
        if not reaches(principal, surroundings.standing_of_institution(destination)):
            raise NotFound("institution", destination)

    def _version(self, lifecycle: str, case: Case | None) -> int:
        return case.chart_version if case else self.tools.catalogue.newest(lifecycle)

    def _engine(self, lifecycle: str, case: Case | None) -> Engine:
        key = (lifecycle, self._version(lifecycle, case))
        engine = self._engines.get(key)
        if engine is None:
            engine = self.tools.catalogue.engine(*key, self.moment.parameters)
            self._engines[key] = engine
        return engine

    def _look(self, lifecycle: str, event: str, lines: Sequence[_Line], surroundings: Surroundings) -> None:
        """Take the facts that the rows of each case's state read, each once; queries are shared by all lines."""
        shape = self.tools.catalogue.lifecycle(lifecycle)
        open_lines = [line for line in lines if line.error is None]
        views = surroundings.views(
            lifecycle, [(line.case_id, line.before, line.item.payload) for line in open_lines]
        )
        for line, view in zip(open_lines, views, strict=True):
            line.around = view
            names = self._engine(lifecycle, line.before).facts_read(line.state, event)
            if names:
                record = line.before.record if line.before else None
                facts = shape.facts(record, line.item.payload, view, self.moment)
                line.looked_at = {name: getattr(facts, name) for name in names}

    def _decide(self, lifecycle: str, event: str, lines: Sequence[_Line]) -> None:
        """One pass for each chart version, state and presence of a reason; what differs is in the columns."""
        groups: dict[tuple[int, str, bool], list[_Line]] = {}
        for line in lines:
            if line.error is None:
                key = (self._version(lifecycle, line.before), line.state, line.item.reasoned)
                groups.setdefault(key, []).append(line)
        for group in groups.values():
            engine = self._engine(lifecycle, group[0].before)
            columns = {name: [line.looked_at[name] for line in group] for name in group[0].looked_at}
            outcomes = engine.decide_many(
                [line.state for line in group],
                event,
                [line.actor for line in group if line.actor is not None],
                columns,
                reason=group[0].item.reason,
            )
            for line, outcome in zip(group, outcomes, strict=True):
                line.outcome = outcome
                if isinstance(outcome, Refused):
                    line.error = (
                        NotPermitted(lifecycle, event)
                        if outcome.not_permitted
                        else TransitionRefused(lifecycle, event, line.state, outcome.reasons)
                    )

    def _act(
        self, principal: Principal, lifecycle: str, event: str, lines: Sequence[_Line], cause: str | None
    ) -> tuple[list[Written], list[Occurrence]]:
        steps, occurrences = [], []
        for line in lines:
            if not isinstance(line.outcome, Fired):
                continue
            fired = line.outcome
            line.after = self._changed(principal, lifecycle, line, fired)
            steps.append(self._written(principal, lifecycle, event, line, cause))
            occurrences.append(
                Occurrence(
                    lifecycle, event, fired.source, fired.target, line.before, line.after, line.item.payload
                )
            )
        return steps, occurrences

    def _changed(self, principal: Principal, lifecycle: str, line: _Line, fired: Fired) -> Case:
        """The case after its actions; its head is set when the row is known."""
        before, item = line.before, line.item
        step = Step(
            case_id=line.case_id,
            event=fired.event,
            source=fired.source,
            target=fired.target,
            payload=item.payload,
            around=line.around,
            moment=self.moment,
            account_id=principal.account_id,
            operator_id=principal.operator_id,
            reason=item.reason,
        )
        record: Any = before.record if before else None
        actions = self.tools.catalogue.lifecycle(lifecycle).actions
        for name in fired.actions:
            record = actions[name](record, step)
        operator = (principal.operator_id,) if principal.operator_id else ()
        # What the system does by itself hides nobody's hand: who may act must not hang on whether a sweep has run.
        stays = before is not None and (fired.source == fired.target or principal.is_system)
        homes = before.homes if before else ()
        home = str(record.institution_id)
        return Case(
            lifecycle=lifecycle,
            id=line.case_id,
            state=fired.target,
            version=before.version + 1 if before else 1,
            chart_version=self._version(lifecycle, before),
            record=record,
            head=before.head if before else GENESIS,
            hands=tuple(dict.fromkeys((before.hands if before and stays else ()) + operator)),
            homes=homes if home in homes else (*homes, home),
        )

    def _written(
        self, principal: Principal, lifecycle: str, event: str, line: _Line, cause: str | None
    ) -> Written:
        after = line.after
        assert after is not None  # only fired lines come here
        enclosure = self._enclosed(after, line.item)
        commitment = (
            self.tools.secrets.commit(enclosure.salt, enclosure.content) if enclosure is not None else None
        )
        row = row_of(
            self.tools.codec,
            after,
            after.head,
            self._deed(principal, lifecycle, event, line, commitment, cause),
        )
        line.after = after = attrs.evolve(after, head=row.hash)
        return Written(line.before, after, row, enclosure, self._due(lifecycle, line))

    def _enclosed(self, after: Case, item: Item) -> Enclosure | None:
        """Payload and reason text, if there are any: kept apart, so that they can be erased."""
        if isinstance(item.payload, NoPayload) and item.reason is None:
            return None
        content = self.tools.codec.canonical({"payload": item.payload, "reason": item.reason})
        return Enclosure(
            after.institution_id, after.id, after.version, self.tools.identifiers.new_secret(16), content
        )

    def _due(self, lifecycle: str, line: _Line) -> Due | None:
        after = line.after
        assert after is not None
        deadline = self._engine(lifecycle, line.before).deadline(after.state)
        if deadline is None:
            return None
        facts = self.tools.catalogue.lifecycle(lifecycle).facts(
            after.record, NoPayload(), line.around, self.moment
        )
        if deadline.at is None:
            days = self.moment.parameters.integers()[str(deadline.parameter)]
            return Due(lifecycle, after.id, deadline.event, self.moment.now + timedelta(days=days))
        at = getattr(facts, deadline.at)
        return Due(lifecycle, after.id, deadline.event, at) if at is not None else None

    def _deed(
        self,
        principal: Principal,
        lifecycle: str,
        event: str,
        line: _Line,
        commitment: str | None,
        cause: str | None,
    ) -> Deed:
        actor = line.actor or Actor(frozenset())
        return Deed(
            event=event,
            source=line.state,
            target=line.outcome.target if isinstance(line.outcome, Fired) else None,
            chart_version=self._version(lifecycle, line.before),
            account_id=principal.account_id,
            operator_id=principal.operator_id,
            grants=actor.grants,
            named=actor.named,
            acted=actor.acted,
            at=self.moment.now,
            request_id=self.request_id,
            facts=line.looked_at,
            parameters=self._engine(lifecycle, line.before).parameters_read(line.state, event),
            reason_given=line.item.reasoned,
            commitment=commitment,
            cause=cause,
        )

    def _tried(
        self, principal: Principal, lifecycle: str, event: str, line: _Line, cause: str | None
    ) -> Tried:
        fired = line.outcome if isinstance(line.outcome, Fired) else None
        deed = None if fired else self._deed(principal, lifecycle, event, line, None, cause)
        return Tried(lifecycle, line.case_id, self.moment.now, fired, line.after, line.error, deed)

    def _follow(self, occurrences: Sequence[Occurrence], depth: int) -> None:
        """Send what policies say follows, in the table's order; jobs are only noted."""
        if not occurrences:
            return
        for policy in self.tools.catalogue.policies:
            answered = [occurrence for occurrence in occurrences if policy.answers(occurrence)]
            if answered and policy.how == "job":
                self.unit.enqueue([self._job(policy, occurrence) for occurrence in answered])
            elif answered:
                commands = SELECTORS[policy.selector](Reading(self.unit, self.moment), answered)
                self.carry_out(policy, commands, depth + 1)

    def carry_out(self, policy: Policy, commands: Sequence[Command], depth: int = 0) -> None:
        """
        Send a policy's event to the cases its selector found.

        Raises:
            TransitionRefused: a consequence is refused: then its cause must not stand either.
        """
        if not commands:
            return
        if depth > MAXIMUM_DEPTH:
            raise RuntimeError(
                f"policies follow from each other more than {MAXIMUM_DEPTH} deep: {policy.name}"
            )
        items = [Item(command.case_id, command.payload) for command in commands]
        for tried in self.apply(
            SYSTEM, policy.send_lifecycle, policy.send_event, items, cause=policy.name, depth=depth
        ):
            if tried.error is not None:
                raise tried.error

    def _job(self, policy: Policy, occurrence: Occurrence) -> Job:
        content = {
            "policy": policy.name,
            "event": occurrence.event,
            "source": occurrence.source,
            "target": occurrence.target,
            "case": occurrence.after.id,
            "payload": occurrence.payload,
        }
        return Job(
            self.tools.identifiers.new_id(), "policy", self.tools.codec.canonical(content), self.moment.now
        )
