"""How long a log-in lasts, and whom it stands for."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.accounts.clocks import APART
from kaohe_workflow.application.accounts.sessions import (
    IDLE,
    LONGEST_SESSION,
    SESSIONS_AT_ONCE,
)
from kaohe_workflow.errors import LogInRefused, StoreUnavailable
from kaohe_workflow.lifecycles.institution.events import ChangeSuperior
from kaohe_workflow.testing.worlds import START
from kaohe_workflow.values.terms import AccountKind, OrganisationKind

TICK = timedelta(microseconds=1)
NUMBER = "450103198001011233"
PASSWORD = "Zhuang7x"
OTHER = "Miao-88-yao"


# Sessions


@pytest.mark.parametrize(("idle", "alive"), [(IDLE - TICK, True), (IDLE, False)])
def test_idle_session_is_over(house, idle, alive):
    """Half an hour without a request ends a session."""
    session = house.activated()
    house.clock.advance(idle)

    assert alive is (house.accounts.authenticate(session.token) is not None)


@pytest.mark.parametrize(("apart", "alive"), [(APART, True), (APART + TICK, False)])
def test_a_session_of_a_clock_that_ran_ahead_is_over(house, apart, alive):
    """Once the clock is right a session that was opened ahead is over, and no idle one lives until time has caught up;
    the clocks of two servers may lie a little apart."""
    right = house.clock.now() + timedelta(minutes=1)
    house.clock.set(right + apart)
    session = house.activated()
    house.clock.set(right)

    assert alive is (house.accounts.authenticate(session.token) is not None)


def test_a_session_that_was_used_while_the_clock_ran_ahead_is_over(house):
    """Its last request would be of now for hours."""
    session, began = house.activated(), house.clock.now()
    house.clock.set(began + timedelta(minutes=20))
    house.accounts.authenticate(session.token)
    house.clock.set(began + timedelta(minutes=2))

    assert house.accounts.authenticate(session.token) is None


class BusyStore:
    """A store in which somebody is writing for long: it can be read."""

    def __init__(self, store):
        self.store = store

    def begin(self, *, write=True, wait=True):
        if write:
            assert not wait
            raise StoreUnavailable("another writer did not finish in time")
        return self.store.begin(write=False)


def test_no_request_fails_or_waits_because_its_use_cannot_be_noted(house):
    """While somebody writes for long a session goes on, and nobody waits; half an hour after its last noted request it
    is over."""
    session = house.activated()
    accounts = attrs.evolve(house.accounts, store=BusyStore(house.accounts.store))
    house.clock.advance(IDLE - TICK)
    alive = accounts.authenticate(session.token) is not None
    house.clock.advance(TICK)

    assert (True, False) == (alive, accounts.authenticate(session.token) is not None)


@pytest.mark.parametrize(("last", "alive"), [(TICK, True), (timedelta(), False)])
def test_longest_session(house, last, alive):
    """Twelve hours end a session that never rests."""
    session = house.activated()
    for _ in range(24):
        house.clock.advance(timedelta(minutes=29))

        assert house.accounts.authenticate(session.token)
    house.clock.set(START + LONGEST_SESSION - timedelta(minutes=15))

    assert house.accounts.authenticate(session.token)
    house.clock.set(START + LONGEST_SESSION - last)

    assert alive is (house.accounts.authenticate(session.token) is not None)


def test_few_sessions_at_once(house):
    """A sixth log-in ends the oldest session."""
    device = house.activated().device
    house.clock.advance(TICK)
    sessions = []
    for _ in range(SESSIONS_AT_ONCE + 1):
        sessions.append(house.accounts.log_in(NUMBER, PASSWORD, device=device))
        house.clock.advance(TICK)
    alive = [house.accounts.authenticate(session.token) is not None for session in sessions]

    assert [False, True, True, True, True, True] == alive
    principal = house.accounts.authenticate(sessions[-1].token)

    assert SESSIONS_AT_ONCE == len(house.accounts.sessions(principal))


def test_log_out(house):
    """A logged-out token is worth nothing; logging out twice harms nobody."""
    session = house.activated()
    house.accounts.log_out(session.token)
    house.accounts.log_out(session.token)

    assert house.accounts.authenticate(session.token) is None


def test_the_other_sessions_are_ended_and_this_one_goes_on(house):
    """Whoever has left a session open somewhere ends it from here; other accounts' sessions do not matter."""
    device = house.activated().device
    house.clock.advance(TICK)
    first, second = (house.accounts.log_in(NUMBER, PASSWORD, device=device) for _ in range(2))
    other = house.activated("hospital-01", house.office, house.world.county)
    ended = house.accounts.end_other_sessions(second.token)
    alive = [house.accounts.authenticate(session.token) is not None for session in (first, second, other)]

    assert 2 == ended
    assert [False, True, True] == alive
    assert 0 == house.accounts.end_other_sessions(second.token)
    with pytest.raises(LogInRefused):
        house.accounts.end_other_sessions(first.token)


@pytest.mark.parametrize("token", ["\ud800", "", "x", "0" * 64])
def test_unknown_token(house, token):
    """A token that was never given is nobody's."""

    assert house.accounts.authenticate(token) is None


def test_token_is_not_stored(house):
    """What the store holds opens no session."""
    session = house.activated()
    with house.world.application.store.begin(write=False) as unit:
        (stored,) = unit.sessions(house.doctor)

    assert stored.token_hash != session.token
    assert house.accounts.authenticate(stored.token_hash) is None
    assert session.token not in repr(session)


def test_disabled_account_is_out_at_once(house):
    """Disabling needs no waiting for a session to end."""
    session = house.activated("hospital-01", house.office, house.world.county)
    house.world.send(house.world.county, "account", house.office, "disable", reason="停用")

    assert house.accounts.authenticate(session.token) is None


def test_rights_are_read_anew(house):
    """A place in the tree that changes counts from the next request on."""
    world = house.world
    session = house.activated("hospital-01", house.office, world.county)
    before = house.accounts.authenticate(session.token)
    world.send(
        world.city,
        "institution",
        world.hospital.organisation_id,
        "change_superior",
        ChangeSuperior(str(world.city.organisation_id)),
    )
    after = house.accounts.authenticate(session.token)

    assert (world.hospital.path, f"{world.city.path}{world.hospital.organisation_id}/") == (
        before.path,
        after.path,
    )


def test_principal_of_a_physician_and_of_a_shared_account(house):
    """A physician acts in person; a shared account stands for nobody in particular."""
    doctor = house.accounts.authenticate(house.activated().token)
    office = house.accounts.authenticate(
        house.activated("hospital-01", house.office, house.world.county).token
    )

    assert (AccountKind.PHYSICIAN, doctor.physician_id) == (doctor.kind, doctor.operator_id)
    assert (AccountKind.ORGANISATION, OrganisationKind.MEDICAL, None) == (
        office.kind,
        office.organisation_kind,
        office.operator_id,
    )
