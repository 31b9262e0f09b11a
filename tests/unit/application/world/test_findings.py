"""直接认定不合格 (考核办法 第二十七条), end to end: reported, decided by another person, and what follows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.lifecycles.assessment.events import DecideFinding, ReportFinding
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.values.terms import PaperKind, Stage
from tests.unit.application.world.steps import case_of, record_of, refused

pytestmark = pytest.mark.manual("M: R-27 finding: report; confirm or dismiss", "R-27")

REPORT = ReportFinding(
    ground=DirectGround.TOOK_FROM_PATIENTS,
    found_on=date(2021, 7, 1),
    text="收受红包，已查实。",
    evidence=("proof",),
)


def report(journeys: Journeys, traveller: Traveller, by: Principal | None = None) -> None:
    """The hospital, or somebody else, reports a finding."""
    sender = by or journeys.world.hospital
    journeys.world.send(sender, "assessment", traveller.case_id, "report_finding", REPORT)


def confirm(journeys: Journeys, traveller: Traveller, number: int = 1) -> None:
    """The agency confirms a finding."""
    world = journeys.world
    world.send(world.agency, "assessment", traveller.case_id, "confirm_finding", DecideFinding(number))


def sound(journeys: Journeys) -> bool:
    """Whether nothing in the store contradicts anything else."""
    return journeys.world.application.verification.run().findings == ()


@pytest.mark.parametrize(
    "state",
    [
        "awaiting_registration",
        "registration_returned",
        "awaiting_institution_review",
        "returned_by_agency",
        "awaiting_agency_review",
        "awaiting_assessment",
        "awaiting_makeup_approval",
        "awaiting_makeup",
        "qualified",
    ],
)
def test_from_every_state_it_ends_the_case(journeys: Journeys, state: str) -> None:
    """A confirmed finding is 不合格 wherever the case is: nothing is sat any more, no certificate lives."""
    traveller = journeys.to(state)
    report(journeys, traveller)

    assert state == journeys.state(traveller)

    confirm(journeys, traveller)
    certificates = journeys.certificates(traveller).values()

    assert "unqualified" == journeys.state(traveller)
    assert {"void"} >= set(certificates)
    assert sound(journeys)


def test_every_store_keeps_it(stored: Journeys) -> None:
    """What was reported, and how it stands, is read back and listed from every store."""
    traveller = stored.to("awaiting_assessment")
    report(stored, traveller)
    lists = stored.world.application.lists
    pending = lists.page(stored.world.agency, "assessments", {"finding": "pending"}).rows

    assert [traveller.case_id] == [row["id"] for row in pending]

    confirm(stored, traveller)
    confirmed = lists.page(stored.world.agency, "assessments", {"finding": "confirmed"}).rows

    assert [traveller.case_id] == [row["id"] for row in confirmed]
    assert (REPORT.ground, REPORT.evidence) == (
        record_of(stored.world, traveller).findings[0].ground,
        record_of(stored.world, traveller).findings[0].evidence,
    )


def test_better_papers_do_not_heal_it(journeys: Journeys) -> None:
    """A line corrected later does not make the result 合格: the finding stands."""
    traveller = journeys.to("qualified")
    report(journeys, traveller)
    confirm(journeys, traveller)
    journeys.correct(Decimal(80), PaperKind.HUMANITIES)
    journeys.correct(Decimal(60), PaperKind.HUMANITIES)

    assert {"passed"} == set(journeys.paper_states(traveller).values())
    assert "unqualified" == journeys.state(traveller)
    assert sound(journeys)


def test_a_dismissed_finding_changes_nothing(journeys: Journeys) -> None:
    """The agency says why; the case goes on to 合格."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    report(journeys, traveller, world.county)
    world.send(
        world.agency, "assessment", traveller.case_id, "dismiss_finding", DecideFinding(1), reason="不属实"
    )
    journeys.lead(traveller, "qualified")

    assert "qualified" == journeys.state(traveller)
    assert "dismissed" == record_of(world, traveller).findings[0].standing


def test_a_second_finding_adds_to_the_first(journeys: Journeys) -> None:
    """The result is decided once: what is confirmed later makes no new version."""
    traveller = journeys.to("awaiting_agency_review")
    report(journeys, traveller)
    report(journeys, traveller, journeys.world.county)
    confirm(journeys, traveller, 1)
    version = record_of(journeys.world, traveller).result_version
    confirm(journeys, traveller, 2)

    assert version == record_of(journeys.world, traveller).result_version
    assert refused(
        journeys.world,
        journeys.world.agency,
        "assessment",
        traveller.case_id,
        "confirm_finding",
        DecideFinding(2),
    ) == ["finding_pending"]


def test_a_hospital_that_assesses_itself_needs_two_persons(journeys: Journeys) -> None:
    """Where institution and agency are one, who reported does not decide."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    home = str(world.hospital.organisation_id)
    world.entrust(world.hospital)
    world.send(world.county, "institution", home, "assign_agency", AssignAgency(home))
    report(journeys, traveller)
    confirming = ("assessment", traveller.case_id, "confirm_finding", DecideFinding(1))

    assert ["finding_by_another"] == refused(world, world.hospital, *confirming)

    world.send(attrs.evolve(world.hospital, operator_id="somebody-else"), *confirming)

    assert "unqualified" == journeys.state(traveller)


def test_the_institution_reports_and_does_not_decide(journeys: Journeys) -> None:
    """Confirming is the agency's, reporting the institution's and the administration's."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    report(journeys, traveller)

    with pytest.raises(NotPermitted):
        world.send(world.hospital, "assessment", traveller.case_id, "confirm_finding", DecideFinding(1))
    with pytest.raises(NotPermitted):
        report(journeys, traveller, world.agency)


def test_nobody_is_told_who_reported(journeys: Journeys) -> None:
    """The physician reads what is held against the result, not who brought it up."""
    traveller = journeys.to("awaiting_assessment")
    report(journeys, traveller)
    for principal in (traveller.principal, journeys.world.agency):
        told = journeys.world.application.cases.get(principal, "assessment", traveller.case_id).record

        assert (1, ()) == (len(told.findings), told.reporters)
    assert 1 == len(case_of(journeys.world, "assessment", traveller.case_id).record.reporters)


def test_papers_left_when_it_is_confirmed(journeys: Journeys) -> None:
    """What was passed or waived stays, what was open is cancelled (考核办法 第二十七条; design)."""
    traveller = journeys.to("awaiting_assessment")
    journeys.exempt(traveller)
    report(journeys, traveller)
    confirm(journeys, traveller)

    assert {
        PaperKind.HUMANITIES: "cancelled",
        PaperKind.PROFESSIONAL: "exempt_pass",
    } == journeys.paper_states(traveller, Stage.FIRST)
    assert sound(journeys)
