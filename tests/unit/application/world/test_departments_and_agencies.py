"""Departments and agencies change while a cycle runs."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.errors import NotFound, NotPermitted
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.lifecycles.assessment.events import Enrol, Save, Submit
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.testing.journeys import FILING_DAY, GOOD, Journeys
from kaohe_workflow.testing.worlds import World, filing, make_organisation
from kaohe_workflow.values.terms import Category, OrganisationKind
from tests.unit.application.world.steps import refused as reasons


@pytest.mark.parametrize("event", [None, "disable", "delete"])
def test_who_is_restored_is_put_into_no_department_that_is_gone(stored: Journeys, event: str | None) -> None:
    """恢复 brings back what is still there: a department that was disabled or deleted meanwhile stays blank."""
    world, traveller = stored.world, stored.newcomer(department_id=stored.department_id)
    world.send(world.hospital, "affiliation", traveller.physician_id, "delete")
    if event is not None:
        world.send(world.hospital, "department", stored.department_id, event)
    world.send(world.county, "affiliation", traveller.physician_id, "restore")
    record = world.application.cases.get(world.hospital, "affiliation", traveller.physician_id).record

    assert (None if event else stored.department_id) == record.department_id


def another_department(world: World, institution: Principal, name: str, *subjects: str) -> str:
    payload = CreateDepartment(str(institution.organisation_id), name, subjects)
    return world.send(institution, "department", None, "create", payload).id


@pytest.mark.manual("S-29", "N-1.7")
def test_a_disabled_department_is_chosen_no_more(journeys: Journeys) -> None:
    """停用 is always possible; who had chosen it must pick another one to file."""
    world = journeys.world
    traveller = journeys.newcomer(department_id=journeys.department_id)
    journeys.lead(traveller, "awaiting_registration")
    other = another_department(world, world.hospital, "外科", "04")
    world.send(world.hospital, "department", journeys.department_id, "disable")
    arguments = (traveller.principal, "assessment", traveller.case_id, "submit")

    refused = reasons(world, *arguments, Submit(filing(journeys.department_id)))
    world.send(*arguments, Submit(filing(other)))

    assert ["department_enabled"] == refused
    case = world.application.cases.get(SYSTEM, "assessment", traveller.case_id)

    assert other == case.record.department_id


@pytest.mark.manual("S-26", "N-1.7")
def test_a_department_of_another_institution_is_no_choice(journeys: Journeys) -> None:
    """The department of a filing is one of the physician's own institution."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    theirs = another_department(world, journeys.elsewhere, "外科", "04")

    assert ["department_enabled"] == reasons(
        world, traveller.principal, "assessment", traveller.case_id, "submit", Submit(filing(theirs))
    )


@pytest.mark.manual("S-26")
def test_a_department_is_there_before_anybody_picks_it(journeys: Journeys) -> None:
    """Nobody files with a department that the institution has not made; once it is there, it is chosen."""
    world, traveller = journeys.world, journeys.to("awaiting_registration")
    arguments = (traveller.principal, "assessment", traveller.case_id, "submit")

    refused = reasons(world, *arguments, Submit(filing("not-made-yet")))
    made = another_department(world, world.hospital, "外科", "04")
    receipt = world.send(*arguments, Submit(filing(made)))

    assert (["department_enabled"], "awaiting_institution_review") == (refused, receipt.state)


@pytest.mark.manual("S-31", "W-6")
def test_a_department_with_one_physician_is_not_deleted(stored: Journeys) -> None:
    """Delete is refused while a physician is in it, disabling is allowed; the physician's next edit picks another."""
    world = stored.world
    traveller = stored.newcomer(department_id=stored.department_id)

    refused = reasons(world, world.hospital, "department", stored.department_id, "delete")
    world.send(world.hospital, "department", stored.department_id, "disable")
    other = another_department(world, world.hospital, "外科", "04")
    edit = (world.hospital, "affiliation", traveller.physician_id, "edit")
    kept = [
        reasons(world, *edit, EditPhysician(title="主治医师", department_id=left))
        for left in (None, stored.department_id)
    ]
    world.send(*edit, EditPhysician(title="主治医师", department_id=other))
    world.send(world.hospital, "department", stored.department_id, "delete")

    assert ["no_physicians"] == refused
    assert [["department_fits"]] * 2 == kept
    assert "deleted" == world.state_of("department", stored.department_id)


@pytest.mark.manual("S-31")
def test_a_department_that_a_draft_names_is_not_deleted(journeys: Journeys) -> None:
    """A registration that its physician still works on keeps the department it names."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    world.send(
        traveller.principal, "assessment", traveller.case_id, "save", Save(filing(journeys.department_id))
    )

    assert ["no_draft"] == reasons(world, world.hospital, "department", journeys.department_id, "delete")


@pytest.mark.manual("N-3.3", "W-12")
def test_files_move_to_the_agency_that_is_assigned_now(stored: Journeys) -> None:
    """Two bodies: the institution is re-assigned in mid-cycle, and open files are the new body's at once."""
    world = stored.world
    waiting, passed = stored.to("awaiting_agency_review"), stored.to("awaiting_agency_review")
    world.send(world.agency, "assessment", passed.case_id, "pass")

    world.send(
        world.county,
        "institution",
        world.hospital.organisation_id,
        "assign_agency",
        AssignAgency(world.county.organisation_id),
    )

    with pytest.raises(NotFound):
        world.send(world.agency, "assessment", waiting.case_id, "pass")
    listed = world.application.lists.page(world.agency, "assessments", {}).rows
    receipt = world.send(world.county, "assessment", waiting.case_id, "pass")

    assert ((), "awaiting_assessment") == (listed, receipt.state)


def test_where_no_agency_is_assigned_the_superior_acts(journeys: Journeys) -> None:
    """None assigned: the direct superior is the agency, no administration further up."""
    world = journeys.world
    traveller = journeys.newcomer(journeys.elsewhere)
    department = another_department(world, journeys.elsewhere, "内科", "03")
    world.at(FILING_DAY)
    world.send(journeys.elsewhere, "assessment", traveller.case_id, "enrol", Enrol())
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", Submit(filing(department)))
    world.send(journeys.elsewhere, "assessment", traveller.case_id, "submit_opinion", GOOD)

    with pytest.raises(NotPermitted):
        world.send(world.city, "assessment", traveller.case_id, "pass")

    assert (
        "awaiting_assessment" == world.send(journeys.neighbour, "assessment", traveller.case_id, "pass").state
    )


@pytest.mark.manual("S-30", "W-13")
def test_a_disease_control_centre_registers(journeys: Journeys) -> None:
    """公共卫生: a physician of a CDC files with a department linked to 01 预防保健科, or to no subject at all."""
    world = journeys.world
    centre = make_organisation(
        world.application, world.county, world.county, "疾病预防控制中心", OrganisationKind.PREVENTION
    )
    departments = [
        another_department(world, centre, "预防保健科", "01"),
        another_department(world, centre, "办公室"),
    ]
    world.at(FILING_DAY)
    for department in departments:
        traveller = journeys.newcomer(centre, category=Category.PUBLIC_HEALTH)
        world.send(centre, "assessment", traveller.case_id, "enrol", Enrol())

        receipt = world.send(
            traveller.principal,
            "assessment",
            traveller.case_id,
            "submit",
            Submit(filing(department, category=Category.PUBLIC_HEALTH)),
        )

        assert "awaiting_institution_review" == receipt.state
