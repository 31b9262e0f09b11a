"""What a store does with channels, and with what is on its way through them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.stored import Channel, Dispatch, Recipient
from kaohe_workflow.errors import ConcurrentTransition
from kaohe_workflow.testing.contracts.records import NOW
from kaohe_workflow.values.notices import ChannelKind, NoticeKind, RecipientKind

OFFICE = Recipient(RecipientKind.ORGANISATION, "i1")
DOCTOR = Recipient(RecipientKind.PHYSICIAN, "i1")
"""The same id, and another inbox."""

MAIL = Channel("c1", OFFICE, ChannelKind.MAIL, "office@example.cn", "", NOW)
POSTED = Channel("c2", OFFICE, ChannelKind.WEBHOOK, "https://example.cn/in", "s\u00e9cret", NOW)
OTHER = Channel("c3", DOCTOR, ChannelKind.MAIL, "doctor@example.cn", "", NOW)


def dispatch(id: str, channel: str = "c1", notice: str = "n1", **more: Any) -> Dispatch:
    """A dispatch that is due now."""
    return attrs.evolve(
        Dispatch(id, channel, notice, NoticeKind.RETURN, "assessment", "a1", NOW, NOW), **more
    )


class OutgoingContract:
    """Channels and dispatches."""

    @pytest.fixture
    def outgoing(self, store: Store) -> Store:
        """The store with three channels."""
        with store.begin() as unit:
            for channel in (POSTED, MAIL, OTHER):
                unit.add_channel(channel)
            unit.commit()
        return store

    def test_channels_are_those_of_an_inbox(self, outgoing: Store) -> None:
        """However many inboxes are asked for; what is dropped is gone, and an id is taken once."""
        many = [Recipient(RecipientKind.PHYSICIAN, f"p{index}") for index in range(1200)]
        with outgoing.begin(write=False) as unit:
            found = [unit.channels(each) for each in ([], [OFFICE], [DOCTOR], [OFFICE, *many, DOCTOR])]
            known = [unit.channel(id) for id in ("c2", "c9", "c\x00")]
        with outgoing.begin() as unit, pytest.raises(ConcurrentTransition):
            unit.add_channel(attrs.evolve(OTHER, id="c1"))
        with outgoing.begin() as unit:
            unit.drop_channel("c1")
            unit.commit()
        with outgoing.begin(write=False) as unit:
            left = unit.channels([OFFICE])

        assert [[], [MAIL, POSTED], [OTHER], [MAIL, POSTED, OTHER]] == found
        assert ([POSTED, None, None], [POSTED]) == (known, left)

    def test_a_notice_goes_through_a_channel_once(self, outgoing: Store) -> None:
        """Another dispatch of the same is left out, also after the first has arrived."""
        first, again = dispatch("d1"), dispatch("d2")
        other = dispatch("d3", channel="c2")
        with outgoing.begin() as unit:
            unit.send_out([first, other])
            unit.keep_dispatches([attrs.evolve(first, due_at=None, delivered_at=NOW, tries=1)])
            unit.commit()
        with outgoing.begin() as unit:
            unit.send_out([again])
            unit.commit()
        with outgoing.begin() as unit:
            due = unit.due_dispatches(NOW, 9)

        assert [other] == due

    def test_what_is_due_comes_earliest_first(self, outgoing: Store) -> None:
        """What is tried later comes later, what has arrived or was given up never; it keeps what is known of it."""
        later = dispatch("d1", notice="n1", due_at=NOW + timedelta(seconds=1), tries=2, problem="smtp-450")
        now, given_up = dispatch("d2", notice="n2"), dispatch("d3", notice="n3", due_at=None)
        with outgoing.begin() as unit:
            unit.send_out([later, now, given_up])
            unit.commit()
        with outgoing.begin() as unit:
            found = [
                unit.due_dispatches(NOW + timedelta(seconds=seconds), limit)
                for seconds, limit in ((-1, 9), (0, 9), (1, 9), (1, 1))
            ]

        assert [[], [now], [now, later], [now]] == found

    def test_what_goes_through_a_channel_that_rests_is_not_due(self, outgoing: Store) -> None:
        """Until the instant; what goes through others is. What is kept of a channel is that, and nothing else."""
        resting = attrs.evolve(MAIL, address="other", failures=3, rests_until=NOW + timedelta(seconds=1))
        first, other = dispatch("d1"), dispatch("d2", channel="c2")
        with outgoing.begin() as unit:
            unit.send_out([first, other])
            unit.keep_channel(resting)
            unit.keep_channel(attrs.evolve(resting, id="c9"))
            unit.commit()
        with outgoing.begin() as unit:
            due = [unit.due_dispatches(NOW + timedelta(seconds=seconds), 9) for seconds in (0, 1)]
            kept = [unit.channel(id) for id in ("c1", "c9")]
            unit.keep_channel(MAIL)
            again = unit.due_dispatches(NOW, 9)

        assert [[other], [first, other]] == due
        assert [attrs.evolve(resting, address=MAIL.address), None] == kept
        assert [first, other] == again

    def test_what_is_too_old_is_given_up_together(self, outgoing: Store) -> None:
        """Of one channel what was made before an instant; what has arrived stays as it is."""
        old = dispatch("d1", notice="n1", created_at=NOW - timedelta(seconds=1))
        arrived = attrs.evolve(old, id="d2", notice_id="n2", due_at=None, delivered_at=NOW)
        young, other = dispatch("d3", notice="n3"), attrs.evolve(old, id="d4", channel_id="c2")
        with outgoing.begin() as unit:
            unit.send_out([old, arrived, young, other])
            unit.give_up_dispatches("c1", NOW, "smtp-450")
            unit.commit()
        with outgoing.begin() as unit:
            due = unit.due_dispatches(NOW, 9)
            done = unit.count_done_dispatches(NOW + timedelta(days=1))

        assert (["d3", "d4"], 2) == ([one.id for one in due], done)

    def test_a_channel_takes_what_is_on_its_way_with_it(self, outgoing: Store) -> None:
        """Nothing is sent to an address that was taken away."""
        with outgoing.begin() as unit:
            unit.send_out([dispatch("d1"), dispatch("d2", channel="c2")])
            unit.drop_channel("c1")
            unit.commit()
        with outgoing.begin() as unit:
            due = unit.due_dispatches(NOW, 9)

        assert ["d2"] == [one.id for one in due]

    def test_what_went_out_long_ago_is_dropped(self, store: Store) -> None:
        """What arrived, or was made and is given up, before an instant: so many at a time; what is under way stays."""
        day = timedelta(days=1)
        dispatches = [
            dispatch("d1", notice="n1"),
            dispatch("d2", notice="n2", due_at=None, delivered_at=NOW),
            dispatch("d3", notice="n3", due_at=None, delivered_at=NOW + day),
            dispatch("d4", notice="n4", due_at=None, problem="unreachable"),
            dispatch("d5", notice="n5", due_at=NOW + day, tries=2),
        ]
        with store.begin() as unit:
            unit.send_out(dispatches)
            unit.keep_dispatches(dispatches)
            unit.commit()
        with store.begin(write=False) as unit:
            counts = [unit.count_done_dispatches(at) for at in (NOW, NOW + day, NOW + 2 * day)]
        with store.begin() as unit:
            dropped = [unit.drop_done_dispatches(NOW + day, 1) for _ in range(3)]
            unit.commit()
        with store.begin() as unit:
            left = unit.count_done_dispatches(NOW + 9 * day), len(unit.due_dispatches(NOW + 9 * day, 9))

        assert [0, 2, 3] == counts
        assert [1, 1, 0] == dropped
        assert (1, 2) == left
