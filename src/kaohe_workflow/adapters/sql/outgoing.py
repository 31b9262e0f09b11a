"""The tables of channels, and of what is on its way through them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from kaohe_workflow.adapters.sql.bulk import PlainBulk, TableShape
from kaohe_workflow.adapters.sql.tables import CHANNEL, DISPATCH
from kaohe_workflow.adapters.sql.text import listed, name, names, sql
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.stored import Channel, Dispatch, Recipient
from kaohe_workflow.values.notices import ChannelKind, NoticeKind, RecipientKind
from kaohe_workflow.values.plain_text import storable

CHANNELS = TableShape.of(CHANNEL)
_DISPATCHES = TableShape.of(DISPATCH)

_PORTION = 500
"""Inboxes that are asked for at once."""


class Outgoing:
    """The part of a unit of work that concerns channels and dispatches."""

    _wire: Wire
    _bulk: PlainBulk
    _secrets: Secrets

    def channels(self, recipients: Sequence[Recipient]) -> list[Channel]:
        """Where the notices of these inboxes go as well, by id."""
        found, mark = [], self._wire.dialect.mark
        for kind in RecipientKind:
            ids = [one.id for one in recipients if one.kind is kind]
            for start in range(0, len(ids), _PORTION):
                portion = ids[start : start + _PORTION]
                marks = listed([mark] * len(portion))
                text = sql("recipient_kind =", mark, "AND recipient_id IN", marks)
                found += self._channels(text, [kind.value, *portion])
        return sorted(found, key=lambda channel: channel.id)

    def channel(self, channel_id: str) -> Channel | None:
        """The channel of an id."""
        if not storable(channel_id):
            return None
        found = self._channels(sql("id =", self._wire.dialect.mark), [channel_id])
        return found[0] if found else None

    def _channels(self, condition: str, values: Sequence[Any]) -> list[Channel]:
        text = sql("SELECT", names(CHANNELS.columns), "FROM", name("channel"), "WHERE", condition)
        return [self._channel(row) for row in self._wire.rows(text, values)]

    def _channel(self, row: Sequence[Any]) -> Channel:
        id, recipient_kind, recipient_id, kind, address, secret, created_at, failures, rests_until = row
        place = channel_place(row)
        return Channel(
            id,
            Recipient(RecipientKind(recipient_kind), recipient_id),
            ChannelKind(kind),
            self._secrets.open(f"{place}|address", address),
            self._secrets.open(f"{place}|secret", secret),
            self._at(created_at),
            failures,
            None if rests_until is None else self._at(rests_until),
        )

    def add_channel(self, channel: Channel) -> None:
        """Keep a channel; raises `ConcurrentTransition` if the id is taken."""
        about = ("channel", channel.id, None)
        self._bulk.insert(self._wire, CHANNELS, [channel], self._row_of_channel, about=about)

    def _row_of_channel(self, channel: Channel) -> tuple[Any, ...]:
        recipient = channel.recipient
        place = channel_place((channel.id, recipient.kind.value, recipient.id, channel.kind.value))
        return (
            channel.id,
            recipient.kind.value,
            recipient.id,
            channel.kind.value,
            self._secrets.seal(f"{place}|address", channel.address),
            self._secrets.seal(f"{place}|secret", channel.secret),
            channel.created_at,
            channel.failures,
            channel.rests_until,
        )

    def keep_channel(self, channel: Channel) -> None:
        """Store how often in a row a channel has failed, and until when it rests."""
        rows = [(channel.failures, channel.rests_until, channel.id)]
        self._bulk.update(self._wire, CHANNELS, ("failures", "rests_until"), ("id",), rows)

    def drop_channel(self, channel_id: str) -> None:
        """Remove a channel and what is on its way through it."""
        self._bulk.delete(self._wire, _DISPATCHES, ("channel_id",), [(channel_id,)])
        self._bulk.delete(self._wire, CHANNELS, ("id",), [(channel_id,)])

    def send_out(self, dispatches: Sequence[Dispatch]) -> None:
        """Put dispatches on their way; what is on its way, or was, through the same channel is left as it is."""
        self._bulk.insert(self._wire, _DISPATCHES, dispatches, _row_of_dispatch, skip=True)

    def due_dispatches(self, now: datetime, limit: int) -> list[Dispatch]:
        """Dispatches that are due, earliest first, locked until the end (those locked by others are left out)."""
        self._wire.must_write()
        dialect = self._wire.dialect
        text = sql(
            "SELECT",
            names(_DISPATCHES.columns),
            "FROM",
            name("dispatch"),
            "WHERE due_at <=",
            dialect.mark,
            "AND NOT EXISTS (SELECT 1 FROM",
            name("channel"),
            "WHERE channel.id = dispatch.channel_id AND channel.rests_until >",
            dialect.mark,
            ") ORDER BY due_at, id LIMIT",
            dialect.mark,
            "FOR UPDATE SKIP LOCKED" if dialect.postgres else "",
        )
        return [
            self._dispatch(row) for row in self._wire.rows(text, (dialect.to(now), dialect.to(now), limit))
        ]

    def _dispatch(self, row: Sequence[Any]) -> Dispatch:
        id, channel, notice, kind, lifecycle, case, created_at, due_at, tries, delivered_at, problem = row
        return Dispatch(
            id,
            channel,
            notice,
            NoticeKind(kind),
            lifecycle,
            case,
            self._at(created_at),
            None if due_at is None else self._at(due_at),
            tries,
            None if delivered_at is None else self._at(delivered_at),
            problem,
        )

    def keep_dispatches(self, dispatches: Sequence[Dispatch]) -> None:
        """Store how far dispatches have come."""
        setting = ("due_at", "tries", "delivered_at", "problem")
        self._bulk.update(self._wire, _DISPATCHES, setting, ("id",), dispatches, _kept)

    def give_up_dispatches(self, channel_id: str, before: datetime, problem: str) -> None:
        """Give up what is on its way through a channel and was made before that instant."""
        mark, to = self._wire.dialect.mark, self._wire.dialect.to
        change = sql("UPDATE", name("dispatch"), "SET due_at = NULL, problem =", mark)
        where = sql("WHERE channel_id =", mark, "AND due_at IS NOT NULL AND created_at <", mark)
        self._wire.change(sql(change, where), (problem, channel_id, to(before)))

    def count_done_dispatches(self, before: datetime) -> int:
        """How many dispatches have arrived, or were made and are given up, before that instant."""
        done, values = self._done(before)
        return int(self._wire.rows(sql("SELECT count(*) FROM", name("dispatch"), done), values)[0][0])

    def drop_done_dispatches(self, before: datetime, limit: int) -> int:
        """Remove those dispatches, so many at most; how many."""
        done, values = self._done(before)
        mark = self._wire.dialect.mark
        chosen = sql("SELECT id FROM", name("dispatch"), done, "ORDER BY id LIMIT", mark)
        text = sql("DELETE FROM", name("dispatch"), "WHERE id IN (", chosen, ")")
        return self._wire.change(text, (*values, limit))

    def _done(self, before: datetime) -> tuple[str, tuple[Any, ...]]:
        mark, at = self._wire.dialect.mark, self._wire.dialect.to(before)
        arrived = sql("delivered_at IS NOT NULL AND delivered_at <", mark)
        given_up = sql("delivered_at IS NULL AND due_at IS NULL AND created_at <", mark)
        return sql("WHERE (", arrived, "OR", given_up, ")"), (at, at)

    def _at(self, value: Any) -> datetime:
        return self._wire.dialect.instant(value).astimezone(UTC)


def channel_place(row: Sequence[Any]) -> str:
    """What the sealed texts of a channel are bound to: its id, its inbox and its kind."""
    return "|".join(("channel", *row[:4]))


def _row_of_dispatch(dispatch: Dispatch) -> tuple[Any, ...]:
    return (
        dispatch.id,
        dispatch.channel_id,
        dispatch.notice_id,
        dispatch.kind.value,
        dispatch.lifecycle,
        dispatch.case_id,
        dispatch.created_at,
        dispatch.due_at,
        dispatch.tries,
        dispatch.delivered_at,
        dispatch.problem,
    )


def _kept(dispatch: Dispatch) -> tuple[Any, ...]:
    return dispatch.due_at, dispatch.tries, dispatch.delivered_at, dispatch.problem, dispatch.id
