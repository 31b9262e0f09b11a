"""
Jobs done by DBOS: queues in a database of its own, a workflow a turn, a step a page. Needs the extra ``service``.

What a page does and how far the job has come are one commit of the store (`application.jobs.pages`); DBOS says who does
the next page, and goes on after a crash. Its database holds ids of jobs and the ends of pages, nothing else: it may be
lost, and the jobs are handed over again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Condition, Event
from time import monotonic

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, Queue, SetWorkflowID

from kaohe_workflow.application.jobs.errands import ERRAND
from kaohe_workflow.application.jobs.pages import Pages
from kaohe_workflow.application.jobs.progress import Progress
from kaohe_workflow.application.ports import Clock
from kaohe_workflow.errors import KaoheError

LOG = logging.getLogger("kaohe.jobs")

QUEUE = "kaohe-jobs"
"""
Of what follows from what was committed: it never waits behind what somebody has asked for, and keeps its order, each
job from its first page to its last. A turn does all jobs that were handed over together: they are many and small.
"""

ERRANDS = "kaohe-errands"
"""Of what people have asked for: each has a turn of its own, and they take turns."""

SLICE_SECONDS = 10.0
"""How long an errand goes on where others wait; then it lets them go first."""

POLL_SECONDS = 0.5
"""How long a job that was handed over may wait until the queue is looked at."""

FORGOTTEN_AFTER = timedelta(days=1)
FORGETTING_EVERY = timedelta(hours=1)
"""How long DBOS keeps what it knows of a turn that is over, and how often that is looked for."""

_VERSION = "3"
"""Of the workflow below: turns that another version began are left to it; their jobs are handed over again in time."""

_FAILED = "failed"
_STOPPED = "stopped"
_YIELDED = "yielded"


def jobs_database(url: str) -> str:
    """
    Where DBOS keeps its queue: beside an SQLite database, in the schema ``dbos`` of a PostgreSQL database.

    >>> jobs_database("sqlite:////var/lib/kaohe/kaohe.sqlite3")
    'sqlite:////var/lib/kaohe/kaohe-jobs.sqlite3'
    """
    found = sa.make_url(url)
    if found.get_backend_name() != "sqlite":
        return url
    stem, dot, ending = str(found.database).rpartition(".")
    name = f"{stem}-jobs.{ending}" if dot and "/" not in ending else f"{found.database}-jobs"
    return found.set(database=name).render_as_string(hide_password=False)


def close_to_others(url: str) -> None:
    """Make the file of a queue, if there is to be one, readable by its owner alone, as the database beside it is."""
    found = sa.make_url(url)
    if found.get_backend_name() == "sqlite" and found.database:
        path = Path(found.database)
        path.touch(
            mode=0o600
        )  # SQLite would let everybody on the machine read it, and gives its log the same mode.
        path.chmod(0o600)


class DurableJobs:
    """
    The port `Jobs` over a queue that all processes with the same database share; one a process.

    ``name`` tells this process from others, and stays the same when it is started again: what it was at when it was
    killed goes on at once, and with another process after a minute at the latest.
    """

    def __init__(
        self,
        pages: Pages,
        url: str,
        *,
        name: str,
        clock: Clock,
        poll: float = POLL_SECONDS,
        slice_seconds: float = SLICE_SECONDS,
    ) -> None:
        self._pages = pages
        self._clock = clock
        self._poll = poll
        self._slice = slice_seconds
        self._stopping = Event()
        self._changed = Condition()
        self._busy = 0
        self._forgotten_at: datetime | None = None
        self._queue_url = jobs_database(url)
        self._config = DBOSConfig(
            name="kaohe",
            system_database_url=self._queue_url,
            application_version=_VERSION,
            executor_id=name,
            # No pickles: what is read back from the database is data.
            serializer=DBOSPortableJSONSerializer(),
            # Nothing leaves the process; nobody listens.
            enable_otlp=False,
            use_listen_notify=False,
            log_level="WARNING",
        )
        self._queues: dict[str, Queue] = {}
        self._turn: Callable[[list[str], str], str]

    def start(self) -> None:
        """Begin: what this process was at when it ended goes on."""
        self._stopping.clear()
        close_to_others(self._queue_url)
        DBOS(config=self._config)

        @DBOS.workflow(name="kaohe-job")
        def turn(job_ids: list[str], queue: str) -> str:
            return self._do(job_ids, queue)

        self._turn = turn
        DBOS.launch()
        self._queues = {
            name: DBOS.register_queue(name, worker_concurrency=1, polling_interval_sec=self._poll)
            for name in (QUEUE, ERRANDS)
        }

    def stop(self, seconds: float) -> bool:
        """End after the page on its way; False if it takes longer than so many seconds."""
        self._stopping.set()
        with self._changed:
            ended = self._changed.wait_for(lambda: not self._busy, seconds)
        DBOS.destroy(workflow_completion_timeout_sec=0, destroy_registry=True)
        return ended

    def work(self) -> int:
        """Hand over the jobs that wait and that nobody has; how many."""
        jobs = self._pages.hand_over()
        turns = [(ERRANDS, [job]) for job in jobs if job.kind == ERRAND]
        following = [job for job in jobs if job.kind != ERRAND]
        for queue, together in [(QUEUE, following), *turns] if following else turns:
            with SetWorkflowID(f"{together[0].id}.{together[0].turn}"):
                self._queues[queue].enqueue(self._turn, [job.id for job in together], queue)
        if jobs:
            self._pages.queue(jobs)
        self._forget()
        return len(jobs)

    def _do(self, job_ids: list[str], queue: str) -> str:
        """The workflow: page after page, each a step, until the last one, others' turn, or the end of this process."""
        until, end = monotonic() + self._slice, ""
        with self._at_work():
            for place, job_id in enumerate(job_ids):
                end = Progress.MORE.value
                while end == Progress.MORE:
                    if self._stopping.is_set():
                        self._leave(job_ids[place:])
                        return _STOPPED
                    end = DBOS.run_step({"name": "page"}, self._page, job_id, queue, until)
            return end

    def _leave(self, job_ids: Sequence[str]) -> None:
        for job_id in job_ids:
            self._pages.give_back(job_id, failed=False)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def _page(self, job_id: str, queue: str, until: float) -> str:
        try:
            end = self._pages.next(job_id)
            if end is Progress.MORE and queue == ERRANDS and monotonic() >= until and _somebody_waits(queue):
                # In the step, not in the workflow: one that goes on after a crash finds how it was decided.
                self._pages.give_back(job_id, failed=False)
                return _YIELDED
            return end.value
        except KaoheError as ex:
            LOG.warning("job %s failed: %s [%s]", job_id, type(ex).__name__, ex.code)
        except Exception as ex:
            # DBOS would keep the message, and it may hold personal data.
            LOG.error("job %s failed: %s", job_id, type(ex).__name__)
        try:
            self._pages.give_back(job_id, failed=True)
        except KaoheError:
            LOG.warning("job %s is handed over again when its time is up", job_id)
        return _FAILED

    def _forget(self) -> None:
        """Drop what DBOS knows of turns that are long over."""
        now = self._clock.now()
        if self._forgotten_at is not None and now - self._forgotten_at < FORGETTING_EVERY:
            return
        self._forgotten_at = now
        ended = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=(now - FORGOTTEN_AFTER).isoformat(),
            limit=10_000,
            load_input=False,
            load_output=False,
        )
        DBOS.delete_workflows([workflow.workflow_id for workflow in ended])


def _somebody_waits(queue: str) -> bool:
    return bool(DBOS.list_queued_workflows(queue_name=queue, status="ENQUEUED", limit=1, load_input=False))
