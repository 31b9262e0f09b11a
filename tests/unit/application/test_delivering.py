"""Nobody waits for a receiver that is dead or slow, and what was sent is reported before the next is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_store
from kaohe_workflow.application.notices.delivering import (
    BATCH,
    FIRST_PAUSE,
    GIVEN_UP_AFTER,
    HELD_FOR,
    TURN,
    Deliveries,
)
from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.stored import Channel, Dispatch, Recipient
from kaohe_workflow.errors import Undeliverable
from kaohe_workflow.testing.worlds import START
from kaohe_workflow.values.notices import ChannelKind, NoticeKind, RecipientKind

MANY = 3 * BATCH


@attrs.define
class Post:
    """Receivers of channels, a store with what is on its way to them, and what each does when it is told."""

    clock: SettableClock = attrs.field(factory=lambda: SettableClock(START))
    store: Store = attrs.field(factory=lambda: open_store("memory:", Keys.fresh()))
    behaves: dict[str, Callable[[], None]] = attrs.field(factory=dict)
    tried: list[str] = attrs.field(factory=list)
    told: list[str] = attrs.field(factory=list)
    deliveries: Deliveries = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.deliveries = Deliveries(self.store, self.clock, dict.fromkeys(ChannelKind, self))

    def carry(self, channel: Channel, dispatch: Dispatch) -> None:
        """Carry as the channel behaves."""
        self.tried.append(dispatch.id)
        self.behaves.get(channel.id, lambda: None)()
        self.told.append(dispatch.id)

    def expects(
        self, channel: str, count: int = 1, kind: ChannelKind = ChannelKind.WEBHOOK, first: int = 0
    ) -> list[str]:
        """A channel with so many dispatches that are due, by their ids."""
        now = self.clock.now()
        ids = [f"{channel}-{first + index:04}" for index in range(count)]
        with self.store.begin() as unit:
            if unit.channel(channel) is None:
                who = Recipient(RecipientKind.ORGANISATION, channel)
                unit.add_channel(Channel(channel, who, kind, "address", "", now))
            unit.send_out(
                [Dispatch(id, channel, id, NoticeKind.RETURN, "assessment", "a", now, now) for id in ids]
            )
            unit.commit()
        return ids

    def deliver(self, after: timedelta = timedelta()) -> int:
        """Deliver, so much later."""
        self.clock.advance(after)
        return self.deliveries.deliver()


@pytest.fixture
def post() -> Post:
    """Receivers of which none is known yet."""
    return Post()


def dead() -> None:
    raise Undeliverable("unreachable")


def down() -> None:
    raise Undeliverable("timeout-error", everywhere=True)


def unknown() -> None:
    raise Undeliverable("smtp-550", final=True)


def test_a_dead_receiver_holds_up_nobody(post: Post) -> None:
    """Many older notices to an address where nobody answers cost one try; whoever comes after them is told at once."""
    post.behaves["dead"] = dead
    post.expects("dead", MANY)
    others = post.expects("one", 2) + post.expects("two", 2)
    delivered = post.deliver()

    assert (4, sorted(others)) == (delivered, sorted(post.told))
    assert 5 == len(post.tried)


def test_a_dead_receiver_is_tried_ever_less_often_however_much_waits(post: Post) -> None:
    """After 1, 2, 4 … minutes, once each, also while new notices come all the time."""
    post.behaves["dead"] = dead
    at, began = [], post.clock.now()
    for minute in range(40):
        post.expects("dead", 5, first=5 * minute)
        before = len(post.tried)
        post.deliver()
        at += [(post.clock.now() - began) // FIRST_PAUSE] * (len(post.tried) - before)
        post.clock.advance(FIRST_PAUSE)

    assert [0, 1, 3, 7, 15, 31] == at


def test_a_receiver_that_is_back_is_told_everything_in_one_run(post: Post) -> None:
    """Its failures are forgotten with the first that arrives, each is told once, the next failure is a first."""
    post.behaves["dead"] = dead
    ids = post.expects("dead", MANY)
    for pause in (0, 1, 2):
        post.deliver(pause * FIRST_PAUSE)
    del post.behaves["dead"]
    delivered = post.deliver(4 * FIRST_PAUSE)
    post.behaves["dead"] = dead
    late = post.expects("dead", first=MANY)
    again = [post.deliver(), post.deliver(FIRST_PAUSE)]

    assert (MANY, ids) == (delivered, sorted(post.told))
    assert ([0, 0], 2) == (again, post.tried.count(late[0]))


def test_a_slow_receiver_lets_the_others_go_first(post: Post) -> None:
    """One that takes fifteen seconds for each of many has no more than its turn: who comes behind waits for that."""
    post.behaves["slow"] = lambda: post.clock.advance(timedelta(seconds=15))
    slow = post.expects("slow", MANY)
    post.expects("one")
    began = post.clock.now()
    post.behaves["one"] = lambda: waited.append(post.clock.now() - began)
    waited: list[timedelta] = []
    post.deliver()
    for _ in range(MANY):
        post.deliver(TURN)

    assert [True] == [each <= 2 * TURN for each in waited]
    assert slow == [id for id in post.told if id.startswith("slow")]


def test_a_mail_server_that_is_down_holds_up_no_webhook(post: Post) -> None:
    """Nothing of the kind is tried again before the pause is over, whoever it is for; then everything goes."""
    mails = [post.expects(f"mail-{index}", kind=ChannelKind.MAIL)[0] for index in range(MANY)]
    for index in range(MANY):
        post.behaves[f"mail-{index}"] = down
    hooks = post.expects("hook", 2)
    found = [post.deliver()]
    tried = [sum(id in mails for id in post.tried)]
    found.append(post.deliver(FIRST_PAUSE - timedelta(seconds=1)))
    tried.append(sum(id in mails for id in post.tried))
    post.behaves.clear()
    found.append(post.deliver(timedelta(seconds=1)))

    assert [2, 0, MANY] == found
    assert [1, 1] == tried
    assert sorted([*hooks, *mails]) == sorted(post.told)


def test_what_no_kind_of_server_takes_is_given_up_in_time(post: Post) -> None:
    """After three days, and the pause then, nothing of it is on its way, to whomever; what comes later is tried."""
    channels = [f"mail-{index:02}" for index in range(MANY)]
    for channel in channels:
        post.behaves[channel] = down
        post.expects(channel, kind=ChannelKind.MAIL)
    for _ in range(72 + 7):
        post.deliver(timedelta(hours=1))
    with post.store.begin(write=False) as unit:
        given_up = unit.count_done_dispatches(post.clock.now())
    post.behaves.clear()
    late = post.expects(channels[0], first=1)
    delivered = post.deliver(timedelta(hours=6))

    assert (MANY, 1, late) == (given_up, delivered, post.told)


def test_what_waits_for_a_dead_receiver_is_given_up_together(post: Post) -> None:
    """Whether it was ever tried or not: three days after it was made, and not before."""
    post.behaves["dead"] = dead
    post.expects("dead", MANY)
    counts = []
    for hours in range(72 + 7):
        post.deliver(timedelta(hours=bool(hours)))
        with post.store.begin(write=False) as unit:
            counts.append(unit.count_done_dispatches(post.clock.now()))
    early = (GIVEN_UP_AFTER - timedelta(hours=7)) // timedelta(hours=1)

    assert {0} == set(counts[:early])
    assert MANY == counts[-1]


def test_an_address_that_there_is_not_is_no_dead_receiver(post: Post) -> None:
    """Who refuses one message for good has answered: the next is tried at once."""
    post.behaves["gone"] = unknown
    ids = post.expects("gone", 3)
    post.deliver()

    assert ids == post.tried
    assert 0 == post.deliver(GIVEN_UP_AFTER)
    assert ids == post.tried


def test_each_is_reported_before_the_next_is_sent(post: Post) -> None:
    """Whoever is killed with the third of five in hand sends that one twice, and no other."""

    class Killed(BaseException):
        """Nothing catches it."""

    def die() -> None:
        if len(post.tried) == 3:
            raise Killed

    post.behaves["one"] = die
    ids = post.expects("one", 5)
    with pytest.raises(Killed):
        post.deliver()
    delivered = post.deliver(HELD_FOR)

    assert 3 == delivered
    assert [1, 1, 2, 1, 1] == [post.tried.count(id) for id in ids]
    assert ids == post.told
