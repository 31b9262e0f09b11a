"""Who is assessed, and when (考核办法 第三条, 第十八条): the registered, since a day that a province names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from kaohe_workflow.errors import NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician, Leave, TakeIn
from kaohe_workflow.lifecycles.assessment.events import Enrol, OrderEarly, Submit
from kaohe_workflow.testing.journeys import FILING_DAY, GOOD, HIGH, Journeys, Traveller
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import filing, make_organisation
from kaohe_workflow.values.terms import OrganisationKind, Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import end, found, leave, refused, second_cycle, take_in


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


@pytest.mark.manual("R-3.1")
@pytest.mark.parametrize("kind", [OrganisationKind.MEDICAL, OrganisationKind.PREVENTION])
def test_registered_in_a_health_institution_one_is_assessed(
    journeys: Journeys, kind: OrganisationKind
) -> None:
    """医疗、预防、保健机构: whoever is on its list has a case in the cycle that runs, and must take part."""
    world = journeys.world
    home = make_organisation(world.application, world.county, world.county, "某机构", kind)
    traveller = journeys.newcomer(home)
    journeys.not_before(FILING_DAY)

    assert "not_enrolled" == journeys.state(traveller)
    assert (
        "awaiting_registration" == world.send(home, "assessment", traveller.case_id, "enrol", Enrol()).state
    )


@pytest.mark.manual("R-3.1")
@pytest.mark.parametrize("kind", [OrganisationKind.SOCIETY, OrganisationKind.COUNTY])
def test_elsewhere_nobody_is_registered(journeys: Journeys, kind: OrganisationKind) -> None:
    """行业学术组织 and administrations have no physicians: they may assess, and are no place of practice."""
    world = journeys.world
    home = make_organisation(world.application, world.city, world.city, "某组织", kind)
    payload = AddPhysician(
        institution_id=str(home.organisation_id), name=person(0).name, id_number=person(0).id_number
    )
    with pytest.raises((TransitionRefused, NotPermitted)):
        world.send(home, "affiliation", None, "add", payload)


@pytest.mark.manual("R-3.1")
def test_qualified_and_not_registered_one_is_not_assessed(journeys: Journeys) -> None:
    """
    取得资格而没有注册: whoever is on no list when the next cycle is published has no case in it, and one that is there
    already is enrolled by nobody; who is registered again has one at once.
    """
    world, traveller = journeys.world, journeys.newcomer()
    leave(journeys, traveller)
    second = second_cycle(journeys)
    world.send(world.province, "cycle", second, "publish")
    world.settle()
    journeys.not_before(FILING_DAY)

    assert [] == found(world, "assessment", "cycle_id", second)
    assert ["attached"] == refused(world, world.hospital, "assessment", traveller.case_id, "enrol", Enrol())

    take_in(journeys, traveller)

    assert ["not_enrolled"] == [one.state for one in found(world, "assessment", "cycle_id", second)]


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
