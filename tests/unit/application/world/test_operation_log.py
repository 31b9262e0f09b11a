"""操作日志: who did what, in words."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import AccountKind


def with_account(world: World, principal: Principal) -> Principal:
    """The same organisation, by an account that is on record."""
    payload = CreateAccount(
        institution_id=str(principal.organisation_id),
        kind=AccountKind.ORGANISATION,
        login=f"login-{principal.account_id}",
        operator_id="li",
    )
    account = world.send(SYSTEM, "account", None, "create", payload).id
    return attrs.evolve(principal, account_id=account, operator_id="li")


@pytest.mark.manual("S-66", "S-I11")
def test_each_step_says_who_took_it_and_names_no_person(stored: Journeys) -> None:
    """The organisation, the physician, or the system; an account that is not on record has no name."""
    world = stored.world
    hospital, agency = with_account(world, world.hospital), with_account(world, world.agency)
    traveller = stored.to("awaiting_institution_review")
    person = traveller.principal
    accounts = world.application.lists.page(SYSTEM, "accounts", {"physician_id": str(person.physician_id)})
    own = attrs.evolve(person, account_id=str(accounts.rows[0]["id"]))
    world.send(own, "assessment", traveller.case_id, "withdraw_filing")
    world.send(hospital, "assessment", traveller.case_id, "cancel_enrolment")
    reviewed = stored.to("awaiting_agency_review")
    world.send(agency, "assessment", reviewed.case_id, "pass")
    steps = world.application.cases.history(hospital, "assessment", traveller.case_id)
    passed = world.application.cases.history(reviewed.principal, "assessment", reviewed.case_id)

    assert [("open", "系统"), ("enrol", None), ("submit", None)] == [
        (step.event, step.actor) for step in steps[:3]
    ]
    assert [("withdraw_filing", "医师"), ("cancel_enrolment", "第一人民医院")] == [
        (step.event, step.actor) for step in steps[3:]
    ]
    assert "考核医院" == passed[-1].actor
