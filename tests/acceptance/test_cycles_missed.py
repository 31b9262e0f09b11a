"""连续两个考核周期不参加 leads to 注销注册; one alone does not (医师执业注册管理办法, as we read it)."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.lifecycles.assessment.events import DecideFinding, Enrol, ReportFinding
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup, PublishLine
from kaohe_workflow.testing.journeys import LAST_DAY, UNDISPUTED_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import LINES
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import local_date
from tests.unit.application.world.following import makeup_ends
from tests.unit.application.world.steps import found, second_cycle

DAY = timedelta(days=1)


def archive(journeys: Journeys, cycle_id: str) -> None:
    """The province archives a cycle; whoever has not filed has missed it."""
    world = journeys.world
    known = world.application.cases.get(world.province, "cycle", cycle_id).record
    for kind in (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL):
        for level, score in LINES.items():
            if known.line(Stage.FIRST, kind, level) is None:
                line = PublishLine(Stage.FIRST, kind, level, score)
                world.send(world.province, "cycle", cycle_id, "publish_line", line)
    world.send(world.province, "cycle", cycle_id, "open_makeup", OpenMakeup())
    journeys.not_before(makeup_ends(journeys, cycle_id))
    world.send(world.province, "cycle", cycle_id, "archive")
    world.settle()


def misses_the_next(journeys: Journeys, traveller: Traveller) -> list[str]:
    """The first cycle is archived, the second is missed; the states of what follows for the physician."""
    world = journeys.world
    journeys.not_before(UNDISPUTED_DAY)
    archive(journeys, world.cycle_id)
    following = second_cycle(journeys)
    world.send(world.province, "cycle", following, "publish")
    world.settle()
    world.at(LAST_DAY + 61 * DAY)
    archive(journeys, following)
    return [one.state for one in found(world, "follow_up", "physician_id", traveller.physician_id)]


@pytest.mark.manual("R-E6")
def test_missed_twice_in_a_row(journeys: Journeys) -> None:
    """未完成 in both: the registration is to be cancelled, and the institution has thirty days to report it."""
    traveller = journeys.newcomer()

    assert ["to_cancel"] == misses_the_next(journeys, traveller)


@pytest.mark.manual("R-E6", "R-E5")
def test_missed_once(journeys: Journeys) -> None:
    """合格 in the cycle before: one that is missed is reported by nobody."""
    traveller = journeys.to("qualified")

    assert [] == misses_the_next(journeys, traveller)


@pytest.mark.manual("R-E6")
def test_who_has_left_misses_nothing(journeys: Journeys) -> None:
    """A case that was withdrawn counts neither as taken part nor as missed."""
    traveller = journeys.to("withdrawn")

    assert [] == misses_the_next(journeys, traveller)


def found_absent(journeys: Journeys, traveller: Traveller, assessor: Principal) -> None:
    """It is reported, and confirmed by who assesses, that somebody took no part (考核办法 第二十七条(十三))."""
    world = journeys.world
    payload = ReportFinding(
        ground=DirectGround.TOOK_NO_PART,
        found_on=local_date(world.clock.now()),
        text="无正当理由未参加考核。",
        evidence=("record",),
    )
    world.send(world.hospital, "assessment", traveller.case_id, "report_finding", payload)
    world.send(assessor, "assessment", traveller.case_id, "confirm_finding", DecideFinding(1))


@pytest.mark.manual("R-E6", "R-E5")
def test_found_to_have_taken_no_part_and_missed(journeys: Journeys) -> None:
    """不合格 for not taking part is a cycle not taken part in, as 缺考 is: with the next one missed, two in a row."""
    traveller = journeys.to("awaiting_registration")
    found_absent(journeys, traveller, journeys.world.agency)

    assert ["order_due", "to_cancel"] == sorted(misses_the_next(journeys, traveller))


@pytest.mark.manual("R-E6", "R-E5")
def test_who_has_sat_has_taken_part(journeys: Journeys) -> None:
    """Item 13 names whoever disturbs the order of the assessment, too, which is not to miss it."""
    traveller = journeys.to("qualified")
    found_absent(journeys, traveller, journeys.world.agency)

    assert ["order_due"] == misses_the_next(journeys, traveller)


@pytest.mark.manual("R-E6", "R-E5")
def test_missed_and_found_to_have_taken_no_part(journeys: Journeys) -> None:
    """The other way round: with the archive of the second cycle the registration is to be cancelled."""
    world, traveller = journeys.world, journeys.newcomer()
    journeys.not_before(LAST_DAY)
    archive(journeys, world.cycle_id)
    following = second_cycle(journeys)
    world.send(world.province, "cycle", following, "publish")
    world.settle()
    (later,) = [
        case
        for case in found(world, "assessment", "physician_id", traveller.physician_id)
        if case.record.cycle_id == following
    ]
    world.send(world.hospital, "assessment", later.id, "enrol", Enrol())
    found_absent(journeys, attrs.evolve(traveller, case_id=later.id), world.county)
    world.at(LAST_DAY + 100 * DAY)
    archive(journeys, following)

    assert ["to_cancel"] == [
        one.state for one in found(world, "follow_up", "physician_id", traveller.physician_id)
    ]
