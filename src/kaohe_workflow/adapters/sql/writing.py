"""
Transitions into tables: the case, its history row, what it carried, its deadline.

One step on PostgreSQL is one statement; many are one statement a table. A case is only changed from the
version it was read at: what does not match has been changed by somebody else, and the unit of work is
given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby

import attrs

from kaohe_workflow.adapters.sql.bulk import PlainBulk, TableShape
from kaohe_workflow.adapters.sql.engine import NOWHERE, About, Row
from kaohe_workflow.adapters.sql.rows import CaseTable
from kaohe_workflow.adapters.sql.tables import DEADLINE, ENCLOSURE, HISTORY
from kaohe_workflow.adapters.sql.text import name, sql
from kaohe_workflow.adapters.sql.wire import Count, Wire
from kaohe_workflow.adapters.waves import waves
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.stored import Due, Enclosure, HistoryRow, Written
from kaohe_workflow.errors import ConcurrentTransition

HISTORIES = TableShape.of(HISTORY)
ENCLOSURES = TableShape.of(ENCLOSURE)
DEADLINES = TableShape.of(DEADLINE)


def history_row(row: HistoryRow) -> Row:
    """The values of the history table's columns."""
    return (
        row.institution_id,
        row.case_id,
        row.seq,
        row.lifecycle,
        row.event,
        row.at,
        row.body,
        row.prev,
        row.hash,
    )


def enclosure_place(case_id: str, seq: int) -> str:
    """What a sealed enclosure is bound to."""
    return f"enclosure|content|{case_id}|{seq}"


def _due_row(due: Due) -> Row:
    return (due.lifecycle, due.case_id, due.event, due.at)


@attrs.frozen
class _Sorted:
    """Steps of one lifecycle: cases that are new, changed where they are, or moved to another institution."""

    made: list[Written] = attrs.field(factory=list)
    changed: list[Written] = attrs.field(factory=list)
    moved: list[Written] = attrs.field(factory=list)


@attrs.frozen
class _Swap:
    """A compare-and-swap of some cases, and how many it has found."""

    lifecycle: str
    steps: Sequence[Written]
    found: Count


