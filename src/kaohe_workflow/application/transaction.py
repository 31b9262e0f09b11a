"""
One unit of work of the door: lock, look, decide, act, record, and answer with what follows.

The way is the same for one case and for thousands: columns of cases, one query for them, one a kind of fact, one
decision pass a chart version, one grouped write. What follows from it (policies) goes the same way, inside the same
unit of work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import partial

import attrs

from kaohe_workflow.application.access import (
    SYSTEM,
    Principal,
    Standing,
    authorize,
    reaches,
    visible,
)
from kaohe_workflow.application.attaching import check_files, files_of, released_by
from kaohe_workflow.application.destinations import DESTINATIONS
from kaohe_workflow.application.lines import Item, Line, Sending, Tried
from kaohe_workflow.application.looking import Look, noted
from kaohe_workflow.application.notices.telling import Teller
from kaohe_workflow.application.policies import Command, Occurrence, Policy, Reading
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.recording import Recorder, Tools
from kaohe_workflow.application.selectors import SELECTORS
from kaohe_workflow.application.stored import Job
from kaohe_workflow.application.taken_numbers import Lookups, without_numbers
from kaohe_workflow.application.turns import turns
from kaohe_workflow.errors import (
    ConcurrentTransition,
    ConsequenceRefused,
    KaoheError,
    NotFound,
    NotPermitted,
    TransitionRefused,
)
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.statechart.deciding import Actor, Fired, Refused, for_sender
from kaohe_workflow.statechart.engine import Engine
from kaohe_workflow.statechart.model import Transition

MAXIMUM_DEPTH = 8
"""How far consequences may follow from consequences; the policies' check proves that there is no loop."""


