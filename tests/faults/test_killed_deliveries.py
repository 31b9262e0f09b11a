"""What goes out of inboxes arrives, though whoever delivers it is killed: at most one twice, under the same id."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from kaohe_workflow.application.notices.delivering import HELD_FOR, Deliveries
from kaohe_workflow.application.stored import Channel, Dispatch, Recipient
from kaohe_workflow.values.notices import ChannelKind, NoticeKind, RecipientKind
from tests.faults.outgoing import carriers
from tests.faults.places import Place, killed_in
from tests.unit.adapters import test_mail as mail
from tests.unit.adapters import test_webhooks as webhooks
from tests.unit.adapters.test_webhooks import NAME, Other, certificate

__all__ = ["certificate"]

COUNT = 3
"""What is on its way through each of the two channels."""


def on_its_way(place: Place, hooks: int) -> set[str]:
    """Notices through a mail address and a webhook; the ids of what goes out."""
    now, office = place.world.clock.now(), Recipient(RecipientKind.ORGANISATION, "office")
    address = f"https://{NAME}:{hooks}/in"
    ids = {channel: [f"{channel}-{index}" for index in range(COUNT)] for channel in ("a-mail", "b-hook")}
    with place.world.application.store.begin() as unit:
        unit.add_channel(Channel("a-mail", office, ChannelKind.MAIL, "office@example.cn", "", now))
        unit.add_channel(Channel("b-hook", office, ChannelKind.WEBHOOK, address, "secret", now))
        unit.send_out(
            [
                Dispatch(id, channel, f"n{id}", NoticeKind.RETURN, "assessment", "a1", now, now)
                for channel, found in ids.items()
                for id in found
            ]
        )
        unit.commit()
    return {id for found in ids.values() for id in found}


@pytest.mark.parametrize(
    ("moment", "twice"),
    [
        ("sent:1", ["a-mail-0"]),
        ("noted:1", []),
        ("sent:3", ["a-mail-2"]),
        ("sent:5", ["b-hook-1"]),
        ("noted:6", []),
    ],
)
def test_a_killed_delivery_goes_on(stored: Place, certificate: Path, moment: str, twice: list[str]) -> None:
    """kill -9 between a message and the record of it, or after it: everything arrives, by mail and by webhook, only
    what was in the air arrives twice, and its `Message-ID` or `X-Kaohe-Delivery` says that it is the same."""
    sink, other, world = mail.Sink(), Other(), stored.world
    with mail.listening(sink) as server, webhooks.listening(other, certificate) as hooks:
        expected = on_its_way(stored, hooks)
        ports = [str(server.port), str(hooks), str(certificate)]
        killed_in(
            "tests.faults.killed_delivery",
            stored.url,
            stored.keys.text,
            world.clock.now().isoformat(),
            moment,
            *ports,
        )
        early = Deliveries(
            world.application.store, world.clock, carriers(world.clock, server.port, hooks, str(certificate))
        )
        held = early.deliver()
        world.clock.advance(HELD_FOR)
        early.deliver()
        world.clock.advance(timedelta(days=1))
        again = early.deliver()
    mailed = [
        str(message_from_bytes(one)["Message-ID"]).removeprefix("<").removesuffix("@example.cn>")
        for one in sink.messages
    ]
    posted = [str(headers[webhooks.DELIVERY]) for _, headers, _ in other.told]
    arrived = Counter([*mailed, *posted])

    assert (0, 0) == (held, again)
    assert expected == set(arrived)
    assert twice == [id for id, count in arrived.items() if count > 1]
    assert {1, 2} >= set(arrived.values())
