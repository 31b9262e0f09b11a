"""Ids, codes and tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from re import fullmatch

from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.identifiers import CrockfordIdentifiers

NOON = datetime(2024, 1, 3, 12, tzinfo=UTC)


def _constant(filling: int) -> CrockfordIdentifiers:
    return CrockfordIdentifiers(SettableClock(NOON), lambda size: bytes([filling]) * size)


def test_an_id_is_26_lower_case_crockford_characters() -> None:
    """No i, l, o or u, which are taken for others."""

    assert fullmatch("[0-9a-hjkmnp-tv-z]{26}", CrockfordIdentifiers(SettableClock(NOON)).new_id())


def test_an_id_begins_with_its_millisecond() -> None:
    """The first ten characters are the time: ids made at the same instant begin alike."""
    identifiers = CrockfordIdentifiers(SettableClock(NOON))

    assert {"01hk7k3pg0"} == {identifiers.new_id()[:10] for _ in range(50)}


@given(st.lists(st.timedeltas(timedelta(seconds=-2), timedelta(seconds=2)), max_size=60))
def test_ids_ascend_whatever_the_clock_does(steps: list[timedelta]) -> None:
    """Also within a millisecond, and when the clock is set back."""
    clock = SettableClock(NOON)
    identifiers = CrockfordIdentifiers(clock)
    ids = [identifiers.new_id()]
    for step in steps:
        clock.advance(step)
        ids.append(identifiers.new_id())

    assert sorted(set(ids)) == ids


def test_ids_of_a_copy_come_after_those_that_it_begins_with() -> None:
    """By a clock that stands where the first one stood; and each copy has its own."""
    clock = SettableClock(NOON)
    first = CrockfordIdentifiers(clock)
    before = [first.new_id() for _ in range(3)]
    one, other = (first.going_on(SettableClock(NOON)).new_id() for _ in range(2))

    assert before[-1] < min(one, other)
    assert one != other


def test_the_random_bits_run_over_into_the_time_and_ids_still_ascend() -> None:
    """Even with the largest random bits every time."""
    identifiers = _constant(0xFF)
    ids = [identifiers.new_id() for _ in range(5)]

    assert sorted(set(ids)) == ids


def test_the_same_source_gives_the_same_ids() -> None:
    """A demonstration can be repeated."""
    first, second = (CrockfordIdentifiers(SettableClock(NOON), Random(7).randbytes) for _ in range(2))

    assert [first.new_id(), first.new_code()] == [second.new_id(), second.new_code()]


def test_a_secret_is_hex_of_its_bytes() -> None:
    """Twice as many characters as bytes."""

    assert "abababab" == _constant(0xAB).new_secret(4)


def test_a_code_has_four_groups_of_four() -> None:
    """80 bits, in the characters that people can tell apart."""
    code = CrockfordIdentifiers(SettableClock(NOON)).new_code()

    assert fullmatch("([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert "ZZZZ-ZZZZ-ZZZZ-ZZZZ" == _constant(0xFF).new_code()
