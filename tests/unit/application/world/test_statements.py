"""A 述职报告, the make-up of 简易程序 in 四川: it is written by the physician and judged by who reads it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, PublishLine
from kaohe_workflow.lifecycles.evaluation.events import (
    AssessStatement,
    DeliverStart,
    HandInStatement,
    RecordScore,
)
from kaohe_workflow.testing.journeys import LAST_DAY, MAKEUP_DAY, SIMPLIFIED, Journeys, Traveller
from kaohe_workflow.testing.worlds import WINDOWS, World
from kaohe_workflow.values.terms import Level, PaperKind, Stage, Verdict
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import TICK, refused

STATEMENT = PaperKind.STATEMENT
WRITTEN = HandInStatement(statement="本周期完成门诊二千人次。")


@pytest.fixture
def journeys() -> Iterator[Journeys]:
    """People on their way through a cycle of 四川."""
    with World.open("memory:", province="sichuan") as world:
        yield Journeys.of(world)


def writing(journeys: Journeys) -> tuple[Traveller, str]:
    """Somebody who may write a statement in the make-up, which is open, and the paper."""
    traveller = journeys.to("awaiting_makeup", **SIMPLIFIED)
    journeys.not_before(MAKEUP_DAY)
    return traveller, journeys.papers(traveller)[Stage.MAKEUP, STATEMENT]


@pytest.mark.parametrize("sender", ["agency", "province", "system"])
def test_statement_has_no_score(journeys: Journeys, sender: str) -> None:
    """Nobody scores a 述职报告: the assessment institution judges it (考核办法 第十四条)."""
    traveller, paper = writing(journeys)
    by = SYSTEM if sender == "system" else getattr(journeys.world, sender)

    score = RecordScore(Decimal(20))

    assert ["not_statement"] == refused(journeys.world, by, "evaluation", paper, "record_score", score)
    assert {STATEMENT: "not_sat"} == journeys.paper_states(traveller, Stage.MAKEUP)


def test_statement_has_no_line(journeys: Journeys) -> None:
    """No line is published for a 述职报告, which has no score to be held against one (考核办法 第十四条)."""
    writing(journeys)
    journeys.not_before(LAST_DAY)
    world = journeys.world
    line = PublishLine(Stage.MAKEUP, STATEMENT, Level.LICENSED, Decimal(10))

    assert ["kind_scored"] == refused(world, world.province, "cycle", world.cycle_id, "publish_line", line)


def test_statement_is_not_started(journeys: Journeys) -> None:
    """A 述职报告 is written, not sat: neither here nor on a platform is it begun, and the right to hand it in stays."""
    traveller, paper = writing(journeys)
    world, person = journeys.world, traveller.principal
    there = DeliverStart(started_at=world.clock.now(), identity_checked=True)

    assert "not_statement" in refused(world, person, "evaluation", paper, "start")
    assert ["not_statement"] == refused(world, SYSTEM, "evaluation", paper, "deliver_start", there)
    world.send(person, "evaluation", paper, "hand_in_statement", WRITTEN)
    assert "handed_in" == world.state_of("evaluation", paper)


@pytest.mark.parametrize("swept", [True, False], ids=["swept", "not-swept"])
def test_nobody_fails_for_what_there_is_time_to_write(journeys: Journeys, swept: bool) -> None:
    """Who has written nothing is found 不合格 once the time is over, swept or not, and not before."""
    _, paper = writing(journeys)
    world = journeys.world
    against = AssessStatement(Verdict.UNQUALIFIED)
    until = WINDOWS.makeup.closes_at  # type: ignore[union-attr]  # there is a make-up
    world.clock.set(until - TICK)
    early = refused(world, world.agency, "evaluation", paper, "assess_statement", against, reason="未写明")
    world.clock.set(until)
    if swept:
        world.settle()
    world.send(world.agency, "evaluation", paper, "assess_statement", against, reason="未写明")

    assert "window_over" in early
    assert "failed" == world.state_of("evaluation", paper)


def test_what_is_written_may_fail_at_once(journeys: Journeys) -> None:
    """A 述职报告 that was handed in waits for no window to end (考核办法 第十四条)."""
    traveller, paper = writing(journeys)
    world = journeys.world
    world.send(traveller.principal, "evaluation", paper, "hand_in_statement", WRITTEN)
    against = AssessStatement(Verdict.UNQUALIFIED)
    world.send(world.agency, "evaluation", paper, "assess_statement", against, reason="内容不实")

    assert "failed" == world.state_of("evaluation", paper)


def test_make_up_that_is_open_again_takes_the_statement(journeys: Journeys) -> None:
    """A sweep has closed the paper, and the make-up is then lengthened: it is written as if nothing had been swept."""
    traveller, paper = writing(journeys)
    world = journeys.world
    journeys.not_before(LAST_DAY)
    closed = world.state_of("evaluation", paper)
    longer = attrs.evolve(WINDOWS, makeup=Window.of_days(WINDOWS.makeup.first_day, LAST_DAY))  # type: ignore[union-attr]  # there is a make-up
    world.send(world.province, "cycle", world.cycle_id, "change_windows", ChangeWindows(longer))
    world.send(traveller.principal, "evaluation", paper, "hand_in_statement", WRITTEN)

    assert ("absence_pending", "handed_in") == (closed, world.state_of("evaluation", paper))