@attrs.frozen
class Transaction:
    """
    Events on their way through one unit of work.

    ``lookups`` counts what its sender is told about numbers on file; None where nobody is, or whoever tells it counts.
    """

    tools: Tools
    unit: UnitOfWork
    moment: Moment
    recorder: Recorder
    lookups: Lookups | None = None

    @classmethod
    def of(cls, tools: Tools, unit: UnitOfWork, moment: Moment) -> Transaction:
        """A transaction for one request."""
        return cls(tools, unit, moment, Recorder(tools, moment, tools.identifiers.new_id()))

    def apply(
        self,
        principal: Principal,
        lifecycle: str,
        event: str,
        items: Sequence[Item],
        *,
        cause: str | None = None,
    ) -> list[Tried]:
        """
        Decide one event for many cases and store what fires, with its consequences.

        Returns one `Tried` an item, in order. A refused item stops nobody else, and neither does one that fires but
        whose consequence is refused: then it has not happened (`ConsequenceRefused`). All cases are locked first;
        those that may change what is true of each other take `turns`.

        Raises:
            ConcurrentTransition: the store found that someone was first.
        """
        sending = Sending(principal, lifecycle, event, cause)
        return self._in_turns(sending, items, self._send_apart)

    def foretell(
        self, principal: Principal, lifecycle: str, event: str, items: Sequence[Item]
    ) -> list[KaoheError | None]:
        """
        Say what `apply` would answer to cases that are there, changing and locking nothing: an error, or None.

        What would follow is not decided, so an item may still come to a `ConsequenceRefused`.
        """
        sending = Sending(principal, lifecycle, event)
        found = self.unit.read(lifecycle, [str(item.case_id) for item in items])
        lines = [Line(item, str(item.case_id), found.get(str(item.case_id))) for item in items]
        for line in lines:
            if line.before is None:
                line.error = NotFound(lifecycle, line.case_id)
        look = Look.at(self.tools, self.unit, self.moment, lifecycle)
        self._authorise(sending, lines, look)
        self._look(sending, lines, look)
        self._decide(sending, lines)
        return [line.error for line in lines]

    def _in_turns(
        self,
        sending: Sending,
        items: Sequence[Item],
        send: Callable[[Sending, Sequence[Line]], Sequence[Tried]],
    ) -> list[Tried]:
        """Lock all cases, then send to one group of them after another: see `turns`."""
        lines = self._load(sending.lifecycle, items)
        places = [place for place, line in enumerate(lines) if line.error is None]
        ends = {
            place: self._tried(sending, line) for place, line in enumerate(lines) if line.error is not None
        }
        for turn, group in enumerate(
            turns(sending.lifecycle, sending.event, [lines[place] for place in places])
        ):
            chosen = [places[index] for index in group]
            if turn:
                again = self._load(sending.lifecycle, [items[place] for place in chosen])
            else:
                again = [lines[place] for place in chosen]
            ends.update(zip(chosen, send(sending, again), strict=True))
        return [ends[place] for place in range(len(items))]

    def _send_apart(self, sending: Sending, lines: Sequence[Line]) -> list[Tried]:
        """
        Send to all; if a consequence is refused, halve until the items that caused it stand alone.

        A selector may find one case for several occurrences, so that a refusal does not say by itself whose it is.
        """
        try:
            return self._send(sending, lines, depth=0)
        except ConsequenceRefused as ex:
            if len(lines) == 1:
                case_id = lines[0].item.case_id or ""
                return [Tried(sending.lifecycle, case_id, self.moment.now, None, None, ex, None)]
        items, middle = [line.item for line in lines], len(lines) // 2
        return [
            tried
            for half in (items[:middle], items[middle:])
            for tried in self._send_apart(sending, self._load(sending.lifecycle, half))
        ]

    def _send(self, sending: Sending, lines: Sequence[Line], depth: int) -> list[Tried]:
        look = Look.at(self.tools, self.unit, self.moment, sending.lifecycle)
        self._authorise(sending, lines, look)
        self._look(sending, lines, look)
        self._decide(sending, lines)
        self._act(sending, lines, depth)
        return [self._tried(sending, line) for line in lines]

    def _load(self, lifecycle: str, items: Sequence[Item]) -> list[Line]:
        """The cases, locked; what makes a case locks the parent that its payload names."""
        ids = [item.case_id for item in items if item.case_id is not None]
        # Of two records of one person both are locked at once, so that two mergers never wait for each other.
        kept = [str(id) for item in items if (id := getattr(item.payload, "into_id", None))]
        found = self.unit.lock(lifecycle, [*ids, *kept]) if ids else {}
        made = [item for item in items if item.case_id is None]
        for attribute, parent in (("assessment_id", "assessment"), ("physician_id", "affiliation")):
            parents = sorted({str(id) for item in made if (id := getattr(item.payload, attribute, None))})
            if parents:
                self.unit.lock(parent, parents)
                break
        lines, seen = [], set[str]()
        for item in items:
            line = Line(item, item.case_id or self.tools.identifiers.new_id(), found.get(item.case_id or ""))
            if item.case_id is not None and line.before is None:
                line.error = NotFound(lifecycle, item.case_id)
            elif line.case_id in seen:
                line.error = ConcurrentTransition(lifecycle, line.case_id, None, None)
            seen.add(line.case_id)
            lines.append(line)
        return lines

    def _authorise(self, sending: Sending, lines: Sequence[Line], look: Look) -> None:
        """Who the caller is towards each case; out of scope is not found; stale is stale."""
        open_lines = [line for line in lines if line.error is None]
        recognised = look.recognise(sending.principal, open_lines)
        for line, (actor, standing) in zip(open_lines, recognised, strict=True):
            line.actor = actor
            try:
                self._authorise_one(sending, line, actor, standing)
                self._check_destination(sending, line, look)
            except KaoheError as ex:
                line.error = ex
        check_files(self.unit, sending.principal, [line for line in open_lines if line.error is None])

    def _authorise_one(self, sending: Sending, line: Line, actor: Actor, standing: Standing) -> None:
        """Scope first, then version, then role: nobody learns more than the caller may know."""
        lifecycle = sending.lifecycle
        engine = self.recorder.engine(lifecycle, line.before)
        rows = engine.rows(line.state, sending.event)
        admitted = _admitted(rows)
        if actor.grants.isdisjoint(admitted) and not visible(sending.principal, standing):
            raise NotFound(lifecycle, line.case_id)
        expected = line.item.expected_version
        if expected is not None and line.before is not None and expected != line.before.version:
            raise ConcurrentTransition(lifecycle, line.case_id, expected, line.before.version)
        if rows:
            authorize(
                sending.principal,
                standing,
                admitted,
                lifecycle=lifecycle,
                case_id=line.case_id,
                event=sending.event,
            )
            return
        # No row here: whose the event is nowhere may not do this in any state, so the state is no reason.
        anywhere = _admitted(row for row in engine.chart.transitions if row.event == sending.event)
        if anywhere and actor.grants.isdisjoint(anywhere):
            raise NotPermitted(lifecycle, sending.event)

    def _check_destination(self, sending: Sending, line: Line, look: Look) -> None:
        """Who brings a case to another organisation must be somebody there too."""
        attribute = DESTINATIONS.get((sending.lifecycle, sending.event))
        if attribute is None:
            return
        destination = getattr(line.item.payload, attribute)
        if attribute == "into_id":
            kept = look.surroundings.batch.affiliations.get(destination)
            if kept is None:
                raise NotFound(sending.lifecycle, destination)
            standing = look.surroundings.standing_of_institution(kept.institution_id)
            if not reaches(sending.principal, standing):
                raise NotFound(sending.lifecycle, destination)
            return
        if not reaches(sending.principal, look.surroundings.standing_of_institution(destination)):
            raise NotFound("institution", destination)

    def _look(self, sending: Sending, lines: Sequence[Line], look: Look) -> None:
        """Take the facts that the rows of each case's state read, each once; queries are shared by all lines."""
        open_lines = [line for line in lines if line.error is None]
        look.look_around(open_lines)
        for line in open_lines:
            engine = self.recorder.engine(sending.lifecycle, line.before, line.moment)
            names = engine.facts_read(line.state, sending.event)
            if names:
                line.facts = facts = look.facts(line)
                line.looked_at = {name: getattr(facts, name) for name in names}

    def _decide(self, sending: Sending, lines: Sequence[Line]) -> None:
        """One pass for each engine, state and presence of a reason; what differs is in the columns."""
        groups: dict[tuple[Engine, str, bool], list[Line]] = {}
        for line in lines:
            if line.error is None:
                engine = self.recorder.engine(sending.lifecycle, line.before, line.moment)
                groups.setdefault((engine, line.state, line.item.reasoned), []).append(line)
        for (engine, _, _), group in groups.items():
            outcomes = engine.decide_many(
                [line.state for line in group],
                sending.event,
                [line.actor for line in group if line.actor is not None],
                {name: [line.looked_at[name] for line in group] for name in group[0].looked_at},
                reason=group[0].item.reason,
            )
            for line, outcome in zip(group, outcomes, strict=True):
                line.outcome = outcome
                if isinstance(outcome, Refused):
                    line.error = _refused(sending, line, outcome)
        if self.lookups is not None and not sending.principal.is_system:
            self.lookups.ration(sending.lifecycle, sending.event, lines)

    def _act(self, sending: Sending, lines: Sequence[Line], depth: int) -> None:
        """
        Apply actions, store what fired, and send what follows.

        What a person has sent is undone again if a consequence is refused; where none can be, that costs nothing.
        """
        steps, occurrences = [], []
        for line in lines:
            if isinstance(line.outcome, Fired):
                fired = line.outcome
                step = self.recorder.written(sending, line, fired)
                steps.append(step)
                occurrences.append(
                    Occurrence(
                        lifecycle=sending.lifecycle,
                        event=sending.event,
                        source=fired.source,
                        target=fired.target,
                        before=line.before,
                        after=step.after,
                        payload=line.item.payload,
                        reason=line.item.reason,
                    )
                )
        follows = self.tools.catalogue.following.answering(occurrences)
        consequences = any(policy.how == "once" for policy, _ in follows)
        with self.unit.savepoint() if consequences and depth == 0 else nullcontext():
            self.unit.write(steps)
            if files := files_of(lines):
                self.unit.use_attachments(files)
            if released := released_by(sending.lifecycle, sending.event, lines):
                self.unit.disuse_attachments(released)
            teller = Teller(self.tools, self.unit, self.moment)
            teller.tell(occurrences)
            self._follow(follows, depth + 1)
            teller.plan(occurrences)

    def _tried(self, sending: Sending, line: Line) -> Tried:
        fired = line.outcome if isinstance(line.outcome, Fired) else None
        deed = None if fired else self.recorder.deed(sending, line)
        return Tried(sending.lifecycle, line.case_id, self.moment.now, fired, line.after, line.error, deed)

    def _follow(self, follows: Sequence[tuple[Policy, list[Occurrence]]], depth: int) -> None:
        """Send what policies say follows; jobs are only noted, each with the one that it waits for."""
        noted: dict[tuple[str | None, str], str] = {}
        for policy, answered in follows:
            if policy.how == "once" and policy.selector is not None:
                commands = SELECTORS[policy.selector](Reading(self.unit, self.moment), answered)
                self._carry_out(policy, commands, depth)
            else:
                jobs = [
                    self._job(policy, one, behind=noted.get((policy.after, one.after.id))) for one in answered
                ]
                noted |= {
                    (policy.name, one.after.id): job.id for one, job in zip(answered, jobs, strict=True)
                }
                self.unit.enqueue(jobs)

    def _carry_out(self, policy: Policy, commands: Sequence[Command], depth: int) -> None:
        """Send a policy's event to the cases its selector found; what is refused takes its cause with it."""
        if not commands:
            return
        if depth > MAXIMUM_DEPTH:
            raise RuntimeError(
                f"policies follow from each other more than {MAXIMUM_DEPTH} deep: {policy.name}"
            )
        sending = Sending(SYSTEM, policy.send_lifecycle, policy.send_event, policy.name)
        items = [Item(command.case_id, command.payload, command.reason) for command in commands]
        send = partial(self._send, depth=depth)
        for tried in self._in_turns(sending, items, send):
            if isinstance(tried.error, TransitionRefused):
                raise ConsequenceRefused(policy.name, tried.error)
            if tried.error is not None:
                raise tried.error

    def _job(self, policy: Policy, occurrence: Occurrence, behind: str | None) -> Job:
        content = {
            "policy": policy.name,
            "event": occurrence.event,
            "source": occurrence.source,
            "target": occurrence.target,
            "case": occurrence.after.id,
            "payload": occurrence.payload,
            **({} if behind is None else {"behind": behind}),
        }
        text = self.tools.codec.canonical(content)
        return Job(self.tools.identifiers.new_id(), "policy", text, self.moment.now)


def _admitted(rows: Iterable[Transition]) -> set[tuple[str, str]]:
    """The (role, relation) pairs that some of these rows name."""
    return {(by.role, by.relation) for row in rows for by in row.by}


def _refused(sending: Sending, line: Line, outcome: Refused) -> KaoheError:
    if outcome.not_permitted:
        return NotPermitted(sending.lifecycle, sending.event)
    reasons = without_numbers(sending.lifecycle, for_sender(outcome.reasons))
    told = noted(reasons, line.facts) if line.facts is not None else reasons
    return TransitionRefused(sending.lifecycle, sending.event, line.state, told)
