"""
Everything that lies in the database, whoever has written it there: the port `Audit`.

A row is looked at by itself, and compared with the row that would be written for the case that it holds. Whatever
reading it raises belongs to that row alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from kaohe_workflow.adapters.sql.attachments import every_attachment
from kaohe_workflow.adapters.sql.beside import answer_place, job_place
from kaohe_workflow.adapters.sql.bulk import TableShape
from kaohe_workflow.adapters.sql.engine import Row
from kaohe_workflow.adapters.sql.guards import defects
from kaohe_workflow.adapters.sql.inboxes import notice_place, noticed
from kaohe_workflow.adapters.sql.outgoing import CHANNELS, channel_place
from kaohe_workflow.adapters.sql.platforms import PLATFORM_KEYS, platform_key_place
from kaohe_workflow.adapters.sql.reading import portions
from kaohe_workflow.adapters.sql.rows import CaseTable
from kaohe_workflow.adapters.sql.tables import IDEMPOTENCY, JOB, NOTICE, NUMBER_SERIES, REFUSAL
from kaohe_workflow.adapters.sql.text import name, names, sql
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.adapters.sql.writing import DEADLINES, ENCLOSURES, HISTORIES, enclosure_place
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.proving import UNREADABLE
from kaohe_workflow.application.stored import (
    NEVER,
    Attachment,
    Case,
    Due,
    Enclosure,
    HistoryRow,
    Kept,
    Refusal,
    Unreadable,
)

StepsOf = Callable[[TableShape, Sequence[Case]], list[Row]]
"""The rows of history or enclosures of some cases, by case and seq."""

_PORTION = 500
_REFUSALS = TableShape.of(REFUSAL)
_ANSWERS = TableShape.of(IDEMPOTENCY)
_JOBS = TableShape.of(JOB)
_NOTICES = TableShape.of(NOTICE)
_NUMBERS = TableShape.of(NUMBER_SERIES)

_CHAPTERS = "SELECT min(lifecycle), institution_id, case_id FROM history GROUP BY institution_id, case_id"
_LOOSE = (
    "SELECT e.case_id, e.seq FROM enclosure AS e LEFT JOIN history AS h ON h.institution_id = e.institution_id"
    " AND h.case_id = e.case_id AND h.seq = e.seq WHERE h.case_id IS NULL ORDER BY e.case_id, e.seq"
)


class SqlAudit:
    """The port `Audit` over the connection of a unit of work."""

    def __init__(
        self, wire: Wire, tables: Mapping[str, CaseTable], steps_of: StepsOf, secrets: Secrets
    ) -> None:
        self._wire = wire
        self._tables = tables
        self._steps_of = steps_of
        self._secrets = secrets

    def defects(self) -> list[str]:
        """What guards the tables and is not as this version made it: a line each."""
        return list(defects(self._wire))

    def cases(self, lifecycle: str, portion: int) -> Iterator[list[Kept | Unreadable]]:
        """All cases of a lifecycle, at most ``portion`` at a time; one that lies there twice comes twice."""
        table = self._tables[lifecycle]
        for rows in portions(self._wire, table.shape, portion):
            yield [self._kept(table, row) for row in rows]

    def _kept(self, table: CaseTable, row: Row) -> Kept | Unreadable:
        try:
            case, written = table.compared(row)
        except Exception as ex:  # whatever a converter meets in what somebody made up
            return Unreadable(f"{table.lifecycle}/{row[0]}", str(ex) or repr(ex))
        expected = tuple(map(self._wire.dialect.to, written))
        if expected == row:
            return Kept(case)
        columns = zip(table.shape.columns, row, expected, strict=True)
        return Kept(case, tuple(column for column, there, own in columns if there != own))

    def histories(self, cases: Sequence[Case]) -> dict[str, list[HistoryRow]]:
        """The steps of many cases, by case id, oldest first."""
        found: dict[str, list[HistoryRow]] = {case.id: [] for case in cases}
        for institution, case_id, seq, lifecycle, event, at, *chain in self._steps_of(HISTORIES, cases):
            row = HistoryRow(institution, case_id, seq, lifecycle, event, self._instant(at), *chain)
            found[case_id].append(row)
        return found

    def enclosures(self, cases: Sequence[Case]) -> dict[str, list[Enclosure | Unreadable]]:
        """What the steps of many cases carried, by case id, oldest first, decrypted."""
        found: dict[str, list[Enclosure | Unreadable]] = {case.id: [] for case in cases}
        lifecycles = {case.id: case.lifecycle for case in cases}
        for institution, id, seq, salt, content in self._steps_of(ENCLOSURES, cases):
            plain = self._opened(f"{lifecycles[id]}/{id}#{seq}", enclosure_place(id, seq), content)
            if isinstance(plain, Unreadable):
                found[id].append(plain)
            else:
                found[id].append(Enclosure(institution, id, seq, salt, plain))
        return found

    def _opened(self, where: str, place: str, sealed: Any) -> str | Unreadable:
        try:
            return self._secrets.open(place, sealed)
        except Exception as ex:  # as above
            return Unreadable(where, str(ex) or repr(ex))

    def chapters(self) -> list[tuple[str, str, str]]:
        """Where steps are kept: lifecycle, institution and case id, each once."""
        return [(lifecycle, home, case) for lifecycle, home, case in self._wire.rows(_CHAPTERS)]

    def loose_enclosures(self) -> list[tuple[str, int]]:
        """Case id and seq of what is enclosed and belongs to no step."""
        return [(case, seq) for case, seq in self._wire.rows(_LOOSE)]

    def dues(self) -> list[Due]:
        """All deadlines."""
        # PostgreSQL has an infinity, which Python has not.
        at = 'CASE WHEN isfinite("at") THEN "at" END' if self._wire.dialect.postgres else '"at"'
        columns = ", ".join(at if column == "at" else name(column) for column in DEADLINES.columns)
        rows = self._wire.rows(sql("SELECT", columns, "FROM", name(DEADLINES.table)))
        return [Due(lifecycle, case, event, self._instant(at)) for lifecycle, case, event, at in rows]

    def refusals(self) -> Iterator[Refusal]:
        """All refused attempts; those of one account oldest first."""
        for rows in portions(self._wire, _REFUSALS, _PORTION):
            for account, seq, at, body, prev, hash in rows:
                yield Refusal(account, seq, self._instant(at), body, prev, hash)

    def numbers(self) -> dict[str, int]:
        """Series → the number it has reached."""
        return dict(self._wire.rows(_all_of(_NUMBERS)))

    def attachments(self) -> Iterator[Attachment | Unreadable]:
        """All attachments, each compared with what was sealed with it."""
        return every_attachment(self._wire, self._secrets)

    def sealed_shut(self) -> list[Unreadable]:
        """The waiting jobs, remembered answers, notices and channels that cannot be opened."""
        found = [
            self._opened(f"job/{id}", job_place(id), content)
            for id, _, content, *_ in self._wire.rows(_all_of(_JOBS))
        ]
        for rows in portions(self._wire, _ANSWERS, _PORTION):
            found += [
                self._opened(f"idempotency/{account}/{key}", answer_place(account, key), answer)
                for account, key, _, answer, _ in rows
            ]
        for rows in portions(self._wire, _NOTICES, _PORTION):
            found += [self._notice(row) for row in rows]
        for row in self._wire.rows(_all_of(CHANNELS)):
            found += [
                self._opened(f"channel/{row[0]}", f"{channel_place(row)}|{name}", sealed)
                for name, sealed in (("address", row[4]), ("secret", row[5]))
            ]
        found += [self._platform_key(row) for row in self._wire.rows(_all_of(PLATFORM_KEYS))]
        return [each for each in found if isinstance(each, Unreadable)]

    def _platform_key(self, row: Row) -> str | Unreadable:
        where = f"platform_key/{row[0]}"
        try:
            place = platform_key_place(row, self._wire.dialect)
        except UNREADABLE as ex:
            return Unreadable(where, str(ex) or repr(ex))
        return self._opened(where, place, row[2])

    def _notice(self, row: Row) -> str | Unreadable:
        where = f"notice/{row[0]}"
        try:
            place = notice_place(noticed(row, self._wire.dialect))
        except UNREADABLE as ex:
            return Unreadable(where, str(ex) or repr(ex))
        return self._opened(where, place, row[5])

    def _instant(self, value: Any) -> datetime:
        try:
            return self._wire.dialect.instant(value).astimezone(UTC)
        except (AttributeError, TypeError, ValueError, OverflowError):
            return NEVER


def _all_of(shape: TableShape) -> str:
    return sql("SELECT", names(shape.columns), "FROM", name(shape.table))
