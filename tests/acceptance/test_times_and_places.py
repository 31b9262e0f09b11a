"""Facts go by the cycle, acts by the windows; who reviews is whom the institution is assigned to (手册 2.2.2)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from kaohe_workflow.application.queries.rates import Rate
from kaohe_workflow.errors import NotFound, TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.institution.events import AssignAgency, ChangeSuperior
from kaohe_workflow.testing.journeys import FILING_DAY, GOOD, Journeys, Traveller
from kaohe_workflow.testing.worlds import filing, make_organisation
from kaohe_workflow.values.terms import OrganisationKind
from kaohe_workflow.values.windows import day_starts_at

TICK = timedelta(milliseconds=1)


def outcome(journeys: Journeys, traveller: Traveller, at: datetime) -> str:
    """The state after a filing at an instant, or the guard that refuses it."""
    journeys.world.clock.set(at)
    payload = Submit(filing(journeys.department_id))
    try:
        return journeys.world.send(
            traveller.principal, "assessment", traveller.case_id, "submit", payload
        ).state
    except TransitionRefused as ex:
        return "; ".join(getattr(reason, "name", reason.code) for reason in ex.reasons)


@pytest.mark.manual("R-E4")
def test_a_cycle_is_filed_for_after_its_last_day(journeys: Journeys) -> None:
    """The cycle 2020–2022 is worked in its windows of a year later, and not on its own last day."""
    traveller = journeys.newcomer()
    world = journeys.world
    world.clock.set(day_starts_at(date(2022, 12, 31)))
    with pytest.raises(TransitionRefused):
        world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    journeys.not_before(FILING_DAY)
    world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())

    assert "awaiting_institution_review" == outcome(journeys, traveller, day_starts_at(date(2023, 12, 1)))


@pytest.mark.manual("W-9")
@pytest.mark.parametrize(
    ("before_the_end", "state"),
    [(TICK, "awaiting_institution_review"), (timedelta(0), "filing_open_or_moved")],
    ids=["23:59:59.999", "00:00:00"],
)
def test_a_window_ends_with_its_last_day(journeys: Journeys, before_the_end: timedelta, state: str) -> None:
    """To 2023-12-27, in the time of Shanghai: its last millisecond is in, midnight is out."""
    traveller = journeys.to("awaiting_registration")

    assert state == outcome(journeys, traveller, day_starts_at(date(2023, 12, 28)) - before_the_end)


@pytest.mark.manual("W-10")
@pytest.mark.parametrize(("done", "percent"), [(111, 94), (117, 99), (118, 100), (0, 0)])
def test_rates_are_rounded_down(done: int, percent: int) -> None:
    """111 of 118 are 94 per cent, and only all of them are a hundred."""

    assert percent == Rate(done, 118).percent


def own_physician(journeys: Journeys) -> Traveller:
    """A physician of the agency itself, whose file it has reviewed as an institution."""
    world, agency = journeys.world, journeys.world.agency
    made = CreateDepartment(str(agency.organisation_id), "内科")
    department = world.send(agency, "department", None, "create", made).id
    traveller = journeys.newcomer(agency)
    world.send(agency, "assessment", traveller.case_id, "enrol", Enrol())
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", Submit(filing(department)))
    world.send(agency, "assessment", traveller.case_id, "submit_opinion", GOOD)
    return traveller


@pytest.mark.manual("R-10.2")
def test_an_institution_may_assess_its_own_and_others(journeys: Journeys) -> None:
    """One body for many institutions, itself among them: each file is passed by it, and by nobody else."""
    world, agency = journeys.world, journeys.world.agency
    own = str(agency.organisation_id)
    world.send(world.county, "institution", own, "assign_agency", AssignAgency(own))
    of_another = journeys.to("awaiting_agency_review")
    of_its_own = own_physician(journeys)

    with pytest.raises(NotFound):
        world.send(world.hospital, "assessment", of_its_own.case_id, "pass")
    states = [world.send(agency, "assessment", one.case_id, "pass").state for one in (of_another, of_its_own)]

    assert ["awaiting_assessment", "awaiting_assessment"] == states


@pytest.mark.manual("R-32.1")
def test_the_superior_is_the_institutions_own(journeys: Journeys) -> None:
    """A hospital of Chinese medicine is under the administration that approved it, wherever it stands."""
    world = journeys.world
    traveller = journeys.to("awaiting_agency_review")
    medicine = make_organisation(
        world.application, world.city, world.city, "市中医药管理局", OrganisationKind.COUNTY
    )
    moved = ChangeSuperior(str(medicine.organisation_id))
    world.send(world.city, "institution", str(world.hospital.organisation_id), "change_superior", moved)

    with pytest.raises(NotFound):
        world.send(world.county, "assessment", traveller.case_id, "return_to_institution", reason="补材料")
    returned = world.send(medicine, "assessment", traveller.case_id, "return_to_institution", reason="补材料")

    assert "awaiting_institution_review" == returned.state
