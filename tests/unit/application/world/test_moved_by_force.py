"""Forced moves of physicians whose assessment is under way: before the papers anew, from then on with the files."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.lifecycles.assessment.case import Assessment
from kaohe_workflow.lifecycles.assessment.events import Submit
from kaohe_workflow.lifecycles.cheating.events import Mark
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.journeys import GOOD, HIGH, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import CheatingManner, PaperKind, Stage
from tests.unit.application.world.steps import case_of, found, refused

ANEW = (
    "awaiting_registration",
    "registration_returned",
    "awaiting_institution_review",
    "returned_by_agency",
    "awaiting_agency_review",
)
ON = ("awaiting_assessment", "awaiting_makeup_approval", "awaiting_makeup")


def moved(journeys: Journeys, traveller: Traveller) -> None:
    """The city moves the physician to the other hospital."""
    elsewhere = ForceMove(str(journeys.elsewhere.organisation_id))
    journeys.world.send(
        journeys.world.city, "affiliation", traveller.physician_id, "force_move", elsewhere, reason="机构注销"
    )


def ward(journeys: Journeys) -> str:
    """A department of the other hospital."""
    made = CreateDepartment(str(journeys.elsewhere.organisation_id), "内科", ("03.01",))
    return journeys.world.send(journeys.elsewhere, "department", None, "create", made).id


def record(journeys: Journeys, traveller: Traveller) -> Assessment:
    kept: Assessment = journeys.world.application.cases.get(SYSTEM, "assessment", traveller.case_id).record
    return kept


def marked(journeys: Journeys, traveller: Traveller) -> str:
    """One of two papers is sat, and the hospital marks it."""
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    paper_id = journeys.papers(traveller)[Stage.FIRST, PaperKind.HUMANITIES]
    payload = Mark(
        manner=CheatingManner.OTHER,
        evidence=("photo",),
        assessment_id=traveller.case_id,
        evaluation_id=paper_id,
    )
    world = journeys.world
    return world.send(world.hospital, "cheating", None, "mark", payload, reason="照片与本人不符").id


@pytest.mark.parametrize("state", ANEW)
def test_before_the_papers_the_case_begins_anew(stored: Journeys, state: str) -> None:
    """待报名 at the new institution, which now owns it; what was filed is a draft, without the old department."""
    world = stored.world
    traveller = stored.to(state)
    moved(stored, traveller)
    after = record(stored, traveller)

    assert "awaiting_registration" == stored.state(traveller)
    assert (stored.elsewhere.organisation_id, None, None, False, False) == (
        after.institution_id,
        after.department_id,
        after.filing,
        after.opinion_stands,
        after.agency_passed,
    )
    assert (state == "awaiting_registration") is (after.draft is None)
    with pytest.raises(NotFound):
        world.send(world.agency, "assessment", traveller.case_id, "claim")
    assert () == world.application.verification.run().findings


@pytest.mark.parametrize("state", ON)
def test_from_the_papers_on_it_goes_on(stored: Journeys, state: str) -> None:
    """The case keeps its state, its papers and its opinions; the new institution owns case and papers."""
    world = stored.world
    traveller = stored.to(state)
    before = stored.paper_states(traveller), stored.paper_states(traveller, Stage.MAKEUP)
    moved(stored, traveller)
    homes = {
        world.application.cases.get(SYSTEM, "evaluation", paper).record.institution_id
        for paper in stored.papers(traveller).values()
    }
    after = record(stored, traveller)

    assert state == stored.state(traveller)
    assert before == (stored.paper_states(traveller), stored.paper_states(traveller, Stage.MAKEUP))
    assert {stored.elsewhere.organisation_id} == homes == {after.institution_id}
    assert after.opinion_stands
    assert () == world.application.verification.run().findings


def test_the_application_for_exemption_goes_along(journeys: Journeys) -> None:
    """The new institution decides on it."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    moved(journeys, traveller)
    world.send(journeys.elsewhere, "exemption", exemption, "pass")

    assert "awaiting_agency" == world.state_of("exemption", exemption)


@pytest.mark.parametrize("decision", ["confirm", "exclude"])
def test_a_mark_that_is_decided_goes_along(stored: Journeys, decision: str) -> None:
    """However it was decided, it belongs to the paper: whoever has that reads it, the institution left no more."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    mark_id = marked(stored, traveller)
    if decision == "confirm":
        stored.confirm(mark_id)
    else:
        stored.report(mark_id)
        world.send(world.province, "cheating", mark_id, "exclude", reason="系本人")
    state = world.state_of("cheating", mark_id)
    moved(stored, traveller)

    for reader in (stored.elsewhere, stored.neighbour):
        assert state == world.application.cases.get(reader, "cheating", mark_id).state
    with pytest.raises(NotFound):
        world.application.cases.get(world.hospital, "cheating", mark_id)
    assert () == world.application.verification.run().findings


def test_a_mark_that_was_taken_away_stays_and_one_set_anew_is_where_the_paper_is(journeys: Journeys) -> None:
    """What was taken away is over with whom it was over; the next mark is made at the new institution."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    mark_id = marked(journeys, traveller)
    world.send(world.county, "cheating", mark_id, "unmark", reason="误标")
    moved(journeys, traveller)

    assert world.hospital.organisation_id == case_of(world, "cheating", mark_id).institution_id
    assert [mark_id] == [mark.id for mark in found(world, "cheating", "assessment_id", traveller.case_id)]


def test_a_move_counts_as_a_return(journeys: Journeys) -> None:
    """Moved after the registration: three days of grace at the new institution, for filing and review alike."""
    world = journeys.world
    traveller, late = journeys.to("awaiting_agency_review"), journeys.to("awaiting_agency_review")
    written = Submit(filing(ward(journeys)))
    world.at(date(2023, 12, 29))
    moved(journeys, traveller)
    moved(journeys, late)
    world.at(date(2024, 1, 1))
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", written)
    world.send(journeys.elsewhere, "assessment", traveller.case_id, "submit_opinion", GOOD)
    world.at(date(2024, 1, 2))

    assert "awaiting_agency_review" == journeys.state(traveller)
    assert ["filing_open_or_moved"] == refused(
        world, late.principal, "assessment", late.case_id, "submit", written
    )


def test_after_the_evaluation_by_the_late_door(journeys: Journeys) -> None:
    """Moved on the evaluation's last day: filed and reviewed in the days of grace, then 待确认补考."""
    world = journeys.world
    traveller = journeys.to("awaiting_agency_review")
    written = Submit(filing(ward(journeys)))
    world.at(date(2024, 1, 12))
    moved(journeys, traveller)
    world.at(date(2024, 1, 15))
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", written)
    world.send(journeys.elsewhere, "assessment", traveller.case_id, "submit_opinion", GOOD)
    world.send(journeys.neighbour, "assessment", traveller.case_id, "pass")

    assert "awaiting_makeup_approval" == journeys.state(traveller)
