"""The present instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from kaohe_workflow.adapters.clock import SettableClock, SystemClock

NOON = datetime(2024, 1, 3, 12, tzinfo=UTC)


def test_the_system_clock_is_aware_and_goes_on() -> None:
    """Instants are UTC; a later one is not earlier."""
    clock = SystemClock()
    first = clock.now()

    assert UTC is first.tzinfo
    assert first <= clock.now()


def test_a_settable_clock_stands_still_until_told() -> None:
    """It goes where it is set, and by as much as it is advanced, also back."""
    clock = SettableClock(NOON)
    seen = [clock.now(), clock.now()]
    clock.advance(timedelta(hours=1))
    seen.append(clock.now())
    clock.set(NOON - timedelta(days=1))
    seen.append(clock.now())

    assert [NOON, NOON, NOON + timedelta(hours=1), NOON - timedelta(days=1)] == seen


def test_an_instant_of_another_zone_becomes_utc() -> None:
    """What comes out is always UTC."""
    china = timezone(timedelta(hours=8))

    assert UTC is SettableClock(NOON.astimezone(china)).now().tzinfo


def test_an_instant_without_a_zone_is_refused() -> None:
    """It could mean any instant of a day."""
    with pytest.raises(ValueError, match="no time zone"):
        SettableClock(NOON.replace(tzinfo=None))
