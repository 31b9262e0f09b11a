"""Notices go out through channels: written with their cause, delivered at least once, nothing personal in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.notices.delivering import BATCH, GIVEN_UP_AFTER, HELD_FOR
from kaohe_workflow.application.notices.sending import MOST_CHANNELS, told_of
from kaohe_workflow.application.stored import Channel, Dispatch
from kaohe_workflow.errors import InputInvalid, NotFound, NotPermitted, TransitionRefused, Undeliverable
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.testing.journeys import FILING_DAY, Journeys
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import START, World
from kaohe_workflow.values.notices import ChannelKind, NoticeKind
from kaohe_workflow.values.terms import AccountKind

HOOK = "https://example.cn/in"


@attrs.define
class Recorded:
    """A carrier that notes what it carries, and fails as it is told."""

    carried: list[tuple[Channel, Dispatch]] = attrs.field(factory=list)
    fail: Callable[[], None] = lambda: None

    def carry(self, channel: Channel, dispatch: Dispatch) -> None:
        self.carried.append((channel, dispatch))
        self.fail()


@pytest.fixture
def carrier() -> Recorded:
    """What all channels go through."""
    return Recorded()


@pytest.fixture
def journeys(carrier: Recorded) -> Journeys:
    """A world whose notices can go out."""
    keys, clock = Keys.fresh(), SettableClock(START)
    carriers = dict.fromkeys(ChannelKind, carrier)
    application = build_application(
        open_store("memory:", keys), keys, clock=clock, printer=PlainPrinter(), carriers=carriers
    )
    return Journeys.of(World.make(application, clock))


def enrolled(journeys: Journeys, *, mail: bool = True) -> Principal:
    """Somebody who has a channel, and is then told of the enrolment."""
    world, traveller = journeys.world, journeys.newcomer()
    if mail:
        world.application.channels.add(traveller.principal, ChannelKind.MAIL, "doctor@example.cn")
    world.at(FILING_DAY)
    world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    return traveller.principal


def undeliverable(*, final: bool = False) -> None:
    raise Undeliverable("smtp-450", final=final)


def test_a_notice_goes_through_each_channel_of_its_inbox(journeys: Journeys, carrier: Recorded) -> None:
    """And of no other inbox; once it has arrived it is not sent again."""
    enrolled(journeys, mail=False)
    person = enrolled(journeys)
    deliveries = journeys.world.application.deliveries
    done = [deliveries.deliver(), deliveries.deliver()]
    ((channel, dispatch),) = carrier.carried
    notices = {one.id: one for one in journeys.world.application.inbox.page(person).notices}

    assert ([1, 0], "doctor@example.cn") == (done, channel.address)
    assert (dispatch.notice_id in notices, NoticeKind.REGISTRATION) == (True, dispatch.kind)


def test_what_goes_out_says_nothing_of_anybody(journeys: Journeys, carrier: Recorded) -> None:
    """Ids, codes and instants; the text stays in the inbox."""
    person = enrolled(journeys)
    journeys.world.application.deliveries.deliver()
    ((_, dispatch),) = carrier.carried
    text = journeys.world.application.inbox.page(person).notices[0].text

    assert ["id", "notice_id", "kind", "lifecycle", "case_id", "created_at"] == [
        name for name, _ in told_of(dispatch)
    ]
    assert not any(word in str(dict(told_of(dispatch))) for word in ("@", "医院", text))


def test_what_has_not_happened_is_not_sent(journeys: Journeys, carrier: Recorded) -> None:
    """A refused event has no notice, and so nothing on its way."""
    world, traveller = journeys.world, journeys.newcomer()
    world.application.channels.add(traveller.principal, ChannelKind.MAIL, "doctor@example.cn")
    with pytest.raises(TransitionRefused):
        world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())

    assert (0, []) == (world.application.deliveries.deliver(), carrier.carried)


def test_a_failure_is_tried_again_ever_later_and_given_up(journeys: Journeys, carrier: Recorded) -> None:
    """After 1, 2, 4 … minutes, under the same id, until three days have gone by."""
    carrier.fail = undeliverable
    enrolled(journeys)
    world, began, at = journeys.world, journeys.world.clock.now(), []
    while world.clock.now() - began < 2 * GIVEN_UP_AFTER:
        before = len(carrier.carried)
        world.application.deliveries.deliver()
        if len(carrier.carried) > before:
            at.append((world.clock.now() - began) // timedelta(minutes=1))
        world.clock.set(world.clock.now() + timedelta(minutes=1))

    assert [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 871] == at[:11]
    assert GIVEN_UP_AFTER // timedelta(minutes=1) >= at[-1] > GIVEN_UP_AFTER // timedelta(minutes=1) - 360
    assert 1 == len({dispatch.id for _, dispatch in carrier.carried})


def test_what_is_refused_for_good_is_not_tried_again(journeys: Journeys, carrier: Recorded) -> None:
    """An address that there is not."""
    carrier.fail = lambda: undeliverable(final=True)
    enrolled(journeys)
    world = journeys.world
    world.application.deliveries.deliver()
    world.clock.set(world.clock.now() + GIVEN_UP_AFTER)
    world.application.deliveries.deliver()

    assert 1 == len(carrier.carried)


def test_whoever_dies_in_the_middle_has_it_delivered_again(journeys: Journeys, carrier: Recorded) -> None:
    """At least once: what was taken and never reported is somebody else's after a while, under the same id."""

    class Killed(BaseException):
        """Nothing catches it."""

    def die() -> None:
        raise Killed

    enrolled(journeys)
    world = journeys.world
    carrier.fail = die
    with pytest.raises(Killed):
        world.application.deliveries.deliver()
    carrier.fail = lambda: None
    done = [world.application.deliveries.deliver()]
    world.clock.set(world.clock.now() + HELD_FOR)
    done.append(world.application.deliveries.deliver())

    assert [0, 1] == done
    assert [1, 2] == [len({one.id for _, one in carrier.carried}), len(carrier.carried)]


