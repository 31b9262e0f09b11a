"""Who gives codes to whom, and what a reset takes away, over the real door and a store in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.errors import (
    ConcurrentTransition,
    LogInRefused,
    NotFound,
    TransitionRefused,
)
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import Leave, TakeIn
from kaohe_workflow.values.terms import AccountKind
from tests.unit.application.accounts.conftest import FORGOTTEN

TICK = timedelta(microseconds=1)
NUMBER = "450103198001011233"
PASSWORD = "Zhuang7x"


def refused(house, login, secret, **more):
    """The refusal of a try to log in."""
    with pytest.raises(LogInRefused) as error:
        house.accounts.log_in(login, secret, **more)
    return error.value


@pytest.mark.manual("S-10", "S-37", "N-3.1", "S-I1")
def test_reset_takes_password_and_sessions_away(house):
    """After 重置密码 neither the password nor an open session is good (手册 2.2.5)."""
    session = house.activated()
    house.clock.advance(TICK)
    code = house.code()

    assert "not_activated" == house.state()
    assert house.accounts.authenticate(session.token) is None
    assert refused(house, NUMBER, PASSWORD)
    assert house.accounts.log_in(NUMBER, code).init_only


def test_sessions_end_with_the_event_itself(house):
    """Even if nothing came after the event, a session from before it is over."""
    session = house.activated()
    house.clock.advance(TICK)
    broken = attrs.evolve(house.accounts, door=_DoorThenPowerCut(house.accounts.door))
    with pytest.raises(_PowerCutError):
        broken.issue_code(house.world.hospital, house.doctor, reason=FORGOTTEN)

    assert house.accounts.authenticate(session.token) is None


class _PowerCutError(Exception):
    """The machine stops."""


@attrs.frozen
class _DoorThenPowerCut:
    door: Any

    def explain(self, *args):
        """Explain."""
        return self.door.explain(*args)

    def send(self, *args, **more):
        """Send, and stop."""
        self.door.send(*args, **more)
        raise _PowerCutError


@pytest.mark.manual("S-7", "S-10", "S-37", "N-3.1")
@pytest.mark.parametrize(
    ("who", "account"),
    [
        ("hospital", "doctor"),
        ("county", "doctor"),
        ("city", "doctor"),
        ("province", "doctor"),
        ("county", "office"),
    ],
)
def test_who_gives_codes(house, who, account):
    """The own institution its physicians, superiors everybody below (手册 2.2.1, 2.2.5)."""
    principal, account_id = getattr(house.world, who), getattr(house, account)

    assert house.accounts.issue_code(principal, account_id, reason=FORGOTTEN).code


@pytest.mark.manual("S-7")
@pytest.mark.parametrize(
    ("who", "account", "error"),
    [
        ("agency", "doctor", NotFound),
        ("hospital", "office", TransitionRefused),
        ("agency", "office", NotFound),
    ],
)
def test_who_gives_no_codes(house, who, account, error):
    """The agency to nobody, an institution not to its own office (手册 2.2.1, 2.2.5)."""
    principal, account_id = getattr(house.world, who), getattr(house, account)

    with pytest.raises(error):
        house.accounts.issue_code(principal, account_id, reason=FORGOTTEN)


@pytest.mark.parametrize("off", [-1, 1])
def test_a_code_is_for_the_account_as_it_was_seen(house, off):
    """Whoever has seen another version resets nothing; with the right one it is reset."""
    session = house.activated()
    house.clock.advance(TICK)
    version = house.account().version
    with pytest.raises(ConcurrentTransition) as caught:
        house.accounts.issue_code(
            house.world.hospital, house.doctor, expected_version=version + off, reason=FORGOTTEN
        )

    assert version == caught.value.actual
    assert "active" == house.state()
    assert house.accounts.authenticate(session.token) is not None
    assert house.accounts.issue_code(
        house.world.hospital, house.doctor, expected_version=version, reason=FORGOTTEN
    ).code
    assert "not_activated" == house.state()


def test_who_may_give_no_code_is_told_first_that_it_was_seen_too_early(house):
    """The version is looked at as for every event: within the scope, before the rule."""
    with pytest.raises(ConcurrentTransition):
        house.accounts.issue_code(house.world.hospital, house.office, expected_version=9, reason=FORGOTTEN)
    with pytest.raises(NotFound):
        house.accounts.issue_code(house.world.agency, house.office, expected_version=9, reason=FORGOTTEN)


def test_another_institution_learns_nothing(house):
    """To others the account is not there."""
    stranger = attrs.evolve(
        house.world.hospital, organisation_id="elsewhere", path="/elsewhere/", operator_id="x"
    )
    with pytest.raises(NotFound):
        house.accounts.issue_code(stranger, house.doctor, reason=FORGOTTEN)
    with pytest.raises(NotFound):
        house.accounts.issue_code(house.world.hospital, "no-such-account", reason=FORGOTTEN)


@pytest.mark.manual("S-37")
def test_codes_follow_the_physician(house):
    """After 调离 the former institution gives no codes; after 调入 the new one does."""
    world = house.world
    doctor = house.account().record.physician_id
    world.send(world.hospital, "affiliation", doctor, "leave", Leave(LeaveReason.RESIGNED))
    with pytest.raises(TransitionRefused):
        house.code()
    world.send(world.agency, "affiliation", doctor, "take_in", TakeIn(str(world.agency.organisation_id)))
    with pytest.raises(NotFound):
        house.code()

    assert house.code(by=world.agency)


def test_operator_of_the_machine_gives_the_first_code(house):
    """The root has no superior: its first code comes from the system."""
    root = CreateAccount(
        institution_id=house.world.province.organisation_id, kind=AccountKind.ORGANISATION, login="province"
    )
    root_id = house.world.send(SYSTEM, "account", None, "create", root).id

    assert house.activated("PROVINCE", root_id, SYSTEM).account_id == root_id
