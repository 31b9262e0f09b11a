"""The table of notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import attrs

from kaohe_workflow.adapters.sql.bulk import PlainBulk, TableShape
from kaohe_workflow.adapters.sql.engine import Dialect
from kaohe_workflow.adapters.sql.tables import NOTICE
from kaohe_workflow.adapters.sql.text import listed, name, names, sql
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.application.phases import DECIDED
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.stored import Notice, Recipient
from kaohe_workflow.values.notices import NoticeKind, RecipientKind
from kaohe_workflow.values.plain_text import storable

_NOTICES = TableShape.of(NOTICE)

_UNREVIEWED = (
    "AND NOT EXISTS (SELECT 1 FROM result_review review"
    " WHERE review.assessment_id = base.id AND review.result_version = base.result_version)"
)
"""Of an assessment: nobody has applied for review of the present version of its result."""


def _untold(dialect: Dialect) -> str:
    """Of an assessment: no notice of the present version was opened, or delivered, before an instant each."""
    mark = dialect.mark
    return sql(
        "AND NOT EXISTS (SELECT 1 FROM notice told WHERE told.case_id = base.id",
        "AND told.lifecycle = 'assessment' AND told.result_version = base.result_version",
        sql("AND told.kind =", mark, "AND told.recipient_kind =", mark),
        "AND told.recipient_id = base.physician_id",
        sql("AND (told.opened_at <", mark, "OR told.delivered_at <", mark, "))"),
    )


class Inboxes:
    """The part of a unit of work that concerns notices."""

    _wire: Wire
    _bulk: PlainBulk
    _secrets: Secrets

    def notify(self, notices: Sequence[Notice]) -> None:
        """Put notices into inboxes; whoever has one of the same cause already keeps that, and gets no other."""
        self._bulk.insert(self._wire, _NOTICES, notices, self._row, skip=True)

    def _row(self, notice: Notice) -> tuple[Any, ...]:
        return (
            notice.id,
            notice.recipient.kind.value,
            notice.recipient.id,
            notice.cause,
            notice.kind.value,
            self._secrets.seal(notice_place(notice), notice.text),
            notice.lifecycle,
            notice.case_id,
            notice.created_at,
            notice.delivered_at,
            notice.opened_at,
            notice.result_version,
        )

    def inbox(
        self, recipients: Sequence[Recipient], *, before: str | None, limit: int, unopened: bool = False
    ) -> list[Notice]:
        """The notices of these inboxes, newest first; ``before`` is the last id seen, None at first."""
        text, values = self._of(recipients)
        if before is not None:
            text, values = sql(text, "AND id <", self._wire.dialect.mark), [*values, before]
        if unopened:
            text = sql(text, "AND opened_at IS NULL")
        text = sql(text, "ORDER BY id DESC LIMIT", self._wire.dialect.mark)
        return self._notices(text, [*values, limit]) if recipients else []

    def notice(self, notice_id: str) -> Notice | None:
        """The notice of an id."""
        if not storable(notice_id):
            return None
        found = self._notices(sql("id =", self._wire.dialect.mark), [notice_id])
        return found[0] if found else None

    def notices_of(self, recipient: Recipient, lifecycle: str, case_id: str) -> list[Notice]:
        """What one inbox holds about one case, oldest first."""
        mark = self._wire.dialect.mark
        text, values = self._of([recipient])
        text = sql(text, "AND lifecycle =", mark, "AND case_id =", mark, "ORDER BY id")
        return self._notices(text, [*values, lifecycle, case_id])

    def unheard(
        self, cycle_id: str, *, decided_from: date, opened_from: datetime, delivered_from: datetime
    ) -> bool:
        """Whether a result of a cycle, decided since a day, has not long been known; see `UnitOfWork.unheard`."""
        dialect = self._wire.dialect
        marks = [dialect.mark] * len(DECIDED)
        decided = sql("base.cycle_id =", dialect.mark, "AND base.state IN", listed(marks))
        decided = sql(decided, "AND base.decided_on >=", dialect.mark)
        text = sql("SELECT 1 FROM assessment base WHERE", decided, _UNREVIEWED, _untold(dialect), "LIMIT 1")
        told = (NoticeKind.RESULT.value, RecipientKind.PHYSICIAN.value)
        known = (dialect.to(opened_from), dialect.to(delivered_from))
        values = [cycle_id, *DECIDED, dialect.to(decided_from), *told, *known]
        return bool(self._wire.rows(text, values))

    def open_notice(self, notice_id: str, at: datetime) -> None:
        """Note that a notice is opened; only the first time counts."""
        mark = self._wire.dialect.mark
        text = sql(
            "UPDATE", name("notice"), "SET opened_at =", mark, "WHERE opened_at IS NULL AND id =", mark
        )
        self._wire.change(text, (self._wire.dialect.to(at), notice_id))

    def unopened(self, recipients: Sequence[Recipient]) -> int:
        """How many notices of these inboxes nobody has opened yet."""
        if not recipients:
            return 0
        text, values = self._of(recipients)
        text = sql("SELECT count(*) FROM", name("notice"), "WHERE", text, "AND opened_at IS NULL")
        return int(self._wire.rows(text, values)[0][0])

    def _of(self, recipients: Sequence[Recipient]) -> tuple[str, list[Any]]:
        mark = self._wire.dialect.mark
        each = sql("(recipient_kind =", mark, "AND recipient_id =", mark, ")")
        values = [value for one in recipients for value in (one.kind.value, one.id)]
        return sql("(", " OR ".join([each] * len(recipients)), ")"), values

    def _notices(self, condition: str, values: Sequence[Any]) -> list[Notice]:
        text = sql("SELECT", names(_NOTICES.columns), "FROM", name("notice"), "WHERE", condition)
        return [self._notice(row) for row in self._wire.rows(text, values)]

    def _notice(self, row: Sequence[Any]) -> Notice:
        return attrs.evolve(
            found := noticed(row, self._wire.dialect), text=self._secrets.open(notice_place(found), row[5])
        )


def noticed(row: Sequence[Any], dialect: Dialect) -> Notice:
    """The notice of a row, its text still to be opened."""
    id, recipient_kind, recipient_id, cause, kind, _, lifecycle, case_id, *instants, version = row
    created_at, delivered_at = (dialect.instant(at).astimezone(UTC) for at in instants[:2])
    return Notice(
        id=id,
        recipient=Recipient(RecipientKind(recipient_kind), recipient_id),
        cause=cause,
        kind=NoticeKind(kind),
        text="",
        lifecycle=lifecycle,
        case_id=case_id,
        created_at=created_at,
        delivered_at=delivered_at,
        opened_at=None if instants[2] is None else dialect.instant(instants[2]).astimezone(UTC),
        result_version=version,
    )


def notice_place(notice: Notice) -> str:
    """What the sealed text of a notice is bound to: all of it but the day on which it was opened."""
    about = (
        notice.id,
        notice.recipient.kind.value,
        notice.recipient.id,
        notice.cause,
        notice.kind.value,
        notice.lifecycle,
        notice.case_id,
        notice.created_at.isoformat(),
        notice.delivered_at.isoformat(),
        str(notice.result_version),
    )
    return "|".join(("notice", "text", *about))
