"""Papers that may be sat more than once, and papers that open one after another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.cycle.events import CreateCycle, PublishLine
from kaohe_workflow.lifecycles.evaluation.events import (
    ConfirmAbsence,
    GrantResit,
    RecordScore,
    ReportForceMajeure,
)
from kaohe_workflow.testing.journeys import HIGH, LOW, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from tests.unit.application.world.steps import case_of, declare, refused, shifted

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


@pytest.fixture(params=["best", "last"])
def twice(request: pytest.FixtureRequest) -> Iterator[Journeys]:
    """Papers may be sat twice; the best score counts, or the last."""
    with open_world(paper_attempts=2, score_rule=request.param) as world:
        yield Journeys.of(world)


@pytest.fixture
def in_order() -> Iterator[Journeys]:
    """业务水平 opens when 医学人文 is passed."""
    with open_world(papers_in_order=True, face_check=False) as world:
        yield Journeys.of(world)


def sat(journeys: Journeys, traveller: Traveller, kind: PaperKind, score: Decimal) -> str:
    """Start a paper, and have its score delivered; the state that it is in then."""
    paper = journeys.papers(traveller)[Stage.FIRST, kind]
    journeys.start(paper)
    journeys.world.send(journeys.world.province, "evaluation", paper, "record_score", RecordScore(score))
    return journeys.world.state_of("evaluation", paper)


@pytest.mark.manual("S-I4")
def test_who_fails_may_try_again(twice: Journeys) -> None:
    """Below the line while attempts and time are left: the paper is open again, and the second score judges it."""
    traveller = twice.to("awaiting_assessment")
    twice.not_before(SITTING_DAY)
    first = sat(twice, traveller, HUMANITIES, LOW)
    second = sat(twice, traveller, HUMANITIES, HIGH)
    record = case_of(twice.world, "evaluation", twice.papers(traveller)[Stage.FIRST, HUMANITIES]).record

    assert ("not_sat", "passed") == (first, second)
    assert (HIGH, (LOW,)) == (record.score, record.earlier_scores)


@pytest.mark.manual("S-I4")
def test_of_two_scores_one_counts(twice: Journeys) -> None:
    """Both below the line: the province's rule says which is the score of the paper."""
    traveller = twice.to("awaiting_assessment")
    twice.not_before(SITTING_DAY)
    sat(twice, traveller, HUMANITIES, Decimal(50))
    state = sat(twice, traveller, HUMANITIES, LOW)
    record = case_of(twice.world, "evaluation", twice.papers(traveller)[Stage.FIRST, HUMANITIES]).record
    rule = twice.world.application.catalogue.moment(twice.world.clock.now()).parameters.score_rule

    assert ("failed", {"best": Decimal(50), "last": LOW}[rule.value]) == (state, record.score)


def test_a_score_that_is_delivered_twice_is_no_second_attempt(twice: Journeys) -> None:
    """The second attempt has not been started: the score of the first is refused, as before."""
    world = twice.world
    traveller = twice.to("awaiting_assessment")
    twice.not_before(SITTING_DAY)
    sat(twice, traveller, HUMANITIES, LOW)
    paper = twice.papers(traveller)[Stage.FIRST, HUMANITIES]

    assert ["attempt_begun"] == refused(
        world, world.province, "evaluation", paper, "record_score", RecordScore(LOW)
    )


def by_file(journeys: Journeys, traveller: Traveller, score: Decimal) -> list[str]:
    """Import a score of 医学人文 by a file: the codes of what was not taken."""
    rows = f"证件号码,试卷名称,考核阶段,成绩\n{traveller.id_number},{HUMANITIES.label},{Stage.FIRST.label},{score}"
    world = journeys.world
    return [row.code for row in world.application.intake.import_scores(world.province, rows.encode()).bad]


def test_a_score_file_that_comes_again_is_no_second_attempt(twice: Journeys) -> None:
    """The second attempt has begun: rows of the first are there already; another score is that of the second."""
    traveller = twice.to("awaiting_assessment")
    twice.not_before(SITTING_DAY)
    paper = twice.papers(traveller)[Stage.FIRST, HUMANITIES]
    twice.start(paper)
    first = by_file(twice, traveller, LOW)
    twice.start(paper)
    again = by_file(twice, traveller, LOW)
    between = case_of(twice.world, "evaluation", paper)
    second = by_file(twice, traveller, HIGH)

    assert ([], ["already-scored"], []) == (first, again, second)
    assert ("sitting", None) == (between.state, between.record.score)
    assert "passed" == twice.world.state_of("evaluation", paper)


def test_a_score_file_that_comes_again_is_none_of_a_re_sit(journeys: Journeys) -> None:
    """What the re-sit has set aside is there already; who records a score by itself knows what it is of."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    journeys.start(paper)
    by_file(journeys, traveller, LOW)
    flood = ReportForceMajeure(text="考点因洪水停电。", evidence=("notice",))
    world.send(world.agency, "evaluation", paper, "report_force_majeure", flood)
    world.send(journeys.colleague, "evaluation", paper, "grant_resit", GrantResit())
    journeys.start(paper)
    again = by_file(journeys, traveller, LOW)
    world.send(world.province, "evaluation", paper, "record_score", RecordScore(LOW))

    assert ["already-scored"] == again
    assert LOW == case_of(world, "evaluation", paper).record.score


def test_who_has_tried_is_not_absent(twice: Journeys) -> None:
    """The second attempt was not used: with the end of the time what was reached is judged."""
    world = twice.world
    traveller = twice.to("awaiting_assessment")
    twice.not_before(SITTING_DAY)
    sat(twice, traveller, HUMANITIES, LOW)
    sat(twice, traveller, PROFESSIONAL, HIGH)
    world.at(RESULT_DAY)

    assert {HUMANITIES: "failed", PROFESSIONAL: "passed"} == twice.paper_states(traveller)
    assert "awaiting_makeup_approval" == twice.state(traveller)
    assert () == world.application.verification.run().findings


def test_one_attempt_is_the_rule(journeys: Journeys) -> None:
    """Without the parameter the first score fails the paper, as soon as its line is published."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=LOW)
    journeys.world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)

    assert "failed" == journeys.paper_states(traveller)[HUMANITIES]


