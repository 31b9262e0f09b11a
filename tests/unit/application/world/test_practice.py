"""模拟测评: which papers somebody may practise, when, and that it counts for nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaohe_workflow.application.queries.practice import Offer
from kaohe_workflow.testing.journeys import (
    CONFIRMING_DAY,
    HIGH,
    LOW,
    MAKEUP_DAY,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import Category, Level, PaperKind, Stage
from tests.unit.application.world.steps import case_of

pytestmark = pytest.mark.manual("N-1.9")

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
TICK = timedelta(microseconds=1)


def offer_of(journeys: Journeys, traveller: Traveller) -> Offer | None:
    """What somebody is offered; nobody has two of one cycle."""
    offers = journeys.world.application.practice.offers(traveller.principal)
    assert len(offers) <= 1
    return offers[0] if offers else None


def told_to_a_platform(journeys: Journeys, traveller: Traveller) -> list[tuple[PaperKind, ...]]:
    """The papers that a platform is told of, by the person's number."""
    offers = journeys.world.application.practice.of_number(traveller.id_number)
    return [offer.kinds for offer in offers]


def test_practice_opens_before_the_evaluation_and_closes_with_it(journeys: Journeys) -> None:
    """Thirty days before its first instant, to its last: both sides of both; a platform is told what is open alone."""
    traveller = journeys.to("awaiting_registration")
    clock = journeys.world.clock
    windows = case_of(journeys.world, "cycle", journeys.world.cycle_id).record.windows
    opens_at, closes_at = windows.evaluation.opens_at - timedelta(days=30), windows.evaluation.closes_at
    told = []
    for at in (opens_at - TICK, opens_at, closes_at - TICK, closes_at):
        clock.set(at)
        offer = offer_of(journeys, traveller)
        assert offer is not None
        assert (opens_at, closes_at) == (offer.opens_at, offer.closes_at)
        told.append((offer.open, len(told_to_a_platform(journeys, traveller))))

    assert [(False, 0), (True, 1), (True, 1), (False, 0)] == told


def test_what_is_offered_is_what_is_to_be_sat(stored: Journeys) -> None:
    """By the procedure, for the level, category and subjects of the filing; who has filed nothing practises 一般."""
    unfiled, filed = stored.to("awaiting_registration"), stored.to("awaiting_institution_review")
    simple = stored.newcomer()
    stored.lead(simple, "awaiting_assessment", **SIMPLIFIED)
    offers = [offer_of(stored, one) for one in (unfiled, filed, simple)]
    subjects = case_of(stored.world, "department", stored.department_id).record.subjects

    assert [(HUMANITIES, PROFESSIONAL), (HUMANITIES, PROFESSIONAL), (HUMANITIES,)] == [
        offer.kinds for offer in offers if offer is not None
    ]
    assert [(None, None, ()), (Level.LICENSED, Category.CLINICAL, subjects)] == [
        (offer.level, offer.category, offer.subjects) for offer in offers[:2] if offer is not None
    ]


def test_who_failed_practises_again_what_was_not_passed(stored: Journeys) -> None:
    """Reopened with the result, to the end of the make-up; the paper that was passed is not offered any more."""
    traveller = stored.to("awaiting_assessment")
    stored.not_before(SITTING_DAY)
    stored.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
    stored.world.at(RESULT_DAY)
    over = offer_of(stored, traveller)
    stored.publish(Stage.FIRST)
    again = offer_of(stored, traveller)
    stored.world.at(CONFIRMING_DAY)
    stored.lead(traveller, "awaiting_makeup")
    stored.world.at(MAKEUP_DAY)
    sitting = offer_of(stored, traveller)
    windows = case_of(stored.world, "cycle", stored.world.cycle_id).record.windows
    stored.world.clock.set(windows.makeup.closes_at)
    late = told_to_a_platform(stored, traveller)

    assert over is not None
    assert not over.open
    assert [(Stage.MAKEUP, (PROFESSIONAL,), True)] * 2 == [
        (offer.stage, offer.kinds, offer.open) for offer in (again, sitting) if offer is not None
    ]
    assert [] == late


def test_what_is_waived_is_not_practised(journeys: Journeys) -> None:
    """业务水平 is waived: 医学人文 is left."""
    traveller = journeys.to("awaiting_assessment")
    journeys.exempt(traveller)
    offer = offer_of(journeys, traveller)

    assert offer is not None
    assert (HUMANITIES,) == offer.kinds


@pytest.mark.parametrize("state", ["not_enrolled", "qualified", "unqualified", "withdrawn"])
def test_who_has_nothing_to_sit_practises_nothing(journeys: Journeys, state: str) -> None:
    """Not before 允许报名, and not after a result."""
    traveller = journeys.to(state)

    assert offer_of(journeys, traveller) is None


def test_a_province_may_offer_none() -> None:
    """`practice_days: 0`."""
    with open_world(practice_days=0) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")

        assert offer_of(journeys, traveller) is None


def test_practice_is_the_physicians_own(journeys: Journeys) -> None:
    """Nobody else is offered any, and a platform is told nothing of a stranger."""
    journeys.to("awaiting_assessment")
    world = journeys.world

    assert [()] * 3 == [
        world.application.practice.offers(one) for one in (world.hospital, world.agency, world.province)
    ]
    assert () == world.application.practice.of_number("11010519491231002X")


def test_asking_changes_nothing(journeys: Journeys) -> None:
    """No paper, no state, no history: what is practised counts for nothing."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    papers = journeys.papers(traveller).values()
    before = [case_of(journeys.world, "evaluation", paper) for paper in papers]
    told_to_a_platform(journeys, traveller)
    offer_of(journeys, traveller)

    assert before == [case_of(journeys.world, "evaluation", paper) for paper in papers]
