"""The ports `Store` and `UnitOfWork` in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from kaohe_workflow.adapters.columns import checked, checked_scope, filterable, must_be_storable, plain_source
from kaohe_workflow.adapters.memory.attachments import Attachments
from kaohe_workflow.adapters.memory.auditing import MemoryAudit
from kaohe_workflow.adapters.memory.beside import Beside
from kaohe_workflow.adapters.memory.cases import Cases, CaseShape
from kaohe_workflow.adapters.memory.inboxes import Inboxes
from kaohe_workflow.adapters.memory.layers import Layer, Shelf
from kaohe_workflow.adapters.memory.matching import Joined, Row, meets, rank
from kaohe_workflow.adapters.memory.outgoing import Outgoing
from kaohe_workflow.adapters.memory.platforms import Platforms
from kaohe_workflow.adapters.waves import waves
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.projection import COLUMNS, VIEWS
from kaohe_workflow.application.stored import Case, Due, Enclosure, HistoryRow, Written
from kaohe_workflow.errors import ConcurrentTransition


class MemoryStore:
    """
    Units of work over dictionaries, with the semantics of the SQL stores.

    Args:
        records: lifecycle → the class of its records; other records are then refused.
        secrets: makes the look-up hashes; nothing is encrypted, because nothing leaves the process.
    """

    def __init__(self, *, secrets: Secrets, records: Mapping[str, type] | None = None) -> None:
        known = records or {}
        self._shapes = {name: CaseShape.of(name, known.get(name), secrets) for name in COLUMNS}
        self._shelf = Shelf()

    def begin(self, *, write: bool = True, wait: bool = True) -> MemoryUnitOfWork:
        """
        A new unit of work, to be used as a context manager; one that writes waits for the one before.

        Raises:
            StoreUnavailable: another writer did not finish for ten seconds; with ``wait=False``, there is one.
        """
        return MemoryUnitOfWork(self._shapes, self._shelf, write=write, wait=wait)

    def copy(self) -> MemoryStore:
        """Another store with what is committed in this one; what is written to either is not in the other."""
        other = copy(self)
        other._shelf = self._shelf.copy()
        return other

    def ready(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """There is nothing to close."""


class MemoryUnitOfWork(Beside, Inboxes, Outgoing, Platforms, Attachments):
    """The port `UnitOfWork` over the tables of a `Shelf`."""

    def __init__(self, shapes: Mapping[str, CaseShape], shelf: Shelf, *, write: bool, wait: bool) -> None:
        self._shapes = shapes
        self._shelf = shelf
        self._write = write
        self._tables = shelf.enter(write=write, wait=wait)
        self._layers: dict[str, Layer] = {}
        self._failure: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shelf.leave(write=self._write)
        self._failure = RuntimeError("this unit of work is over")

    def commit(self) -> None:
        """Make everything visible to others; raises the conflict that came before, if one did."""
        self._check()
        if self._write:
            self._shelf.commit(self._layers)
        self._failure = RuntimeError("this unit of work is over")

    def _check(self, *, write: bool = False) -> None:
        if self._failure is not None:
            raise self._failure
        if write and not self._write:
            raise RuntimeError("a unit of work begun with write=False changes nothing")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """What has failed half way cannot be committed any more, even if someone catches the error."""
        self._check(write=True)
        try:
            yield
        except Exception as ex:
            self._failure = ex
            raise

    def _layer(self, name: str) -> Layer:
        layer = self._layers.get(name)
        if layer is None:
            layer = self._layers[name] = Layer(self._tables.get(name, {}))
        return layer

    def _cases(self, lifecycle: str) -> Cases:
        self._check()
        return Cases(self._shapes[lifecycle], self._layer)

    def lock(self, lifecycle: str, ids: Sequence[str]) -> dict[str, Case]:
        """The cases of these ids; a unit of work that writes has everything locked."""
        self._check(write=True)
        return self.read(lifecycle, ids)

    def read(self, lifecycle: str, ids: Sequence[str]) -> dict[str, Case]:
        """The cases of these ids."""
        cases = self._cases(lifecycle)
        return {id: case for id in ids if (case := cases.case(id)) is not None}

    def find(
        self, lifecycle: str, where: Sequence[Where], *, limit: int | None = None, hold: bool = False
    ) -> list[Case]:
        """The cases whose columns meet all conditions, by id; a unit of work that writes holds everything."""
        kinds = self._shapes[lifecycle].kinds
        return self._cases(lifecycle).find([checked(each, kinds) for each in where], limit)

    def gone_from(self, lifecycle: str, institution_id: str) -> list[str]:
        """The ids of the cases that have belonged to an institution and belong to another one now, in order."""
        cases = (row.case for row in self._cases(lifecycle).rows())
        return sorted(
            case.id
            for case in cases
            if institution_id in case.homes and case.institution_id != institution_id
        )

    def serialise(self, *names: str) -> None:
        """Nothing to wait for: there is one writer at a time."""
        self._check(write=True)
        must_be_storable("$.name", *names)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A block that undoes its own writes if it raises, and only those."""
        self._check(write=True)
        kept = {name: dict(layer.changes) for name, layer in self._layers.items()}
        try:
            yield
        except Exception:
            if self._failure is None:
                for name, layer in self._layers.items():
                    layer.changes = kept.get(name, {})
            raise

    def write(self, steps: Sequence[Written]) -> None:
        """Store transitions: cases (compare-and-swap on version), history, enclosures, deadlines."""
        with self._writing():
            # As the SQL stores do: changes first, what they give up may be taken by a new case.
            for wave in waves(steps):
                for step in sorted(wave, key=lambda step: step.before is None):
                    self._cases(step.after.lifecycle).write(step)
                    self._write_beside(step)

    def _write_beside(self, step: Written) -> None:
        self._append("history", step.history)
        if step.enclosure:
            self._append("enclosure", step.enclosure)
        key = (step.after.lifecycle, step.after.id)
        if step.due:
            self._layer("deadline").put(key, step.due)
        elif step.before:
            self._layer("deadline").drop(key)

    def _append(self, table: str, row: HistoryRow | Enclosure) -> None:
        layer = self._layer(table)
        rows = layer.get(row.case_id) or ()
        if any(row.seq == each.seq and row.institution_id == each.institution_id for each in rows):
            raise ConcurrentTransition(table, row.case_id, None, row.seq)
        layer.put(row.case_id, (*rows, row))

    def reschedule(self, dues: Sequence[Due], cleared: Sequence[tuple[str, str]]) -> None:
        """Replace the deadlines of cases without a transition; ``cleared`` are (lifecycle, case id)."""
        self._check(write=True)
        for key in cleared:
            self._layer("deadline").drop(tuple(key))
        for due in dues:
            self._layer("deadline").put((due.lifecycle, due.case_id), due)

    def drop(self, dues: Sequence[Due]) -> None:
        """Remove these deadlines; one that has been set in the place of another meanwhile stays."""
        self._check(write=True)
        layer = self._layer("deadline")
        for due in dues:
            if layer.get((due.lifecycle, due.case_id)) == due:
                layer.drop((due.lifecycle, due.case_id))

    def due(self, now: datetime, limit: int) -> list[Due]:
        """Deadlines at or before ``now``, earliest first."""
        self._check()
        over = [due for due in self._layer("deadline").values() if due.at <= now]
        return sorted(over, key=lambda due: (due.at, due.lifecycle, due.case_id))[:limit]

    def page(
        self,
        view: str,
        scope: Scope,
        where: Sequence[Where],
        *,
        order: Order,
        after: tuple[Any, str] | None,
        limit: int,
    ) -> list[Mapping[str, Any]]:
        """Rows of a view, each with its fields; keyset after (order value, id)."""
        plain_source(view, order.field)  # a sealed field gives no order
        keyed = [
            ((rank(row.value(order.field)), row.value("id")), row) for row in self._seen(view, scope, where)
        ]
        keyed.sort(key=lambda pair: pair[0], reverse=order.descending)
        if after is not None:
            last = (rank(after[0]), after[1])
            keyed = [pair for pair in keyed if (pair[0] < last if order.descending else pair[0] > last)]
        return [row.fields() for _, row in keyed[:limit]]

    def count(
        self, view: str, scope: Scope, where: Sequence[Where], *, by: Sequence[str] = ()
    ) -> dict[tuple[Any, ...], int]:
        """How many rows, grouped by fields; without ``by`` one entry under ``()``."""
        for field in by:
            plain_source(view, field)
        counted = Counter(tuple(map(row.value, by)) for row in self._seen(view, scope, where))
        return dict(counted) if by else {(): counted[()]}

    def _seen(self, view: str, scope: Scope, where: Sequence[Where]) -> Iterator[Joined]:
        kinds = filterable(view)
        clauses = list(checked_scope(scope, kinds))
        conditions = [checked(each, kinds) for each in where]
        if not clauses:
            return
        for base in self._cases(VIEWS[view].base).rows():
            row = Joined(view, base, self._find_by)
            if meets(row.value, conditions) and any(meets(row.value, clause) for clause in clauses):
                yield row

    def _find_by(self, lifecycle: str, column: str, value: Any) -> Row | None:
        return self._cases(lifecycle).find_by(column, value)

    def history(self, case: Case) -> list[HistoryRow]:
        """Every step of the case, oldest first."""
        self._check()
        rows = self._layer("history").get(case.id) or ()
        return sorted((row for row in rows if row.institution_id in case.homes), key=lambda row: row.seq)

    def enclosures(self, case: Case) -> list[Enclosure]:
        """What the steps carried, oldest first."""
        self._check()
        rows = self._layer("enclosure").get(case.id) or ()
        return sorted((row for row in rows if row.institution_id in case.homes), key=lambda row: row.seq)

    def every_case(self, lifecycle: str, *, after: str, limit: int) -> list[Case]:
        """All cases by id; ``after`` is the last id seen, empty at first."""
        return self.find(lifecycle, [Where("id", "gt", after)], limit=limit)

    def histories(self, cases: Sequence[Case]) -> dict[str, list[HistoryRow]]:
        """The steps of many cases, by case id, oldest first."""
        return {case.id: self.history(case) for case in cases}

    @contextmanager
    def audit(self) -> Iterator[MemoryAudit]:
        """Everything that is stored, for verification, while the block lasts."""
        self._check()
        yield MemoryAudit(self, self._shapes, self._layer)
