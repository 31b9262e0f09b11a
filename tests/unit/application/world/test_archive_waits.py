"""What the archive of a cycle waits for: an answer to whoever has objected, and the time in which one may."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.lifecycles.assessment.events import DecideFinding, Enrol
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, OpenMakeup
from kaohe_workflow.lifecycles.result_review.events import Apply
from kaohe_workflow.testing.journeys import LAST_DAY, RESULT_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import Window, local_date
from tests.unit.application.world.steps import TICK, refused
from tests.unit.application.world.test_findings import confirm, report


def made_up(journeys: Journeys) -> None:
    """The make-up is opened: from now on only what is undecided keeps the cycle from its archive."""
    world = journeys.world
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())


def held(journeys: Journeys) -> list[str]:
    """The guards that refuse the archive now."""
    return refused(journeys.world, journeys.world.province, "cycle", journeys.world.cycle_id, "archive")


def archived(journeys: Journeys) -> bool:
    """Archive the cycle; whether it is archived."""
    world = journeys.world
    world.send(world.province, "cycle", world.cycle_id, "archive")
    return world.state_of("cycle", world.cycle_id) == "archived"


def days_after(journeys: Journeys, day: date, days: int) -> None:
    """Wait until so many days after a day."""
    journeys.world.at(day + timedelta(days=days))


def opened(journeys: Journeys, traveller: Traveller) -> date:
    """The physician opens the notice of the result; the day of receipt."""
    inbox = journeys.world.application.inbox
    for notice in inbox.page(traveller.principal).notices:
        inbox.open(traveller.principal, notice.id)
    return local_date(journeys.world.clock.now())


def objected(journeys: Journeys, traveller: Traveller) -> str:
    """The physician applies for review; the id of the application."""
    payload = Apply(assessment_id=traveller.case_id, grounds="对结果有异议")
    return journeys.world.send(traveller.principal, "result_review", None, "apply", payload).id


def upheld(journeys: Journeys, review: str) -> None:
    """Another person of the agency answers that the result stands."""
    reviewer = attrs.evolve(journeys.world.agency, operator_id="reviewer-of-agency")
    journeys.world.send(reviewer, "result_review", review, "uphold", reason="评定无误")


@pytest.mark.manual("R-24.1")
def test_the_archive_waits_for_the_time_to_object(stored: Journeys) -> None:
    """考核办法 第二十四条: on the 30th day after receipt a physician may still apply, on the 31st nobody can."""
    traveller = stored.to("qualified")
    made_up(stored)
    day = opened(stored, traveller)
    days_after(stored, day, 30)
    on_the_last_day = held(stored)
    days_after(stored, day, 31)

    assert ["objections_over"] == on_the_last_day
    assert archived(stored)


@pytest.mark.manual("R-24.1")
def test_a_result_that_nobody_has_opened_counts_as_received(stored: Journeys) -> None:
    """Seven days after delivery, from which the thirty are counted: day 37 still waits, day 38 does not."""
    traveller = stored.to("unqualified")
    made_up(stored)
    day = stored.world.application.cases.get(traveller.principal, "assessment", traveller.case_id)
    days_after(stored, day.record.decided_on, 37)
    on_the_last_day = held(stored)
    days_after(stored, day.record.decided_on, 38)

    assert ["objections_over"] == on_the_last_day
    assert archived(stored)


@pytest.mark.manual("R-24.1")
def test_the_archive_waits_for_the_answer(stored: Journeys) -> None:
    """However late it comes; and once there is one, no second application could be made of this version."""
    traveller = stored.to("unqualified")
    made_up(stored)
    review = objected(stored, traveller)
    in_time = held(stored)
    days_after(stored, local_date(stored.world.clock.now()), 40)
    overdue = held(stored)
    upheld(stored, review)

    assert [["makeup_over", "no_review_pending"], ["no_review_pending"]] == [in_time, overdue]
    assert archived(stored)


@pytest.mark.manual("R-24.1")
def test_an_answer_in_time_ends_the_wait(stored: Journeys) -> None:
    """Who has objected is not waited for until the thirty days are over."""
    traveller = stored.to("unqualified")
    made_up(stored)
    upheld(stored, objected(stored, traveller))
    stored.not_before(LAST_DAY)

    assert archived(stored)


@pytest.mark.manual("R-24.1")
def test_another_version_of_a_result_is_objected_to_anew(stored: Journeys) -> None:
    """不合格 instead of 合格, by a finding: the time to object begins again with the notice of it."""
    world, traveller = stored.world, stored.to("qualified")
    made_up(stored)
    first = opened(stored, traveller)
    days_after(stored, first, 20)
    report(stored, traveller)
    confirm(stored, traveller)
    days_after(stored, first, 31)
    again = held(stored)
    days_after(stored, first, 20 + 38)

    assert ["objections_over"] == again
    assert "unqualified" == world.state_of("assessment", traveller.case_id)
    assert archived(stored)


@pytest.mark.manual("R-27")
def test_the_archive_waits_for_a_finding(stored: Journeys) -> None:
    """直接认定: nobody could confirm it afterwards; one that is dismissed holds nothing."""
    world, traveller = stored.world, stored.to("awaiting_registration")
    report(stored, traveller)
    made_up(stored)
    pending = held(stored)
    world.send(
        world.agency, "assessment", traveller.case_id, "dismiss_finding", DecideFinding(1), reason="查无实据"
    )

    stored.not_before(LAST_DAY)

    assert ["makeup_over", "no_finding_pending"] == pending
    assert archived(stored)


@pytest.mark.manual("R-27")
def test_the_finding_of_who_has_left_holds_nothing(stored: Journeys) -> None:
    """It is not decided any more (已退出)."""
    world, traveller = stored.world, stored.to("awaiting_registration")
    report(stored, traveller)
    world.send(world.county, "assessment", traveller.case_id, "withdraw")
    made_up(stored)
    stored.not_before(LAST_DAY)

    assert archived(stored)


@pytest.mark.manual("R-M2", "R-M3")
def test_the_archive_waits_for_who_files_late(journeys: Journeys) -> None:
    """补报: whoever may still file and sit the make-up has not missed the cycle, to the last instant of it."""
    traveller = journeys.newcomer()
    made_up(journeys)
    world, late = journeys.world, Window.of_days(date(2024, 1, 22), date(2024, 2, 25))
    filing = Window.of_days(RESULT_DAY, date(2024, 2, 20))
    windows = attrs.evolve(WINDOWS, makeup_registration=filing, makeup_confirm=filing, makeup=late)
    payload = ChangeWindows(windows)
    world.send(world.province, "cycle", world.cycle_id, "change_windows", payload)
    world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    world.clock.set(late.closes_at - TICK)
    on_the_last_day = held(journeys)
    world.clock.set(late.closes_at)

    assert ["makeup_over"] == on_the_last_day
    assert archived(journeys)
