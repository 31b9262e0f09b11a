"""What is decided about a paper that was not sat, and who must decide, is told and found."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from kaohe_workflow.lifecycles.assessment.events import Submit
from kaohe_workflow.lifecycles.cycle.events import ExtendEvaluation
from kaohe_workflow.lifecycles.evaluation.events import GrantResit
from kaohe_workflow.testing.journeys import GOOD, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.test_early import EARLY, ordered
from tests.unit.application.world.test_force_majeure import FLOOD, started
from tests.unit.application.world.test_planning import LONGER, SITTING_AGAIN, colleague

PARTS = ("hospital", "agency", "county", "province")


def texts(journeys: Journeys, traveller: Traveller, word: str) -> dict[str, list[str]]:
    """What says this in whose inbox; those where nothing does are left out."""
    world = journeys.world
    readers: dict[str, Any] = {part: getattr(world, part) for part in PARTS} | {
        "physician": traveller.principal
    }
    found = {
        name: [
            one.text for one in world.application.inbox.page(reader, limit=200).notices if word in one.text
        ]
        for name, reader in readers.items()
    }
    return {name: told for name, told in found.items() if told}


@pytest.mark.manual("M: force majeure: report", "M: refute an absence; excuse it; grant a re-sit")
def test_a_report_of_force_majeure_is_found_by_who_acts_on_it(stored: Journeys) -> None:
    """First the agency, then the province, is told and finds it; the re-sit is told to the physician and both."""
    world = stored.world
    traveller, paper = started(stored)

    def listed(standing: str, sender: Any = world.province) -> list[str]:
        rows = world.application.lists.page(sender, "papers", {"force_majeure": standing}).rows
        return [str(row["id"]) for row in rows if row["force_majeure"] == standing]

    nothing = listed("reported") + listed("forwarded")
    world.send(traveller.principal, "evaluation", paper, "report_force_majeure", FLOOD)
    reported = set(texts(stored, traveller, "申报不可抗力")), listed("reported", world.agency)
    world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
    forwarded = set(texts(stored, traveller, "申报不可抗力")), listed("reported"), listed("forwarded")
    again = Window.of_days(SITTING_DAY + timedelta(days=1), SITTING_DAY + timedelta(days=2))
    world.send(world.province, "evaluation", paper, "grant_resit", GrantResit(window=again))
    granted = texts(stored, traveller, "重新参加")

    assert [] == nothing
    assert ({"agency"}, [paper]) == reported
    assert ({"agency", "province"}, [], [paper]) == forwarded
    assert {"physician", "hospital", "agency"} == set(granted)
    assert again.label in granted["physician"][0]
    assert [] == listed("forwarded")
    assert () == world.application.verification.run().findings


def test_a_resit_within_the_stage_names_its_window(journeys: Journeys) -> None:
    """Without a time of its own the paper is sat in that of its stage."""
    world = journeys.world
    traveller, paper = started(journeys)
    world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
    world.send(world.province, "evaluation", paper, "grant_resit", GrantResit())

    assert "2024年1月3日至2024年1月12日" in texts(journeys, traveller, "重新参加")["physician"][0]


def test_a_report_on_a_paper_that_has_ended_waits_for_nobody(journeys: Journeys) -> None:
    """Excused otherwise, it is on nobody's list any more."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, PaperKind.PROFESSIONAL]
    world.send(traveller.principal, "evaluation", paper, "report_force_majeure", FLOOD)
    journeys.not_before(RESULT_DAY)
    world.send(world.province, "evaluation", paper, "excuse_absence", reason="考点停电，已核实")
    told = texts(journeys, traveller, "不作缺考。理由：考点停电")
    rows = world.application.lists.page(world.agency, "papers", {"force_majeure": "reported"}).rows

    assert {"physician", "hospital", "agency"} == set(told)
    assert () == rows


@pytest.mark.manual("M: refute an absence; excuse it; grant a re-sit")
def test_a_refuted_absence_is_told(journeys: Journeys) -> None:
    """The paper can be sat again: the physician must know until when."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    world.at(date(2024, 1, 13))
    paper = next(iter(world.papers_of(traveller.case_id).values()))
    extension = ExtendEvaluation(LONGER)
    world.send(colleague(world), "cycle", world.cycle_id, "extend_evaluation", extension, reason="停电")
    world.settle()
    world.clock.set(SITTING_AGAIN)
    world.send(world.agency, "evaluation", paper, "refute_absence")
    told = texts(journeys, traveller, "不作缺考，可以参加")

    assert {"physician", "hospital"} == set(told)
    assert LONGER.evaluation.label in told["physician"][0]


def test_whoever_has_windows_of_the_own_is_told_these(journeys: Journeys) -> None:
    """提前考核: a paper given again is sat in the windows of that case, not in the cycle's."""
    world = journeys.world
    traveller = ordered(journeys)
    world.send(
        traveller.principal, "assessment", traveller.case_id, "submit", Submit(filing(journeys.department_id))
    )
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", GOOD)
    world.send(world.agency, "assessment", traveller.case_id, "pass")
    world.at(EARLY.evaluation.first_day)
    paper = journeys.papers(traveller)[Stage.FIRST, PaperKind.HUMANITIES]
    journeys.start(paper)
    world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
    world.send(world.province, "evaluation", paper, "grant_resit", GrantResit())

    assert EARLY.evaluation.label in texts(journeys, traveller, "重新参加")["physician"][0]
