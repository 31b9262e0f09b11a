"""
What the system does by itself: deadlines that have come, and jobs that follow from committed transitions.

A timer only tidies up (no person's event depends on it), so every function here may run late, twice, or on several
workers at once. Nothing here holds more than a page of cases, however many a province has.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

import attrs

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.lines import Item, Tried
from kaohe_workflow.application.notices.telling import JOB, Teller
from kaohe_workflow.application.policies import Occurrence, Page, Policy, Reading
from kaohe_workflow.application.populations import POPULATIONS
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.requests import Answer, Request
from kaohe_workflow.application.send import Declined, Done, Door
from kaohe_workflow.application.stored import Case, Due, Job
from kaohe_workflow.application.transaction import Transaction
from kaohe_workflow.errors import (
    ConcurrentTransition,
    DefinitionError,
    KaoheError,
    Problem,
    RecordDamaged,
    StoreUnavailable,
)
from kaohe_workflow.lifecycles.shape import NoPayload

BATCH = 500
"""How many cases one unit of work of a timer looks at: locks stay short, progress is kept, memory stays flat."""

MAXIMUM_JOBS = 1000
"""How many jobs one run does; what waits beyond is left for the next run."""

MAXIMUM_CONFLICTS = 20
"""How often a page of a job is tried again after a lost race, before the job waits for the next run."""

REMEMBERED_FOR = timedelta(hours=24)
"""How long idempotency keys, counted failures and sessions that nobody uses are kept; no session lives longer."""


class Progress(StrEnum):
    """What a page has come to: there are more, the job is ended, or it is not there (any more, or for this worker)."""

    MORE = "more"
    ENDED = "ended"
    GONE = "gone"


@attrs.frozen
class Timers:
    """The sweep of deadlines and the worker of jobs, over the one door; ``page`` is how many cases go at a time."""

    door: Door
    page: int = BATCH

    def sweep(self) -> int:
        """
        Send the event of every deadline that had come when the sweep began; how many fired.

        A deadline whose event is refused (something has happened meanwhile) is dropped: the row that moved the
        case has set the next one.

        Raises:
            KaoheError: of a case nothing can be decided (it is damaged); its deadline stays, and all others are done.
            StoreUnavailable: the store does not answer; what is left stays for the next sweep.
        """
        fired, now, known = 0, self.door.clock.now(), self._deadlines()
        failures: dict[Due, KaoheError] = {}
        while dues := self._come(now, failures):
            # Somebody has written over a deadline that no chart has.
            failures |= {
                due: RecordDamaged(due.lifecycle, due.case_id) for due in dues if _sent(due) not in known
            }
            sent = sorted((due for due in dues if due not in failures), key=self._order)
            for (lifecycle, event), group in groupby(sent, _sent):
                fired += self._send_due(lifecycle, event, list(group), failures)
        self._forget()
        for failure in failures.values():
            raise failure
        return fired

    def _deadlines(self) -> frozenset[tuple[str, str]]:
        """Lifecycle and event of the deadlines that some state of some chart has."""
        return frozenset(
            (name, state.deadline.event)
            for name, versions in self.door.tools.catalogue.charts.items()
            for chart in versions.values()
            for state in chart.by_name.values()
            if state.deadline is not None
        )

    def _come(self, now: datetime, failures: Collection[Due]) -> list[Due]:
        """A page of the deadlines that have come, but for those that nothing can be done about."""
        with self.door.store.begin(write=False) as unit:
            return [due for due in unit.due(now, self.page + len(failures)) if due not in failures]

    def _order(self, due: Due) -> tuple[str, int, str]:
        """In the order of the chart's rows: a sitting is handed in before papers that nobody has started are closed."""
        catalogue = self.door.tools.catalogue
        events = catalogue.charts[due.lifecycle][catalogue.newest(due.lifecycle)].events
        return due.lifecycle, events.index(due.event) if due.event in events else len(events), due.event

    def _send_due(
        self, lifecycle: str, event: str, dues: Sequence[Due], failures: dict[Due, KaoheError]
    ) -> int:
        """Send to all; where that cannot be done, halve until those stand alone that it cannot be done for."""
        try:
            outcomes = self.door.send_many(SYSTEM, lifecycle, event, [Item(due.case_id) for due in dues])
        except StoreUnavailable:
            raise
        except KaoheError as ex:
            if len(dues) == 1:
                failures[dues[0]] = ex
                return 0
            middle = len(dues) // 2
            return sum(
                self._send_due(lifecycle, event, half, failures) for half in (dues[:middle], dues[middle:])
            )
        for due, outcome in zip(dues, outcomes, strict=True):
            if isinstance(outcome, Declined) and isinstance(outcome.error, RecordDamaged):
                failures[due] = outcome.error
        dues = [due for due in dues if due not in failures]
        with self.door.store.begin() as unit:
            # A case that has moved on may have its next deadline behind it already: that one stays.
            unit.drop(dues)
            unit.commit()
        return sum(isinstance(outcome, Done) for outcome in outcomes)

    def _forget(self) -> None:
        with self.door.store.begin() as unit:
            unit.forget(self.door.clock.now() - REMEMBERED_FOR)
            unit.commit()

    def work(self) -> int:
        """
        Do every job that waits when the run begins; how many came to their end here.

        A job goes through its population page by page, each a unit of work of its own that also notes how far it
        has come: a process that is killed loses the page it was at, and the next run goes on with that page. A
        command that a rule refuses meanwhile is left out and audited. Jobs that others make meanwhile wait for the
        next run, and a job that another worker is at is left to it.

        Raises:
            KaoheError: a job failed; it stays for the next run, and all the others have been done.
            StoreUnavailable: the store does not answer; what is left stays for the next run.
        """
        done = 0
        failures: list[KaoheError] = []
        for job_id in self._waiting():
            try:
                done += self._do(job_id) is Progress.ENDED
            except StoreUnavailable:
                raise
            except KaoheError as ex:
                failures.append(ex)
        if failures:
            raise failures[0]
        return done

    def _waiting(self) -> tuple[str, ...]:
        with self.door.store.begin() as unit:
            return tuple(job.id for job in unit.jobs(MAXIMUM_JOBS))

    def _do(self, job_id: str) -> Progress:
        """Do page after page, until the last one is done or another worker is at the job."""
        conflicts, progress = 0, Progress.MORE
        while progress is Progress.MORE:
            try:
                progress = self._next_page(job_id)
            except ConcurrentTransition:
                # A person is at one of the cases: what is missing now?
                conflicts += 1
                if conflicts > MAXIMUM_CONFLICTS:
                    raise
        return progress

    def _next_page(self, job_id: str) -> Progress:
        def work(transaction: Transaction) -> Answer[Progress]:
            job = _claimed(transaction.unit, job_id)
            if job is None:
                return Answer(Progress.GONE, ())
            return self._carry_on(transaction, job)

        return self.door.requests.attempt(Request(SYSTEM, None, None), work, Progress)

    def _carry_on(self, transaction: Transaction, job: Job) -> Answer[Progress]:
        """One page of a job, and in the same unit of work where the next one begins."""
        codec, unit = self.door.tools.codec, transaction.unit
        content = codec.parse(job.content)
        if job.kind == JOB:
            last = Teller(transaction.tools, unit, transaction.moment).tell_page(job, self.page)
            tried: Sequence[Tried] = ()
        else:
            last, tried = self._follow(transaction, content)
        unit.finish([job.id])
        if last is None:
            return Answer(Progress.ENDED, tried)
        unit.enqueue([attrs.evolve(job, content=codec.canonical(content | {"after": last}))])
        return Answer(Progress.MORE, tried)

    def _follow(
        self, transaction: Transaction, content: dict[str, Any]
    ) -> tuple[str | None, Sequence[Tried]]:
        """A page of what a policy says: where the next one begins, and what was tried."""
        unit = transaction.unit
        policy = self._policy(content["policy"])
        page = Page(self.page, content.get("after", ""))
        if policy.selector is None:
            return self._retime(transaction, policy, content["case"], page), ()
        occurrence = self._occurrence(unit, policy, content)
        found = POPULATIONS[policy.selector](Reading(unit, transaction.moment), occurrence, page)
        items = [Item(command.case_id, command.payload) for command in found.commands]
        tried = transaction.apply(SYSTEM, policy.send_lifecycle, policy.send_event, items, cause=policy.name)
        return found.last, tried

    def _occurrence(self, unit: UnitOfWork, policy: Policy, content: dict[str, Any]) -> Occurrence:
        tools = self.door.tools
        payload_class = tools.catalogue.lifecycle(policy.lifecycle).payloads.get(content["event"])
        after = unit.read(policy.lifecycle, [content["case"]]).get(content["case"])
        if payload_class is None or after is None:
            message = f"a waiting job answers to {content['event']!r} of {content['case']!r}, which is gone"
            raise DefinitionError([Problem(policy.name, "job-without-cause", message)])
        return Occurrence(
            lifecycle=policy.lifecycle,
            event=content["event"],
            source=content["source"],
            target=content["target"],
            before=None,
            after=after,
            payload=tools.codec.structure(content["payload"], payload_class),
        )

    def _policy(self, name: str) -> Policy:
        for policy in self.door.tools.catalogue.policies:
            if policy.name == name:
                return policy
        raise DefinitionError([Problem(name, "policy-unknown", "a waiting job names a policy that is gone")])

    def _retime(self, transaction: Transaction, policy: Policy, cycle_id: str, page: Page) -> str | None:
        """
        Take the stored deadlines of a page of a cycle's cases again after its windows have changed.

        Returns the id after which the next page begins. The cases are locked, so that no deadline is set for a
        state that somebody's event is just leaving.
        """
        lifecycle, unit, moment = policy.send_lifecycle, transaction.unit, transaction.moment
        shape = self.door.tools.catalogue.lifecycle(lifecycle)
        found, last = page.read(unit, lifecycle, [Where("cycle_id", "eq", cycle_id)])
        timed = [case.id for case in found if _timed(transaction, case) is not None]
        cases = list(unit.lock(lifecycle, timed).values()) if timed else []
        surroundings = Surroundings(unit, moment, self.door.tools.secrets)
        views = surroundings.views(lifecycle, [(case.id, case, NoPayload()) for case in cases])
        dues, cleared = [], []
        for case, view in zip(cases, views, strict=True):
            deadline = _timed(transaction, case)
            if deadline is None:
                continue
            fact, event = deadline
            at = getattr(shape.facts(case.record, NoPayload(), view, moment), fact)
            if at is None:
                cleared.append((lifecycle, case.id))
            else:
                dues.append(Due(lifecycle, case.id, event, at))
        unit.reschedule(dues, cleared)
        return last


def _sent(due: Due) -> tuple[str, str]:
    return due.lifecycle, due.event


def _timed(transaction: Transaction, case: Case) -> tuple[str, str] | None:
    """The fact that tells when the deadline of a case's state comes, and its event; None where windows set none."""
    deadline = transaction.recorder.engine(case.lifecycle, case).deadline(case.state)
    return None if deadline is None or deadline.at is None else (deadline.at, deadline.event)


def _claimed(unit: UnitOfWork, job_id: str) -> Job | None:
    """
    A waiting job, locked until the end of the unit of work; None if it is done, or another worker is at it.

    Jobs come oldest first, and so they are done: only those that failed in this run stand before it.
    """
    limit = 1
    while True:
        jobs = unit.jobs(limit)
        for job in jobs:
            if job.id == job_id:
                return job
        if len(jobs) < limit:
            return None
        limit *= 2
