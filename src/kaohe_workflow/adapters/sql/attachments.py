"""
What is known of files that were handed in: a table beside the cases.

The name is sealed, and with it everything that the columns say: whoever writes another account or digest into a row is
found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from kaohe_workflow.adapters.columns import must_be_storable
from kaohe_workflow.adapters.sql.bulk import PlainBulk, TableShape
from kaohe_workflow.adapters.sql.conditions import member_of
from kaohe_workflow.adapters.sql.engine import Row
from kaohe_workflow.adapters.sql.reading import portions
from kaohe_workflow.adapters.sql.tables import ATTACHMENT
from kaohe_workflow.adapters.sql.text import name, names, sql
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.stored import Attachment, Unreadable
from kaohe_workflow.errors import ConcurrentTransition
from kaohe_workflow.values.plain_text import storable

SHAPE = TableShape.of(ATTACHMENT)
_PORTION = 500


class Attachments:
    """The part of a unit of work that keeps what is known of files."""

    _wire: Wire
    _bulk: PlainBulk
    _secrets: Secrets

    def add_attachment(self, attachment: Attachment) -> None:
        """Keep what is known of a file; raises `ConcurrentTransition` if the id is taken, `InputInvalid`."""
        must_be_storable("$.name", attachment.name)
        row = (*_columns(attachment), attachment.used, self._secrets.seal(*_sealed(attachment)))
        self._bulk.insert(self._wire, SHAPE, [row], about=("attachment", attachment.id, None))

    def attachments(self, ids: Sequence[str]) -> dict[str, Attachment]:
        """The attachments of these ids; missing ids are left out."""
        wanted = sorted({id for id in ids if storable(id)})
        if not wanted:
            return {}
        condition, value = member_of(self._wire.dialect, "text", wanted)
        text = sql("SELECT", names(SHAPE.columns), "FROM", name(SHAPE.table), "WHERE id", condition)
        found = [_read(self._wire, self._secrets, row) for row in self._wire.rows(text, (value,))]
        return {attachment.id: attachment for attachment in found}

    def use_attachments(self, ids: Sequence[str]) -> None:
        """Note that a case names these; raises `ConcurrentTransition` if one of them is gone."""
        wanted = sorted(set(ids))
        rows = [(True, id) for id in wanted]
        count = self._bulk.update(self._wire, SHAPE, ("used",), ("id",), rows)
        if count() != len(wanted):
            raise ConcurrentTransition("attachment", wanted[0], None, None)

    def disuse_attachments(self, ids: Sequence[str]) -> None:
        """Note that no case names these any more."""
        rows = [(False, id) for id in sorted(set(ids))]
        self._bulk.update(self._wire, SHAPE, ("used",), ("id",), rows)()

    def unused_attachments(self, before: datetime, limit: int) -> list[Attachment]:
        """Attachments from before that instant that no case has ever named, oldest first."""
        mark, to = self._wire.dialect.mark, self._wire.dialect.to
        text = sql(
            sql("SELECT", names(SHAPE.columns), "FROM", name(SHAPE.table)),
            sql("WHERE used =", mark, 'AND "at" <', mark, 'ORDER BY "at", id LIMIT', mark),
        )
        rows = self._wire.rows(text, (to(False), to(before), limit))
        return [_read(self._wire, self._secrets, row) for row in rows]

    def count_unused_attachments(self, before: datetime) -> int:
        """How many of those there are."""
        to, mark = self._wire.dialect.to, self._wire.dialect.mark
        text = sql("SELECT count(*) FROM", name(SHAPE.table), "WHERE used =", mark, 'AND "at" <', mark)
        return int(self._wire.rows(text, (to(False), to(before)))[0][0])

    def drop_attachments(self, ids: Sequence[str]) -> None:
        """Remove those of these that no case has named meanwhile."""
        self._bulk.delete(self._wire, SHAPE, ("id", "used"), [(id, False) for id in ids])

    def named_contents(self, digests: Sequence[str]) -> frozenset[str]:
        """Which of these digests an attachment has, or an errand as a file of its result."""
        wanted = sorted({digest for digest in digests if storable(digest)})
        if not wanted:
            return frozenset()
        condition, value = member_of(self._wire.dialect, "text", wanted)
        text = sql("SELECT DISTINCT digest FROM", name(SHAPE.table), "WHERE digest", condition)
        found = {digest for (digest,) in self._wire.rows(text, (value,))}
        if len(found) < len(wanted):
            # Errands are few, and gone after some weeks; what they have made stands in one text.
            every = self._wire.rows(sql("SELECT parts FROM", name("errand")), ())
            found |= {digest for (parts,) in every for digest in parts.split()}.intersection(wanted)
        return frozenset(found)


def every_attachment(wire: Wire, secrets: Secrets) -> Iterator[Attachment | Unreadable]:
    """All attachments, each compared with what was sealed with it."""
    for rows in portions(wire, SHAPE, _PORTION):
        for row in rows:
            yield _compared(wire, secrets, row)


def _compared(wire: Wire, secrets: Secrets, row: Row) -> Attachment | Unreadable:
    where = f"attachment/{row[0]}"
    try:
        attachment = _read(wire, secrets, row)
        plain = json.loads(secrets.open(_place(row[0]), row[-1]))
    except Exception as ex:  # whatever reading meets in what somebody made up
        return Unreadable(where, str(ex) or repr(ex))
    if plain != json.loads(_sealed(attachment)[1]):
        return Unreadable(where, "its columns are not what was sealed with it")
    return attachment


def _columns(attachment: Attachment) -> tuple[Any, ...]:
    return (
        attachment.id,
        attachment.account_id,
        attachment.institution_id,
        attachment.physician_id,
        attachment.digest,
        attachment.kind,
        attachment.size,
        attachment.at,
    )


def _sealed(attachment: Attachment) -> tuple[str, str]:
    """The place and the text of what is sealed."""
    *columns, at = _columns(attachment)
    text = json.dumps([*columns, at.astimezone(UTC).isoformat(), attachment.name], ensure_ascii=False)
    return _place(attachment.id), text


def _place(id: str) -> str:
    return f"attachment|sealed|{id}"


def _read(wire: Wire, secrets: Secrets, row: Row) -> Attachment:
    id, account_id, institution_id, physician_id, digest, kind, size, at, used, sealed = row
    return Attachment(
        id=id,
        account_id=account_id,
        institution_id=institution_id,
        physician_id=physician_id,
        digest=digest,
        kind=kind,
        size=size,
        name=json.loads(secrets.open(_place(id), sealed))[-1],
        at=wire.dialect.instant(at).astimezone(UTC),
        used=wire.dialect.flag(used),
    )
