"""
Jobs that follow from committed transitions, a page at a time.

A page is one unit of work, with how far the job has come in the same commit: a process that is killed loses the page it
was at, and a page is never done twice. Whoever has pages done (`Timers.work` here and now, or a queue of several
processes behind the port `Jobs`) need not know what they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import attrs

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.jobs.errands import ERRAND, Errands
from kaohe_workflow.application.jobs.openings import POPULATION, note_page
from kaohe_workflow.application.jobs.progress import Progress
from kaohe_workflow.application.lines import Item, Tried
from kaohe_workflow.application.notices.telling import JOB, Teller
from kaohe_workflow.application.policies import Occurrence, Page, Policy, Reading
from kaohe_workflow.application.populations import POPULATIONS
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.requests import Answer, Request
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import Case, Due, Job
from kaohe_workflow.application.transaction import Transaction
from kaohe_workflow.errors import ConcurrentTransition, DefinitionError, Problem
from kaohe_workflow.lifecycles.shape import NoPayload

BATCH = 500
"""How many cases one unit of work looks at: locks stay short, progress is kept, memory stays flat."""

MAXIMUM_JOBS = 1000
"""How many jobs one run does or hands over; what waits beyond is left for the next run."""

MAXIMUM_CONFLICTS = 20
"""How often a page of a job is tried again after a lost race, before the job waits for the next run."""

HELD_FOR = timedelta(minutes=1)
"""How long a job stays with whoever has it, from its last page on; then somebody else may have it."""

ERRAND_HELD_FOR = timedelta(minutes=10)
"""The same for an errand, whose pages take longer."""

QUEUED_FOR = timedelta(minutes=10)
"""How long a job may stand in a queue before it is handed over once more."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
"""How long a job that failed is left alone: twice as long each time."""


