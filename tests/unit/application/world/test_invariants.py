"""What must hold between lifecycles is checked by verification, and what was lost on the way is reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.invariants import broken_invariants
from kaohe_workflow.lifecycles.cycle.events import CorrectLine, PublishLine
from kaohe_workflow.testing.contracts import changed
from kaohe_workflow.testing.journeys import (
    HIGH,
    LAST_DAY,
    LOW,
    MAKEUP_DAY,
    RESULT_DAY,
    SITTING_DAY,
    Journeys,
    Traveller,
)
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
    journeys.start(paper)
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
    parameters = journeys.world.application.catalogue.parameters
    with store.begin(write=False) as unit:
        cases = unit.find("evaluation", [])
        store.asked.clear()
        found = {id for id, _, _ in broken_invariants(unit, "evaluation", cases, parameters)}
        asked = Counter(store.asked)
        of_assessments = list(broken_invariants(unit, "assessment", unit.find("assessment", []), parameters))

    assert set(papers) == found
    assert {"read": 1} == asked
    assert [] == of_assessments


def broken_tree(journeys: Journeys, whose: str | None, **change: Any) -> list[tuple[str, str, str]]:
    """What is found of the organisations once one of them has been changed past the door."""
    with journeys.world.application.store.begin() as unit:
        for case in unit.find("institution", [Where("id", "eq", whose)]):
            unit.write([changed(case, **change)])
        found = unit.find("institution", [])
        return list(
            broken_invariants(unit, "institution", found, journeys.world.application.catalogue.parameters)
        )


def test_the_tree_of_a_world_is_in_order(stored: Journeys) -> None:
    """Every path continues the superior's; what is open stands below what is open."""
    stored.newcomer()

    assert [] == broken_tree(stored, None)


@pytest.mark.parametrize("below", [True, False])
def test_a_path_that_does_not_continue_the_superiors_is_reported(stored: Journeys, below: bool) -> None:
    """Whoever stands elsewhere than the tree says is seen by the wrong administration."""
    world = stored.world
    county, hospital = str(world.county.organisation_id), str(world.hospital.organisation_id)
    if below:
        found = broken_tree(stored, hospital, path=f"{world.city.path}{hospital}/")
        expected = {hospital}
    else:
        found = broken_tree(stored, county, path=f"{world.province.path}{county}/")
        expected = {county, hospital, str(world.agency.organisation_id)}

    assert {(id, "tree-path") for id in expected} == {(id, code) for id, code, _ in found}


def test_a_superior_that_is_nowhere_is_reported(stored: Journeys) -> None:
    """The path may be right; nobody stands there."""
    world = stored.world
    hospital = str(world.hospital.organisation_id)

    assert [(hospital, "tree-path")] == codes(broken_tree(stored, hospital, superior_id="0" * 26))


def test_a_second_root_is_below_nothing(stored: Journeys) -> None:
    """Without a superior the path is the own id alone."""
    hospital = str(stored.world.hospital.organisation_id)

    assert [(hospital, "tree-path")] == codes(broken_tree(stored, hospital, superior_id=None))


def test_physicians_of_a_closed_institution_are_reported(stored: Journeys) -> None:
    """Closing demands that nobody is attached, and nobody is attached to what is closed."""
    stored.newcomer()
    stored.newcomer()
    found = broken_tree(stored, stored.world.hospital.organisation_id, state="closed")

    assert [
        (
            stored.world.hospital.organisation_id,
            "closed-with-physicians",
            "closed with 2 physician(s) attached",
        )
    ] == found


def test_what_is_open_below_what_is_closed_is_reported(stored: Journeys) -> None:
    """A superior is closed after everything below it, and opened before."""
    world = stored.world
    found = broken_tree(stored, world.county.organisation_id, state="closed")

    assert {
        (world.hospital.organisation_id, "open-below-closed"),
        (world.agency.organisation_id, "open-below-closed"),
    } == set(codes(found))


@pytest.mark.parametrize("change", [{"is_agency": False}, {"state": "closed"}], ids=["unmarked", "closed"])
def test_an_agency_that_may_not_assess_is_reported(stored: Journeys, change: dict[str, Any]) -> None:
    """Who is assessed by one that is unmarked or closed would wait for nobody."""
    hospital, agency = stored.world.hospital.organisation_id, stored.world.agency.organisation_id

    broken = codes(broken_tree(stored, agency, **change))
    mark = [(agency, "agency-mark")] if "is_agency" in change else []

    assert sorted([(hospital, "agency-lost"), *mark]) == sorted(broken)


def test_an_administration_above_is_an_agency_and_another_is_none(stored: Journeys) -> None:
    """An administration assesses by name what lies below it."""
    hospital = str(stored.world.hospital.organisation_id)

    assert [] == broken_tree(stored, hospital, agency_id=stored.world.city.organisation_id)
    assert [(hospital, "agency-lost")] == codes(
        broken_tree(stored, hospital, agency_id=stored.neighbour.organisation_id)
    )


