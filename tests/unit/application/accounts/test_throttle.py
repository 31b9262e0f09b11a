"""Waits and paces, one bucket at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.application.accounts.throttle import (
    FORGOTTEN_AFTER,
    FREE_TRIES,
    LONGEST_WAIT,
    Bucket,
    Pace,
    blocked_until,
    failed,
    give_back,
    network_bucket,
    reserve,
    spend,
    untrusted_bucket,
    wait_after,
)
from kaohe_workflow.application.stored import Throttle
from kaohe_workflow.errors import TooManyTries

NOW = datetime(2023, 12, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
BUCKET = Bucket("account")
OWNERS = Bucket("device", owners=True)


@attrs.define
class Shelf:
    """The part of a unit of work that buckets need."""

    held: dict[str, Throttle] = attrs.field(factory=dict)

    def serialise(self, *names):
        """Nothing to wait for: nobody else is here."""

    def throttle(self, bucket):
        """The bucket's row."""
        return self.held.get(bucket)

    def save_throttle(self, throttle):
        """Keep a row."""
        self.held[throttle.bucket] = throttle

    def clear_throttle(self, bucket):
        """Forget a row."""
        self.held.pop(bucket, None)


def seconds(failures):
    """The wait after so many failures."""
    return wait_after(failures).total_seconds()


def test_waits():
    """Five tries are free; then the wait is 30 seconds and doubles up to 15 minutes."""

    assert [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900] == [seconds(n) for n in range(12)]


@given(st.integers(0, 10**9))
def test_wait_never_shrinks_and_never_locks(failures):
    """More failures never wait less, and nobody waits longer than 15 minutes."""

    assert wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT


def test_fifth_failure_blocks():
    """After the fifth failure the next try waits; at the very end of the wait it is taken."""
    shelf = Shelf()
    for _ in range(FREE_TRIES):
        reserve(shelf, [BUCKET], NOW)
    with pytest.raises(TooManyTries) as refused:
        reserve(shelf, [BUCKET], NOW + timedelta(seconds=30) - TICK)

    assert NOW + timedelta(seconds=30) == refused.value.retry_at
    assert reserve(shelf, [BUCKET], NOW + timedelta(seconds=30))


@pytest.mark.parametrize(("later", "failures"), [(FORGOTTEN_AFTER - TICK, 10), (FORGOTTEN_AFTER, 1)])
def test_failures_are_forgotten_after_a_day(later, failures):
    """A day after the last failure counting begins again."""
    before = Throttle("account", 9, NOW, None)

    assert failures == failed(before, BUCKET, NOW + later).failures


def test_refused_try_counts_nowhere():
    """A try that one bucket refuses is not counted in the others."""
    shelf = Shelf({"account": Throttle("account", 5, NOW, NOW + TICK)})
    with pytest.raises(TooManyTries):
        reserve(shelf, [OWNERS, BUCKET], NOW)

    assert {"account"} == set(shelf.held)


def test_longest_wait_is_told():
    """Of several buckets that refuse, the last one to open says when to come again."""
    shelf = Shelf(
        {
            "account": Throttle("account", 5, NOW, NOW + timedelta(seconds=9)),
            "device": Throttle("device", 5, NOW, NOW + timedelta(seconds=5)),
        }
    )
    with pytest.raises(TooManyTries) as refused:
        reserve(shelf, [OWNERS, BUCKET], NOW)

    assert NOW + timedelta(seconds=9) == refused.value.retry_at


@pytest.mark.parametrize("failures", [0, 1, 4, 7])
def test_success_gives_its_own_try_back(failures):
    """A success leaves the failures of others as they were."""
    before = Throttle("account", failures, NOW - timedelta(hours=1), None)
    shelf = Shelf({"account": before} if failures else {})
    give_back(shelf, reserve(shelf, [BUCKET], NOW))

    assert ({"account": before} if failures else {}) == shelf.held


