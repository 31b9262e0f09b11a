"""What a clock has stored that ran ahead, once it is right again: it keeps nobody out, and nobody in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kaohe_workflow.application.accounts.clocks import APART
from kaohe_workflow.application.accounts.throttle import (
    FREE_TRIES,
    Bucket,
    Pace,
    blocked_until,
    failed,
    global_bucket,
    one_more_within,
    spend,
)

NOW = datetime(2023, 12, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
AHEAD = timedelta(days=3)
BUCKET = Bucket("account")
ONE = Pace(1, timedelta(minutes=3))


def test_a_pace_that_was_spent_ahead_keeps_nobody_out():
    """One log-in while the clock was ahead locks no browser out; the burst is whole again, and then holds."""
    bucket = global_bucket()
    held = spend(None, bucket, bucket.pace, NOW + AHEAD)
    tries = 0
    while blocked_until(held, NOW) is None:
        held = spend(held, bucket, bucket.pace, NOW)
        tries += 1

    assert (bucket.pace.burst, bucket.pace.interval) == (tries, blocked_until(held, NOW) - NOW)


def test_failures_ahead_keep_nobody_out():
    """A wait that ends days from now holds no more; counting begins again."""
    held = None
    for _ in range(FREE_TRIES + 4):
        held = failed(held, BUCKET, NOW + AHEAD)

    assert (None, 1) == (blocked_until(held, NOW), failed(held, BUCKET, NOW).failures)


def test_a_span_that_began_ahead_is_over():
    """What is told once a span is told at once, not in three days."""
    span = timedelta(minutes=1)
    ahead = one_more_within(one_more_within(None, "x", NOW + AHEAD, span), "x", NOW + AHEAD, span)

    assert (1, NOW + span) == (
        one_more_within(ahead, "x", NOW, span).failures,
        one_more_within(ahead, "x", NOW, span).blocked_until,
    )


@pytest.mark.parametrize(("apart", "waits"), [(APART, True), (APART + TICK, False)])
def test_servers_whose_clocks_lie_a_little_apart_believe_each_other(apart, waits):
    """Who guesses gains no tries by asking the server whose clock is behind."""
    held = spend(None, Bucket("pace", ONE), ONE, NOW + apart)

    assert waits is (blocked_until(held, NOW) is not None)
