"""Who could not sit a paper for a good reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kaohe_workflow.errors import NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.cycle.events import DeclareDelivery
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence, GrantResit, ReportForceMajeure
from kaohe_workflow.testing.journeys import HIGH, LAST_DAY, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import WINDOWS, World
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import refused


@pytest.fixture
def journeys() -> Iterator[Journeys]:
    """People on their way through a cycle."""
    with World.open("memory:") as world:
        yield Journeys.of(world)


@pytest.fixture
def absent(journeys: Journeys) -> Traveller:
    """Somebody who has sat 医学人文 and not 业务水平专业知识."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    return traveller


def excuse(journeys: Journeys, traveller: Traveller, part: str = "province") -> None:
    """The reason was good, says somebody."""
    world = journeys.world
    paper = journeys.papers(traveller)[Stage.FIRST, PaperKind.PROFESSIONAL]
    world.send(getattr(world, part), "evaluation", paper, "excuse_absence", reason="参加抗洪救灾，有派遣证明")


@pytest.mark.manual("M: refute an absence; excuse it; grant a re-sit")
def test_an_excused_paper_was_not_opened(journeys: Journeys, absent: Traveller) -> None:
    """No absence stands in the file, and the paper is sat in the make-up (测评, 补考)."""
    journeys.not_before(RESULT_DAY)
    excuse(journeys, absent)
    journeys.publish(Stage.FIRST)

    assert "not_opened" == journeys.paper_states(absent)[PaperKind.PROFESSIONAL]
    assert "awaiting_makeup_approval" == journeys.state(absent)
    assert () == journeys.world.application.verification.run().findings


@pytest.mark.manual("M: refute an absence; excuse it; grant a re-sit")
def test_only_the_province_excuses(journeys: Journeys, absent: Traveller) -> None:
    """The assessment institution confirms or refutes an absence; it excuses none."""
    journeys.not_before(RESULT_DAY)

    for part in ("agency", "hospital", "county"):
        with pytest.raises(NotPermitted):
            excuse(journeys, absent, part)


def test_nobody_is_excused_before_the_window_ends(journeys: Journeys, absent: Traveller) -> None:
    """Until the last instant the paper can be sat; from the next on it can be excused, swept or not."""
    last = WINDOWS.evaluation.closes_at
    journeys.world.clock.set(last - timedelta(microseconds=1))
    with pytest.raises(TransitionRefused) as refused:
        excuse(journeys, absent)
    journeys.world.clock.set(last)
    excuse(journeys, absent)

    assert ["window_over"] == [getattr(reason, "name", "") for reason in refused.value.reasons]
    assert "not_opened" == journeys.paper_states(absent)[PaperKind.PROFESSIONAL]


def test_a_confirmed_absence_is_not_excused(journeys: Journeys, absent: Traveller) -> None:
    """What has been decided is not decided again: the way is a late score, or the make-up."""
    journeys.not_before(RESULT_DAY)
    world = journeys.world
    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(Stage.FIRST))
    paper = journeys.papers(absent)[Stage.FIRST, PaperKind.PROFESSIONAL]
    world.send(world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(reminded=True))

    with pytest.raises(TransitionRefused):
        excuse(journeys, absent)


def sat_again(journeys: Journeys, traveller: Traveller, stage: Stage, window: Window) -> None:
    """The agency vouches for what kept somebody, and the province gives the paper again."""
    world, paper = journeys.world, journeys.papers(traveller)[stage, PaperKind.PROFESSIONAL]
    report = ReportForceMajeure(text="急诊住院手术。", evidence=("record",))
    world.send(world.agency, "evaluation", paper, "report_force_majeure", report)
    world.send(world.province, "evaluation", paper, "grant_resit", GrantResit(window=window))


def test_nobody_is_failed_for_an_absence_with_a_reason() -> None:
    """
    Where no make-up comes before the verdict, an excuse would still be 不合格: the paper is given again
    (考核办法 第二十七条(十三): without proper reason only).
    """
    with open_world(makeup_meaning="statutory") as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        journeys.not_before(SITTING_DAY)
        journeys.score(traveller, Stage.FIRST, humanities=HIGH)
        journeys.not_before(RESULT_DAY)
        paper = journeys.papers(traveller)[Stage.FIRST, PaperKind.PROFESSIONAL]
        held = refused(world, world.province, "evaluation", paper, "excuse_absence", reason="住院手术")
        sat_again(journeys, traveller, Stage.FIRST, Window.of_days(RESULT_DAY, RESULT_DAY))
        journeys.score(traveller, Stage.FIRST, professional=HIGH)
        journeys.publish(Stage.FIRST)

        assert ["makeup_follows"] == held
        assert "qualified" == journeys.state(traveller)
        assert () == world.application.verification.run().findings


def test_nobody_is_excused_from_the_last_chance(journeys: Journeys) -> None:
    """Nothing follows the make-up: who had a good reason then is given its paper again (考核办法 第二十七条(十三))."""
    traveller = journeys.to("awaiting_makeup")
    journeys.not_before(LAST_DAY)
    world = journeys.world
    paper = journeys.papers(traveller)[Stage.MAKEUP, PaperKind.PROFESSIONAL]
    held = refused(world, world.province, "evaluation", paper, "excuse_absence", reason="住院手术")
    sat_again(journeys, traveller, Stage.MAKEUP, Window.of_days(LAST_DAY, LAST_DAY))

    assert ["makeup_follows"] == held
    assert "not_sat" == world.state_of("evaluation", paper)
