"""What is done to an organisation or a department while somebody relies on it comes out as if one had been first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.send import Receipt
from kaohe_workflow.errors import NotFound, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import (
    AssignAgency,
    ChangeSuperior,
    CreateInstitution,
    SaveProfile,
)
from kaohe_workflow.statechart.deciding import GuardUnmet
from kaohe_workflow.testing.journeys import FILING_DAY
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.worlds import filing, make_organisation
from kaohe_workflow.values.terms import OrganisationKind
from tests.faults.places import Place, at_once, overtaken

MEDICAL, COUNTY = OrganisationKind.MEDICAL, OrganisationKind.COUNTY

Work = Callable[..., Any]
"""Something done with an application, that of the place unless another is given."""


def doing(
    place: Place, principal: Principal, lifecycle: str, case_id: str | None, event: str, *payload: Any
) -> Work:
    def work(application: Application = place.world.application) -> Any:
        return application.door.send(principal, lifecycle, case_id, event, *payload)

    return work


def organisation(place: Place, superior: Principal, kind: OrganisationKind, name: str) -> Principal:
    return make_organisation(place.world.application, superior, superior, name, kind)


def adding(place: Place, institution: Principal, number: int, department_id: str | None = None) -> Work:
    (person,) = people(1, number)
    payload = AddPhysician(
        institution_id=str(institution.organisation_id),
        name=person.name,
        id_number=person.id_number,
        department_id=department_id,
    )
    return doing(place, institution, "affiliation", None, "add", payload)


def creating(place: Place, creator: Principal, superior: Principal) -> Work:
    payload = CreateInstitution(superior_id=superior.organisation_id, name="新诊所", kind=MEDICAL)
    return doing(place, creator, "institution", None, "create", payload)


def resigning(place: Place, application_id: str) -> Work:
    def work(application: Application = place.world.application) -> Any:
        return application.door.send(
            place.world.county, "agency_application", application_id, "resign", reason="人员不足"
        )

    return work


def met(place: Place, works: tuple[Work, Work], *, turned: bool) -> list[Any]:
    """The ends of two works, the second begun before the first has committed; ``turned`` takes them the other way."""
    first, second = works[::-1] if turned else works
    ends = overtaken(place, first, second)
    place.assert_sound()
    return ends


both_orders = pytest.mark.parametrize("turned", [False, True])


@both_orders
def test_nobody_is_attached_to_what_is_being_closed(postgres: Place, turned: bool) -> None:
    """An institution is closed while a physician is added to it: who comes second is refused."""
    clinic = organisation(postgres, postgres.world.county, MEDICAL, "诊所")
    close = doing(postgres, postgres.world.county, "institution", clinic.organisation_id, "close")

    ends = met(postgres, (close, adding(postgres, clinic, 900)), turned=turned)

    assert [Receipt, TransitionRefused] == [type(end) for end in ends]
    assert int(turned) == len(postgres.find("affiliation", "institution_id", clinic.organisation_id))


@both_orders
def test_nothing_is_made_below_what_is_being_moved(postgres: Place, turned: bool) -> None:
    """
    A county is moved while its city makes a clinic below it.

    Moved first, the city has nothing to say there any more; made first, the county stays. Nothing keeps an old place.
    """
    world = postgres.world
    county = organisation(postgres, world.city, COUNTY, "邻区卫生健康局")
    place = ChangeSuperior(str(world.province.organisation_id))
    move = doing(postgres, world.province, "institution", county.organisation_id, "change_superior", place)

    ends = met(postgres, (move, creating(postgres, world.city, county)), turned=turned)

    assert [Receipt, TransitionRefused if turned else NotFound] == [type(end) for end in ends]


def test_what_is_made_below_follows_its_superior(postgres: Place) -> None:
    """The county itself makes the clinic while it is being moved: the clinic is at the new place."""
    world = postgres.world
    county = organisation(postgres, world.city, COUNTY, "邻区卫生健康局")
    place = ChangeSuperior(str(world.province.organisation_id))
    move = doing(postgres, world.province, "institution", county.organisation_id, "change_superior", place)

    _, made = met(postgres, (move, creating(postgres, county, county)), turned=False)

    (clinic,) = postgres.find("institution", "id", made.id)

    assert f"{world.province.path}{county.organisation_id}/{made.id}/" == clinic.record.path


@both_orders
def test_nothing_is_made_below_what_is_being_closed(postgres: Place, turned: bool) -> None:
    """A county is closed while it makes a clinic: who comes second is refused."""
    world = postgres.world
    county = organisation(postgres, world.city, COUNTY, "邻区卫生健康局")
    close = doing(postgres, world.city, "institution", county.organisation_id, "close")

    ends = met(postgres, (close, creating(postgres, county, county)), turned=turned)

    assert [Receipt, TransitionRefused] == [type(end) for end in ends]


@pytest.mark.manual("N-3.3")
@both_orders
def test_whom_nobody_entrusts_any_more_is_assigned_to_nobody(postgres: Place, turned: bool) -> None:
    """An agency resigns while it is assigned: the assignment is refused, or undone again."""
    world = postgres.world
    agency = organisation(postgres, world.county, MEDICAL, "另一考核医院")
    resign = resigning(postgres, world.entrust(agency))
    assign = doing(
        postgres,
        world.county,
        "institution",
        world.hospital.organisation_id,
        "assign_agency",
        AssignAgency(agency.organisation_id),
    )

    ends = met(postgres, (resign, assign), turned=turned)

    assert [Receipt, Receipt if turned else TransitionRefused] == [type(end) for end in ends]
    (hospital,) = postgres.find("institution", "id", world.hospital.organisation_id)

    assert (None if turned else world.agency.organisation_id) == hospital.record.agency_id
    postgres.assert_sound()


@pytest.mark.manual("S-31")
@both_orders
def test_nobody_is_in_a_department_that_is_being_deleted(postgres: Place, turned: bool) -> None:
    """A department is deleted while a physician is added to it: who comes second is refused."""
    world = postgres.world
    department = world.department("康复科")
    delete = doing(postgres, world.hospital, "department", department, "delete")

    ends = met(postgres, (delete, adding(postgres, world.hospital, 900, department)), turned=turned)

    assert [Receipt, TransitionRefused] == [type(end) for end in ends]


@pytest.mark.manual("S-29", "S-31")
@both_orders
def test_nobody_files_with_a_department_that_is_deleted(postgres: Place, turned: bool) -> None:
    """A department is deleted while a registration that names it is submitted: who comes second is refused."""
    world = postgres.world
    traveller = postgres.journeys.newcomer()
    world.at(FILING_DAY)
    world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    department = world.department("康复科")
    delete = doing(postgres, world.hospital, "department", department, "delete")
    submit = doing(
        postgres, traveller.principal, "assessment", traveller.case_id, "submit", Submit(filing(department))
    )

    ends = met(postgres, (delete, submit), turned=turned)

    assert [Receipt, TransitionRefused] == [type(end) for end in ends]
    assert ["no_filing" if turned else "department_enabled"] == [reason.name for reason in ends[1].reasons]
    assert ("enabled" if turned else "deleted") == world.state_of("department", department)


def test_of_closing_and_adding_one_happens(place: Place) -> None:
    """In every store, whatever the order: an institution that is closed has nobody."""
    for number in range(4):
        clinic = organisation(place, place.world.county, MEDICAL, f"诊所{number}")
        close = doing(place, place.world.county, "institution", clinic.organisation_id, "close")

        ends = at_once(close, adding(place, clinic, 900 + number))
        clinic_state = place.world.state_of("institution", str(clinic.organisation_id))
        attached = place.find("affiliation", "institution_id", clinic.organisation_id)

        assert {Receipt: 1, TransitionRefused: 1} == Counter(map(type, ends))
        expected = ("closed", 0) if isinstance(ends[0], Receipt) else ("active", 1)

        assert expected == (clinic_state, len(attached))
    place.assert_sound()


def test_two_that_are_assigned_to_each_other_both_are(postgres: Place) -> None:
    """Each holds what the other changes: one of them is tried once more, and nobody is told."""
    world = postgres.world
    one, other = (organisation(postgres, world.county, MEDICAL, name) for name in ("甲医院", "乙医院"))
    works = []
    for own, agency in ((one, other), (other, one)):
        world.entrust(own)
        payload = AssignAgency(agency.organisation_id)
        works.append(
            doing(postgres, world.county, "institution", own.organisation_id, "assign_agency", payload)
        )

    ends = at_once(*works)

    assert ["active", "active"] == [end.state for end in ends]
    postgres.assert_sound()


def test_two_who_are_added_do_not_wait_for_each_other(postgres: Place) -> None:
    """Both rely on the hospital's being open, and neither changes it: the second is done before the first commits."""
    second = adding(postgres, postgres.world.hospital, 901)

    def add_and_count() -> int:
        second()
        return len(postgres.find("affiliation", "state", "attached"))

    ends = overtaken(postgres, adding(postgres, postgres.world.hospital, 900), add_and_count)

    assert 1 == ends[1]
    assert 2 == len(postgres.find("affiliation", "state", "attached"))


