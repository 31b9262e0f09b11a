"""
What is on its way through channels is delivered: at least once, and nobody waits for those who do not answer.

Whoever is killed between a message and the record of it has sent the message, and it is sent again: under the same id,
by which the receiver tells. A receiver that fails rests, ever longer, and with it all that is on its way there; one
that is slow rests as long as it may take, so that the others have their turn. Where nothing of a kind can be handed in,
as where the mail server is down, the kind rests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import attrs

from kaohe_workflow.application.ports import Carrier, Clock, Store
from kaohe_workflow.application.stored import Channel, Dispatch
from kaohe_workflow.errors import Undeliverable
from kaohe_workflow.values.notices import ChannelKind

BATCH = 20
"""Dispatches that one worker has at a time."""

HELD_FOR = timedelta(minutes=10)
"""How long they are its own: longer than the slowest of them all take, or somebody else would deliver them too."""

TURN = timedelta(seconds=20)
"""After so long a receiver lets the others go first, and rests as long."""

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
"""After a failure: twice as long each time."""

GIVEN_UP_AFTER = timedelta(days=3)
"""An address that cannot be reached for so long is not tried any more; the notice lies in the inbox."""

Task = Callable[[], int]
Abreast = Callable[[Sequence[Task]], Iterable[int]]
"""Does tasks that wait for others, each on its own; what they come to, in any order."""


def one_by_one(tasks: Sequence[Task]) -> Iterable[int]:
    """Do one task after the other."""
    return [task() for task in tasks]


@attrs.frozen
class Deliveries:
    """
    Delivers what is due; any number of processes may.

    No unit of work is open while somebody is reached over the network. What a process has taken and not reported is
    somebody else's after `HELD_FOR`. ``abreast`` does what waits for different receivers side by side.
    """

    store: Store
    clock: Clock
    carriers: Mapping[ChannelKind, Carrier]
    abreast: Abreast = one_by_one
    _resting: dict[ChannelKind, tuple[int, datetime]] = attrs.field(factory=dict, init=False, eq=False)

    def deliver(self) -> int:
        """
        Deliver what is due now; how many were delivered.

        Raises:
            StoreUnavailable: the store does not answer; what is on its way stays there.
        """
        delivered = 0
        while taken := self._taken():
            through: dict[str, tuple[Channel, list[Dispatch]]] = {}
            for channel, dispatch in taken:
                through.setdefault(channel.id, (channel, []))[1].append(dispatch)
            tasks = [partial(self._through, channel, found) for channel, found in through.values()]
            delivered += sum(self.abreast(tasks))
        return delivered

    def _taken(self) -> list[tuple[Channel, Dispatch]]:
        """What is due, each as it was before it was taken; its channel with it."""
        now = self.clock.now()
        with self.store.begin() as unit:
            due = unit.due_dispatches(now, BATCH)
            unit.keep_dispatches([attrs.evolve(one, due_at=now + HELD_FOR) for one in due])
            found = [(unit.channel(one.channel_id), one) for one in due]
            unit.commit()
        return [(channel, one) for channel, one in found if channel is not None]

    def _through(self, channel: Channel, dispatches: Sequence[Dispatch]) -> int:
        """Deliver through one channel until it fails or its turn is over; how many. What is left is given back."""
        began, delivered = self.clock.now(), 0
        for place, dispatch in enumerate(dispatches):
            now = self.clock.now()
            if now - began >= TURN:
                self._give_back(attrs.evolve(channel, rests_until=now + TURN), dispatches[place:])
                break
            if (rest := self._resting.get(channel.kind)) and rest[1] > now:
                self._put_off(channel, dispatches[place:], rest[1])
                break
            try:
                self._carry(channel, dispatch)
            except Undeliverable as ex:
                if not ex.final:
                    self._failed(channel, dispatch, dispatches[place + 1 :], ex, now)
                    break
                self._keep(channel, _ended(dispatch, None, ex.reason))
            else:
                self._resting.pop(channel.kind, None)
                self._keep(channel, _ended(dispatch, self.clock.now()))
                delivered += 1
            channel = attrs.evolve(channel, failures=0, rests_until=None)
        return delivered

    def _carry(self, channel: Channel, dispatch: Dispatch) -> None:
        carrier = self.carriers.get(channel.kind)
        if carrier is None:
            raise Undeliverable("channel-unavailable")
        carrier.carry(channel, dispatch)

    def _keep(self, channel: Channel, dispatch: Dispatch) -> None:
        """Report one at once: whoever is killed now sends no more than the next one twice."""
        with self.store.begin() as unit:
            unit.keep_dispatches([dispatch])
            if channel.failures or channel.rests_until:
                # Somebody has answered.
                unit.keep_channel(attrs.evolve(channel, failures=0, rests_until=None))
            unit.commit()

    def _give_back(self, channel: Channel, dispatches: Sequence[Dispatch]) -> None:
        with self.store.begin() as unit:
            unit.keep_dispatches(dispatches)
            unit.keep_channel(channel)
            unit.commit()

    def _put_off(self, channel: Channel, dispatches: Sequence[Dispatch], until: datetime) -> None:
        """What cannot be tried waits with its kind, or, after too long, goes untried."""
        with self.store.begin() as unit:
            unit.keep_dispatches([_later(one, until) for one in dispatches])
            unit.give_up_dispatches(channel.id, until - GIVEN_UP_AFTER, "kind-unavailable")
            unit.commit()

    def _failed(
        self,
        channel: Channel,
        dispatch: Dispatch,
        others: Sequence[Dispatch],
        error: Undeliverable,
        began: datetime,
    ) -> None:
        """Let the channel rest, or all of its kind, and what is on its way there wait or, after too long, go."""
        now = self.clock.now()
        if error.everywhere:
            until = self._rest(channel.kind, began, now)
            others = [_later(one, until) for one in others]
        else:
            until = now + _pause(channel.failures)
            channel = attrs.evolve(channel, failures=channel.failures + 1, rests_until=until)
        with self.store.begin() as unit:
            tried = attrs.evolve(dispatch, tries=dispatch.tries + 1, due_at=until, problem=error.reason)
            unit.keep_dispatches([tried, *others])
            unit.keep_channel(channel)
            unit.give_up_dispatches(channel.id, until - GIVEN_UP_AFTER, error.reason)
            unit.commit()

    def _rest(self, kind: ChannelKind, began: datetime, now: datetime) -> datetime:
        """Until when nothing of a kind is tried; those that were under way side by side have failed once."""
        failures, until = self._resting.get(kind, (0, began))
        if until <= began:
            until = now + _pause(failures)
            self._resting[kind] = (failures + 1, until)
        return until


def _pause(failures: int) -> timedelta:
    doubled: int = 2 ** min(failures, 20)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def _later(dispatch: Dispatch, until: datetime) -> Dispatch:
    return attrs.evolve(dispatch, due_at=until)


def _ended(dispatch: Dispatch, delivered_at: datetime | None, problem: str = "") -> Dispatch:
    tries = dispatch.tries + 1
    return attrs.evolve(dispatch, tries=tries, due_at=None, delivered_at=delivered_at, problem=problem)
