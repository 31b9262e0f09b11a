"""What a physician files where the roster is blank: lists show and find it, and its department is kept."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician, Leave, TakeIn
from kaohe_workflow.lifecycles.assessment.events import Save, Submit
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.journeys import LAST_DAY, RESULT_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import World, filing
from kaohe_workflow.values.terms import Category, Level, Stage
from tests.unit.application.world.steps import case_of

BLANK: dict[str, Any] = {"level": None, "category": None}
FILED: dict[str, Any] = {"level": Level.ASSISTANT, "category": Category.DENTAL}
NOTHING = (None, None, None)
PASSED = ("awaiting_assessment", "awaiting_makeup_approval", "awaiting_makeup")


def shown(journeys: Journeys, name: str, traveller: Traveller) -> list[tuple[Any, Any, Any]]:
    """Level, category and department in the physician's rows of a list, each found by what it shows."""
    world = journeys.world
    mine = {"physician_id": traveller.physician_id}
    rows = world.application.lists.page(world.province, name, mine).rows
    for row in rows:
        filters = mine | {key: row[key] for key in ("level", "category", "department_id") if row.get(key)}

        assert row in world.application.lists.page(world.province, name, filters).rows
    return [(row["level"], row["category"], row.get("department")) for row in rows]


def led(journeys: Journeys, state: str) -> Traveller:
    """Somebody of whom the roster says nothing, on the way to a state."""
    traveller = journeys.newcomer(**BLANK)
    journeys.lead(traveller, state, **FILED)
    return traveller


def not_deleted(world: World, department_id: str) -> list[str]:
    """Why the hospital may not delete a department."""
    with pytest.raises(TransitionRefused) as caught:
        world.send(world.hospital, "department", department_id, "delete")
    return [getattr(reason, "name", reason.code) for reason in caught.value.reasons]


@pytest.mark.manual("S-39", "S-76")
def test_lists_show_what_is_filed_while_it_counts(stored: Journeys) -> None:
    """A draft is nobody else's to see, a submitted filing counts, and one that is taken back does not (手册 2.2.9)."""
    traveller = led(stored, "awaiting_registration")
    case = (traveller.principal, "assessment", traveller.case_id)
    written = filing(stored.department_id, **FILED)
    seen = []
    for event in (("save", Save(written)), ("submit", Submit()), ("withdraw_filing",)):
        stored.world.send(*case, *event)
        seen.append(shown(stored, "assessments", traveller))

    assert [[NOTHING], [("assistant", "dental", "内科")], [NOTHING]] == seen


def test_what_is_filed_goes_with_papers_and_certificates(stored: Journeys) -> None:
    """Every list about the assessment says the same of its physician."""
    sitting = led(stored, "awaiting_assessment")
    stored.apply_for_exemption(sitting)
    qualified = led(stored, "qualified")

    assert [("assistant", "dental", "内科")] == shown(stored, "exemptions", sitting)
    assert {("assistant", "dental", "内科")} == set(shown(stored, "papers", qualified))
    assert [("assistant", "dental", None)] == shown(stored, "certificates", qualified)


def test_until_then_lists_show_the_roster(stored: Journeys) -> None:
    """As it is now, and not as it was when the cycle began."""
    world = stored.world
    traveller = stored.newcomer(**BLANK)
    edit = EditPhysician(level=Level.LICENSED, category=Category.TCM, department_id=stored.department_id)
    before = shown(stored, "assessments", traveller)
    world.send(world.hospital, "affiliation", traveller.physician_id, "edit", edit)

    assert [NOTHING] == before
    assert [("licensed", "tcm", "内科")] == shown(stored, "assessments", traveller)


def test_an_ended_case_does_not_tell_where_its_physician_is_now(stored: Journeys) -> None:
    """Who never filed and has gone on to another hospital: the first one reads no department of the second."""
    world, elsewhere = stored.world, stored.elsewhere
    traveller = stored.newcomer(department_id=stored.department_id)
    stored.not_before(RESULT_DAY)
    stored.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.at(LAST_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()
    reason = Leave(LeaveReason.CHANGED_INSTITUTION)
    payload = CreateDepartment(str(elsewhere.organisation_id), "外科", ("04",))
    department = world.send(elsewhere, "department", None, "create", payload).id
    world.send(world.hospital, "affiliation", traveller.physician_id, "leave", reason)
    taken = TakeIn(str(elsewhere.organisation_id), department)
    world.send(elsewhere, "affiliation", traveller.physician_id, "take_in", taken)

    assert "missed" == world.state_of("assessment", traveller.case_id)
    assert [("licensed", "clinical", None)] == shown(stored, "assessments", traveller)


@pytest.mark.manual("S-31")
@pytest.mark.parametrize(
    "state",
    [
        "awaiting_institution_review",
        "registration_returned",
        "awaiting_agency_review",
        "returned_by_agency",
        "awaiting_assessment",
        "awaiting_makeup_approval",
        "awaiting_makeup",
    ],
)
def test_a_department_that_a_running_file_names_is_not_deleted(journeys: Journeys, state: str) -> None:
    """It stays as long as the case has no end; who is passed is in it, too. Disabling is always possible."""
    world = journeys.world
    traveller = journeys.to(state)
    drafted = ["no_draft"] if state == "registration_returned" else []
    record = case_of(world, "affiliation", traveller.physician_id).record
    kept = ["no_physicians"] if record.department_id is not None else []

    assert (state in PASSED) is bool(kept)
    assert [*kept, *drafted, "no_filing"] == not_deleted(world, journeys.department_id)
    world.send(world.hospital, "department", journeys.department_id, "disable")

    assert [*kept, *drafted, "no_filing"] == not_deleted(world, journeys.department_id)


@pytest.mark.parametrize("state", ["qualified", "unqualified"])
def test_a_department_of_finished_files_alone_is_deleted(journeys: Journeys, state: str) -> None:
    """What has come to an end keeps the name and nothing else; its lists go on showing it."""
    world = journeys.world
    traveller = journeys.to(state)
    elsewhere = EditPhysician(department_id=world.department("外科"))
    world.send(world.hospital, "affiliation", traveller.physician_id, "edit", elsewhere)

    world.send(world.hospital, "department", journeys.department_id, "delete")

    assert [("licensed", "clinical", "内科")] == shown(journeys, "assessments", traveller)
    assert () == world.application.verification.run().findings


def test_a_returned_file_gives_its_department_up_by_naming_another(stored: Journeys) -> None:
    """Filed again with another department, it keeps that one; a case that is withdrawn keeps none."""
    world = stored.world
    traveller = stored.to("registration_returned")
    before = not_deleted(world, stored.department_id)
    other = world.department("外科")
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", Submit(filing(other)))

    world.send(world.hospital, "department", stored.department_id, "delete")
    refused = not_deleted(world, other)
    world.send(world.county, "assessment", traveller.case_id, "withdraw", reason="已核实")
    world.send(world.hospital, "department", other, "delete")

    assert ["no_draft", "no_filing"] == before
    assert ["no_filing"] == refused
    assert "deleted" == world.state_of("department", other)
