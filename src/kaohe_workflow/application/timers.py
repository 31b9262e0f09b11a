"""
What the system does by itself: deadlines that have come, and jobs that follow from committed transitions.

A timer only tidies up (no person's event depends on it), so every function here may run late, twice, or on several
workers at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

import attrs

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.policies import Occurrence, Policy, Reading
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.selectors import SELECTORS
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import Due, Job
from kaohe_workflow.errors import (
    ConcurrentTransition,
    DefinitionError,
    KaoheError,
    Problem,
    StoreUnavailable,
)
from kaohe_workflow.lifecycles.shape import NoPayload

BATCH = 500
"""How many cases one unit of work of a timer changes: locks stay short, progress is kept."""

MAXIMUM_CONFLICTS = 20
"""How often a job looks again for what is missing after a lost race, before it waits for the next run."""

REMEMBERED_FOR = timedelta(hours=24)
"""How long an idempotency key is remembered."""


@attrs.frozen
class Timers:
    """The sweep of deadlines and the worker of jobs, over the one door."""

    door: Door

    def sweep(self) -> int:
        """
        Send the event of every deadline that has come; how many fired.

        A deadline whose event is refused (something has happened meanwhile) is dropped: the row that moved the
        case has set the next one.
        """
        fired = 0
        while True:
            with self.door.store.begin(write=False) as unit:
                dues = unit.due(self.door.clock.now(), BATCH)
            if not dues:
                self._forget()
                return fired
            for (lifecycle, event), group in groupby(
                sorted(dues, key=lambda due: (due.lifecycle, due.event)),
                lambda due: (due.lifecycle, due.event),
            ):
                fired += self._send_due(lifecycle, event, list(group))

    def _send_due(self, lifecycle: str, event: str, dues: Sequence[Due]) -> int:
        outcomes = self.door.send_many(SYSTEM, lifecycle, event, [Item(due.case_id) for due in dues])
        with self.door.store.begin() as unit:
            # A case that has moved on may have its next deadline behind it already: that one stays.
            left = set(dues) & set(unit.due(self.door.clock.now(), 4 * BATCH))
            unit.reschedule([], sorted((due.lifecycle, due.case_id) for due in left))
            unit.commit()
        return sum(1 for outcome in outcomes if hasattr(outcome, "receipt"))

    def _forget(self) -> None:
        with self.door.store.begin() as unit:
            unit.forget(self.door.clock.now() - REMEMBERED_FOR)
            unit.commit()

    def work(self) -> int:
        """
        Do every waiting job; how many were done.

        A job's commands go in batches, each a unit of work of its own; a command that a rule refuses meanwhile is
        left out and audited. A job that was cut off is found again, and only what is still missing is done, so two
        workers may even do the same one.

        Raises:
            KaoheError: a job failed; it stays for the next run, and all the others have been done.
            StoreUnavailable: the store does not answer; what is left stays for the next run.
        """
        tried = set[str]()
        failures: list[KaoheError] = []
        while waiting := [job for job in self._waiting(len(tried) + BATCH) if job.id not in tried]:
            for job in waiting:
                tried.add(job.id)
                try:
                    self._do(job)
                except StoreUnavailable:
                    raise
                except KaoheError as ex:
                    failures.append(ex)
                else:
                    self._finish(job)
        if failures:
            raise failures[0]
        return len(tried)

    def _waiting(self, limit: int) -> list[Job]:
        with self.door.store.begin() as unit:
            return unit.jobs(limit)

    def _finish(self, job: Job) -> None:
        with self.door.store.begin() as unit:
            unit.finish([job.id])
            unit.commit()

    def _do(self, job: Job) -> None:
        content = self.door.tools.codec.parse(job.content)
        policy = self._policy(content["policy"])
        if policy.selector is None:
            self._retime(policy, content)
            return
        items = self._items(policy, policy.selector, content)
        conflicts = 0
        while items:
            try:
                self.door.send_many(
                    SYSTEM, policy.send_lifecycle, policy.send_event, items[:BATCH], cause=policy.name
                )
                items = items[BATCH:]
            except ConcurrentTransition:
                conflicts += 1
                if conflicts > MAXIMUM_CONFLICTS:
                    raise
                # Another worker is at the same job, or a person at the same case: what is missing now?
                items = self._items(policy, policy.selector, content)

    def _items(self, policy: Policy, selector: str, content: dict[str, Any]) -> list[Item]:
        """What a policy's event still has to go to."""
        with self.door.store.begin(write=False) as unit:
            occurrence = self._occurrence(unit, policy, content)
            moment = self.door.requests.transaction(unit).moment
            commands = SELECTORS[selector](Reading(unit, moment), [occurrence])
        return [Item(command.case_id, command.payload) for command in commands]

    def _occurrence(self, unit: UnitOfWork, policy: Policy, content: dict[str, Any]) -> Occurrence:
        tools = self.door.tools
        payload_class = tools.catalogue.lifecycle(policy.lifecycle).payloads[content["event"]]
        return Occurrence(
            lifecycle=policy.lifecycle,
            event=content["event"],
            source=content["source"],
            target=content["target"],
            before=None,
            after=unit.read(policy.lifecycle, [content["case"]])[content["case"]],
            payload=tools.codec.structure(content["payload"], payload_class),
        )

    def _policy(self, name: str) -> Policy:
        for policy in self.door.tools.catalogue.policies:
            if policy.name == name:
                return policy
        raise DefinitionError([Problem(name, "policy-unknown", "a waiting job names a policy that is gone")])

    def _retime(self, policy: Policy, content: dict[str, Any]) -> None:
        """Take the stored deadlines of a cycle's cases again after its windows have changed."""
        tools, moment = self.door.tools, self.door.tools.catalogue.moment(self.door.clock.now())
        shape = tools.catalogue.lifecycle(policy.send_lifecycle)
        with self.door.store.begin() as unit:
            cases = unit.find(policy.send_lifecycle, [Where("cycle_id", "eq", content["case"])])
            surroundings = Surroundings(unit, moment, tools.secrets)
            views = surroundings.views(
                policy.send_lifecycle, [(case.id, case, NoPayload()) for case in cases]
            )
            dues = []
            for case, view in zip(cases, views, strict=True):
                engine = tools.catalogue.engine(case.lifecycle, case.chart_version, moment.parameters)
                deadline = engine.deadline(case.state)
                if deadline is None or deadline.at is None:
                    continue
                at = getattr(shape.facts(case.record, NoPayload(), view, moment), deadline.at)
                if at is not None:
                    dues.append(Due(case.lifecycle, case.id, deadline.event, at))
            unit.reschedule(dues, [])
            unit.commit()
