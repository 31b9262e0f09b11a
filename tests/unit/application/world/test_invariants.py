"""What must hold between lifecycles is checked by verification, and what was lost on the way is reported."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from kaohe_workflow.application.invariants import broken_invariants
from kaohe_workflow.lifecycles.cycle.events import PublishLine
from kaohe_workflow.testing.journeys import HIGH, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.values.terms import Level, PaperKind, Stage

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
FOUND = "scored, its line published, not judged: a job waits or is lost"


def scored(journeys: Journeys, number: int = 1) -> list[Traveller]:
    """Physicians who have sat both papers and wait for the lines."""
    travellers = [journeys.to("awaiting_assessment") for _ in range(number)]
    journeys.not_before(SITTING_DAY)
    for traveller in travellers:
        journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=HIGH)
    journeys.not_before(RESULT_DAY)
    return travellers


def publish(journeys: Journeys, kind: PaperKind, level: Level = Level.LICENSED) -> None:
    """Publish a line; the papers are judged by a job, which waits."""
    line = PublishLine(Stage.FIRST, kind, level, Decimal(60))
    journeys.world.send(journeys.world.province, "cycle", journeys.world.cycle_id, "publish_line", line)


def lose_the_jobs(journeys: Journeys) -> None:
    """What waits to be done is gone, as after a mistake at the database."""
    with journeys.world.application.store.begin() as unit:
        unit.finish([job.id for job in unit.jobs(100)])
        unit.commit()


def findings(journeys: Journeys) -> list[tuple[str, str, str]]:
    """What verification reports."""
    found = journeys.world.application.verification.run().findings
    return [(finding.where, finding.code, finding.message) for finding in found]


def test_a_paper_that_nobody_judges_is_reported(stored: Journeys) -> None:
    """The line is public, the score is there, the job that judges is lost: verification says whose paper waits."""
    (traveller,) = scored(stored)
    publish(stored, HUMANITIES)
    lose_the_jobs(stored)
    stored.world.settle()
    paper = stored.papers(traveller)[Stage.FIRST, HUMANITIES]

    assert [(f"evaluation/{paper}", "judge-lost", FOUND)] == findings(stored)


def test_judged_papers_are_in_order(journeys: Journeys) -> None:
    """Once the job is done nothing is reported: neither the judged paper nor the one whose line is to come."""
    scored(journeys)
    publish(journeys, HUMANITIES)
    journeys.world.settle()

    assert [] == findings(journeys)


def test_the_line_of_another_level_judges_nobody(journeys: Journeys) -> None:
    """Lines are published by level: that of assistants says nothing about a licensed physician."""
    scored(journeys)
    publish(journeys, HUMANITIES, Level.ASSISTANT)
    lose_the_jobs(journeys)

    assert [] == findings(journeys)


def test_a_paper_without_a_score_waits_rightly(journeys: Journeys) -> None:
    """Handed in, and its score not delivered yet: it will be judged when the score comes."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    journeys.world.send(traveller.principal, "evaluation", paper, "start")
    journeys.world.send(traveller.principal, "evaluation", paper, "hand_in")
    journeys.not_before(RESULT_DAY)
    publish(journeys, HUMANITIES)
    journeys.world.settle()

    assert "handed_in" == journeys.paper_states(traveller)[HUMANITIES]
    assert [] == findings(journeys)


def test_a_page_of_papers_reads_its_cycles_at_once(counted) -> None:
    """One read a page, however many papers wait; what holds for their assessments holds meanwhile."""
    journeys, store = counted
    papers = [paper for one in scored(journeys, 2) for paper in journeys.papers(one).values()]
    publish(journeys, HUMANITIES)
    publish(journeys, PROFESSIONAL)
    with store.begin(write=False) as unit:
        cases = unit.find("evaluation", [])
        store.asked.clear()
        found = {id for id, _, _ in broken_invariants(unit, "evaluation", cases)}
        asked = Counter(store.asked)
        of_assessments = list(broken_invariants(unit, "assessment", unit.find("assessment", [])))

    assert set(papers) == found
    assert {"read": 1} == asked
    assert [] == of_assessments