def test_a_bulk_goes_out_whole(journeys: Journeys, carrier: Recorded) -> None:
    """More than one worker takes at a time."""
    world, count = journeys.world, BATCH + 3
    travellers = [journeys.newcomer() for _ in range(count)]
    for one in travellers:
        world.application.channels.add(one.principal, ChannelKind.MAIL, "doctor@example.cn")
    world.at(FILING_DAY)
    items = [Item(one.case_id, Enrol()) for one in travellers]
    world.application.door.send_many(world.hospital, "assessment", "enrol", items)

    assert count == world.application.deliveries.deliver()
    assert count == len({channel.recipient for channel, _ in carrier.carried})


def test_an_organisation_has_webhooks_and_their_secret_is_told_once(journeys: Journeys) -> None:
    """Signed with a secret of ours; a physician has none, and what was dropped is gone."""
    world = journeys.world
    channels = world.application.channels
    added = channels.add(world.hospital, ChannelKind.WEBHOOK, HOOK)
    listed = channels.own(world.hospital)
    with pytest.raises(NotPermitted):
        channels.add(journeys.newcomer().principal, ChannelKind.WEBHOOK, HOOK)
    with pytest.raises(NotFound):
        channels.drop(world.agency, added.id)
    channels.drop(world.hospital, added.id)

    assert (64, [""]) == (len(added.secret), [one.secret for one in listed])
    assert [HOOK] == [one.address for one in listed]
    assert () == channels.own(world.hospital)


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (ChannelKind.MAIL, "doctor"),
        (ChannelKind.MAIL, "doctor@example"),
        (ChannelKind.MAIL, "a@example.cn\r\nBcc: b@example.cn"),
        (ChannelKind.MAIL, "a@example.cn, b@example.cn"),
        (ChannelKind.MAIL, "a" * 65 + "@example.cn"),
        (ChannelKind.WEBHOOK, "http://example.cn/in"),
        (ChannelKind.WEBHOOK, "https://user:password@example.cn/in"),
        (ChannelKind.WEBHOOK, "https://example.cn/in#here"),
        (ChannelKind.WEBHOOK, "https://[::1]/in"),
        (ChannelKind.WEBHOOK, "https://example.cn/" + "a" * 500),
    ],
)
def test_an_address_is_one(journeys: Journeys, kind: ChannelKind, address: str) -> None:
    """One mail address, or one https address without names and passwords."""
    with pytest.raises(InputInvalid) as caught:
        journeys.world.application.channels.add(journeys.world.hospital, kind, address)

    assert ["address-malformed"] == [problem.code for problem in caught.value.problems]


def test_an_inbox_has_so_many_channels(journeys: Journeys) -> None:
    """Five, not six."""
    world = journeys.world
    for _ in range(MOST_CHANNELS):
        world.application.channels.add(world.hospital, ChannelKind.WEBHOOK, HOOK)
    with pytest.raises(InputInvalid):
        world.application.channels.add(world.hospital, ChannelKind.WEBHOOK, HOOK)

    assert MOST_CHANNELS == len(world.application.channels.own(world.hospital))


def test_without_anything_set_up_there_is_no_channel() -> None:
    """A library says so, instead of keeping what it never sends; nor has who has no inbox a channel."""
    with World.open("memory:") as world:
        channels = world.application.channels
        with pytest.raises(InputInvalid) as caught:
            channels.add(world.hospital, ChannelKind.MAIL, "office@example.cn")
        with pytest.raises(NotPermitted):
            channels.add(attrs.evolve(world.hospital, init_only=True), ChannelKind.MAIL, "a@example.cn")
        auditor = Principal(account_id="auditor", kind=AccountKind.AUDITOR, operator_id="auditor")
        with pytest.raises(NotPermitted):
            channels.add(auditor, ChannelKind.WEBHOOK, HOOK)

    assert ["channel-unavailable"] == [problem.code for problem in caught.value.problems]
