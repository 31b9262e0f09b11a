"""Whose password somebody else has reset is told so, until it is the owner's own again (手册 2.2.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.application.accounts.conftest import NUMBER, PASSWORD

pytestmark = pytest.mark.manual("S-37")

TICK = timedelta(microseconds=1)
OTHER = "Miao-88-yao"


def test_every_log_in_tells_of_a_reset(house):
    """At the code, at the new password and after it; a physician who never was reset is told nothing."""
    first = house.activated()
    house.clock.advance(TICK)
    code = house.code()
    reset_at = house.clock.now()
    house.clock.advance(TICK)
    opened = house.accounts.log_in(NUMBER, code)
    house.accounts.activate(opened.token, PASSWORD)
    later = house.accounts.log_in(NUMBER, PASSWORD)

    assert first.reset_at is None
    assert (reset_at, reset_at) == (opened.reset_at, later.reset_at)


def test_a_password_of_ones_own_ends_it(house):
    """Who has changed the password since has taken note."""
    house.activated()
    house.clock.advance(TICK)
    opened = house.accounts.log_in(NUMBER, house.code())
    session = house.accounts.activate(opened.token, PASSWORD)
    house.accounts.change_password(session.token, PASSWORD, OTHER)

    assert house.accounts.log_in(NUMBER, OTHER).reset_at is None