def test_a_review_and_the_profile_do_not_wait_for_each_other(postgres: Place) -> None:
    """What is said of a file does not rely on the hospital's profile: the profile is saved while a review is stored."""
    world = postgres.world
    traveller = postgres.journeys.to("awaiting_institution_review")
    profile = SaveProfile(name="第一人民医院", address="民族大道2号", grade=Grade.THIRD_A)
    save = doing(
        postgres, world.hospital, "institution", world.hospital.organisation_id, "save_profile", profile
    )

    def save_and_count() -> int:
        save()
        return postgres.events(traveller)["claim"]

    claim = doing(postgres, world.hospital, "assessment", traveller.case_id, "claim")
    ends = overtaken(postgres, claim, save_and_count)

    assert 0 == ends[1]
    assert 1 == postgres.events(traveller)["claim"]


@both_orders
def test_a_reopened_institution_has_no_agency_that_is_resigning(postgres: Place, turned: bool) -> None:
    """A closed clinic is reopened while its agency resigns: nobody is left with an agency that is none."""
    world = postgres.world
    agency = organisation(postgres, world.county, MEDICAL, "另一考核医院")
    resign = resigning(postgres, world.entrust(agency))
    clinic = organisation(postgres, world.county, MEDICAL, "诊所")
    assigned = AssignAgency(agency.organisation_id)
    world.send(world.county, "institution", clinic.organisation_id, "assign_agency", assigned)
    world.send(world.county, "institution", clinic.organisation_id, "close")
    reopen = doing(postgres, world.county, "institution", clinic.organisation_id, "reopen")

    ends = met(postgres, (resign, reopen), turned=turned)

    assert [Receipt, Receipt] == [type(end) for end in ends]
    (reopened,) = postgres.find("institution", "id", clinic.organisation_id)

    assert reopened.record.agency_id is None
    postgres.assert_sound()


def test_of_two_first_organisations_one_is_made(empty: Place) -> None:
    """Two who install at the same moment: the tree has one root, and the second is told that it is not the first."""

    def install(application: Application = empty.world.application) -> Any:
        payload = CreateInstitution(superior_id=None, name="省卫生健康委员会", kind=OrganisationKind.PROVINCE)
        return application.door.send(SYSTEM, "institution", None, "create", payload)

    ends = overtaken(empty, install, install)

    assert [Receipt, TransitionRefused] == [type(end) for end in ends]
    assert "is_root" in [reason.name for reason in ends[1].reasons if isinstance(reason, GuardUnmet)]
    assert 1 == len(empty.find("institution", "state", "incomplete"))
