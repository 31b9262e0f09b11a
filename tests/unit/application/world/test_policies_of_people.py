"""What follows from what happens to physicians and organisations: one test a policy, end to end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import EndReason
from kaohe_workflow.lifecycles.affiliation.events import ForceMove, Reenter
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.values.terms import OrganisationKind
from tests.unit.application.world.steps import (
    case_of,
    cause_of_last,
    end,
    events_of,
    found,
    leave,
    second_cycle,
    take_in,
)


@pytest.mark.manual("S-I12")
@pytest.mark.parametrize("way", ["add", "take_in", "reenter", "restore"])
def test_open_assessments_of_physician(journeys: Journeys, way: str) -> None:
    """Who is attached while a cycle runs, and has no case there, gets one in the same transaction."""
    world = journeys.world
    traveller = journeys.newcomer()
    if way == "take_in":
        leave(journeys, traveller)
    elif way == "reenter":
        end(journeys, traveller)
    elif way == "restore":
        world.send(world.hospital, "affiliation", traveller.physician_id, "delete")
    cycle_id = second_cycle(journeys)
    world.send(world.province, "cycle", cycle_id, "publish")
    if way != "add":
        world.application.timers.work()

    assert [] == found(world, "assessment", "cycle_id", cycle_id)

    if way == "add":
        traveller = journeys.newcomer()
    elif way == "take_in":
        take_in(journeys, traveller)
    elif way == "reenter":
        payload = Reenter(str(world.hospital.organisation_id))
        world.send(world.hospital, "affiliation", traveller.physician_id, "reenter", payload)
    else:
        world.send(world.county, "affiliation", traveller.physician_id, "restore")
    cases = found(world, "assessment", "cycle_id", cycle_id)

    assert [traveller.physician_id] == [case.record.physician_id for case in cases]


def test_reinstate_assessments_of_restored_physician(stored: Journeys) -> None:
    """The deletion's case comes back with the person, to be enrolled again; one that the county withdrew does not."""
    world, traveller, other = stored.world, stored.newcomer(), stored.newcomer()
    world.send(world.county, "assessment", other.case_id, "withdraw")
    world.clock.set(world.clock.now() + timedelta(minutes=1))
    for person in (traveller, other):
        world.send(world.hospital, "affiliation", person.physician_id, "delete")
    gone = [stored.state(person) for person in (traveller, other)]
    for person in (traveller, other):
        world.send(world.county, "affiliation", person.physician_id, "restore")

    assert ["withdrawn", "withdrawn"] == gone
    assert ["not_enrolled", "withdrawn"] == [stored.state(person) for person in (traveller, other)]
    assert "reinstate_assessments_of_restored_physician" == cause_of_last(
        world, "assessment", traveller.case_id
    )
    stored.lead(traveller, "awaiting_agency_review")
    assert () == world.application.verification.run().findings


def test_enable_account_of_restored_physician(stored: Journeys) -> None:
    """The account that the deletion disabled waits for a new code; what was forgotten with it stays forgotten."""
    world, traveller = stored.world, stored.newcomer()
    (before,) = found(world, "account", "physician_id", traveller.physician_id)
    world.send(world.hospital, "affiliation", traveller.physician_id, "delete")
    (gone,) = found(world, "account", "physician_id", traveller.physician_id)
    world.send(world.county, "affiliation", traveller.physician_id, "restore")
    (back,) = found(world, "account", "physician_id", traveller.physician_id)

    assert [before.id] * 2 == [gone.id, back.id]
    assert ("disabled", "not_activated") == (gone.state, back.state)
    assert "enable_account_of_restored_physician" == cause_of_last(world, "account", back.id)
    assert world.application.accounts.issue_code(world.hospital, back.id).code


@pytest.mark.manual("S-I6", "N-1.1")
def test_create_physician_account(stored: Journeys) -> None:
    """Each new physician has an account at once, not activated, with the normalised number as its name."""
    traveller = stored.newcomer()
    (account,) = found(stored.world, "account", "physician_id", traveller.physician_id)

    assert ("not_activated", traveller.id_number) == (account.state, account.record.login)
    assert account.institution_id == stored.world.hospital.organisation_id


@pytest.mark.manual("S-7", "N-3.1", "S-I1")
def test_create_institution_account(stored: Journeys) -> None:
    """A new organisation for which a login is named has its account at once; the superior gives it the code."""
    world = stored.world
    payload = CreateInstitution(
        superior_id=world.county.organisation_id,
        name="新医院",
        kind=OrganisationKind.MEDICAL,
        login="new-hospital",
    )
    made = world.send(world.county, "institution", None, "create", payload)
    (account,) = found(world, "account", "institution_id", made.id)
    cause = cause_of_last(world, "account", account.id)
    code = world.application.accounts.issue_code(world.county, account.id)

    assert ("NEWHOSPITAL", "新医院", True, None) == (
        account.record.login,
        account.record.label,
        account.record.shared,
        account.record.operator_id,
    )
    assert ("not_activated", account.id) == (account.state, code.account_id)
    assert "create_institution_account" == cause


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"login": "clinic"}, [("CLINIC", "新诊所", True)]),
        ({"login": "clinic", "label": "医务科", "shared": False}, [("CLINIC", "医务科", False)]),
    ],
)
def test_organisation_account_is_made_as_asked(
    journeys: Journeys, changes: dict[str, Any], expected: list[tuple[str, str, bool]]
) -> None:
    """Without a login name there is no account; otherwise label and sharing are those given."""
    world = journeys.world
    payload = CreateInstitution(
        superior_id=world.county.organisation_id, name="新诊所", kind=OrganisationKind.MEDICAL, **changes
    )
    made = world.send(world.county, "institution", None, "create", payload)
    records = [account.record for account in found(world, "account", "institution_id", made.id)]

    assert expected == [(record.login, record.label, record.shared) for record in records]


