"""After a result whoever must act is reminded once, on a day that is worked (考核办法 第二十四条, 第二十六条)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.lifecycles.follow_up.events import OrderSuspension
from kaohe_workflow.lifecycles.result_review.events import Apply
from kaohe_workflow.testing.journeys import FILING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.notices import NoticeKind
from tests.unit.application.world.following import (
    cancel,
    fail_in,
    failed,
    follow_up,
    next_cycle,
    train,
)
from tests.unit.application.world.steps import found
from tests.unit.application.world.test_follow_ups_of_merged import cancelled
from tests.unit.application.world.test_reminders import reminded

DAY = timedelta(days=1)
OBJECTING = "申请复核"
ORDERABLE_ON = date(2024, 1, 5)
"""38 days after the result: seven until its notice counts as received, 30 to object."""


def times(world: World, principal: Principal, words: str) -> int:
    """How often the inbox is reminded with these words."""
    return sum(words in text for text in reminded(world, principal))


def told_on(world: World, principal: Principal, words: str, days: Iterable[date]) -> list[date]:
    """The days on which the inbox is reminded with these words."""
    found: list[date] = []
    for day in days:
        told = times(world, principal, words)
        world.at(day)
        world.settle()
        found += [day] * (times(world, principal, words) - told)
    return found


def between(first: date, last: date) -> list[date]:
    """All days from one to another, both included."""
    return [first + DAY * step for step in range((last - first).days + 1)]


def suspend(journeys: Journeys, *travellers: Traveller) -> None:
    """Suspend physicians from 2024-01-05 to 2024-04-05."""
    world, ordered = journeys.world, OrderSuspension(3)
    world.at(ORDERABLE_ON)
    for one in travellers:
        ordering = ("follow_up", follow_up(journeys, one).id, "order_suspension", ordered)
        world.send(world.county, *ordering, reason="考核不合格")


def suspended(journeys: Journeys) -> Traveller:
    """A physician who is suspended from 2024-01-05 to 2024-04-05."""
    traveller = failed(journeys)
    suspend(journeys, traveller)
    return traveller


def objection(traveller: Traveller) -> Apply:
    """An application for review."""
    return Apply(assessment_id=traveller.case_id, grounds="异议")


@pytest.mark.manual("R-24.1")
def test_the_days_to_object_are_told_on_day_20_and_29(stored: Journeys) -> None:
    """
    Counted from the receipt: deemed seven days after delivery, or the opening of the notice; nobody who has objected.
    """
    world = stored.world
    unread, read, objecting = failed(stored), failed(stored), failed(stored)
    for notice in world.application.inbox.page(read.principal, limit=200).notices:
        if notice.kind is NoticeKind.RESULT:
            world.application.inbox.open(read.principal, notice.id)
    world.send(objecting.principal, "result_review", None, "apply", objection(objecting))
    found = []
    for day in between(FILING_DAY + 18 * DAY, FILING_DAY + 38 * DAY):
        told = [times(world, one.principal, OBJECTING) for one in (unread, read, objecting)]
        world.at(day)
        world.settle()
        now = [times(world, one.principal, OBJECTING) for one in (unread, read, objecting)]
        found += [(day, now)] if now != told else []

    assert [
        (date(2023, 12, 18), [0, 1, 0]),
        (date(2023, 12, 25), [1, 1, 0]),
        (date(2023, 12, 27), [1, 2, 0]),
        (date(2024, 1, 3), [2, 2, 0]),
    ] == found


@pytest.mark.manual("R-24.1")
def test_the_agency_is_told_on_day_20_of_an_application(journeys: Journeys) -> None:
    """20 days after the application, 2023-12-18; once it is answered, nobody is."""
    world, traveller, answered = journeys.world, failed(journeys), failed(journeys)
    world.send(traveller.principal, "result_review", None, "apply", objection(traveller))
    other = world.send(answered.principal, "result_review", None, "apply", objection(answered)).id
    world.send(answered.principal, "result_review", other, "withdraw")
    days = between(FILING_DAY + 15 * DAY, FILING_DAY + 25 * DAY)

    assert [date(2023, 12, 18)] == told_on(world, world.agency, "尚未答复", days)


@pytest.mark.manual("R-26.1")
def test_a_suspension_that_is_not_ordered(journeys: Journeys) -> None:
    """30 days after it could be ordered, on 2024-02-04, a Sunday that is worked; who has ordered is not told."""
    world, waiting, ordered = journeys.world, failed(journeys), failed(journeys)
    suspend(journeys, ordered)
    days = between(date(2024, 2, 1), date(2024, 2, 9))

    assert ORDERABLE_ON == follow_up(journeys, waiting).record.order_from
    assert [date(2024, 2, 4)] == told_on(world, world.county, "尚未作出", days)


@pytest.mark.parametrize("over", [False, True])
def test_nobody_is_to_be_suspended_whose_registration_is_cancelled(over: bool) -> None:
    """不合格 in two cycles, and 注销注册 under the first: no order is due under the second (医师法 第十七条)."""
    with open_world("memory:", suspension_order_days=200) as world:
        journeys = Journeys.of(world)
        traveller, cycle_id = failed(journeys), next_cycle(journeys)
        later = fail_in(journeys, traveller, cycle_id)
        if over:
            cancelled(journeys, traveller)
        (record,) = [one.record for one in found(world, "follow_up", "id", later)]
        due = record.order_from + 200 * DAY
        told = told_on(world, world.county, "尚未作出", between(due - DAY, due + 5 * DAY))

        assert "order_due" == world.state_of("follow_up", later)
        assert over is (told == [])


def test_a_province_says_how_long_it_waits_for_an_order() -> None:
    """With 10 days: 2024-01-15, a Monday."""
    with open_world("memory:", suspension_order_days=10) as world:
        journeys = Journeys.of(world)
        failed(journeys)
        days = between(date(2024, 1, 10), date(2024, 1, 20))

        assert [date(2024, 1, 15)] == told_on(world, world.county, "尚未作出", days)


def test_the_beginning_of_a_suspension(stored: Journeys) -> None:
    """
    Ordered ahead, it is told again on the day from which it counts, to the physician, the institution and the agency;
    one that begins with its order was told by that.
    """
    world, ahead, at_once = stored.world, failed(stored), failed(stored)
    world.at(ORDERABLE_ON)
    for one, starts_on in ((ahead, date(2024, 1, 13)), (at_once, None)):
        order = OrderSuspension(3, starts_on=starts_on)
        world.send(
            world.county,
            "follow_up",
            follow_up(stored, one).id,
            "order_suspension",
            order,
            reason="考核不合格",
        )
    days = between(ORDERABLE_ON, date(2024, 1, 16))

    assert [date(2024, 1, 13)] == told_on(world, ahead.principal, "起暂停执业", days)
    assert [1, 1, 0] == [
        times(world, who, "自2024年1月13日起暂停执业，至2024年4月13日")
        for who in (world.hospital, world.agency, world.county)
    ]
    assert 0 == times(world, at_once.principal, "起暂停执业")


@pytest.mark.manual("R-26.1")
def test_the_end_of_a_suspension_and_the_assessment_after_it(stored: Journeys) -> None:
    """
    30 days before the end on 2024-04-05: 03-06. 30 days after it is 05-05, the last day of a holiday: 05-06.
    """
    world, traveller = stored.world, suspended(stored)
    before, after = (
        between(date(2024, 3, 4), date(2024, 3, 8)),
        between(date(2024, 5, 3), date(2024, 5, 8)),
    )

    assert date(2024, 4, 5) == follow_up(stored, traveller).record.ends_on
    assert [date(2024, 3, 6)] == told_on(world, traveller.principal, "将于2024年4月5日期满", before)
    assert [date(2024, 5, 6)] == told_on(world, world.agency, "尚未再次考核", after)
    assert 1 == sum("尚未再次考核" in text for text in reminded(world, world.county))


def test_whoever_is_assessed_again_in_time_reminds_nobody(journeys: Journeys) -> None:
    """The case is not in its state any more."""
    world, traveller = journeys.world, suspended(journeys)
    world.at(date(2024, 4, 6))
    train(journeys, follow_up(journeys, traveller).id)
    world.send(world.agency, "follow_up", follow_up(journeys, traveller).id, "pass")

    assert [] == told_on(world, world.agency, "尚未再次考核", between(date(2024, 5, 3), date(2024, 5, 8)))


@pytest.mark.manual("M: report a ground for cancellation", "R-26.3")
def test_a_ground_that_is_not_reported_and_the_end_of_a_bar(journeys: Journeys) -> None:
    """
    Known since 2024-05-06: day 20 is a Sunday, told on 05-27, unless it is reported. The bar ends on 2025-06-03.
    """
    world, silent, reporting = journeys.world, failed(journeys), failed(journeys)
    suspend(journeys, silent, reporting)
    world.at(date(2024, 5, 6))
    for one in (silent, reporting):
        world.send(world.agency, "follow_up", follow_up(journeys, one).id, "fail", reason="仍不合格")
    world.send(world.hospital, "follow_up", follow_up(journeys, reporting).id, "report_ground")
    told = told_on(world, world.hospital, "尚未报告", between(date(2024, 5, 24), date(2024, 6, 3)))
    text = next(text for text in reminded(world, world.hospital) if "尚未报告" in text)
    cancel(journeys, follow_up(journeys, silent).id)
    ended = told_on(world, world.county, "已满一年", between(date(2025, 6, 1), date(2025, 6, 6)))

    assert [date(2024, 5, 27)] == told
    assert "2024年6月5日" in text
    assert [date(2025, 6, 3)] == ended


def test_a_sweep_that_comes_late_tells_once(journeys: Journeys) -> None:
    """Up to three days late, then no more."""
    world, _ = journeys.world, failed(journeys)
    late = told_on(world, world.county, "尚未作出", [date(2024, 2, 7), date(2024, 2, 8)])

    assert [date(2024, 2, 7)] == late


def test_a_sweep_that_comes_too_late_tells_nobody(journeys: Journeys) -> None:
    """Four days after its day a reminder says nothing new."""
    world, _ = journeys.world, failed(journeys)

    assert [] == told_on(world, world.county, "尚未作出", [date(2024, 2, 8), date(2024, 2, 9)])