@pytest.mark.parametrize(("others", "wait"), [(4, None), (5, 30), (6, 60)])
def test_success_does_not_undo_what_others_did_meanwhile(others, wait):
    """While a password is compared others may fail: theirs stay, and the wait that they ask for without it."""
    later = NOW + timedelta(minutes=2)
    shelf = Shelf({"account": Throttle("account", others - 1, NOW, None)} if others > 4 else {})
    counted = reserve(shelf, [BUCKET], NOW)
    for _ in range(1 if others > 4 else others):
        reserve(shelf, [BUCKET], later)
    give_back(shelf, counted)

    assert (others, later + timedelta(seconds=wait) if wait else None) == (
        shelf.held["account"].failures,
        shelf.held["account"].blocked_until,
    )


def test_right_passwords_at_the_same_time_make_nobody_wait():
    """Five browsers log in at once and none of them fails: nothing is left, and the sixth is taken."""
    shelf = Shelf()
    tries = [reserve(shelf, [BUCKET], NOW) for _ in range(FREE_TRIES)]
    for counted in tries:
        give_back(shelf, counted)

    assert {} == shelf.held
    assert reserve(shelf, [BUCKET], NOW)


def test_success_clears_what_only_the_owner_can_have_failed():
    """On a known device a success forgets earlier slips."""
    shelf = Shelf({"device": Throttle("device", 4, NOW, None)})
    give_back(shelf, reserve(shelf, [OWNERS], NOW))

    assert {} == shelf.held


def test_nothing_is_left_to_give_back():
    """A bucket that was cleared meanwhile stays clear."""
    shelf = Shelf()
    counted = reserve(shelf, [BUCKET], NOW)
    shelf.held.clear()
    give_back(shelf, counted)

    assert {} == shelf.held


PACE = Pace(3, timedelta(seconds=10))
PACED = Bucket("network", PACE)


def taken(offsets):
    """At which of these seconds a rated bucket takes a try."""
    shelf, found = Shelf(), []
    for offset in offsets:
        try:
            reserve(shelf, [PACED], NOW + timedelta(seconds=offset))
        except TooManyTries:
            continue
        found.append(offset)
    return found


def test_rate():
    """A burst at once, then one for each interval; who waits long enough has the whole burst again."""

    assert [0, 0, 0, 10, 20, 60, 60, 60] == taken([0, 0, 0, 0, 9, 10, 19, 20, 60, 60, 60, 60])


@given(st.lists(st.integers(0, 200), min_size=1, max_size=60))
def test_rate_holds_in_every_window(offsets):
    """No stretch of time sees more tries than a burst and one for each interval in it."""
    found = taken(sorted(offsets))

    assert all(
        last - first + 1 <= PACE.burst + (found[last] - found[first]) // 10
        for first in range(len(found))
        for last in range(first, len(found))
    )


def test_rate_says_when():
    """The instant that a refusal names is the first at which a try is taken."""
    throttle = None
    for _ in range(PACE.burst):
        throttle = spend(throttle, PACED, PACE, NOW)

    assert NOW + timedelta(seconds=10) == blocked_until(throttle, NOW)
    assert blocked_until(throttle, NOW + timedelta(seconds=10)) is None


def test_success_does_not_give_a_rate_back():
    """A pace counts work, not failures."""
    shelf = Shelf()
    give_back(shelf, reserve(shelf, [PACED], NOW))

    assert {"network"} == set(shelf.held)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("203.0.114.1", "203.0.114.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        (None, "unknown"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_networks(address, network):
    """Neighbours share a bucket: a /24 of IPv4, a /64 of IPv6, however it is written."""

    assert f"network:{network}" == network_bucket(address).name


@given(st.text("0123456789abcdef", min_size=32, max_size=32))
def test_invented_names_fill_no_store(login_hash):
    """Untrusted buckets are bounded in number, whatever names are tried."""

    assert len(untrusted_bucket(login_hash).name) == len("untrusted:") + 6
