"""How a result comes about (考核办法 第二十二条, 第二十七条): failures, absences, and the doors to the make-up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe_workflow.lifecycles.assessment.events import GiveOpinion
from kaohe_workflow.testing.journeys import (
    HIGH,
    LAST_DAY,
    LOW,
    MAKEUP_DAY,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.values.terms import Level, PaperKind, Stage, Verdict
from tests.unit.application.world.steps import confirm_absences, declare

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
QUALIFIED, UNQUALIFIED = Verdict.QUALIFIED, Verdict.UNQUALIFIED


def judged(journeys: Journeys, traveller: Traveller, stage: Stage = Stage.FIRST, **scores: Decimal) -> str:
    """The state once scores are recorded and the lines published: 60, and 55 for 执业助理医师."""
    journeys.not_before(SITTING_DAY if stage is Stage.FIRST else MAKEUP_DAY)
    journeys.score(traveller, stage, **scores)
    journeys.not_before(RESULT_DAY if stage is Stage.FIRST else LAST_DAY)
    journeys.publish(stage)
    return journeys.state(traveller)


@pytest.mark.manual("R-22.1")
@pytest.mark.parametrize(
    ("humanities", "professional", "state"),
    [
        ("60", "60", "qualified"),
        ("59.99", "60", "awaiting_makeup_approval"),
        ("60", "59.99", "awaiting_makeup_approval"),
        ("0", "100", "awaiting_makeup_approval"),
    ],
)
def test_every_paper_is_passed_by_itself(
    journeys: Journeys, humanities: str, professional: str, state: str
) -> None:
    """The line itself is enough, a hundredth less is not, and a hundred in one paper makes up for nothing."""
    traveller = journeys.to("awaiting_assessment")

    assert state == judged(
        journeys, traveller, humanities=Decimal(humanities), professional=Decimal(professional)
    )


@pytest.mark.manual("R-5.1")
@pytest.mark.parametrize(
    ("level", "score", "state"),
    [
        (Level.LICENSED, "59.99", "awaiting_makeup_approval"),
        (Level.LICENSED, "60", "qualified"),
        (Level.ASSISTANT, "54.99", "awaiting_makeup_approval"),
        (Level.ASSISTANT, "55", "qualified"),
    ],
)
def test_each_level_has_its_line(journeys: Journeys, level: Level, score: str, state: str) -> None:
    """执业医师 and 执业助理医师 are judged by lines of their own."""
    traveller = journeys.newcomer(level=level)
    journeys.lead(traveller, "awaiting_assessment", level=level)

    assert state == judged(journeys, traveller, humanities=Decimal(score), professional=Decimal(score))


@pytest.mark.manual("R-22.1", "R-22.2")
@pytest.mark.parametrize(
    ("work", "ethics"), [(UNQUALIFIED, QUALIFIED), (QUALIFIED, UNQUALIFIED), (UNQUALIFIED, UNQUALIFIED)]
)
def test_one_bad_opinion_fails_the_cycle(journeys: Journeys, work: Verdict, ethics: Verdict) -> None:
    """工作成绩 or 职业道德 不合格, confirmed by the agency: 不合格 without a single paper."""
    world, traveller = journeys.world, journeys.to("awaiting_institution_review")
    opinion = GiveOpinion(
        work=work,
        ethics=ethics,
        work_reason="年度考核不合格" if work is UNQUALIFIED else "",
        ethics_reason="医德考评较差" if ethics is UNQUALIFIED else "",
    )
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", opinion)
    world.send(world.agency, "assessment", traveller.case_id, "confirm_fail")
    journeys.not_before(SITTING_DAY)

    assert ("unqualified", {}, {}) == (
        journeys.state(traveller),
        journeys.papers(traveller),
        journeys.certificates(traveller),
    )


@pytest.mark.manual("R-P1")
def test_a_score_says_nothing_until_the_line_is_out(journeys: Journeys) -> None:
    """The line is set after the sitting: till then a paper is neither passed nor failed, however high its score."""
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    journeys.not_before(RESULT_DAY)
    before = journeys.paper_states(traveller)[HUMANITIES], journeys.state(traveller)
    journeys.publish(Stage.FIRST)

    assert ("handed_in", "awaiting_assessment") == before
    assert ("passed", "qualified") == (
        journeys.paper_states(traveller)[HUMANITIES],
        journeys.state(traveller),
    )


@pytest.mark.manual("R-M3")
def test_three_doors_lead_to_the_make_up(journeys: Journeys) -> None:
    """待确认补考 is for who failed, for who was absent, and for who registered too late to sit."""
    world = journeys.world
    failed, absent = journeys.to("awaiting_assessment"), journeys.to("awaiting_assessment")
    late = journeys.to("awaiting_agency_review")
    judged(journeys, failed, humanities=HIGH, professional=LOW)
    declare(world, Stage.FIRST)
    confirm_absences(journeys, absent, Stage.FIRST)
    world.send(world.agency, "assessment", late.case_id, "pass")

    assert {"awaiting_makeup_approval"} == {journeys.state(one) for one in (failed, absent, late)}


@pytest.mark.manual("R-M3")
def test_the_make_up_asks_for_what_was_not_passed(journeys: Journeys) -> None:
    """Who failed sits the failed paper again; who was absent or late sits both."""
    world = journeys.world
    failed, absent = journeys.to("awaiting_assessment"), journeys.to("awaiting_assessment")
    late = journeys.to("awaiting_agency_review")
    judged(journeys, failed, humanities=HIGH, professional=LOW)
    declare(world, Stage.FIRST)
    confirm_absences(journeys, absent, Stage.FIRST)
    world.send(world.agency, "assessment", late.case_id, "pass")
    for one in (failed, absent, late):
        journeys.lead(one, "awaiting_makeup")

    assert [{PROFESSIONAL}, {HUMANITIES, PROFESSIONAL}, {HUMANITIES, PROFESSIONAL}] == [
        set(journeys.paper_states(one, Stage.MAKEUP)) for one in (failed, absent, late)
    ]


@pytest.mark.manual("R-E5")
@pytest.mark.parametrize(("score", "state"), [(None, "unqualified"), (HIGH, "qualified")])
def test_who_stays_away_from_both_stages_is_unqualified(
    journeys: Journeys, score: Decimal | None, state: str
) -> None:
    """无正当理由不参加: one absence leads to the make-up, and a second one to 不合格 (第二十七条第十三项)."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment", **SIMPLIFIED)
    journeys.not_before(RESULT_DAY)
    declare(world, Stage.FIRST)
    confirm_absences(journeys, traveller, Stage.FIRST)
    journeys.lead(traveller, "awaiting_makeup")
    if score is not None:
        judged(journeys, traveller, Stage.MAKEUP, humanities=score)
    else:
        journeys.not_before(LAST_DAY)
        declare(world, Stage.MAKEUP)
        confirm_absences(journeys, traveller, Stage.MAKEUP)

    assert state == journeys.state(traveller)
