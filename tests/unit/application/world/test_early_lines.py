"""提前考核: the line of a paper alone is asked for, and set right where it was mistyped (考核办法 第十八条)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.lifecycles.evaluation.events import GiveLine
from kaohe_workflow.testing.journeys import HIGH, RESULT_DAY, SITTING_DAY, Journeys
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.terms import Stage
from tests.unit.application.world.steps import refused
from tests.unit.application.world.test_early import EARLY, HUMANITIES, PROFESSIONAL, give_line, passed

pytestmark = pytest.mark.manual("M: open an early assessment", "R-18.1")


def corrected(line: int) -> GiveLine:
    """A line that is set right."""
    return GiveLine(Decimal(line))


def test_a_mistyped_line_is_corrected_before_the_result(stored: Journeys) -> None:
    """By another person, with a reason: the paper is judged anew, both ways, and keeps who has given which."""
    world, traveller = stored.world, passed(stored)
    world.at(EARLY.evaluation.first_day)
    stored.score(traveller, Stage.FIRST, humanities=Decimal(65), professional=HIGH)
    paper = stored.papers(traveller)[Stage.FIRST, HUMANITIES]
    world.clock.set(EARLY.evaluation.closes_at)
    world.send(stored.colleague, "evaluation", paper, "give_line", GiveLine(Decimal(90)))
    mistyped = world.state_of("evaluation", paper)
    same = refused(
        world, stored.colleague, "evaluation", paper, "correct_line", corrected(60), reason="录入有误"
    )
    third = attrs.evolve(stored.colleague, account_id="account-of-third", operator_id="third")
    world.send(third, "evaluation", paper, "correct_line", corrected(60), reason="录入有误")
    right = world.state_of("evaluation", paper)
    fourth = attrs.evolve(third, account_id="account-of-fourth", operator_id="fourth")
    world.send(fourth, "evaluation", paper, "correct_line", corrected(65), reason="录入有误")
    at_the_line = world.state_of("evaluation", paper)
    give_line(stored, traveller, Stage.FIRST, PROFESSIONAL)
    fifth = attrs.evolve(third, account_id="account-of-fifth", operator_id="fifth")
    late = refused(world, fifth, "evaluation", paper, "correct_line", corrected(90), reason="录入有误")

    assert ("failed", "passed", "passed") == (mistyped, right, at_the_line)
    assert ["second-person-needed"] == same
    assert ["result_open"] == late
    assert "qualified" == stored.state(traveller)
    assert () == world.application.verification.run().findings


def test_a_mistyped_line_that_has_led_to_the_make_up_is_corrected(journeys: Journeys) -> None:
    """The assessment waits for the word on its make-up, and has no result: with the right line it is 合格."""
    world, traveller = journeys.world, passed(journeys)
    world.at(EARLY.evaluation.first_day)
    journeys.score(traveller, Stage.FIRST, humanities=Decimal(65), professional=HIGH)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    world.clock.set(EARLY.evaluation.closes_at)
    give_line(journeys, traveller, Stage.FIRST, PROFESSIONAL)
    world.send(journeys.colleague, "evaluation", paper, "give_line", GiveLine(Decimal(90)))
    before = journeys.state(traveller)
    third = attrs.evolve(journeys.colleague, account_id="account-of-third", operator_id="third")
    world.send(third, "evaluation", paper, "correct_line", corrected(60), reason="录入有误")

    assert ("awaiting_makeup_approval", "qualified") == (before, journeys.state(traveller))
    assert () == world.application.verification.run().findings


def test_the_cycles_line_is_no_line_of_its_own(journeys: Journeys) -> None:
    """A paper that was judged by the line of all is corrected with that one alone."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]

    assert ["own_line_given"] == refused(
        world, journeys.colleague, "evaluation", paper, "correct_line", corrected(60), reason="录入有误"
    )


def reminded(journeys: Journeys) -> list[str]:
    """What the province is told of papers that wait for a line of their own."""
    page = journeys.world.application.inbox.page(journeys.world.province, limit=200)
    return [one.text for one in page.notices if "待公布提前考核合格线" in one.text]


def test_the_province_is_reminded_of_papers_that_wait_for_a_line(stored: Journeys) -> None:
    """From the working day after the own window on, of those that have a score; given a line, nobody is any more."""
    world, traveller, usual = stored.world, passed(stored), stored.newcomer()
    world.at(EARLY.evaluation.first_day)
    stored.score(traveller, Stage.FIRST, humanities=HIGH, professional=HIGH)
    world.at(EARLY.evaluation.last_day)
    sat = reminded(stored)
    world.at(EARLY.evaluation.last_day + timedelta(days=1))
    waiting = reminded(stored)
    give_line(stored, traveller, Stage.FIRST, HUMANITIES)
    world.at(EARLY.evaluation.last_day + timedelta(days=8))
    half = reminded(stored)
    give_line(stored, traveller, Stage.FIRST, PROFESSIONAL)
    world.at(EARLY.evaluation.last_day + timedelta(days=15))

    assert [] == sat
    assert ["有2份"] == [text[text.index("有") :][:3] for text in waiting]
    assert ["有1份", "有2份"] == sorted(text[text.index("有") :][:3] for text in half)
    assert half == reminded(stored)
    assert usual.case_id != traveller.case_id


def test_papers_that_wait_for_the_cycles_line_remind_nobody(journeys: Journeys) -> None:
    """A paper without a score, a make-up in the cycle's windows, and everybody who sits with all others."""
    world, traveller = journeys.world, passed(journeys)
    usual = journeys.to("awaiting_assessment")
    world.at(EARLY.evaluation.last_day + timedelta(days=1))
    journeys.not_before(SITTING_DAY)
    journeys.score(usual, Stage.FIRST, humanities=HIGH, professional=HIGH)
    world.at(WINDOWS.evaluation.last_day + timedelta(days=3))

    assert [] == reminded(journeys)
    assert "awaiting_assessment" == journeys.state(traveller)
