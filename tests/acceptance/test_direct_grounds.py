"""直接认定不合格: fourteen situations, in the days of the cycle, whatever the papers are (考核办法 第二十七条)."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe_workflow.lifecycles.assessment.events import DecideFinding, ReportFinding
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.testing.journeys import Journeys
from tests.unit.application.world.steps import refused

RULE = pytest.mark.manual("R-27")
IN_CYCLE = date(2021, 7, 1)


def report(ground: DirectGround, day: date) -> ReportFinding:
    """What the administration reports, with its proof."""
    return ReportFinding(ground=ground, found_on=day, text="已查实", evidence=("decision",))


@RULE
@pytest.mark.parametrize("ground", DirectGround, ids=[f"item {one.item}" for one in DirectGround])
def test_each_of_the_fourteen_outweighs_a_passed_assessment(journeys: Journeys, ground: DirectGround) -> None:
    """Confirmed by the agency, it makes 合格 不合格, voids the certificate, and the follow-up begins."""
    world, traveller = journeys.world, journeys.to("qualified")
    case = ("assessment", traveller.case_id)
    world.send(world.county, *case, "report_finding", report(ground, IN_CYCLE))

    assert "qualified" == journeys.state(traveller)

    world.send(world.agency, *case, "confirm_finding", DecideFinding(1))

    assert "unqualified" == journeys.state(traveller)
    assert ["void"] == list(journeys.certificates(traveller).values())


@RULE
@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2022, 12, 31), True),
        (date(2023, 1, 1), False),
    ],
)
def test_only_what_happened_in_the_cycle_counts(journeys: Journeys, day: date, counts: bool) -> None:
    """The cycle is 2020–2022, its first and last days included; the days before and after are not."""
    world, traveller = journeys.world, journeys.to("awaiting_agency_review")
    case = ("assessment", traveller.case_id)
    reporting = (world.county, *case, "report_finding", report(DirectGround.POOR_ETHICS, day))
    if not counts:
        assert ["finding_in_cycle"] == refused(world, *reporting)
        return
    world.send(*reporting)
    world.send(world.agency, *case, "confirm_finding", DecideFinding(1))

    assert "unqualified" == journeys.state(traveller)


@RULE
def test_what_is_dismissed_changes_nothing(journeys: Journeys) -> None:
    """不成立: the result stays."""
    world, traveller = journeys.world, journeys.to("qualified")
    case = ("assessment", traveller.case_id)
    world.send(world.county, *case, "report_finding", report(DirectGround.MALPRACTICE, IN_CYCLE))
    world.send(world.agency, *case, "dismiss_finding", DecideFinding(1), reason="经查不实")

    assert "qualified" == journeys.state(traveller)