def test_lines_are_known_before_where_papers_are_judged_at_once(twice: Journeys) -> None:
    """A cycle is published with all lines of the first stage; none is published while the papers are sat."""
    world = twice.world
    draft = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), shifted(60)
    )
    cycle_id = world.send(world.province, "cycle", None, "create", draft).id
    without = refused(world, world.province, "cycle", cycle_id, "publish")
    for kind in (HUMANITIES, PROFESSIONAL):
        for level in Level:
            line = PublishLine(Stage.FIRST, kind, level, Decimal(60))
            world.send(world.province, "cycle", cycle_id, "publish_line", line)
    world.send(world.province, "cycle", cycle_id, "publish")

    assert ["first_lines_ahead"] == without
    assert "published" == world.state_of("cycle", cycle_id)


def test_a_line_is_not_published_while_papers_are_sat(twice: Journeys) -> None:
    """Who has failed already would be judged by another line than who sits later, though it were not published yet."""
    world = twice.world
    twice.to("awaiting_assessment")
    world.at(SITTING_DAY)
    line = PublishLine(Stage.FIRST, PaperKind.PROFESSIONAL, Level.LICENSED, Decimal(60))

    reasons = refused(world, world.province, "cycle", world.cycle_id, "publish_line", line)
    assert ["line_timely", "line_not_published"] == reasons


def test_the_second_paper_waits_for_the_first(in_order: Journeys) -> None:
    """It opens when the one before is passed, in the province's order, and not before."""
    world = in_order.world
    traveller = in_order.to("awaiting_assessment")
    in_order.not_before(SITTING_DAY)
    second = in_order.papers(traveller)[Stage.FIRST, PROFESSIONAL]
    early = refused(world, traveller.principal, "evaluation", second, "start")
    sat(in_order, traveller, HUMANITIES, HIGH)

    assert ["prerequisite_met"] == early
    assert "passed" == sat(in_order, traveller, PROFESSIONAL, HIGH)
    assert "qualified" == in_order.state(traveller)


def test_a_waived_paper_is_no_hindrance(in_order: Journeys) -> None:
    """简易程序 with one paper, or a paper that counts as passed: nothing is waited for."""
    world = in_order.world
    traveller = in_order.to("awaiting_assessment")
    in_order.exempt(traveller)
    in_order.not_before(SITTING_DAY)

    assert "passed" == sat(in_order, traveller, HUMANITIES, HIGH)
    assert "qualified" == in_order.state(traveller)
    assert () == world.application.verification.run().findings


def test_nobody_is_absent_from_a_paper_that_could_not_open(in_order: Journeys) -> None:
    """医学人文 is failed: 业务水平 was not opened when its time ends, and both are sat in the make-up."""
    world = in_order.world
    traveller = in_order.to("awaiting_assessment")
    in_order.not_before(SITTING_DAY)
    sat(in_order, traveller, HUMANITIES, LOW)
    world.at(RESULT_DAY)

    assert {HUMANITIES: "failed", PROFESSIONAL: "not_opened"} == in_order.paper_states(traveller)
    assert "awaiting_makeup_approval" == in_order.state(traveller)
    assert () == world.application.verification.run().findings


def test_what_is_behind_an_absence_was_not_opened(in_order: Journeys) -> None:
    """The first is an absence, once confirmed; the second cannot be one, and closes with it."""
    world = in_order.world
    traveller = in_order.to("awaiting_assessment")
    world.at(RESULT_DAY)
    declare(world, Stage.FIRST)
    papers = in_order.papers(traveller)
    with pytest.raises(TransitionRefused):
        world.send(
            world.agency,
            "evaluation",
            papers[Stage.FIRST, PROFESSIONAL],
            "confirm_absence",
            ConfirmAbsence(True),
        )
    world.send(
        world.agency, "evaluation", papers[Stage.FIRST, HUMANITIES], "confirm_absence", ConfirmAbsence(True)
    )

    assert {HUMANITIES: "absent", PROFESSIONAL: "not_opened"} == in_order.paper_states(traveller)
    assert "awaiting_makeup_approval" == in_order.state(traveller)
    assert () == world.application.verification.run().findings


def test_close_papers_behind(in_order: Journeys) -> None:
    """A score that comes after the time fails the first paper: what waited behind it closes in the same transaction."""
    world = in_order.world
    traveller = in_order.to("awaiting_assessment")
    in_order.not_before(SITTING_DAY)
    paper = in_order.papers(traveller)[Stage.FIRST, HUMANITIES]
    in_order.start(paper)
    world.at(RESULT_DAY)
    between = in_order.paper_states(traveller)
    world.send(world.province, "evaluation", paper, "record_score", RecordScore(LOW))

    assert {HUMANITIES: "handed_in", PROFESSIONAL: "absence_pending"} == between
    assert {HUMANITIES: "failed", PROFESSIONAL: "not_opened"} == in_order.paper_states(traveller)
