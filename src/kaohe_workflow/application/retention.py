"""
What is kept for a while and then goes: results of what people had done in bulk, and what went out of inboxes.

Histories, audits and notices are kept for good and are no part of this. The result of a bulk job can be made again from
what is kept; a dispatch that has arrived or was given up has nothing to say any more, its notice lies in the inbox.
Files that no case names are cleared away by `Attachments.clear_away`, by a rule of their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.contents import Contents
from kaohe_workflow.application.orphans import drop_bytes
from kaohe_workflow.application.ports import Clock, Store
from kaohe_workflow.application.stored import Errand
from kaohe_workflow.values.windows import local_date

PORTION = 100
"""Errands looked at in one unit of work, and dispatches dropped in one."""


@attrs.frozen
class Expired:
    """How many errands and dispatches have been kept for long enough."""

    errands: int
    dispatches: int


@attrs.frozen
class Retention:
    """
    Lets go what has been kept for as long as the province says (`job_results_kept_days`, `dispatches_kept_days`).

    Safe to run late, twice, or on several workers at once.
    """

    store: Store
    clock: Clock
    catalogue: Catalogue
    contents: Contents

    def expired(self) -> Expired:
        """What `clear_away` would let go now, changing nothing."""
        errands, dispatches = self._until()
        with self.store.begin(write=False) as unit:
            return Expired(unit.count_ended_errands(errands), unit.count_done_dispatches(dispatches))

    def clear_away(self) -> int:
        """
        Let go what has been kept for long enough; how many errands and dispatches.

        The files of an errand go before its row, so that a process which dies in between leaves a row that the next
        run finds again, and no bytes that nobody can reach. A file that another errand has as well stays.

        Raises:
            StoreUnavailable: the store, or the place of the files, does not answer; the rest stays for the next time.
        """
        errands, dispatches = self._until()
        done = 0
        while found := self._ended(errands):
            for errand in found:
                self._drop(errand)
            done += len(found)
        while dropped := self._drop_dispatches(dispatches):
            done += dropped
        return done

    def _until(self) -> tuple[datetime, datetime]:
        """Until when errands must have ended, and dispatches come to their end, to go now."""
        now = self.clock.now()
        parameters = self.catalogue.parameters(local_date(now))
        return (
            now - timedelta(days=parameters.job_results_kept_days),
            now - timedelta(days=parameters.dispatches_kept_days),
        )

    def _ended(self, before: datetime) -> list[Errand]:
        """Looked up without a writer's lock: most of the time there is none."""
        with self.store.begin(write=False) as unit:
            return unit.ended_errands(before, PORTION)

    def _drop(self, errand: Errand) -> None:
        with self.store.begin() as unit:
            unit.serialise(f"errands/{errand.id}")
            unit.drop_errand(errand.id)
            for digest in errand.kept_parts:
                drop_bytes(unit, self.contents, digest)
            unit.commit()

    def _drop_dispatches(self, before: datetime) -> int:
        with self.store.begin(write=False) as unit:
            if not unit.count_done_dispatches(before):
                return 0
        with self.store.begin() as unit:
            dropped = unit.drop_done_dispatches(before, PORTION)
            unit.commit()
        return dropped
