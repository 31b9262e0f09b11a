"""The tree of organisations through the door: whoever moves leaves nobody behind."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.errors import NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import AssignAgency, ChangeSuperior, SaveProfile
from kaohe_workflow.testing.journeys import FILING_DAY, GOOD, Journeys
from kaohe_workflow.testing.worlds import World, filing, make_organisation
from kaohe_workflow.values.terms import OrganisationKind

pytestmark = pytest.mark.manual("M: institution: create, close, reopen, change superior")


def county(world: World, *, with_clinic: bool) -> Principal:
    """A county's administration; where it has a clinic, the clinic is closed again."""
    made = make_organisation(
        world.application, world.city, world.city, "邻区卫生健康局", OrganisationKind.COUNTY
    )
    if with_clinic:
        clinic = make_organisation(world.application, made, made, "旧诊所", OrganisationKind.MEDICAL)
        world.send(made, "institution", clinic.organisation_id, "close")
    return made


def test_closed_subordinate_holds_its_superior(world: World) -> None:
    """
    An organisation moves only with nothing at all below it.

    A closed subordinate keeps its place, may be reopened, and must be found under its superiors until then.
    """
    moving = county(world, with_clinic=True)
    with pytest.raises(TransitionRefused) as error:
        world.send(
            world.province,
            "institution",
            moving.organisation_id,
            "change_superior",
            ChangeSuperior(str(world.province.organisation_id)),
        )

    assert ["nothing_below"] == [reason.name for reason in error.value.reasons]


def test_nobody_is_left_under_an_old_place(world: World) -> None:
    """After a move every path still begins with the superior's."""
    moving = county(world, with_clinic=False)
    to_province = ChangeSuperior(str(world.province.organisation_id))
    world.send(world.province, "institution", moving.organisation_id, "change_superior", to_province)
    with world.application.store.begin(write=False) as unit:
        everybody = {case.id: case.record for case in unit.find("institution", [])}
        (moved,) = unit.find("institution", [Where("id", "eq", moving.organisation_id)])
    astray = [
        id
        for id, record in everybody.items()
        if record.superior_id and not record.path.startswith(everybody[record.superior_id].path)
    ]

    assert f"{world.province.path}{moving.organisation_id}/" == moved.record.path
    assert [] == astray


def test_closing_looks_at_open_subordinates_only(world: World) -> None:
    """Closed subordinates do not keep their superior open."""
    closing = county(world, with_clinic=True)

    assert "closed" == world.send(world.city, "institution", closing.organisation_id, "close").state


def clinic_of(world: World) -> Principal:
    """A clinic that is assessed by the world's agency, and that is closed again."""
    clinic = make_organisation(
        world.application, world.county, world.county, "诊所", OrganisationKind.MEDICAL
    )
    assigned = AssignAgency(world.agency.organisation_id)
    world.send(world.county, "institution", clinic.organisation_id, "assign_agency", assigned)
    world.send(world.county, "institution", clinic.organisation_id, "close")
    return clinic


def reviewed(journeys: Journeys, clinic: Principal) -> str:
    """The case of a physician of the reopened clinic, enrolled, filed and reviewed: it waits for its agency."""
    world = journeys.world
    profile = SaveProfile(name="诊所", address="民族大道3号", grade=Grade.UNGRADED)
    world.send(clinic, "institution", clinic.organisation_id, "save_profile", profile)
    made = CreateDepartment(str(clinic.organisation_id), "全科", ("02",))
    department = world.send(clinic, "department", None, "create", made).id
    traveller = journeys.newcomer(clinic)
    world.at(FILING_DAY)
    world.send(clinic, "assessment", traveller.case_id, "enrol", Enrol())
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", Submit(filing(department)))
    world.send(clinic, "assessment", traveller.case_id, "submit_opinion", GOOD)
    return traveller.case_id


@pytest.mark.parametrize("lost", ["resign", "close"])
def test_who_is_reopened_without_its_agency_is_assessed_by_its_superior(
    journeys: Journeys, lost: str
) -> None:
    """An agency that resigns, and is closed then, is none any more; no file waits for one that cannot act."""
    world = journeys.world
    clinic = clinic_of(world)
    hospital = world.hospital.organisation_id
    world.send(world.county, "institution", hospital, "assign_agency", AssignAgency(None))
    application = world.application_of(world.agency)
    world.send(world.county, "agency_application", application, "resign", reason="人员不足")
    if lost == "close":
        world.send(world.county, "institution", world.agency.organisation_id, lost)
    world.send(world.county, "institution", clinic.organisation_id, "reopen")
    case_id = reviewed(journeys, clinic)

    with pytest.raises(NotFound):
        world.send(world.agency, "assessment", case_id, "pass")

    assert "awaiting_assessment" == world.send(world.county, "assessment", case_id, "pass").state
    assert () == world.application.verification.run().findings


def test_who_is_reopened_keeps_an_agency_that_still_is_one(journeys: Journeys) -> None:
    """Nothing has changed but the clinic itself: the agency goes on."""
    world = journeys.world
    clinic = clinic_of(world)
    world.send(world.county, "institution", clinic.organisation_id, "reopen")
    case_id = reviewed(journeys, clinic)

    with pytest.raises(NotPermitted):
        world.send(world.county, "assessment", case_id, "pass")

    assert "awaiting_assessment" == world.send(world.agency, "assessment", case_id, "pass").state
