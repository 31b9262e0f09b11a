"""The tables of errands, and of how far the opening of cycles is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from kaohe_workflow.adapters.sql.bulk import PlainBulk, TableShape
from kaohe_workflow.adapters.sql.tables import ERRAND, OPENING
from kaohe_workflow.adapters.sql.text import name, names, sql
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.application.stored import Errand, Opening
from kaohe_workflow.values.errands import ErrandKind, ErrandStanding, OpeningStanding
from kaohe_workflow.values.plain_text import storable

_ERRANDS, _OPENINGS = TableShape.of(ERRAND), TableShape.of(OPENING)


class Errands:
    """The part of a unit of work that concerns errands."""

    _wire: Wire
    _bulk: PlainBulk

    def errand(self, errand_id: str) -> Errand | None:
        """The errand of an id."""
        if not storable(errand_id):
            return None
        found = self._errands(sql("id =", self._wire.dialect.mark), [errand_id])
        return found[0] if found else None

    def errands(self, account_id: str, *, before: str | None, limit: int) -> list[Errand]:
        """The errands of an account, newest first; ``before`` is the last id seen, None at first."""
        mark = self._wire.dialect.mark
        condition, values = sql("account_id =", mark), [account_id]
        if before is not None:
            condition, values = sql(condition, "AND id <", mark), [*values, before]
        return self._errands(sql(condition, "ORDER BY id DESC LIMIT", mark), [*values, limit])

    def keep_errand(self, errand: Errand) -> None:
        """Insert or update an errand."""
        self._bulk.insert(self._wire, _ERRANDS, [errand], _row, replace=True)

    def ended_errands(self, before: datetime, limit: int) -> list[Errand]:
        """Errands that ended before that instant, those first that ended first."""
        dialect = self._wire.dialect
        condition = sql("ended_at <", dialect.mark, "ORDER BY ended_at, id LIMIT", dialect.mark)
        return self._errands(condition, [dialect.to(before), limit])

    def count_ended_errands(self, before: datetime) -> int:
        """How many errands ended before that instant."""
        dialect = self._wire.dialect
        text = sql("SELECT count(*) FROM", name("errand"), "WHERE ended_at <", dialect.mark)
        return int(self._wire.rows(text, (dialect.to(before),))[0][0])

    def drop_errand(self, errand_id: str) -> None:
        """Remove an errand, if it is there."""
        self._bulk.delete(self._wire, _ERRANDS, ("id",), [(errand_id,)])

    def opening(self, cycle_id: str) -> Opening | None:
        """How far the opening of a cycle's cases is; None before its first page."""
        if not storable(cycle_id):
            return None
        text = sql("SELECT", names(_OPENINGS.columns), "FROM", name("opening"), "WHERE cycle_id =")
        for row in self._wire.rows(sql(text, self._wire.dialect.mark), [cycle_id]):
            id, standing, expected, opened, refused, at = row
            return Opening(id, OpeningStanding(standing), expected, opened, refused, self._errand_at(at))
        return None

    def keep_opening(self, opening: Opening) -> None:
        """Insert or update how far one is."""
        self._bulk.insert(self._wire, _OPENINGS, [opening], _opening_row, replace=True)

    def _errands(self, condition: str, values: Sequence[Any]) -> list[Errand]:
        text = sql("SELECT", names(_ERRANDS.columns), "FROM", name("errand"), "WHERE", condition)
        return [self._errand(row) for row in self._wire.rows(text, values)]

    def _errand(self, row: Sequence[Any]) -> Errand:
        id, account, kind, standing, total, created, done, refused, ended, problem, parts = row
        return Errand(
            id,
            account,
            ErrandKind(kind),
            ErrandStanding(standing),
            total,
            self._errand_at(created),
            done,
            refused,
            None if ended is None else self._errand_at(ended),
            problem,
            tuple(parts.split()),
        )

    def _errand_at(self, value: Any) -> datetime:
        return self._wire.dialect.instant(value).astimezone(UTC)


def _row(errand: Errand) -> tuple[Any, ...]:
    return (
        errand.id,
        errand.account_id,
        errand.kind.value,
        errand.standing.value,
        errand.total,
        errand.created_at,
        errand.done,
        errand.refused,
        errand.ended_at,
        errand.problem,
        " ".join(errand.parts),
    )


def _opening_row(opening: Opening) -> tuple[Any, ...]:
    return (
        opening.cycle_id,
        opening.standing.value,
        opening.expected,
        opening.opened,
        opening.refused,
        opening.went_on_at,
    )
