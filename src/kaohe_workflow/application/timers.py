"""
What the system does by itself: deadlines that have come, and jobs that follow from committed transitions.

A timer only tidies up (no person's event depends on it), so every function here may run late, twice, or on several
workers at once. Nothing here holds more than a page of cases, however many a province has.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import attrs

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.jobs.errands import Errands
from kaohe_workflow.application.jobs.pages import BATCH, Pages
from kaohe_workflow.application.jobs.progress import Progress
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.notices.reminding import Reminders
from kaohe_workflow.application.send import Declined, Done, Door
from kaohe_workflow.application.stored import Due
from kaohe_workflow.errors import KaoheError, RecordDamaged, StoreUnavailable

REMEMBERED_FOR = timedelta(hours=24)
"""How long idempotency keys, counted failures and sessions that nobody uses are kept; no session lives longer."""


@attrs.frozen
class Timers:
    """The sweep of deadlines and the worker of jobs, over the one door; ``page`` is how many cases go at a time."""

    door: Door
    page: int = BATCH
    errands: Errands | None = None

    def sweep(self) -> int:
        """
        Send the event of every deadline that had come when the sweep began; how many fired. Then make the jobs of the
        reminders that have come.

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
        Reminders(self.door).sweep()
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

    @property
    def pages(self) -> Pages:
        """The pages of jobs, for whoever does them elsewhere."""
        return Pages(self.door, self.page, self.errands)

    def work(self) -> int:
        """
        Do every job that waits when the run begins, here and now; how many came to their end here.

        Each goes through its population page by page, from the first to the last before younger ones. A command that
        a rule refuses meanwhile is left out and audited. Jobs that others make meanwhile wait for the next run, and a
        job that another worker is at is left to it.

        Raises:
            KaoheError: a job failed; it stays for the next run, and all the others have been done.
            StoreUnavailable: the store does not answer; what is left stays for the next run.
        """
        done, pages = 0, self.pages
        failures: list[KaoheError] = []
        for job_id in pages.waiting():
            try:
                done += _ended(pages, job_id)
            except StoreUnavailable:
                raise
            except KaoheError as ex:
                pages.give_back(job_id, failed=False)
                failures.append(ex)
        if failures:
            raise failures[0]
        return done


def _ended(pages: Pages, job_id: str) -> bool:
    """Do page after page; whether the job came to its end here, and not with another worker."""
    progress = Progress.MORE
    while progress is Progress.MORE:
        progress = pages.next(job_id)
    return progress is Progress.ENDED


def _sent(due: Due) -> tuple[str, str]:
    return due.lifecycle, due.event
