"""考核工作总结: figures of a cycle or a year, rolled up level by level."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.queries.summaries import FIGURES, Area, Summary
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.assessment.events import Return, Submit
from kaohe_workflow.lifecycles.cheating.events import Mark
from kaohe_workflow.testing.journeys import SIMPLIFIED, Journeys
from kaohe_workflow.testing.worlds import WINDOWS, World, filing
from kaohe_workflow.values.terms import CheatingManner, Level, PaperKind, ReturnCode, Stage


@pytest.fixture
def busy(stored: Journeys) -> Journeys:
    """Four of the hospital, three taking part, one of them marked; one elsewhere who does not."""
    stored.newcomer()
    stored.newcomer(stored.elsewhere, level=Level.ASSISTANT)
    stored.to("awaiting_agency_review", **SIMPLIFIED)
    stored.to("awaiting_registration")
    sat = stored.to("qualified")
    paper = stored.papers(sat)[Stage.FIRST, PaperKind.PROFESSIONAL]
    mark = Mark(
        manner=CheatingManner.SUBSTITUTE,
        evidence=("photo",),
        assessment_id=sat.case_id,
        evaluation_id=paper,
    )
    stored.world.send(stored.world.agency, "cheating", None, "mark", mark, reason="面部不符")
    return stored


def of_cycle(stored: Journeys, principal: Principal) -> Summary:
    return stored.world.application.summaries.of_cycle(principal, stored.world.cycle_id)


def numbers(area: Area) -> tuple[int, int, int, int]:
    """Not enrolled, taking part, in review, marked."""
    figures = area.account.figures
    return (
        figures["not_enrolled"],
        area.account.tally.taking_part,
        figures["in_review"],
        figures["marks"],
    )


@pytest.mark.manual("N-3.12")
def test_each_level_adds_up_what_lies_below(busy: Journeys) -> None:
    """A line for each administration from the caller's down, the sum below and nothing above; hospitals have none."""
    world = busy.world
    found = {
        name: [(area.name, area.depth, numbers(area)) for area in of_cycle(busy, principal).areas]
        for name, principal in (("province", world.province), ("county", world.county))
    }
    hospital, elsewhere, everybody = (1, 3, 1, 1), (1, 0, 0, 0), (2, 3, 1, 1)

    assert [
        ("省卫生健康委员会", 0, everybody),
        ("市卫生健康委员会", 1, everybody),
        ("区卫生健康局", 2, hospital),
        ("邻区卫生健康局", 2, elsewhere),
    ] == found["province"]
    assert [("区卫生健康局", 0, hospital)] == found["county"]


@pytest.mark.manual("N-3.12")
def test_a_hospital_reports_itself_and_not_whom_it_assesses(busy: Journeys) -> None:
    """One line of its own; an agency's report has nobody of the hospitals that it assesses."""
    world = busy.world
    own = of_cycle(busy, world.hospital)

    assert [("第一人民医院", 0, (1, 3, 1, 1))] == [
        (area.name, area.depth, numbers(area)) for area in own.areas
    ]
    assert own.areas[0].account == own.total
    assert 0 == of_cycle(busy, world.agency).total.tally.taking_part


@pytest.mark.manual("N-3.12")
def test_everybody_without_a_result_is_told_by_one_reason(busy: Journeys) -> None:
    """The reasons, the results and nothing else make up all cases of the cycle."""
    total = of_cycle(busy, busy.world.province).total
    reasons = ("not_enrolled", "unfiled", "in_review", "in_papers", "deferred", "missed", "withdrawn")

    assert set(FIGURES) == set(total.figures)
    assert 5 == total.tally.finished + sum(total.figures[reason] for reason in reasons)
    assert {"unfiled": 1, "cheating": 0} == {name: total.figures[name] for name in ("unfiled", "cheating")}


@pytest.mark.manual("N-3.12")
@pytest.mark.parametrize(("year", "cycles"), [(2023, 0), (2024, 1), (2025, 0)])
def test_a_year_has_the_cycles_whose_papers_begin_in_it(busy: Journeys, year: int, cycles: int) -> None:
    """The world's papers begin on 3 January 2024, though the cycle ended in 2022; another year is empty."""
    summary = busy.world.application.summaries.of_year(busy.world.province, year)

    assert cycles == len(summary.cycles)
    assert (5 if cycles else 0) == summary.total.tally.taking_part + summary.total.figures["not_enrolled"]


def test_no_cycle_no_report(busy: Journeys) -> None:
    """Not found, and a physician counts nobody else."""
    world = busy.world
    with pytest.raises(NotFound):
        world.application.summaries.of_cycle(world.province, "01he469xm0d20q3yqgwnhqgf8m")
    alone = attrs.evolve(world.physician("11010519491231002X"), account_id="alone")

    assert 0 == of_cycle(busy, alone).total.tally.taking_part


def ever(world: World) -> tuple[int, int]:
    """Files that were ever returned, and ever decided upon after their time."""
    figures = world.application.summaries.of_cycle(world.province, world.cycle_id).total.figures
    return figures["returned"], figures["reviewed_late"]


@pytest.mark.manual("N-3.12")
def test_what_was_ever_returned_stays_counted(stored: Journeys) -> None:
    """Returned, filed again and passed: once is counted once; a return that was recalled is none."""
    world = stored.world
    traveller, recalled = stored.to("awaiting_institution_review"), stored.to("awaiting_institution_review")
    back = Return(code=ReturnCode.INCOMPLETE)
    for one in (traveller, recalled):
        world.send(world.hospital, "assessment", one.case_id, "return", back, reason="材料不全")
    world.send(world.hospital, "assessment", recalled.case_id, "recall")
    again = Submit(filing(stored.department_id))
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", again)
    stored.lead(traveller, "awaiting_assessment")

    assert (1, 0) == ever(world)


@pytest.mark.manual("N-3.12")
@pytest.mark.parametrize(("late", "counted"), [(False, 0), (True, 1)])
def test_a_decision_after_its_time_stays_counted(stored: Journeys, late: bool, counted: int) -> None:
    """An agency is in time until the papers can be sat, and late from then on, whether a sweep has marked it or not."""
    world, traveller = stored.world, stored.to("awaiting_agency_review")
    opens_at = WINDOWS.evaluation.opens_at
    world.clock.set(opens_at if late else opens_at - timedelta(milliseconds=1))
    world.send(world.agency, "assessment", traveller.case_id, "pass")

    assert (0, counted) == ever(world)


@pytest.mark.manual("N-3.12")
@pytest.mark.parametrize(("late", "counted"), [(False, 0), (True, 1)])
def test_an_institution_is_late_after_its_window(journeys: Journeys, late: bool, counted: int) -> None:
    """Its last millisecond is in time; what it sends back after it is late."""
    world, traveller = journeys.world, journeys.to("awaiting_institution_review")
    closes_at = WINDOWS.review.closes_at
    world.clock.set(closes_at if late else closes_at - timedelta(milliseconds=1))
    back = Return(code=ReturnCode.INCOMPLETE)
    world.send(world.hospital, "assessment", traveller.case_id, "return", back, reason="材料不全")

    assert (1, counted) == ever(world)