class Writer:
    """Stores steps through a `PlainBulk` of the database; shared by all units of work."""

    def __init__(self, bulk: PlainBulk, tables: Mapping[str, CaseTable], secrets: Secrets) -> None:
        self._bulk = bulk
        self._tables = tables
        self._secrets = secrets

    def write(self, wire: Wire, steps: Sequence[Written]) -> None:
        """
        Store the steps; several steps of one case go one after the other.

        Raises:
            ConcurrentTransition: a version or a unique key says that someone was first.
        """
        if len(steps) == 1 and wire.dialect.postgres and not self._moves(steps[0]):
            self._write_one(wire, steps[0])
            return
        swaps: list[_Swap] = []
        with wire.together():
            for wave in waves(steps):
                for lifecycle, group in groupby(sorted(wave, key=_lifecycle), _lifecycle):
                    swaps += self._write_cases(wire, self._tables[lifecycle], list(group))
                self._write_beside(wire, wave)
        for swap in swaps:
            self._expect(wire, swap)

    def _moves(self, step: Written) -> bool:
        by_institution = self._tables[step.after.lifecycle].by_institution
        return (
            by_institution
            and step.before is not None
            and step.before.institution_id != step.after.institution_id
        )

    def _write_cases(self, wire: Wire, table: CaseTable, steps: Iterable[Written]) -> Iterator[_Swap]:
        parts = _Sorted()
        for step in steps:
            into = parts.made if step.before is None else parts.moved if self._moves(step) else parts.changed
            into.append(step)
        # Changes first: what they give up (a name, a number) may be taken by a new case of the same write.
        if parts.changed:
            row = partial(_changed_row, table)
            found = self._bulk.update(wire, table.shape, table.setting, table.where, parts.changed, row)
            yield _Swap(table.lifecycle, parts.changed, found)
        if parts.moved:
            found = self._bulk.delete(wire, table.shape, _WHERE_IT_WAS, parts.moved, _where_it_was)
            yield _Swap(table.lifecycle, parts.moved, found)
        new = [*parts.moved, *parts.made]
        if new:
            # In one order for all, or two that make the same cases could wait for each other.
            rows = sorted((table.row(step.after) for step in new), key=table.claims)
            self._bulk.insert(wire, table.shape, rows, about=_about(new))

    def _expect(self, wire: Wire, swap: _Swap) -> None:
        """Every compare-and-swap has found its row, or the unit of work has failed."""
        if swap.found() == len(swap.steps):
            return
        before = swap.steps[0].before
        if len(swap.steps) > 1 or before is None:
            wire.fail(ConcurrentTransition(swap.lifecycle, "", None, None))
        stored = wire.rows(self._bulk.text(_version_text, swap.lifecycle, wire.dialect.mark), (before.id,))
        actual = stored[0][0] if stored else None
        wire.fail(ConcurrentTransition(swap.lifecycle, before.id, before.version, actual))

    def _write_beside(self, wire: Wire, steps: Sequence[Written]) -> None:
        about = _about(steps)
        self._bulk.insert(wire, HISTORIES, [step.history for step in steps], history_row, about=about)
        enclosed = [step.enclosure for step in steps if step.enclosure]
        self._bulk.insert(wire, ENCLOSURES, enclosed, self._enclosure_row, about=about)
        self.reschedule(
            wire,
            [step.due for step in steps if step.due],
            [(step.after.lifecycle, step.after.id) for step in steps if step.before and not step.due],
        )

    def _enclosure_row(self, enclosure: Enclosure) -> Row:
        place = enclosure_place(enclosure.case_id, enclosure.seq)
        return (
            enclosure.institution_id,
            enclosure.case_id,
            enclosure.seq,
            enclosure.salt,
            self._secrets.seal(place, enclosure.content),
        )

    def reschedule(self, wire: Wire, dues: Sequence[Due], cleared: Sequence[tuple[str, str]]) -> None:
        """Set and remove deadlines; of two for the same case the last counts."""
        newest = {(due.lifecycle, due.case_id): due for due in dues}
        self._bulk.delete(wire, DEADLINES, DEADLINES.key, list(dict.fromkeys(cleared)))
        self._bulk.insert(wire, DEADLINES, list(newest.values()), _due_row, replace=True)

    def drop(self, wire: Wire, dues: Sequence[Due]) -> None:
        """Remove deadlines that are as they were read."""
        self._bulk.delete(wire, DEADLINES, DEADLINES.columns, list(dict.fromkeys(dues)), _due_row)

    def _write_one(self, wire: Wire, step: Written) -> None:
        """
        One step in one statement: a round trip costs more than the whole rest.

        If the case is not at the expected version, its history row has been inserted for nothing; the unit of
        work fails and takes it back.
        """
        table = self._tables[step.after.lifecycle]
        values = [*history_row(step.history)]
        if step.enclosure:
            values += self._enclosure_row(step.enclosure)
        if step.due:
            values += _due_row(step.due)
        elif step.before:
            values += (step.after.lifecycle, step.after.id)
        values += table.row(step.after) if step.before is None else _changed_row(table, step)
        about = _about([step])
        text = self._bulk.text(
            self._one_text, table, step.before is None, step.enclosure is not None, step.due is not None
        )
        found = wire.change(text, values, about)
        self._expect(wire, _Swap(table.lifecycle, [step], Count(None, found)))

    def _one_text(self, table: CaseTable, new: bool, enclosed: bool, due: bool) -> str:
        beside = [self._bulk.insert_text(HISTORIES, False)]
        if enclosed:
            beside.append(self._bulk.insert_text(ENCLOSURES, False))
        if due:
            beside.append(self._bulk.insert_text(DEADLINES, True))
        elif not new:
            beside.append(self._bulk.delete_text(DEADLINES, DEADLINES.key))
        case = (
            self._bulk.insert_text(table.shape, False)
            if new
            else self._bulk.update_text(table.shape, table.setting, table.where)
        )
        steps = ", ".join(
            sql(name(f"step{number}"), "AS", "(" + text + ")") for number, text in enumerate(beside)
        )
        return sql("WITH", steps, case)


def _version_text(lifecycle: str, mark: str) -> str:
    return sql("SELECT version FROM", name(lifecycle), "WHERE id =", mark)


def _changed_row(table: CaseTable, step: Written) -> Row:
    """The values of `CaseTable.setting`, then those of `CaseTable.where`."""
    assert step.before is not None  # only steps of existing cases come here
    row = table.row(step.after)
    where = row[1::-1] if table.by_institution else row[:1]
    return (*row[table.kept :], *where, step.before.version)


_WHERE_IT_WAS = ("institution_id", "id", "version")


def _where_it_was(step: Written) -> Row:
    assert step.before is not None  # only moved cases come here
    return (step.before.institution_id, step.before.id, step.before.version)


def _lifecycle(step: Written) -> str:
    return step.after.lifecycle


def _about(steps: Sequence[Written]) -> About:
    if len(steps) > 1:
        return NOWHERE
    before = steps[0].before
    return (steps[0].after.lifecycle, steps[0].after.id, before.version if before else None)