def codes(found: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Which case breaks what."""
    return [(id, code) for id, code, _ in found]


def broken_result(
    journeys: Journeys,
    lifecycle: str,
    whose: str,
    state: str | None = None,
    code: str = "invariant-1",
    **change: Any,
) -> list[str]:
    """What is said of the assessments, under one code, once a case has been changed past the door."""
    with journeys.world.application.store.begin() as unit:
        for case in unit.find(lifecycle, [Where("id", "eq", whose)]):
            unit.write([changed(case, state=state, **change)])
        cases = unit.find("assessment", [])
        found = list(
            broken_invariants(unit, "assessment", cases, journeys.world.application.catalogue.parameters)
        )
        return [message for _, of, message in found if of == code]


UNCONFIRMED = "qualified without both opinions confirmed"
INCOMPLETE = "qualified without every required paper"
NOT_WAIVED = "qualified with a paper waived by no exemption"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"opinions": None}, [UNCONFIRMED]),
        ({"opinion_stands": False}, [UNCONFIRMED]),
        ({"agency_passed": False}, [UNCONFIRMED]),
        ({"filing": None}, ["qualified without a filing"]),
        ({"procedure": None}, ["qualified without a filing"]),
        ({"stage": None}, ["qualified by no stage, or on no day"]),
        ({"decided_on": None}, ["qualified by no stage, or on no day"]),
        ({"stage": Stage.MAKEUP}, [INCOMPLETE]),
    ],
    ids=str,
)
def test_a_result_rests_on_filing_opinions_and_stage(
    stored: Journeys, change: dict[str, Any], expected: list[str]
) -> None:
    """1: 合格 only with a filing whose opinions are 合格, stand, and were passed by the agency."""
    traveller = stored.to("qualified")

    assert expected == broken_result(stored, "assessment", traveller.case_id, **change)


@pytest.mark.parametrize("state", ["failed", "absent", "not_opened", "not_sat", "cancelled"])
def test_a_result_rests_on_every_required_paper(stored: Journeys, state: str) -> None:
    """1: a paper of the first stage that is not passed, or is cancelled and so missing, carries no 合格."""
    traveller = stored.to("qualified")
    paper = stored.papers(traveller)[Stage.FIRST, PROFESSIONAL]

    assert [INCOMPLETE] == broken_result(stored, "evaluation", paper, state)


def test_a_make_up_rests_on_the_first_stage_as_it_stands_now(stored: Journeys) -> None:
    """1: what was passed at first and need not be sat again must still be passed (考核办法 第二十二条)."""
    traveller = stored.to("awaiting_assessment")
    stored.not_before(SITTING_DAY)
    stored.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
    stored.not_before(RESULT_DAY)
    stored.publish(Stage.FIRST)
    stored.lead(traveller, "awaiting_makeup")
    stored.not_before(MAKEUP_DAY)
    stored.score(traveller, Stage.MAKEUP, professional=HIGH)
    stored.not_before(LAST_DAY)
    stored.publish(Stage.MAKEUP)
    passed_at_first = stored.papers(traveller)[Stage.FIRST, HUMANITIES]

    assert "qualified" == stored.state(traveller)
    assert [] == broken_result(stored, "evaluation", "nobody")
    assert [INCOMPLETE] == broken_result(stored, "evaluation", passed_at_first, "failed")


def test_a_waived_paper_rests_on_its_exemption(stored: Journeys) -> None:
    """1: 合格(免考) counts while the exemption is granted."""
    traveller = stored.to("awaiting_assessment")
    exemption = stored.exempt(traveller)
    stored.not_before(SITTING_DAY)
    stored.score(traveller, Stage.FIRST, humanities=HIGH)
    stored.not_before(RESULT_DAY)
    stored.publish(Stage.FIRST)

    assert "qualified" == stored.state(traveller)
    assert [] == broken_result(stored, "exemption", "nobody")
    assert [NOT_WAIVED] == broken_result(stored, "exemption", exemption, "revoked")


def test_a_paper_judged_by_an_old_line_is_reported(journeys: Journeys) -> None:
    """The corrected line judges again: until the job has run, or if it was lost, the paper says something else."""
    (traveller,) = scored(journeys)
    journeys.publish(Stage.FIRST)
    line = CorrectLine(Stage.FIRST, HUMANITIES, Level.LICENSED, HIGH + 1)
    world = journeys.world
    world.send(journeys.colleague, "cycle", world.cycle_id, "correct_line", line, reason="录入有误")
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    waiting = findings(journeys)
    world.settle()

    message = "judged by another line than the present: a job waits or is lost"
    assert [(f"evaluation/{paper}", "judge-lost", message)] == waiting
    assert [] == findings(journeys)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("awaiting_agency_review", []),
        ("awaiting_assessment", ["the cycle is archived, the case in awaiting_assessment"]),
        ("awaiting_makeup_approval", ["the cycle is archived, the case in awaiting_makeup_approval"]),
        ("awaiting_makeup", ["the cycle is archived, the case in awaiting_makeup"]),
        ("unqualified", []),
    ],
)
def test_nobody_waits_in_an_archived_cycle(journeys: Journeys, state: str, expected: list[str]) -> None:
    """Who sits or waits for the make-up keeps a cycle from being archived; a file under review is ended by a job."""
    journeys.to(state)
    cycle_id = journeys.world.cycle_id

    assert expected == broken_result(journeys, "cycle", cycle_id, "archived", code="left-behind")
