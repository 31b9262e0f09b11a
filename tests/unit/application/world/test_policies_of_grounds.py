"""What follows for a file under way when a penalty or an amendment takes its ground away: one test a policy."""

from __future__ import annotations

import pytest

from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.testing.journeys import SIMPLIFIED, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import Level
from tests.unit.application.world.steps import case_of, cause_of_last, events_of
from tests.unit.application.world.test_penalties import DECIDED

pytestmark = pytest.mark.manual("N-3.9")

REVIEWED = (
    "awaiting_institution_review",
    "returned_by_agency",
    "awaiting_agency_review",
    "awaiting_assessment",
)


def record_penalty(journeys: Journeys, traveller: Traveller) -> None:
    world = journeys.world
    world.send(world.county, "affiliation", traveller.physician_id, "record_penalty", DECIDED)


def amend(journeys: Journeys, traveller: Traveller, field: LockedField, value: str) -> None:
    """Have a locked field corrected, whoever must pass it."""
    world = journeys.world
    amendment = journeys.ask_for_correction(traveller, field, value)
    world.send(world.hospital, "amendment", amendment, "pass")
    if world.state_of("amendment", amendment) == "awaiting_administration":
        world.send(world.county, "amendment", amendment, "pass")


def lost(journeys: Journeys, traveller: Traveller) -> bool:
    record = case_of(journeys.world, "assessment", traveller.case_id).record
    return bool(record.ground_lost)


@pytest.mark.parametrize("state", REVIEWED)
def test_return_fallen_file(journeys: Journeys, state: str) -> None:
    """Twelve clean years are clean no more: the file goes back, its review is void, its papers are cancelled."""
    traveller = journeys.to(state, **SIMPLIFIED)
    papers = journeys.papers(traveller).values()
    record_penalty(journeys, traveller)
    record = case_of(journeys.world, "assessment", traveller.case_id).record

    assert "registration_returned" == journeys.state(traveller)
    assert "return_fallen_file" == cause_of_last(journeys.world, "assessment", traveller.case_id)
    assert (None, False, False) == (record.opinions, record.opinion_stands, record.agency_passed)
    assert {"cancelled"} >= {journeys.world.state_of("evaluation", paper) for paper in papers}


def test_a_returned_file_is_told_why(stored: Journeys) -> None:
    """The reason goes with the return, and stands in the history."""
    world = stored.world
    traveller = stored.to("awaiting_agency_review", **SIMPLIFIED)
    record_penalty(stored, traveller)
    last = world.application.cases.history(world.hospital, "assessment", traveller.case_id)[-1]

    assert "行政处罚" in str(last.reason)
    assert () == world.application.verification.run().findings


def test_a_general_filing_rests_on_no_ground(journeys: Journeys) -> None:
    """一般程序 is for everybody: a penalty changes nothing."""
    traveller = journeys.to("awaiting_agency_review")
    before = events_of(journeys.world, "assessment", traveller.case_id)
    record_penalty(journeys, traveller)

    assert before == events_of(journeys.world, "assessment", traveller.case_id)


@pytest.mark.parametrize(
    ("field", "value", "state"),
    [
        (LockedField.LICENSED_ON, "2011-01-01", "registration_returned"),
        (LockedField.LICENSED_ON, "2010-12-31", "awaiting_agency_review"),
        (LockedField.LEVEL, "assistant", "registration_returned"),
        (LockedField.CATEGORY, "dental", "registration_returned"),
        (LockedField.FIRST_REGISTERED_ON, "2020-12-31", "awaiting_agency_review"),
    ],
)
def test_an_amendment_that_touches_the_ground(
    journeys: Journeys, field: LockedField, value: str, state: str
) -> None:
    """Years of practice on both sides of twelve; level and category choose the papers; the rest does not matter."""
    traveller = journeys.to("awaiting_agency_review", **SIMPLIFIED)
    amend(journeys, traveller, field, value)

    assert state == journeys.state(traveller)


def test_mark_fallen_file(stored: Journeys) -> None:
    """A paper has been started: the case goes on, marked for the administration, which finds it."""
    world = stored.world
    traveller, other = stored.to("awaiting_assessment", **SIMPLIFIED), stored.to("awaiting_assessment")
    stored.not_before(SITTING_DAY)
    (paper,) = stored.papers(traveller).values()
    stored.start(paper)
    record_penalty(stored, traveller)
    record_penalty(stored, other)
    marked = world.application.lists.page(world.county, "assessments", {"ground_lost": "true"}).rows

    for reader in (world.county, world.hospital, world.agency):
        texts = [one.text for one in world.application.inbox.page(reader, limit=200).notices]

        assert 1 == sum("报名依据的标记已更新" in text for text in texts)
    assert "awaiting_assessment" == stored.state(traveller)
    assert (True, False) == (lost(stored, traveller), lost(stored, other))
    assert [traveller.case_id] == [row["id"] for row in marked]


def test_a_level_is_fixed_once_a_paper_is_started(journeys: Journeys) -> None:
    """The administration may still correct the roster; the file is marked, the paper stays as it was assigned."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = next(iter(journeys.papers(traveller).values()))
    journeys.start(paper)
    amend(journeys, traveller, LockedField.LEVEL, "assistant")

    assert lost(journeys, traveller)
    assert Level.LICENSED is case_of(world, "evaluation", paper).record.level


def test_a_blank_that_is_filled_in_otherwise(journeys: Journeys) -> None:
    """The physician has said licensed where the roster said nothing; the institution fills in assistant."""
    world = journeys.world
    traveller = journeys.newcomer(level=None)
    journeys.lead(traveller, "awaiting_institution_review")
    edited = EditPhysician(level=Level.ASSISTANT)
    world.send(world.hospital, "affiliation", traveller.physician_id, "edit", edited)

    assert "registration_returned" == journeys.state(traveller)
