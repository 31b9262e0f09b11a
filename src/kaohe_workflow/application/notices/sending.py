"""
Notices outside of the inbox: the channels of an inbox, and what is on its way through them.

A dispatch is written with its notice, in one unit of work, and delivered after it: at least once, under an id by which
whoever gets it twice can tell. It says that there is a notice, of which kind and about which case; the text, and
whom it is about, is read in the inbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.notices.inbox import recipients_of
from kaohe_workflow.application.ports import Carrier, Clock, Identifiers, Store, UnitOfWork
from kaohe_workflow.application.stored import Channel, Dispatch, Notice, Recipient
from kaohe_workflow.errors import InputInvalid, NotFound, NotPermitted, Problem, Undeliverable
from kaohe_workflow.values.notices import ChannelKind, RecipientKind

MOST_CHANNELS = 5
"""Channels of one inbox."""

BATCH = 20
"""Dispatches that one worker has at a time."""

HELD_FOR = timedelta(minutes=10)
"""How long they are its own: longer than the slowest of them all take, or somebody else would deliver them too."""

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
"""After a failure: twice as long each time."""

GIVEN_UP_AFTER = timedelta(days=3)
"""An address that cannot be reached for so long is not tried any more; the notice lies in the inbox."""

_MAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?")
_FORMS: Mapping[ChannelKind, tuple[re.Pattern[str], str]] = {
    ChannelKind.MAIL: (_MAIL, "应为电子邮件地址，如office@example.cn"),
    ChannelKind.WEBHOOK: (_HTTPS, "应为https地址，不含用户名、密码和#"),
}
MOST_CHARACTERS = 500
"""Of an address."""


def dispatches_of(
    unit: UnitOfWork, notices: Sequence[Notice], identifiers: Identifiers, now: datetime
) -> list[Dispatch]:
    """
    What goes out of these notices, before they are put into their inboxes: one for each channel of each inbox that does
    not hold one of the same cause yet.
    """
    channels: dict[Recipient, list[Channel]] = {}
    for channel in unit.channels(list({notice.recipient for notice in notices})) if notices else ():
        channels.setdefault(channel.recipient, []).append(channel)
    return [
        Dispatch(
            identifiers.new_id(),
            channel.id,
            notice.id,
            notice.kind,
            notice.lifecycle,
            notice.case_id,
            now,
            now,
        )
        for notice in notices
        if notice.recipient in channels and not _is_told(unit, notice)
        for channel in channels[notice.recipient]
    ]


def _is_told(unit: UnitOfWork, notice: Notice) -> bool:
    held = unit.notices_of(notice.recipient, notice.lifecycle, notice.case_id)
    return any(one.cause == notice.cause for one in held)


@attrs.frozen
class Channels:
    """The channels of the caller's inbox."""

    store: Store
    clock: Clock
    identifiers: Identifiers
    carriers: Mapping[ChannelKind, Carrier]

    def own(self, principal: Principal) -> tuple[Channel, ...]:
        """
        The channels of the caller's inboxes, by id; their secrets are told to nobody again.

        Raises:
            InputInvalid: the caller is none.
        """
        check_arguments(("principal", principal, Principal))
        with self.store.begin(write=False) as unit:
            return tuple(attrs.evolve(one, secret="") for one in unit.channels(recipients_of(principal)))

    def add(self, principal: Principal, kind: ChannelKind, address: str) -> Channel:
        """
        Let the notices of the caller's inbox go to an address as well; the secret of a webhook is told here alone.

        The inbox is the organisation's for who acts for one, the physician's, or the account's own.

        Raises:
            InputInvalid: ``channel-unavailable`` (nothing is set up that could carry it), ``address-malformed``,
                ``channels-many``.
            NotPermitted: a webhook is an organisation's affair; who may only set the first password has no inbox.
        """
        check_arguments(
            ("principal", principal, Principal), ("kind", kind, ChannelKind), ("address", address, str)
        )
        inboxes = recipients_of(principal)
        if not inboxes or (
            kind is ChannelKind.WEBHOOK and inboxes[-1].kind is not RecipientKind.ORGANISATION
        ):
            raise NotPermitted("channel", "add")
        self._check(kind, address)
        secret = self.identifiers.new_secret(32) if kind is ChannelKind.WEBHOOK else ""
        channel = Channel(self.identifiers.new_id(), inboxes[-1], kind, address, secret, self.clock.now())
        with self.store.begin() as unit:
            unit.serialise(f"channels/{channel.recipient.kind}/{channel.recipient.id}")
            if len(unit.channels([channel.recipient])) >= MOST_CHANNELS:
                raise InputInvalid([Problem("$.kind", "channels-many", f"至多{MOST_CHANNELS}个")])
            unit.add_channel(channel)
            unit.commit()
        return channel

    def _check(self, kind: ChannelKind, address: str) -> None:
        if kind not in self.carriers:
            raise InputInvalid([Problem("$.kind", "channel-unavailable", f"系统未配置{kind.label}")])
        form, message = _FORMS[kind]
        if len(address) > MOST_CHARACTERS or not form.fullmatch(address):
            raise InputInvalid([Problem("$.address", "address-malformed", message)])

    def drop(self, principal: Principal, channel_id: str) -> None:
        """
        End a channel, and what is on its way through it.

        Raises:
            NotFound: no such channel, or none of the caller's inboxes.
        """
        check_arguments(("principal", principal, Principal), ("channel_id", channel_id, str))
        with self.store.begin() as unit:
            channel = unit.channel(channel_id)
            if channel is None or channel.recipient not in recipients_of(principal):
                raise NotFound("channel", channel_id)
            unit.drop_channel(channel_id)
            unit.commit()


