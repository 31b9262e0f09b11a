"""A 统一社会信用代码 names one organisation: no two that are not closed have the same."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import CreateInstitution, SaveProfile
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import OrganisationKind
from tests.unit.application.world.steps import refused

CODE = "91350100M000100Y43"


def a_clinic(world: World, name: str = "诊所", code: str | None = CODE) -> CreateInstitution:
    superior_id = world.county.organisation_id
    kind = OrganisationKind.MEDICAL
    return CreateInstitution(superior_id=superior_id, name=name, kind=kind, credit_code=code)


def profile(code: str | None) -> SaveProfile:
    return SaveProfile(name="诊所", address="民族大道2号", grade=Grade.UNGRADED, credit_code=code)


def save(world: World, principal: Principal, code: str | None) -> None:
    world.send(principal, "institution", principal.organisation_id, "save_profile", profile(code))


@pytest.mark.manual("S-24")
def test_no_second_organisation_has_the_code(journeys: Journeys) -> None:
    """Neither one that is made nor one that completes its profile; the one that has it saves it again."""
    world = journeys.world
    save(world, world.hospital, CODE)
    save(world, world.hospital, CODE)
    there = str(journeys.elsewhere.organisation_id)

    made = refused(world, world.county, "institution", None, "create", a_clinic(world))
    completed = refused(
        world, journeys.elsewhere, "institution", there, "save_profile", profile(CODE.lower())
    )

    assert (["credit_code_free"], ["credit_code_free"]) == (made, completed)


def test_without_a_code_nobody_is_in_the_way(journeys: Journeys) -> None:
    """Any number of organisations leave it blank; what is blanked is free for another."""
    world = journeys.world
    for code in (CODE, None):
        save(world, world.hospital, code)
    save(world, journeys.elsewhere, None)
    made = world.send(world.county, "institution", None, "create", a_clinic(world))

    assert "incomplete" == made.state


def test_a_closed_organisation_gives_its_code_up(journeys: Journeys) -> None:
    """Once it is closed another may have the code, and then it is not opened again with it."""
    world = journeys.world
    old = world.send(world.county, "institution", None, "create", a_clinic(world)).id
    world.send(world.county, "institution", old, "close")
    new = world.send(world.county, "institution", None, "create", a_clinic(world, "新诊所")).id

    assert ["credit_code_free"] == refused(world, world.county, "institution", old, "reopen")

    world.send(world.county, "institution", new, "close")

    assert "incomplete" == world.send(world.county, "institution", old, "reopen").state
    assert () == world.application.verification.run().findings


def test_of_two_in_one_bulk_the_second_is_refused(journeys: Journeys) -> None:
    """A code is taken by the first that is made; who is refused for another reason takes none."""
    world = journeys.world
    nowhere = attrs.evolve(a_clinic(world), superior_id=world.agency.organisation_id)
    items = [
        Item(None, one)
        for one in (nowhere, a_clinic(world), a_clinic(world, "另一诊所"), a_clinic(world, "村", None))
    ]
    outcomes = world.application.door.send_many(world.county, "institution", "create", items)

    assert [True, False, True, False] == [isinstance(one, Declined) for one in outcomes]
