"""Who is assessed, and when (考核办法 第三条, 第十八条): the registered, since a day that a province names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import Leave, TakeIn
from kaohe_workflow.lifecycles.assessment.events import Enrol, OrderEarly, Submit
from kaohe_workflow.testing.journeys import FILING_DAY, GOOD, HIGH, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import end, refused


@pytest.fixture
def dated() -> Iterator[Journeys]:
    """Physicians of a province that assesses who was registered by the end of 2021, and whoever wants to be."""
    with open_world(eligible_if_registered_by="2021-12-31") as world:
        yield Journeys.of(world)


@pytest.mark.parametrize(
    ("registered_on", "voluntary", "refusal"),
    [
        (date(2021, 12, 31), False, []),
        (date(2022, 1, 1), False, ["may_take_part"]),
        (date(2022, 1, 1), True, []),
        (None, False, ["may_take_part"]),
        (None, True, []),
    ],
)
def test_registered_by_the_day_of_the_province(
    dated: Journeys, registered_on: date | None, voluntary: bool, refusal: list[str]
) -> None:
    """The day itself still obliges; who is later, or has no known date, need not take part and may."""
    world, traveller = dated.world, dated.newcomer(first_registered_on=registered_on)
    dated.not_before(FILING_DAY)
    enrolling = (world.hospital, "assessment", traveller.case_id, "enrol", Enrol(voluntary))
    if refusal:
        assert refusal == refused(world, *enrolling)
    else:
        assert "awaiting_registration" == world.send(*enrolling).state


def test_nobody_is_let_in_early_where_the_province_does_not() -> None:
    """Where only who must take part does, the wish alone helps nobody."""
    with open_world(eligible_if_registered_by="2021-12-31", voluntary_allowed=False) as world:
        journeys = Journeys.of(world)
        traveller = journeys.newcomer(first_registered_on=date(2022, 1, 1))
        journeys.not_before(FILING_DAY)
        enrolling = (world.hospital, "assessment", traveller.case_id, "enrol", Enrol(voluntary=True))

        assert ["may_take_part"] == refused(world, *enrolling)


def test_who_has_retired_is_not_assessed(journeys: Journeys) -> None:
    """退休而不再执业: no case goes on, and nobody enrols it."""
    world, traveller = journeys.world, journeys.newcomer()
    end(journeys, traveller)
    journeys.not_before(FILING_DAY)

    assert "withdrawn" == journeys.state(traveller)
    assert refused(world, world.hospital, "assessment", traveller.case_id, "enrol", Enrol())


EARLY = OrderEarly(
    registration=Window.of_days(date(2023, 11, 6), date(2023, 11, 8)),
    review=Window.of_days(date(2023, 11, 6), date(2023, 11, 10)),
    evaluation=Window.of_days(date(2023, 11, 13), date(2023, 11, 15)),
)


def ordered_early(journeys: Journeys) -> Traveller:
    """A physician whose own windows open today."""
    traveller = journeys.newcomer()
    journeys.world.at(EARLY.registration.first_day)
    journeys.world.send(
        journeys.world.county, "assessment", traveller.case_id, "order_early", EARLY, reason="拟变更执业地点"
    )
    return traveller


@pytest.mark.manual("R-18.1")
def test_who_was_assessed_early_may_go() -> None:
    """
    调离 waits for the result; then the physician leaves for the new place, and is not assessed there once more.

    The line is known beforehand in such a province, so that the result does not wait for the others.
    """
    with open_world(papers_in_order=True) as world:
        journeys = Journeys.of(world)
        traveller = ordered_early(journeys)
        leaving = (
            world.hospital,
            "affiliation",
            traveller.physician_id,
            "leave",
            Leave(LeaveReason.CHANGED_INSTITUTION),
        )
        world.send(
            traveller.principal,
            "assessment",
            traveller.case_id,
            "submit",
            Submit(filing(journeys.department_id)),
        )
        held = refused(world, *leaving)
        world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", GOOD)
        world.send(world.agency, "assessment", traveller.case_id, "pass")
        world.at(EARLY.evaluation.first_day)
        journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=HIGH)
        world.settle()

        assert ["not_in_assessment"] == held
        assert "qualified" == journeys.state(traveller)

        world.send(*leaving)
        target = TakeIn(str(journeys.elsewhere.organisation_id))
        world.send(journeys.elsewhere, "affiliation", traveller.physician_id, "take_in", target)
        world.settle()

        assert traveller.case_id == world.assessment_of(traveller.principal)
        assert "qualified" == journeys.state(traveller)
