"""Physicians come and go, under one number, and not in the middle of an assessment."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.errors import InputInvalid, NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import EndReason, LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import (
    AddPhysician,
    EditPhysician,
    End,
    ForceMove,
    Leave,
    Reenter,
    TakeIn,
)
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.testing.journeys import FILING_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import filing
from tests.unit.application.world.steps import case_of, leave
from tests.unit.application.world.steps import refused as reasons

OLD_FORM, NEW_FORM, TYPED = "110105491231002", "11010519491231002X", "11010519491231002x"


@pytest.mark.manual("S-50", "W-1")
@pytest.mark.parametrize("typed", [OLD_FORM, NEW_FORM, TYPED])
def test_either_form_of_a_number_finds_the_physician(stored: Journeys, typed: str) -> None:
    """调入: 110105491231002 finds the physician stored as 11010519491231002X."""
    world = stored.world
    physician = world.physician(NEW_FORM)
    world.send(world.hospital, "affiliation", physician.physician_id, "leave", Leave(LeaveReason.RESIGNED))

    found = world.application.people.by_number(stored.elsewhere, typed)

    assert found is not None
    world.send(
        stored.elsewhere,
        "affiliation",
        found.case_id,
        "take_in",
        TakeIn(str(stored.elsewhere.organisation_id)),
    )

    assert (physician.physician_id, "unattached") == (found.case_id, found.state)
    assert NEW_FORM not in found.id_number
    assert (
        stored.elsewhere.organisation_id
        == world.application.cases.get(SYSTEM, "assessment", world.assessment_of(physician)).institution_id
    )


@pytest.mark.manual("S-50")
@pytest.mark.parametrize("second", [OLD_FORM, NEW_FORM])
def test_both_forms_of_a_number_are_one_person(stored: Journeys, second: str) -> None:
    """A physician is entered once, whichever form of the number is typed, wherever."""
    world = stored.world
    world.physician(OLD_FORM)
    payload = AddPhysician(
        institution_id=str(stored.elsewhere.organisation_id), name="韦小明", id_number=second
    )

    assert ["id_unique"] == reasons(world, stored.elsewhere, "affiliation", None, "add", payload)


@pytest.mark.manual("S-51")
def test_an_attached_physician_cannot_be_taken_in(journeys: Journeys) -> None:
    """The search shows no 调入 for who is attached, only whom to ask; sending it anyway is refused."""
    world = journeys.world
    traveller = journeys.newcomer()
    found = world.application.people.by_number(journeys.elsewhere, traveller.id_number)

    assert found is not None
    assert (None, "请联系原机构先行调离") == (found.case_id, found.hint)
    with pytest.raises(NotFound):
        world.send(
            journeys.elsewhere,
            "affiliation",
            traveller.physician_id,
            "take_in",
            TakeIn(str(journeys.elsewhere.organisation_id)),
        )


def test_only_organisations_look_for_people(journeys: Journeys) -> None:
    """A physician cannot ask who else is in the system; an unknown number finds nobody."""
    people = journeys.world.application.people
    traveller = journeys.newcomer()

    with pytest.raises(NotPermitted):
        people.by_number(traveller.principal, traveller.id_number)

    assert people.by_number(journeys.elsewhere, NEW_FORM) is None


def test_nobody_takes_in_for_another_institution(journeys: Journeys) -> None:
    """An institution names only itself as the new one; to a third it may not bring anybody."""
    world = journeys.world
    traveller = journeys.newcomer()
    leave(journeys, traveller)

    with pytest.raises(NotFound) as caught:
        world.send(
            journeys.elsewhere,
            "affiliation",
            traveller.physician_id,
            "take_in",
            TakeIn(str(world.hospital.organisation_id)),
        )

    assert "institution" == caught.value.kind
    assert "unattached" == world.state_of("affiliation", traveller.physician_id)


@pytest.mark.manual("N-3.13")
@pytest.mark.parametrize(
    ("who", "to", "allowed"),
    [
        ("city", "elsewhere", True),
        ("county", "elsewhere", False),
        ("neighbour", "elsewhere", False),
        ("province", "hospital", False),
    ],
)
def test_a_forced_move_needs_both_ends(journeys: Journeys, who: str, to: str, allowed: bool) -> None:
    """强制变更机构 is for an administration above the old and the new institution, and leads elsewhere."""
    world = journeys.world
    traveller = journeys.newcomer()
    caller: Principal = getattr(world, who, None) or getattr(journeys, who)
    target: Principal = getattr(journeys, to, None) or getattr(world, to)
    payload = ForceMove(str(target.organisation_id))
    arguments = (caller, "affiliation", traveller.physician_id, "force_move", payload)
    if allowed:
        world.send(*arguments, reason="机构关闭")
    else:
        with pytest.raises((NotFound, TransitionRefused)):
            world.send(*arguments, reason="机构关闭")

    person = world.application.cases.get(SYSTEM, "affiliation", traveller.physician_id)

    assert allowed is (person.institution_id == journeys.elsewhere.organisation_id)


@pytest.mark.manual("S-37", "S-42")
@pytest.mark.parametrize("state", ["not_enrolled", "qualified", "unqualified", "withdrawn"])
def test_who_has_not_begun_or_is_done_may_leave(journeys: Journeys, state: str) -> None:
    """调离 with a case that has not begun, or is over (手册 2.2.5)."""
    traveller = journeys.to(state)
    leave(journeys, traveller)

    assert "unattached" == journeys.world.state_of("affiliation", traveller.physician_id)


@pytest.mark.manual("S-37", "S-45")
@pytest.mark.parametrize(
    "state",
    [
        "awaiting_registration",
        "awaiting_institution_review",
        "registration_returned",
        "awaiting_agency_review",
        "returned_by_agency",
        "awaiting_assessment",
        "awaiting_makeup_approval",
        "awaiting_makeup",
    ],
)
def test_nobody_leaves_in_the_middle_of_an_assessment(journeys: Journeys, state: str) -> None:
    """From 允许报名 to the verdict 调离 is refused (手册 2.2.5)."""
    world = journeys.world
    traveller = journeys.to(state)
    refused = reasons(
        *(world, world.hospital, "affiliation", traveller.physician_id, "leave"),
        Leave(LeaveReason.RESIGNED),
    )

    assert ["not_in_assessment"] == refused
    assert "attached" == world.state_of("affiliation", traveller.physician_id)


@pytest.mark.manual("S-I5")
def test_who_has_left_is_not_enrolled(journeys: Journeys) -> None:
    """允许报名 is for who is attached here; after 调离 nobody is."""
    world = journeys.world
    traveller = journeys.newcomer()
    leave(journeys, traveller)
    world.at(FILING_DAY)

    assert ["attached"] == reasons(world, world.hospital, "assessment", traveller.case_id, "enrol", Enrol())


@pytest.mark.manual("S-37", "S-42", "S-45")
def test_only_who_was_never_assessed_is_deleted(journeys: Journeys) -> None:
    """删除 is for rows entered by mistake: not after a filing, though it was cancelled; not after a log-in."""
    world = journeys.world
    untouched, filed = journeys.newcomer(), journeys.to("awaiting_institution_review")
    world.send(world.hospital, "assessment", filed.case_id, "cancel_enrolment")

    assert ["never_assessed"] == reasons(world, world.hospital, "affiliation", filed.physician_id, "delete")
    world.send(world.hospital, "affiliation", untouched.physician_id, "delete")

    assert ("deleted", "withdrawn") == (
        world.state_of("affiliation", untouched.physician_id),
        journeys.state(untouched),
    )


def test_the_number_of_a_deleted_row_is_free_again(stored: Journeys) -> None:
    """A deleted row gives the number back; once it is taken, the row cannot be restored."""
    world = stored.world
    first = stored.newcomer()
    world.send(world.hospital, "affiliation", first.physician_id, "delete")

    second = world.physician(first.id_number)

    assert "attached" == world.state_of("affiliation", str(second.physician_id))
    assert ["id_unique"] == reasons(world, world.county, "affiliation", first.physician_id, "restore")


def test_the_dead_do_not_come_back(journeys: Journeys) -> None:
    """A registered death is final; who retired may be entered again."""
    world = journeys.world
    dead, retired = journeys.newcomer(), journeys.newcomer()
    for traveller, code in ((dead, EndReason.DEATH), (retired, EndReason.RETIRED)):
        world.send(world.county, "affiliation", traveller.physician_id, "end", End(code), reason="已核实")
    payload = Reenter(str(world.hospital.organisation_id))

    assert ["living"] == reasons(world, world.hospital, "affiliation", dead.physician_id, "reenter", payload)
    assert (
        "attached"
        == world.send(world.hospital, "affiliation", retired.physician_id, "reenter", payload).state
    )


@pytest.mark.manual("S-79")
def test_a_physician_whose_name_is_unknown_cannot_file(journeys: Journeys) -> None:
    """A telephone number in place of the name is no name (手册 2.2.9); the institution fills it in."""
    world = journeys.world
    physician = world.physician(NEW_FORM, name="18811594425")
    traveller = Traveller(physician, world.assessment_of(physician), NEW_FORM)
    journeys.lead(traveller, "awaiting_registration")
    arguments = (
        physician,
        "assessment",
        traveller.case_id,
        "submit",
        Submit(filing(journeys.department_id)),
    )

    refused = reasons(world, *arguments)
    world.send(world.hospital, "affiliation", traveller.physician_id, "edit", EditPhysician(name="韦小明"))

    assert ["name_known"] == refused
    assert "awaiting_institution_review" == world.send(*arguments).state


@pytest.mark.manual("S-79")
def test_a_physician_of_whom_only_the_telephone_is_known(stored: Journeys) -> None:
    """Without a name the mobile number stands for it, and every list shows it masked; a landline is no such name."""
    world = stored.world
    institution = str(world.hospital.organisation_id)
    payload = AddPhysician(institution_id=institution, id_number=NEW_FORM, phone="188 1159 4425")
    added = world.send(world.hospital, "affiliation", None, "add", payload).id
    names = {
        name: [row["name"] for row in world.application.lists.page(world.hospital, name, {}).rows]
        for name in ("physicians", "assessments", "accounts")
    }

    record = case_of(world, "affiliation", added).record

    assert ("", "18811594425") == (record.name, record.phone)
    assert {"188****4425"} == {name for shown in names.values() for name in shown if name}
    with pytest.raises(InputInvalid):
        AddPhysician(institution_id=institution, id_number=NEW_FORM, phone="0771-2345678")
