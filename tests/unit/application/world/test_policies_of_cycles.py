"""What follows from what happens to a cycle: one test a policy, end to end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs
import pytest

from kaohe_workflow.application.stored import Due
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, OpenMakeup
from kaohe_workflow.testing.journeys import RESULT_DAY, SITTING_DAY, UNDISPUTED_DAY, Journeys
from kaohe_workflow.testing.worlds import WINDOWS, World
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import cause_of_last, found, leave, second_cycle

HUMANITIES = PaperKind.HUMANITIES


def deadlines(world: World, case_id: str) -> list[Due]:
    with world.application.store.begin(write=False) as unit:
        return [
            due
            for due in unit.due(datetime.max.replace(tzinfo=world.clock.now().tzinfo), 1000)
            if due.case_id == case_id
        ]


@pytest.mark.manual("S-I12")
def test_open_assessments_of_cycle(stored: Journeys) -> None:
    """A cycle is published: everybody attached gets a case there, once; who has left does not."""
    world = stored.world
    here, left = stored.newcomer(), stored.newcomer()
    leave(stored, left)
    cycle_id = second_cycle(stored)

    world.send(world.province, "cycle", cycle_id, "publish")
    before_the_job = found(world, "assessment", "cycle_id", cycle_id)
    world.application.timers.work()
    world.application.timers.work()
    (case,) = found(world, "assessment", "cycle_id", cycle_id)

    assert [] == before_the_job
    assert (here.physician_id, "not_enrolled") == (case.record.physician_id, case.state)
    assert "open_assessments_of_cycle" == cause_of_last(world, "assessment", case.id)


def archive(journeys: Journeys) -> None:
    world = journeys.world
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.at(UNDISPUTED_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")


def test_archive_assessments(stored: Journeys) -> None:
    """The archive: who must take part and has no result has missed the cycle; who has left is out; results stay."""
    world = stored.world
    states = ("awaiting_institution_review", "registration_returned", "not_enrolled", "awaiting_registration")
    travellers = [stored.to(state) for state in states]
    gone = stored.newcomer()
    leave(stored, gone)
    finished = stored.to("qualified")

    archive(stored)
    before_the_job = stored.state(travellers[0])
    world.application.timers.work()

    assert "awaiting_institution_review" == before_the_job
    assert ["missed"] * 4 == [stored.state(traveller) for traveller in travellers]
    assert ("withdrawn", "qualified") == (stored.state(gone), stored.state(finished))
    assert () == world.application.verification.run().findings


def test_withdraw_assessments_of_discarded_cycle(journeys: Journeys) -> None:
    """A cycle published by mistake is discarded before anybody has filed: its cases are withdrawn."""
    world = journeys.world
    traveller = journeys.newcomer()

    world.send(world.province, "cycle", world.cycle_id, "discard", reason="日期有误")
    world.application.timers.work()

    assert "withdrawn" == journeys.state(traveller)


@pytest.mark.manual("N-3.4")
def test_retime_papers(stored: Journeys) -> None:
    """Changed windows: the stored deadlines of papers move along."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    paper = stored.papers(traveller)[Stage.FIRST, HUMANITIES]
    windows = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 14)))

    world.send(world.province, "cycle", world.cycle_id, "change_windows", ChangeWindows(windows))
    world.application.timers.work()
    world.at(date(2024, 1, 14))
    before = world.state_of("evaluation", paper)
    world.at(date(2024, 1, 15))

    assert ("not_sat", "absence_pending") == (before, world.state_of("evaluation", paper))


def test_the_windows_of_the_make_up_move_deadlines_too(journeys: Journeys) -> None:
    """Make-up windows set when the make-up is opened count for papers that were assigned before."""
    world = journeys.world
    traveller = journeys.to("awaiting_makeup")
    paper = journeys.papers(traveller)[Stage.MAKEUP, HUMANITIES]
    makeup = Window.of_days(date(2024, 1, 22), date(2024, 1, 29))

    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup(makeup=makeup))
    world.application.timers.work()

    assert [makeup.closes_at] == [due.at for due in deadlines(world, paper)]


def test_retime_exemptions(journeys: Journeys) -> None:
    """Changed windows: an application expires with the window of its review as it is now."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    shorter = Window(WINDOWS.exemption.opens_at, WINDOWS.exemption.closes_at - timedelta(days=9))
    windows = attrs.evolve(WINDOWS, exemption=shorter, exemption_review=shorter)

    world.send(
        world.province, "cycle", world.cycle_id, "change_windows", ChangeWindows(windows, confirmed=True)
    )
    world.application.timers.work()
    world.at(SITTING_DAY)

    assert "expired" == world.state_of("exemption", exemption)
