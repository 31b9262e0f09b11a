"""考核名单 and time: an undecided list lapses, and goes up again where there is something left to apply for."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, ExtendEvaluation
from kaohe_workflow.testing.enrolment_lists import hand_in_list
from kaohe_workflow.testing.journeys import RESULT_DAY, SIMPLIFIED, Journeys
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import refused
from tests.unit.application.world.test_enrolment_lists import approve, approved, submit, told

pytestmark = pytest.mark.manual("N-2.6")


def test_an_undecided_list_ends_with_the_evaluation(listing: Journeys) -> None:
    """On the last day it can be decided on; after that it lapses by itself, and the institution is told."""
    world = listing.world
    listing.to("awaiting_registration")
    list_id = hand_in_list(world)
    world.clock.set(WINDOWS.evaluation.closes_at - timedelta(milliseconds=1))
    (may,) = (
        one.allowed
        for one in world.application.door.explain(world.agency, "enrolment_list", list_id)
        if one.event == "approve"
    )
    world.clock.set(WINDOWS.evaluation.closes_at)
    late = refused(world, world.agency, "enrolment_list", list_id, "approve")
    world.settle()

    assert may
    assert ["in_time"] == late
    assert "lapsed" == world.state_of("enrolment_list", list_id)
    assert "已过期" in told(world, world.hospital)[-1]


def test_retime_lists(listing: Journeys) -> None:
    """A longer evaluation keeps an undecided list alive."""
    world = listing.world
    listing.to("awaiting_registration")
    list_id = hand_in_list(world)
    longer = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 15)))
    colleague = listing.colleague
    world.send(colleague, "cycle", world.cycle_id, "change_windows", ChangeWindows(longer), reason="延长")
    world.settle()
    world.at(RESULT_DAY)

    assert "awaiting_approval" == world.state_of("enrolment_list", list_id)


def test_a_lapsed_list_goes_up_again_when_the_evaluation_is_extended(listing: Journeys) -> None:
    """There is one list an institution and cycle: what lapsed undecided is handed in anew, decided on, and counts."""
    world, traveller = listing.world, listing.to("awaiting_registration")
    list_id = hand_in_list(world)
    world.at(RESULT_DAY)
    lapsed = world.state_of("enrolment_list", list_id)
    over = refused(world, world.hospital, "enrolment_list", list_id, "resubmit")
    longer = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 15)))
    extended = ExtendEvaluation(longer)
    world.send(listing.colleague, "cycle", world.cycle_id, "extend_evaluation", extended, reason="停电")
    world.settle()
    world.send(world.hospital, "enrolment_list", list_id, "resubmit")
    approve(world, list_id)

    assert ("lapsed", ["in_time"]) == (lapsed, over)
    assert (traveller.case_id,) == approved(world, list_id)
    assert () == world.application.verification.run().findings


def test_make_up_registration_asks_for_the_list_too(listing: Journeys) -> None:
    """Whoever was late is let in within 补报时间 and may choose 简易程序: till its end the list is decided on."""
    world, late = listing.world, listing.newcomer()
    registering = Window.of_days(date(2024, 1, 14), date(2024, 1, 17))
    windows = ChangeWindows(attrs.evolve(WINDOWS, makeup_registration=registering))
    world.send(listing.colleague, "cycle", world.cycle_id, "change_windows", windows, reason="补报")
    world.at(date(2024, 1, 14))
    world.send(world.hospital, "assessment", late.case_id, "enrol", Enrol())
    sent = submit(listing, late, **SIMPLIFIED)
    missing = refused(world, *sent)
    list_id = hand_in_list(world)
    approve(world, list_id)
    world.send(*sent)
    listing.newcomer()
    world.clock.set(registering.closes_at)
    ended = refused(world, world.hospital, "enrolment_list", list_id, "resubmit")

    assert (["list_settled"], "awaiting_institution_review") == (missing, listing.state(late))
    assert "in_time" in ended
