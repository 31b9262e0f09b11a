"""Tables in memory: dictionaries that a unit of work sees through a layer of its own changes."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import Any

from kaohe_workflow.errors import StoreUnavailable

Table = dict[Any, Any]

_GONE = object()
_WAIT_SECONDS = 10


class Layer:
    """A table and, over it, what was put and dropped since."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.changes: Table = {}

    def get(self, key: Any) -> Any:
        """What is under a key, None if nothing is."""
        found = self.changes.get(key, self)
        if found is self:
            return self._table.get(key)
        return None if found is _GONE else found

    def put(self, key: Any, value: Any) -> None:
        """Set what is under a key."""
        self.changes[key] = value

    def drop(self, key: Any) -> None:
        """Leave nothing under a key."""
        self.changes[key] = _GONE

    def items(self) -> Iterator[tuple[Any, Any]]:
        """Every key with what is under it, in no order."""
        for key, value in self._table.items():
            if key not in self.changes:
                yield key, value
        for key, value in self.changes.items():
            if value is not _GONE:
                yield key, value

    def values(self) -> Iterator[Any]:
        """Everything that is under some key, in no order."""
        return (value for _, value in self.items())

    def onto(self, table: Table) -> None:
        """Carry the changes out."""
        for key, value in self.changes.items():
            if value is _GONE:
                table.pop(key, None)
            else:
                table[key] = value


class Shelf:
    """
    The committed tables; one writer at a time, any number of readers.

    A reader keeps the tables as they were when it came: while there is one, a commit replaces tables by changed
    copies, otherwise it changes them in place.
    """

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}
        self._writer = Lock()
        self._door = Lock()
        self._readers = 0

    def copy(self) -> Shelf:
        """The committed tables as they are now, on a shelf of their own; what lies in them is never changed."""
        other = Shelf()
        with self._door:
            other._tables = {name: dict(table) for name, table in self._tables.items()}
        return other

    def enter(self, *, write: bool, wait: bool) -> dict[str, Table]:
        """
        The tables as they are now, by name.

        Raises:
            StoreUnavailable: another writer did not finish for ten seconds; or, without ``wait``, there is one.
        """
        if write:
            if not self._writer.acquire(timeout=_WAIT_SECONDS if wait else 0):
                raise StoreUnavailable("another writer did not finish in time")
            return self._tables
        with self._door:
            self._readers += 1
            return dict(self._tables)

    def leave(self, *, write: bool) -> None:
        """Let others in."""
        if write:
            self._writer.release()
            return
        with self._door:
            self._readers -= 1

    def commit(self, layers: dict[str, Layer]) -> None:
        """Make a writer's changes the state of the tables."""
        with self._door:
            for name, layer in layers.items():
                if layer.changes:
                    table = self._tables.setdefault(name, {})
                    if self._readers:
                        table = self._tables[name] = dict(table)
                    layer.onto(table)
