"""Passwords are reset down the tree alone: by no equal, by nobody below, not by oneself (手册 2.2.1, 2.2.5)."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.errors import NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.values.terms import AccountKind
from tests.unit.application.accounts.conftest import FORGOTTEN, PASSWORD

pytestmark = pytest.mark.manual(
    "S-10", "S-37", "N-3.1", "M: reset institution password", "M: reset physician password"
)

OFFICES = ("hospital", "agency", "county", "city", "province")
ABOVE = {
    "doctor": {"hospital", "county", "city", "province"},
    "hospital": {"county", "city", "province"},
    "county": {"city", "province"},
    "city": {"province"},
    "province": set(),
}


def account_of(house, whose):
    """An account of a part of the world, in use: its id and a session of it."""
    if whose == "doctor":
        return house.doctor, house.activated().token
    organisation = getattr(house.world, whose)
    given = CreateAccount(
        institution_id=organisation.organisation_id,
        kind=AccountKind.ORGANISATION,
        login=f"office-of-{whose}",
        operator_id="li-07",
    )
    account_id = house.world.send(SYSTEM, "account", None, "create", given).id
    return account_id, house.activated(given.login, account_id, SYSTEM).token


@pytest.mark.parametrize("by", OFFICES)
@pytest.mark.parametrize("whose", ABOVE)
def test_a_password_is_reset_from_above_alone(house, whose, by):
    """Who is above ends password and sessions; own institution, neighbour and whoever is below change nothing."""
    account_id, token = account_of(house, whose)
    principal = getattr(house.world, by)
    if by in ABOVE[whose]:
        house.accounts.issue_code(principal, account_id, reason=FORGOTTEN)

        assert house.accounts.authenticate(token) is None
        assert "not_activated" == house.state(account_id)
        return
    with pytest.raises((NotFound, NotPermitted, TransitionRefused)):
        house.accounts.issue_code(principal, account_id, reason=FORGOTTEN)

    assert house.accounts.authenticate(token)
    assert "active" == house.state(account_id)


@pytest.mark.parametrize("whose", ABOVE)
def test_nobody_resets_the_own_account(house, whose):
    """Who has forgotten the password asks above; who knows it changes it."""
    account_id, token = account_of(house, whose)
    principal = house.accounts.authenticate(token)
    with pytest.raises((NotFound, NotPermitted, TransitionRefused)):
        house.accounts.issue_code(principal, account_id, reason=FORGOTTEN)

    assert house.accounts.change_password(token, PASSWORD, "Miao-88-yao").token
