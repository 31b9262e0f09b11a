"""A 述职报告, the make-up of 简易程序 in 四川: it is written by the physician and judged by who reads it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.cycle.events import PublishLine
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.testing.journeys import LAST_DAY, MAKEUP_DAY, SIMPLIFIED, Journeys, Traveller
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from tests.unit.application.world.steps import refused

STATEMENT = PaperKind.STATEMENT


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
