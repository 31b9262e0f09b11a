"""After 不合格: the suspension, the second assessment, the cancellation and its bar (考核办法 第二十六条, 医师法)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaohe_workflow.lifecycles.affiliation.case import EndReason, LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician, End, Leave, Reenter, TakeIn
from kaohe_workflow.lifecycles.follow_up.events import OrderSuspension
from kaohe_workflow.testing.journeys import Journeys, Traveller
from tests.unit.application.world.following import (
    cancel,
    failed,
    follow_up,
    order,
    to_reassessment,
    today,
    train,
)
from tests.unit.application.world.steps import refused, second_cycle

DAY = timedelta(days=1)
LAST_OF_JANUARY = date(2026, 1, 31)
CANCELLED_ON = date(2026, 8, 15)
BARRED_UNTIL = date(2027, 8, 15)


def suspended(journeys: Journeys, months: int) -> tuple[Traveller, str]:
    """A physician who is suspended for so many months from 2026-01-31 on, and the follow-up."""
    traveller = failed(journeys)
    case_id = follow_up(journeys, traveller).id
    journeys.world.at(LAST_OF_JANUARY)
    ordered = OrderSuspension(months)
    journeys.world.send(
        journeys.world.county, "follow_up", case_id, "order_suspension", ordered, reason="考核不合格"
    )
    return traveller, case_id


def cancelled(journeys: Journeys) -> Traveller:
    """A physician whose registration is cancelled on 2026-08-15."""
    traveller, case_id = suspended(journeys, 6)
    journeys.world.at(CANCELLED_ON)
    journeys.world.send(journeys.world.agency, "follow_up", case_id, "fail", reason="仍不合格")
    cancel(journeys, case_id)
    return traveller


def second_registration(journeys: Journeys) -> None:
    """The registration of the second cycle is open; it was published before."""
    world = journeys.world
    world.send(world.province, "cycle", second_cycle(journeys), "publish")
    world.settle()


@pytest.mark.manual("W-8", "R-26.1")
@pytest.mark.parametrize(("months", "last_day"), [(3, date(2026, 4, 30)), (6, date(2026, 7, 31))])
def test_months_end_with_the_last_day_of_a_shorter_month(
    journeys: Journeys, months: int, last_day: date
) -> None:
    """From 2026-01-31 three months end on 04-30, six on 07-31; assessed again is on the day after, not on that day."""
    traveller, case_id = suspended(journeys, months)
    train(journeys, case_id)
    agency = journeys.world.agency

    assert last_day == follow_up(journeys, traveller).record.ends_on

    journeys.world.at(last_day)

    assert ["end_reached"] == refused(journeys.world, agency, "follow_up", case_id, "pass")

    journeys.world.at(last_day + DAY)

    assert "resumed" == journeys.world.send(agency, "follow_up", case_id, "pass").state


@pytest.mark.manual("R-26.1")
@pytest.mark.parametrize(("months", "allowed"), [(2, False), (3, True), (6, True), (7, False)])
def test_three_to_six_months(journeys: Journeys, months: int, allowed: bool) -> None:
    """暂停执业 is ordered for three months at least and six at most."""
    world, traveller = journeys.world, failed(journeys)
    world.at(today(journeys) + 38 * DAY)
    case_id, ordered = follow_up(journeys, traveller).id, OrderSuspension(months)
    ordering = (world.county, "follow_up", case_id, "order_suspension", ordered)
    if not allowed:
        assert ["months_allowed"] == refused(world, *ordering, reason="考核不合格")
        return

    assert "suspended" == world.send(*ordering, reason="考核不合格").state


@pytest.mark.manual("R-26.2")
def test_passed_again_no_honours_to_the_end_of_the_cycle(journeys: Journeys) -> None:
    """再次考核合格: practice goes on; no 评优 and no 晋升 to the last day of the cycle of that day."""
    second_registration(journeys)
    traveller = failed(journeys)
    case_id = to_reassessment(journeys, traveller)
    journeys.world.send(journeys.world.agency, "follow_up", case_id, "pass")

    assert "resumed" == journeys.world.state_of("follow_up", case_id)
    assert date(2025, 12, 31) == follow_up(journeys, traveller).record.no_honours_until


@pytest.mark.manual("R-26.2")
def test_no_honours_though_the_cycle_is_not_published_yet(journeys: Journeys) -> None:
    """A cycle is published when it is assessed, at its end: the one of that day, 2023 to 2025, is still to come."""
    traveller = failed(journeys)
    journeys.world.send(journeys.world.agency, "follow_up", to_reassessment(journeys, traveller), "pass")

    assert date(2025, 12, 31) == follow_up(journeys, traveller).record.no_honours_until


@pytest.mark.manual("R-26.3", "W-8")
def test_failed_again_cancelled_and_barred_for_a_year(journeys: Journeys) -> None:
    """再次考核不合格: cancelled on 2026-08-15; on 2027-08-14 nobody enters the physician again, on 08-15 one may."""
    traveller, world = cancelled(journeys), journeys.world
    home = str(world.hospital.organisation_id)
    world.send(
        world.county,
        "affiliation",
        traveller.physician_id,
        "end",
        End(EndReason.DEREGISTERED),
        reason="已注销",
    )
    entering = (world.hospital, "affiliation", traveller.physician_id, "reenter", Reenter(home))
    world.at(BARRED_UNTIL - DAY)

    assert BARRED_UNTIL == follow_up(journeys, traveller).record.barred_until
    assert ["not_barred"] == refused(world, *entering)

    world.at(BARRED_UNTIL)

    assert "attached" == world.send(*entering).state


@pytest.mark.manual("R-26.3")
def test_who_is_barred_is_neither_taken_in_nor_added_anew(journeys: Journeys) -> None:
    """Who was let go before is not taken in elsewhere under the bar; the number cannot be added a second time."""
    traveller, world = cancelled(journeys), journeys.world
    leaving = Leave(LeaveReason.RESIGNED)
    world.send(world.hospital, "affiliation", traveller.physician_id, "leave", leaving)
    target = str(journeys.elsewhere.organisation_id)
    taking = (journeys.elsewhere, "affiliation", traveller.physician_id, "take_in", TakeIn(target))
    anew = AddPhysician(institution_id=target, name="韦晓梅", id_number=traveller.id_number)

    assert ["id_unique"] == refused(world, journeys.elsewhere, "affiliation", None, "add", anew)

    world.at(BARRED_UNTIL - DAY)

    assert ["not_barred"] == refused(world, *taking)

    world.at(BARRED_UNTIL)

    assert "attached" == world.send(*taking).state


@pytest.mark.manual("R-26.3")
def test_nobody_leaves_while_suspended(journeys: Journeys) -> None:
    """调离 waits until the suspended physician has been assessed again; before the order, and after it, it does not."""
    world, traveller, other = journeys.world, failed(journeys), failed(journeys)
    leaving = ("affiliation", traveller.physician_id, "leave", Leave(LeaveReason.RESIGNED))
    case_id = order(journeys, traveller)

    assert ["not_suspended"] == refused(world, world.hospital, *leaving)

    world.at((follow_up(journeys, traveller).record.ends_on or today(journeys)) + DAY)

    assert ["not_suspended"] == refused(world, world.hospital, *leaving)

    train(journeys, case_id)
    world.send(world.agency, "follow_up", case_id, "pass")

    assert "unattached" == world.send(world.hospital, *leaving).state
    assert (
        "unattached"
        == world.send(world.hospital, "affiliation", other.physician_id, "leave", leaving[-1]).state
    )