@attrs.frozen
class Pages:
    """Does jobs a page at a time, over the one door; ``size`` is how many cases go at a time."""

    door: Door
    size: int = BATCH
    errands: Errands | None = None

    def waiting(self) -> tuple[str, ...]:
        """The ids of the jobs that wait and that nobody has, nor rests, oldest first, `MAXIMUM_JOBS` at most."""
        with self.door.store.begin() as unit:
            return tuple(job.id for job in unit.jobs(MAXIMUM_JOBS, free=self.door.clock.now()))

    def hand_over(self) -> tuple[Job, ...]:
        """
        The jobs that wait and that nobody has, oldest first, each with the number of this turn; the caller has them.

        They stay the caller's for `HELD_FOR` after their last page: whoever dies keeps nobody waiting longer.
        """
        now = self.door.clock.now()
        with self.door.store.begin() as unit:
            jobs = tuple(
                attrs.evolve(job, turn=job.turn + 1, free_at=now + HELD_FOR)
                for job in unit.jobs(MAXIMUM_JOBS, free=now)
            )
            for job in jobs:
                unit.keep_job(job)
            unit.commit()
        return jobs

    def queue(self, jobs: Sequence[Job]) -> None:
        """Note that these jobs, just handed over, stand in a durable queue: they may wait there for `QUEUED_FOR`."""
        with self.door.store.begin() as unit:
            for job in jobs:
                # One that has gone on meanwhile is held by whoever does it.
                if unit.job(job.id) == job:
                    unit.keep_job(attrs.evolve(job, free_at=self.door.clock.now() + QUEUED_FOR))
            unit.commit()

    def give_back(self, job_id: str, *, failed: bool) -> None:
        """Let somebody else have a job: at once, or after a pause where it failed."""
        now = self.door.clock.now()
        with self.door.store.begin() as unit:
            # Whoever only looks at the jobs holds them for a moment: a failure must be counted all the same.
            job = unit.job(job_id, wait=True)
            if job is not None and (failed or job.free_at is not None):
                failures = job.failures + failed
                pause = min(FIRST_PAUSE * 2 ** min(failures, 20), LONGEST_PAUSE) if failed else timedelta()
                unit.keep_job(attrs.evolve(job, free_at=now + pause, failures=failures))
            unit.commit()

    def next(self, job_id: str) -> Progress:
        """
        Do the next page of a job, as soon as others let go of it; a lost race is tried again.

        Raises:
            KaoheError: nothing was done, and the job is where it was.
            StoreUnavailable: the store does not answer.
        """
        errand = self._errand(job_id)
        if errand is not None:
            return errand[0].go_on(errand[1])
        conflicts = 0
        while True:
            try:
                return self._next_page(job_id)
            except ConcurrentTransition:
                # A person is at one of the cases: what is missing now?
                conflicts += 1
                if conflicts > MAXIMUM_CONFLICTS:
                    raise

    def _errand(self, job_id: str) -> tuple[Errands, Job] | None:
        """The errand behind a job, which is held while somebody goes on with it; None behind what follows by itself."""
        if self.errands is None:
            return None
        with self.door.store.begin() as unit:
            job = unit.job(job_id, wait=True)
            if job is None or job.kind != ERRAND:
                return None
            if job.free_at is not None:
                job = attrs.evolve(job, free_at=self.door.clock.now() + ERRAND_HELD_FOR)
                unit.keep_job(job)
                unit.commit()
            return self.errands, job

    def _next_page(self, job_id: str) -> Progress:
        def work(transaction: Transaction) -> Answer[Progress]:
            # Whoever hands jobs over holds the rows for a moment: a job that is locked is not gone.
            job = transaction.unit.job(job_id, wait=True)
            if job is None:
                return Answer(Progress.GONE, ())
            return self._carry_on(transaction, job)

        return self.door.requests.attempt(Request(SYSTEM, None, None), work, Progress)

    def _carry_on(self, transaction: Transaction, job: Job) -> Answer[Progress]:
        """One page of a job, and in the same unit of work where the next one begins."""
        codec, unit = self.door.tools.codec, transaction.unit
        content = codec.parse(job.content)
        behind = content.get("behind")
        if behind is not None and unit.job(behind, wait=True) is not None:
            unit.keep_job(attrs.evolve(job, free_at=transaction.moment.now + HELD_FOR))
            return Answer(Progress.RESTS, ())
        if job.kind == JOB:
            last = Teller(transaction.tools, unit, transaction.moment).tell_page(job, self.size)
            tried: Sequence[Tried] = ()
        else:
            last, tried = self._follow(transaction, content)
        if last is None:
            unit.finish([job.id])
            return Answer(Progress.ENDED, tried)
        held = None if job.free_at is None else transaction.moment.now + HELD_FOR
        text = codec.canonical(content | {"after": last})
        unit.keep_job(attrs.evolve(job, content=text, free_at=held, failures=0))
        return Answer(Progress.MORE, tried)

    def _follow(
        self, transaction: Transaction, content: dict[str, Any]
    ) -> tuple[str | None, Sequence[Tried]]:
        """A page of what a policy says: where the next one begins, and what was tried."""
        unit = transaction.unit
        policy = self._policy(content["policy"])
        page = Page(self.size, content.get("after", ""))
        if policy.selector is None:
            return self._retime(transaction, policy, content["case"], page), ()
        occurrence = self._occurrence(unit, policy, content)
        reading = Reading(unit, transaction.moment)
        found = POPULATIONS[policy.selector](reading, occurrence, page)
        items = [Item(command.case_id, command.payload) for command in found.commands]
        tried = transaction.apply(SYSTEM, policy.send_lifecycle, policy.send_event, items, cause=policy.name)
        if policy.selector == POPULATION:
            note_page(reading, occurrence.after, found, tried)
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
        lifecycle, unit = policy.send_lifecycle, transaction.unit
        shape = self.door.tools.catalogue.lifecycle(lifecycle)
        found, last = page.read(unit, lifecycle, [Where("cycle_id", "eq", cycle_id)])
        timed = [case.id for case in found if _timed(transaction, case) is not None]
        cases = list(unit.lock(lifecycle, timed).values()) if timed else []
        surroundings = Surroundings(unit, transaction.moment, self.door.tools.secrets)
        views = surroundings.views(lifecycle, [(case.id, case, NoPayload()) for case in cases])
        dues, cleared = [], []
        for case, view in zip(cases, views, strict=True):
            deadline = _timed(transaction, case)
            if deadline is None:
                continue
            fact, event = deadline
            at = getattr(shape.facts(case.record, NoPayload(), view, view.at.moment), fact)
            if at is None:
                cleared.append((lifecycle, case.id))
            else:
                dues.append(Due(lifecycle, case.id, event, at))
        unit.reschedule(dues, cleared)
        return last


def _timed(transaction: Transaction, case: Case) -> tuple[str, str] | None:
    """The fact that tells when the deadline of a case's state comes, and its event; None where windows set none."""
    deadline = transaction.recorder.engine(case.lifecycle, case).deadline(case.state)
    return None if deadline is None or deadline.at is None else (deadline.at, deadline.event)