@attrs.frozen
class Deliveries:
    """
    Delivers what is due; any number of processes may.

    No unit of work is open while somebody is reached over the network. What a process has taken and not reported is
    somebody else's after `HELD_FOR`.
    """

    store: Store
    clock: Clock
    carriers: Mapping[ChannelKind, Carrier]

    def deliver(self) -> int:
        """
        Deliver what is due now; how many were delivered.

        Raises:
            StoreUnavailable: the store does not answer; what is on its way stays there.
        """
        delivered = 0
        while taken := self._taken():
            done = [self._tried(channel, dispatch) for channel, dispatch in taken]
            with self.store.begin() as unit:
                unit.keep_dispatches(done)
                unit.commit()
            delivered += sum(one.delivered_at is not None for one in done)
        return delivered

    def _taken(self) -> list[tuple[Channel, Dispatch]]:
        now = self.clock.now()
        with self.store.begin() as unit:
            due = unit.due_dispatches(now, BATCH)
            unit.keep_dispatches([attrs.evolve(one, due_at=now + HELD_FOR) for one in due])
            found = [(unit.channel(one.channel_id), one) for one in due]
            unit.commit()
        return [(channel, one) for channel, one in found if channel is not None]

    def _tried(self, channel: Channel, dispatch: Dispatch) -> Dispatch:
        tries = dispatch.tries + 1
        carrier = self.carriers.get(channel.kind)
        try:
            if carrier is None:
                raise Undeliverable("channel-unavailable")
            carrier.carry(channel, dispatch)
        except Undeliverable as ex:
            now = self.clock.now()
            pause = min(FIRST_PAUSE * 2 ** min(dispatch.tries, 20), LONGEST_PAUSE)
            over = ex.final or now + pause - dispatch.created_at > GIVEN_UP_AFTER
            due_at = None if over else now + pause
            return attrs.evolve(dispatch, tries=tries, due_at=due_at, problem=ex.reason)
        return attrs.evolve(dispatch, tries=tries, due_at=None, delivered_at=self.clock.now(), problem="")


def told_of(dispatch: Dispatch) -> Iterable[tuple[str, str]]:
    """What a webhook is told: ids, codes and instants, nothing personal."""
    return (
        ("id", dispatch.id),
        ("notice_id", dispatch.notice_id),
        ("kind", dispatch.kind.value),
        ("lifecycle", dispatch.lifecycle),
        ("case_id", dispatch.case_id),
        ("created_at", dispatch.created_at.isoformat()),
    )
