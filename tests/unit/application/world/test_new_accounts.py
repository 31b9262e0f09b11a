"""Accounts through the door: a physician's belongs to the physician, and nobody else's name is in its way."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import Leave
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.values.terms import AccountKind

pytestmark = pytest.mark.manual("N-3.1", "M: account: create, code again, disable, enable")


def account_for(journeys: Journeys, traveller: Traveller, **changes: Any) -> CreateAccount:
    """A physician's account at the hospital."""
    given: dict[str, Any] = {
        "institution_id": str(journeys.world.hospital.organisation_id),
        "kind": AccountKind.PHYSICIAN,
        "login": traveller.id_number,
        "physician_id": traveller.physician_id,
    }
    return CreateAccount(**(given | changes))


def refusal(journeys: Journeys, caller: Principal, payload: CreateAccount) -> list[str]:
    """The conditions that refuse an account."""
    with pytest.raises(TransitionRefused) as error:
        journeys.world.send(caller, "account", None, "create", payload)
    return [getattr(reason, "name", reason.code) for reason in error.value.reasons]


@pytest.mark.parametrize("who", ["hospital", "county", "system"])
def test_second_account_of_a_physician(stored: Journeys, who: str) -> None:
    """A physician has an account since the first entry; another one is refused with its reason, by whomever sent."""
    caller = SYSTEM if who == "system" else getattr(stored.world, who)

    assert "first_account" in refusal(stored, caller, account_for(stored, stored.newcomer()))


def test_disabled_account_is_an_account(journeys: Journeys) -> None:
    """A disabled account is enabled again; it makes no room for a second one."""
    world, traveller = journeys.world, journeys.newcomer()
    world.send(world.hospital, "affiliation", traveller.physician_id, "delete")
    world.send(world.county, "affiliation", traveller.physician_id, "restore")

    assert "first_account" in refusal(journeys, world.county, account_for(journeys, traveller))


def test_a_name_that_was_given_to_another_enables_nobody(stored: Journeys) -> None:
    """Disabling an account frees its login name; while another account has it, the refusal says so."""
    world = stored.world
    payload = CreateAccount(
        institution_id=str(world.hospital.organisation_id),
        kind=AccountKind.ORGANISATION,
        login="second-desk",
    )
    first = world.send(world.county, "account", None, "create", payload).id
    world.send(world.county, "account", first, "disable", reason="停用")
    second = world.send(world.county, "account", None, "create", payload).id
    explained = {one.event: one for one in world.application.door.explain(world.county, "account", first)}[
        "enable"
    ]
    with pytest.raises(TransitionRefused) as caught:
        world.send(world.county, "account", first, "enable", reason="恢复")
    world.send(world.county, "account", second, "disable", reason="停用")
    world.send(world.county, "account", first, "enable", reason="恢复")

    expected = ["login_free"]

    assert expected == [getattr(reason, "name", reason.code) for reason in explained.reasons]
    assert expected == [getattr(reason, "name", reason.code) for reason in caught.value.reasons]
    assert "not_activated" == world.state_of("account", first)
    assert () == world.application.verification.run().findings


def test_account_of_nobody(journeys: Journeys) -> None:
    """An account for a physician who is not there is refused, also from above."""
    payload = account_for(journeys, journeys.newcomer(), physician_id="no-such-physician")

    # The row for physicians misses the person and the number; the one for others is none for physicians at all.
    assert [
        "attached_here",
        "login_own",
        "login_free",
        "is_not_physician",
        "login_free",
    ] == refusal(journeys, journeys.world.county, payload)


@pytest.mark.parametrize("why", ["elsewhere", "unattached"])
def test_physician_of_another_institution(journeys: Journeys, why: str) -> None:
    """A physician's account belongs to where the physician is attached."""
    world, traveller = journeys.world, journeys.newcomer()
    payload = account_for(journeys, traveller)
    if why == "elsewhere":
        payload = account_for(journeys, traveller, institution_id=str(world.agency.organisation_id))
    else:
        leave = Leave(LeaveReason.RESIGNED)
        world.send(world.hospital, "affiliation", traveller.physician_id, "leave", leave)

    assert "attached_here" in refusal(journeys, world.county, payload)


def test_login_of_somebody_else(journeys: Journeys) -> None:
    """A physician's login name is the physician's own number, not a colleague's."""
    first, second = journeys.newcomer(), journeys.newcomer()
    payload = account_for(journeys, first, login=second.id_number)

    assert "login_own" in refusal(journeys, journeys.world.county, payload)


def test_organisation_account_needs_no_physician(journeys: Journeys) -> None:
    """The conditions of a physician's account are not those of an office's."""
    world = journeys.world
    payload = CreateAccount(
        institution_id=str(world.hospital.organisation_id), kind=AccountKind.ORGANISATION, login="hospital-09"
    )
    made = world.send(world.county, "account", None, "create", payload)
    with world.application.store.begin(write=False) as unit:
        found = unit.find("account", [Where("id", "eq", made.id)])

    assert ["not_activated"] == [case.state for case in found]
