"""
Bytes that lie beside the store and that nothing in it names: of uploads and results whose process died in between.

Bytes are kept before anything is known of them, and what was known of them goes before they do. So whoever is killed in
between leaves bytes that nobody can reach, and that nobody would ever drop: what is known no longer leads there.

A place belongs to one store. What another store names is nothing that nobody names: so the store notes an id, and the
place whose it is, before the first file is dropped.

Whoever names bytes does so under the lock that drops them, and looks there whether they still lie there
(`name_bytes`): so even what is dropped while an upload of the same bytes is on its way is kept again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import attrs

from kaohe_workflow.application.contents import Contents
from kaohe_workflow.application.ports import Clock, Identifiers, Store, UnitOfWork
from kaohe_workflow.errors import ConcurrentTransition, DefinitionError, Problem
from kaohe_workflow.values.windows import local_date

ORPHANED_FOR = timedelta(days=7)
"""
How long bytes must have lain there unnamed. An upload needs seconds, and the next page of a stopped job perhaps days; a
database that was put back from yesterday does not know of today's files, and who notices may still put it right.
"""

PORTION = 500
"""How many are looked up at a time."""


def bytes_of(digest: str) -> str:
    """What serialises those who keep, name and drop the same bytes."""
    return f"content/{digest}"


def name_bytes(unit: UnitOfWork, contents: Contents, digest: str, content: bytes) -> None:
    """See to it that bytes lie there, in the unit of work that names them: they may have been dropped since kept."""
    unit.serialise(bytes_of(digest))
    if not contents.holds(digest):
        contents.keep(content)


def drop_bytes(unit: UnitOfWork, contents: Contents, digest: str) -> bool:
    """Drop bytes that nothing names, in a unit of work that writes; whether nothing did."""
    unit.serialise(bytes_of(digest))
    if unit.named_contents([digest]):
        return False
    contents.drop(digest)
    return True


@attrs.frozen
class Orphans:
    """Bytes without a record, over a store and the place of the bytes."""

    store: Store
    clock: Clock
    identifiers: Identifiers
    contents: Contents

    def count(self) -> int:
        """How many `clear_away` would drop now, changing nothing."""
        return sum(1 for _ in self._lying())

    def clear_away(self) -> int:
        """
        Drop what has lain unnamed for `ORPHANED_FOR`; how many.

        Every file is looked at, so that it takes as long as the place is large; it holds locks for one at a time. Safe
        to run late, twice, or on several workers at once.

        Raises:
            DefinitionError: the place belongs to another store; nothing is dropped.
            StoreUnavailable: the store, or the place of the bytes, does not answer; the rest stays for the next time.
        """
        self._claim()
        done = 0
        for digest in self._lying():
            with self.store.begin() as unit:
                done += drop_bytes(unit, self.contents, digest)
        return done

    def clear_away_daily(self) -> int:
        """
        Do `clear_away` if nobody has begun it today; how many were dropped.

        Raises:
            DefinitionError, StoreUnavailable: as `clear_away`.
        """
        name = f"orphans/{local_date(self.clock.now())}"
        with self.store.begin(write=False) as unit:
            if unit.noted([name]):
                return 0
        try:
            with self.store.begin() as unit:
                unit.note(name, self.clock.now())
                unit.commit()
        except ConcurrentTransition:
            return 0
        return self.clear_away()

    def _claim(self) -> None:
        """See to it that the place is this store's; who dies in between has noted an id that nobody bears."""
        if self.contents.owner() is None:
            own = self.identifiers.new_id()
            with self.store.begin() as unit:
                unit.note(_owner(own), self.clock.now())
                unit.commit()
            self.contents.claim(own)
        owner = self.contents.owner()
        with self.store.begin(write=False) as unit:
            if owner is not None and not unit.noted([_owner(owner)]):
                message = "the folder of files (KAOHE_ATTACHMENT_DIR) belongs to another database"
                raise DefinitionError([Problem("attachments", "folder-foreign", message)])

    def _lying(self) -> Iterator[str]:
        digests = self.contents.lying(self.clock.now() - ORPHANED_FOR)
        while portion := list(islice(digests, PORTION)):
            with self.store.begin(write=False) as unit:
                named = unit.named_contents(portion)
            yield from (digest for digest in portion if digest not in named)


def _owner(owner: str) -> str:
    return f"contents/{owner}"
