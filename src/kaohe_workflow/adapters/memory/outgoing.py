"""Channels, and what is on its way through them, in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import attrs

from kaohe_workflow.adapters.memory.layers import Layer
from kaohe_workflow.application.stored import Channel, Dispatch, Recipient
from kaohe_workflow.errors import ConcurrentTransition


class Outgoing:
    """The part of a unit of work that concerns channels and dispatches."""

    _check: Callable[..., None]
    _layer: Callable[[str], Layer]
    _writing: Callable[[], AbstractContextManager[None]]

    def channels(self, recipients: Sequence[Recipient]) -> list[Channel]:
        """Where the notices of these inboxes go as well, by id."""
        self._check()
        wanted = set(recipients)
        found = [channel for channel in self._layer("channel").values() if channel.recipient in wanted]
        return sorted(found, key=lambda channel: channel.id)

    def channel(self, channel_id: str) -> Channel | None:
        """The channel of an id."""
        self._check()
        found: Channel | None = self._layer("channel").get(channel_id)
        return found

    def add_channel(self, channel: Channel) -> None:
        """Keep a channel; raises `ConcurrentTransition` if the id is taken."""
        with self._writing():
            if self._layer("channel").get(channel.id) is not None:
                raise ConcurrentTransition("channel", channel.id, None, None)
            self._layer("channel").put(channel.id, channel)

    def drop_channel(self, channel_id: str) -> None:
        """Remove a channel and what is on its way through it."""
        self._check(write=True)
        self._layer("channel").drop(channel_id)
        for key, dispatch in list(self._layer("dispatch").items()):
            if dispatch.channel_id == channel_id:
                self._layer("dispatch").drop(key)

    def send_out(self, dispatches: Sequence[Dispatch]) -> None:
        """Put dispatches on their way; what is on its way, or was, through the same channel is left as it is."""
        with self._writing():
            layer = self._layer("dispatch")
            for dispatch in dispatches:
                if layer.get((dispatch.channel_id, dispatch.notice_id)) is None:
                    layer.put((dispatch.channel_id, dispatch.notice_id), dispatch)

    def due_dispatches(self, now: datetime, limit: int) -> list[Dispatch]:
        """Dispatches that are due, earliest first; nobody else works while this unit of work lasts."""
        self._check(write=True)
        resting = {
            channel.id
            for channel in self._layer("channel").values()
            if channel.rests_until is not None and channel.rests_until > now
        }
        due = [
            (dispatch.due_at, dispatch.id, dispatch)
            for dispatch in self._layer("dispatch").values()
            if dispatch.due_at is not None and dispatch.due_at <= now and dispatch.channel_id not in resting
        ]
        return [dispatch for _, _, dispatch in sorted(due, key=lambda each: each[:2])][:limit]

    def keep_channel(self, channel: Channel) -> None:
        """Store how often in a row a channel has failed, and until when it rests."""
        with self._writing():
            found = self._layer("channel").get(channel.id)
            if found is not None:
                kept = attrs.evolve(found, failures=channel.failures, rests_until=channel.rests_until)
                self._layer("channel").put(channel.id, kept)

    def give_up_dispatches(self, channel_id: str, before: datetime, problem: str) -> None:
        """Give up what is on its way through a channel and was made before that instant."""
        self.keep_dispatches(
            [
                attrs.evolve(one, due_at=None, problem=problem)
                for one in self._layer("dispatch").values()
                if one.channel_id == channel_id and one.due_at is not None and one.created_at < before
            ]
        )

    def count_done_dispatches(self, before: datetime) -> int:
        """How many dispatches have arrived, or were made and are given up, before that instant."""
        return len(self._done(before))

    def drop_done_dispatches(self, before: datetime, limit: int) -> int:
        """Remove those dispatches, so many at most; how many."""
        self._check(write=True)
        done = sorted(self._done(before), key=lambda dispatch: dispatch.id)[:limit]
        for dispatch in done:
            self._layer("dispatch").drop((dispatch.channel_id, dispatch.notice_id))
        return len(done)

    def _done(self, before: datetime) -> list[Dispatch]:
        self._check()
        found = []
        for dispatch in self._layer("dispatch").values():
            given_up = dispatch.created_at if dispatch.due_at is None else None
            ended = dispatch.delivered_at or given_up
            if ended is not None and ended < before:
                found.append(dispatch)
        return found

    def keep_dispatches(self, dispatches: Sequence[Dispatch]) -> None:
        """Store how far dispatches have come."""
        with self._writing():
            for dispatch in dispatches:
                key = (dispatch.channel_id, dispatch.notice_id)
                if self._layer("dispatch").get(key) is not None:
                    self._layer("dispatch").put(key, dispatch)
