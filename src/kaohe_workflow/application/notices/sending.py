"""
Notices outside of the inbox: the channels of an inbox, and what is on its way through them.

A dispatch is written with its notice, in one unit of work, and delivered after it: at least once, under an id by which
whoever gets it twice can tell. It says that there is a notice, of which kind and about which case; the text, and
whom it is about, is read in the inbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.notices.inbox import recipients_of
from kaohe_workflow.application.ports import Carrier, Clock, Identifiers, Store, UnitOfWork
from kaohe_workflow.application.stored import Channel, Dispatch, Notice, Recipient
from kaohe_workflow.errors import InputInvalid, NotFound, NotPermitted, Problem
from kaohe_workflow.values.notices import ChannelKind, RecipientKind

MOST_CHANNELS = 5
"""Channels of one inbox."""

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
