"""撤回本人决定: who has just decided on a file takes it back, end to end."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.plays import Move, Play
from kaohe_workflow.values.terms import PaperKind, Stage
from tests.unit.application.world.steps import case_of

pytestmark = pytest.mark.manual("M: claim; recall one's own decision")

MINUTES = timedelta(minutes=10)


def recalled(journeys: Journeys, traveller: Traveller, by: str, after: timedelta = timedelta()) -> bool:
    """Whether recalling, so long after what was done last, is allowed."""
    world = journeys.world
    world.clock.set(world.clock.now() + after)
    try:
        world.send(getattr(world, by), "assessment", traveller.case_id, "recall")
    except TransitionRefused:
        return False
    return True


@pytest.mark.parametrize(
    ("state", "by", "back"),
    [
        ("registration_returned", "hospital", "awaiting_institution_review"),
        ("awaiting_agency_review", "hospital", "awaiting_institution_review"),
        ("returned_by_agency", "agency", "awaiting_agency_review"),
        ("awaiting_assessment", "agency", "awaiting_agency_review"),
    ],
)
def test_within_the_minutes_and_not_after(journeys: Journeys, state: str, by: str, back: str) -> None:
    """In the last instant of the ten minutes the file goes back, a millisecond later it stays."""
    early, late = journeys.to(state), journeys.to(state)
    start = journeys.world.clock.now()

    assert recalled(journeys, early, by, MINUTES)
    journeys.world.clock.set(start)
    assert not recalled(journeys, late, by, MINUTES + timedelta(milliseconds=1))
    assert (back, state) == (journeys.state(early), journeys.state(late))
    assert () == journeys.world.application.verification.run().findings


def test_papers_of_a_recalled_pass_are_cancelled_and_assigned_again(stored: Journeys) -> None:
    """The papers go with the recalled 复核通过; passed again, the physician sits another round of them."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    paper = stored.papers(traveller)[Stage.FIRST, PaperKind.HUMANITIES]

    assert recalled(stored, traveller, "agency")
    assert "cancelled" == world.state_of("evaluation", paper)
    world.send(world.agency, "assessment", traveller.case_id, "pass")
    again = stored.papers(traveller)[Stage.FIRST, PaperKind.HUMANITIES]

    assert ("not_sat", 2) == (
        world.state_of("evaluation", again),
        case_of(world, "evaluation", again).record.round,
    )
    assert () == world.application.verification.run().findings


def test_a_file_that_the_next_actor_has_opened_stays(journeys: Journeys) -> None:
    """Whoever must act next has opened the file: the decision is no longer the decider's alone."""
    world = journeys.world
    traveller = journeys.to("awaiting_agency_review")
    world.send(world.agency, "assessment", traveller.case_id, "claim")

    assert not recalled(journeys, traveller, "hospital")


def test_another_account_or_person_recalls_nothing(journeys: Journeys) -> None:
    """One's own decision alone: neither another account of the hospital nor another person at the same one."""
    world = journeys.world
    traveller = journeys.to("awaiting_agency_review")
    for other in (
        attrs.evolve(world.hospital, account_id="another-account"),
        attrs.evolve(world.hospital, operator_id="another-person"),
    ):
        with pytest.raises(TransitionRefused):
            world.send(other, "assessment", traveller.case_id, "recall")

    assert recalled(journeys, traveller, "hospital")


def test_a_pass_that_an_exemption_relies_on_stays(journeys: Journeys) -> None:
    """The physician has applied for 免考 upon the 复核通过: it stays; once withdrawn, it may be recalled."""
    world = journeys.world
    play = Play(journeys)
    traveller = play.join()
    journeys.lead(traveller, "awaiting_assessment")
    applied = play.play(Move("physician", "exemption", "apply"))

    assert applied.receipt is not None
    assert not recalled(journeys, traveller, "agency")
    world.send(traveller.principal, "exemption", applied.receipt.id, "withdraw")
    assert recalled(journeys, traveller, "agency")


@pytest.mark.parametrize(
    ("state", "by", "told"),
    [
        ("registration_returned", "hospital", {"physician"}),
        ("awaiting_agency_review", "hospital", {"physician", "agency"}),
        ("returned_by_agency", "agency", {"physician", "hospital"}),
        ("awaiting_assessment", "agency", {"physician", "hospital"}),
    ],
)
def test_a_recall_is_told(stored: Journeys, state: str, by: str, told: set[str]) -> None:
    """To whom the decision was told, or for whom it waited: what they were told does not hold any more."""
    world, traveller = stored.world, stored.to(state)
    readers = {"physician": traveller.principal, "hospital": world.hospital, "agency": world.agency}

    assert recalled(stored, traveller, by)
    label = "待考核机构复核" if by == "agency" else "待医疗卫生机构审核"
    found = {
        name
        for name, reader in readers.items()
        for one in world.application.inbox.page(reader, limit=200).notices
        if "撤回" in one.text and one.case_id == traveller.case_id and label in one.text
    }

    assert told == found
