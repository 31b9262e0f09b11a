"""One transaction over an SQL database."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import attrs

from kaohe_workflow.adapters.columns import must_be_storable
from kaohe_workflow.adapters.sql.attachments import Attachments
from kaohe_workflow.adapters.sql.auditing import SqlAudit
from kaohe_workflow.adapters.sql.beside import Beside
from kaohe_workflow.adapters.sql.bulk import PlainBulk, TableShape
from kaohe_workflow.adapters.sql.conditions import Conditions, member_of
from kaohe_workflow.adapters.sql.engine import Dialect, Row
from kaohe_workflow.adapters.sql.errands import Errands
from kaohe_workflow.adapters.sql.inboxes import Inboxes
from kaohe_workflow.adapters.sql.outgoing import Outgoing
from kaohe_workflow.adapters.sql.platforms import Platforms
from kaohe_workflow.adapters.sql.reading import PERSON, Selects, of_cases
from kaohe_workflow.adapters.sql.rows import CaseTable
from kaohe_workflow.adapters.sql.tables import CASE_COLUMNS
from kaohe_workflow.adapters.sql.text import json_list, name, names, sql
from kaohe_workflow.adapters.sql.views import Views
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.adapters.sql.writing import DEADLINES, ENCLOSURES, HISTORIES, Writer, enclosure_place
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.proving import UNREADABLE
from kaohe_workflow.application.stored import Case, Due, Enclosure, HistoryRow, Written
from kaohe_workflow.values.plain_text import storable

_WIDTH = len(CASE_COLUMNS)


_MANY = 500
"""From how many cases on the garbage collector is held off."""


@attrs.frozen
class Gear:
    """What all units of work of one store share."""

    dialect: Dialect
    bulk: PlainBulk
    tables: Mapping[str, CaseTable]
    selects: Mapping[str, Selects]
    writer: Writer
    views: Views
    secrets: Secrets


class SqlUnitOfWork(Beside, Inboxes, Outgoing, Platforms, Errands, Attachments):
    """
    The port `UnitOfWork` over one connection.

    Cases locked or written here are kept and not read again: nobody else can change them meanwhile.
    """

    def __init__(self, gear: Gear, wire: Wire) -> None:
        self._gear = gear
        self._wire = wire
        self._bulk = gear.bulk
        self._secrets = gear.secrets
        # A row stands for a case that was locked along and has not been asked for yet.
        self._here: dict[tuple[str, str], Case | Row] = {}
        self._uncollected = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.close()
        if self._uncollected:
            gc.enable()

    def _expect(self, cases: int) -> None:
        """
        Hold off the garbage collector, until the end, when many cases are made or written.

        All of them are kept, so it would look through hundreds of thousands of objects in vain, over and over:
        a third of the time of a bulk. Another thread that ends its bulk lets it in earlier, which does no harm.
        """
        if cases >= _MANY and gc.isenabled():
            gc.disable()
            self._uncollected = True

    def commit(self) -> None:
        """
        Make everything durable.

        A connection lost during the commit itself leaves open whether it took place: the caller asks again
        under the same idempotency key.
        """
        self._wire.commit()

    def lock(self, lifecycle: str, ids: Sequence[str]) -> dict[str, Case]:
        """The cases of these ids, locked until the end, in id order; missing ids are left out."""
        self._wire.must_write()
        self._expect(len(ids))
        selects = self._gear.selects[lifecycle]
        wanted = sorted({id for id in ids if (lifecycle, id) not in self._here and storable(id)})
        if wanted:
            self._lock(lifecycle, selects.locking_person or selects.locking, wanted)
        missing = [id for id in wanted if (lifecycle, id) not in self._here]
        if missing and self._gear.dialect.postgres:
            # Moved to another institution while we waited: gone from our snapshot, there in the next. The
            # person's row is locked already; a case without one is found here as well.
            self._lock(lifecycle, selects.locking, missing)
        return self._held(lifecycle, ids)

    def _lock(self, lifecycle: str, text: str, ids: Sequence[str]) -> None:
        for row in self._wire.rows(text, (self._list(ids),)):
            self._here[lifecycle, row[0]] = row[:_WIDTH]
            if len(row) > _WIDTH:
                self._here.setdefault((PERSON, row[_WIDTH]), row[_WIDTH:])

    def _list(self, ids: Sequence[str]) -> Any:
        _, value = member_of(self._gear.dialect, "text", ids)
        return value

    def _held(self, lifecycle: str, ids: Sequence[str]) -> dict[str, Case]:
        """Those of the ids that are locked or written here."""
        found = {}
        for id in ids:
            here = self._here.get((lifecycle, id))
            if here is not None:
                found[id] = self._as_case(lifecycle, here)
        return found

    def _as_case(self, lifecycle: str, here: Case | Row) -> Case:
        if isinstance(here, Case):
            return here
        case = self._gear.tables[lifecycle].case(here)
        self._here[lifecycle, case.id] = case
        return case

    def _case(self, lifecycle: str, row: Row) -> Case:
        """The case of a row just read; the same object if it is kept here."""
        here = self._here.get((lifecycle, row[0]))
        return self._as_case(lifecycle, here) if here is not None else self._gear.tables[lifecycle].case(row)

    def read(self, lifecycle: str, ids: Sequence[str]) -> dict[str, Case]:
        """The cases of these ids without a lock (a case locked or written here comes as it is here)."""
        found = self._held(lifecycle, ids)
        wanted = sorted({id for id in ids if id not in found and storable(id)})
        if wanted:
            text = self._gear.selects[lifecycle].plain
            rows = self._wire.rows(text, (self._list(wanted),))
            self._expect(len(rows))
            found |= {row[0]: self._gear.tables[lifecycle].case(row) for row in rows}
        return found

    def find(
        self, lifecycle: str, where: Sequence[Where], *, limit: int | None = None, hold: bool = False
    ) -> list[Case]:
        """The cases whose columns meet all conditions, by id; held against changes if asked for."""
        table = self._gear.tables[lifecycle]
        conditions = Conditions(self._gear.dialect, name, table.known)
        conditions.add(where)
        text = sql(
            "SELECT",
            names(CASE_COLUMNS),
            "FROM",
            name(lifecycle),
            conditions.text,
            "ORDER BY id",
            sql("LIMIT", self._mark) if limit is not None else "",
            # SQLite has one writer at a time: whatever it reads is held.
            "FOR SHARE" if hold and self._gear.dialect.postgres and self._wire.writes else "",
        )
        values = conditions.values if limit is None else [*conditions.values, limit]
        rows = self._wire.rows(text, values)
        self._expect(len(rows))
        return [self._case(lifecycle, row) for row in rows]

    def gone_from(self, lifecycle: str, institution_id: str) -> list[str]:
        """The ids of the cases that have belonged to an institution and belong to another one now, in order."""
        must_be_storable("$.institution_id", institution_id)
        written = json_list([institution_id])[1:-1]
        rows = self._wire.rows(self._gear.selects[lifecycle].gone, [written, institution_id])
        return [str(id) for (id,) in rows]

    def serialise(self, *names: str) -> None:
        """Let no other writing unit of work that gives one of these names go on until this one ends."""
        self._wire.must_write()
        must_be_storable("$.name", *names)
        if self._gear.dialect.postgres:
            # In one order for all, or two of them could wait for each other.
            for each in sorted(names):
                self._wire.rows("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (each,))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A block that undoes its own writes if it raises, and only those; its locks stay."""
        kept = dict(self._here)
        self._wire.change("SAVEPOINT part")
        try:
            yield
        except Exception:
            if not self._wire.spoiled:
                self._wire.change("ROLLBACK TO SAVEPOINT part")
                self._wire.change("RELEASE SAVEPOINT part")
                self._here = kept
            raise
        self._wire.change("RELEASE SAVEPOINT part")

    def write(self, steps: Sequence[Written]) -> None:
        """Store transitions: case rows (compare-and-swap on version), history, enclosures, deadlines."""
        if not steps:
            return
        self._expect(len(steps))
        try:
            self._gear.writer.write(self._wire, steps)
        except Exception as ex:
            # Some of the steps may be there already.
            self._wire.spoil(ex)
            raise
        for step in steps:
            self._here[step.after.lifecycle, step.after.id] = step.after

    def reschedule(self, dues: Sequence[Due], cleared: Sequence[tuple[str, str]]) -> None:
        """Replace the deadlines of cases without a transition; ``cleared`` are (lifecycle, case id)."""
        self._gear.writer.reschedule(self._wire, dues, cleared)

    def drop(self, dues: Sequence[Due]) -> None:
        """Remove these deadlines; one that has been set in the place of another meanwhile stays."""
        self._gear.writer.drop(self._wire, dues)

    def due(self, now: datetime, limit: int) -> list[Due]:
        """
        Deadlines at or before ``now``, earliest first.

        One whose instant somebody has written over never comes: `kaohe verify` tells of it.
        """
        is_instant = (
            "isfinite(at)"
            if self._wire.dialect.postgres
            else "at GLOB '????-??-??T*' AND julianday(at) IS NOT NULL"
        )
        text = sql(
            "SELECT",
            names(DEADLINES.columns),
            "FROM deadline WHERE at <=",
            self._mark,
            "AND",
            is_instant,
            "ORDER BY at, lifecycle, case_id LIMIT",
            self._mark,
        )
        dues = []
        for lifecycle, case_id, event, at in self._wire.rows(text, (self._to(now), limit)):
            with suppress(*UNREADABLE):
                dues.append(Due(lifecycle, case_id, event, self._instant(at)))
        return dues

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
        return self._gear.views.page(self._wire, view, scope, where, order, after, limit)

    def count(
        self, view: str, scope: Scope, where: Sequence[Where], *, by: Sequence[str] = ()
    ) -> dict[tuple[Any, ...], int]:
        """How many rows, grouped by fields; without ``by`` one entry under ``()``."""
        return self._gear.views.count(self._wire, view, scope, where, by)

    def history(self, case: Case) -> list[HistoryRow]:
        """Every step of the case, oldest first."""
        return self.histories([case])[case.id]

    def histories(self, cases: Sequence[Case]) -> dict[str, list[HistoryRow]]:
        """The steps of many cases, by case id, oldest first."""
        found: dict[str, list[HistoryRow]] = {case.id: [] for case in cases}
        for institution, case_id, seq, lifecycle, event, at, *chain in self._steps(HISTORIES, cases):
            row = HistoryRow(institution, case_id, seq, lifecycle, event, self._instant(at), *chain)
            found[case_id].append(row)
        return found

    def enclosures(self, case: Case) -> list[Enclosure]:
        """What the steps carried, oldest first, decrypted."""
        return [
            Enclosure(institution, id, seq, salt, self._secrets.open(enclosure_place(id, seq), content))
            for institution, id, seq, salt, content in self._steps(ENCLOSURES, [case])
        ]

    def _steps(self, shape: TableShape, cases: Sequence[Case]) -> list[Row]:
        """A case's rows lie under every institution it has belonged to."""
        pairs = list(dict.fromkeys((home, case.id) for case in cases for home in case.homes))
        if not pairs:
            return []
        text = self._bulk.text(of_cases, self._gear.dialect, shape)
        if self._gear.dialect.postgres:
            return self._wire.rows(text, [list(column) for column in zip(*pairs, strict=True)])
        return self._wire.rows(text, (json_list(pairs),))

    def every_case(self, lifecycle: str, *, after: str, limit: int) -> list[Case]:
        """All cases by id; ``after`` is the last id seen, empty at first."""
        return self.find(lifecycle, [Where("id", "gt", after)], limit=limit)

    @contextmanager
    def audit(self) -> Iterator[SqlAudit]:
        """Everything that is stored, for verification, while the block lasts."""
        with self._wire.lenient():
            yield SqlAudit(self._wire, self._gear.tables, self._steps, self._secrets)

    def schema(self) -> str | None:
        """The migration that the database is at."""
        return next(
            (str(version) for (version,) in self._wire.rows("SELECT version_num FROM alembic_version")), None
        )

    def tables(self) -> frozenset[str]:
        """The tables that the database has."""
        if self._gear.dialect.postgres:
            text = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
        else:
            text = "SELECT name FROM sqlite_master WHERE type = 'table'"
        return frozenset(str(table) for (table,) in self._wire.rows(text))