def test_organisation_whose_login_is_taken(journeys: Journeys) -> None:
    """An organisation that cannot have the account it was to have is not made; the refusal says why."""
    world = journeys.world
    payload = CreateInstitution(
        superior_id=world.county.organisation_id, name="甲诊所", kind=OrganisationKind.MEDICAL, login="clinic"
    )
    world.send(world.county, "institution", None, "create", payload)
    with pytest.raises(TransitionRefused) as caught:
        world.send(world.county, "institution", None, "create", attrs.evolve(payload, name="乙诊所"))

    assert "login_free" in [getattr(reason, "name", "") for reason in caught.value.reasons]
    assert [] == found(world, "institution", "name", "乙诊所")


@pytest.mark.manual("S-50")
def test_move_assessments(stored: Journeys) -> None:
    """调入: a case that has not begun goes along with its history; its department is chosen again."""
    world = stored.world
    traveller = stored.newcomer(department_id=stored.department_id)
    leave(stored, traveller)

    take_in(stored, traveller)
    case = case_of(world, "assessment", traveller.case_id)
    history = world.application.cases.history(stored.elsewhere, "assessment", traveller.case_id)

    assert (stored.elsewhere.organisation_id, None, "not_enrolled") == (
        case.institution_id,
        case.record.department_id,
        case.state,
    )
    assert ["open", "move"] == [entry.event for entry in history]
    assert () == world.application.verification.run().findings


@pytest.mark.manual("S-I8")
def test_a_finished_case_stays_with_the_institution_that_reviewed_it(journeys: Journeys) -> None:
    """调入 after a result: the move is only noted in the case."""
    world = journeys.world
    traveller = journeys.to("qualified")
    leave(journeys, traveller)

    take_in(journeys, traveller)
    case = case_of(world, "assessment", traveller.case_id)

    assert (world.hospital.organisation_id, "qualified") == (case.institution_id, case.state)
    assert "move" == events_of(world, "assessment", traveller.case_id)[-1]


def test_a_case_that_had_ended_comes_back_with_the_physician(journeys: Journeys) -> None:
    """Re-entered elsewhere, the withdrawn case goes along, so that it can be reinstated there."""
    world = journeys.world
    traveller = journeys.newcomer()
    end(journeys, traveller)
    payload = Reenter(str(journeys.elsewhere.organisation_id))

    world.send(journeys.elsewhere, "affiliation", traveller.physician_id, "reenter", payload)
    receipt = world.send(journeys.neighbour, "assessment", traveller.case_id, "reinstate")

    assert "not_enrolled" == receipt.state


@pytest.mark.manual("S-37")
def test_move_account(journeys: Journeys) -> None:
    """The account follows the physician, so that only the present institution resets its password."""
    world = journeys.world
    traveller = journeys.newcomer()
    leave(journeys, traveller)

    take_in(journeys, traveller)
    (account,) = found(world, "account", "physician_id", traveller.physician_id)

    assert journeys.elsewhere.organisation_id == account.institution_id
    assert ["create", "move"] == events_of(world, "account", account.id)


def test_a_forced_move_takes_case_and_account_along(journeys: Journeys) -> None:
    """强制变更机构 by an administration above both institutions."""
    world = journeys.world
    traveller = journeys.newcomer()
    payload = ForceMove(str(journeys.elsewhere.organisation_id))

    world.send(world.city, "affiliation", traveller.physician_id, "force_move", payload, reason="机构关闭")
    (account,) = found(world, "account", "physician_id", traveller.physician_id)

    assert {journeys.elsewhere.organisation_id} == {
        case_of(world, "assessment", traveller.case_id).institution_id,
        account.institution_id,
    }


@pytest.mark.parametrize(
    "state", ["not_enrolled", "awaiting_institution_review", "awaiting_assessment", "awaiting_makeup"]
)
def test_withdraw_assessments_of_physician(journeys: Journeys, state: str) -> None:
    """Who is gone is out of the cycle, wherever the case stands."""
    traveller = journeys.to(state)

    end(journeys, traveller)

    assert "withdrawn" == journeys.state(traveller)
    assert () == journeys.world.application.verification.run().findings


@pytest.mark.manual("S-I8")
def test_a_result_outlives_the_physician(journeys: Journeys) -> None:
    """A finished case stays as it is when the physician is gone."""
    traveller = journeys.to("qualified")

    end(journeys, traveller, EndReason.DEATH)

    assert "qualified" == journeys.state(traveller)


def test_disable_account_of_physician(journeys: Journeys) -> None:
    """A deleted row leaves no account that logs in, nor does a death; who has only left keeps reading."""
    world = journeys.world
    deleted, dead, retired = journeys.newcomer(), journeys.newcomer(), journeys.newcomer()

    world.send(world.hospital, "affiliation", deleted.physician_id, "delete")
    end(journeys, dead, EndReason.DEATH)
    end(journeys, retired)
    accounts = [
        found(world, "account", "physician_id", traveller.physician_id)[0].state
        for traveller in (deleted, dead, retired)
    ]

    assert ["disabled", "disabled", "not_activated"] == accounts
