"""不合格的后续处理 (考核办法 第二十六条, 医师法 第四十二条), end to end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaohe_workflow.errors import NotFound, NotPermitted
from kaohe_workflow.lifecycles.affiliation.case import EndReason
from kaohe_workflow.lifecycles.affiliation.events import End, ForceMove
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.cycle.events import DeclareDelivery
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.lifecycles.follow_up.events import OrderSuspension, RecordTraining
from kaohe_workflow.lifecycles.result_review.case import OpinionItem
from kaohe_workflow.lifecycles.result_review.events import Apply, Change
from kaohe_workflow.testing.journeys import GOOD, LAST_DAY, RESULT_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import Stage
from tests.unit.application.world.following import (
    archive,
    failed,
    follow_up,
    follow_ups,
    order,
    to_cancellation,
    to_reassessment,
    today,
    train,
)
from tests.unit.application.world.steps import found, record_of, refused, second_cycle

DAY = timedelta(days=1)
ORDERS = pytest.mark.manual("M: suspension / cancellation orders", "N-3.9")


def sound(journeys: Journeys) -> bool:
    """Whether nothing in the store contradicts anything else."""
    return journeys.world.application.verification.run().findings == ()


def test_every_result_of_unqualified_has_one(stored: Journeys) -> None:
    """With 不合格 the follow-up begins, in the same transaction; it stands in the list of each office."""
    traveller = failed(stored)

    assert ["order_due"] == [one.state for one in follow_ups(stored, traveller)]
    for office in (stored.world.county, stored.world.hospital, stored.world.agency):
        page = stored.world.application.lists.page(office, "follow-ups", {"state": "order_due"})

        assert [traveller.case_id] == [row["assessment_id"] for row in page.rows]
    assert sound(stored)


@ORDERS
def test_not_before_the_objection_period_is_over(journeys: Journeys) -> None:
    """Seven days until the notice counts as received, 30 to object: on day 37 it is too early, on day 38 not."""
    world, traveller = journeys.world, failed(journeys)
    case_id, decided = follow_up(journeys, traveller).id, today(journeys)
    ordering = ("follow_up", case_id, "order_suspension", OrderSuspension(3))
    world.at(decided + 37 * DAY)

    assert ["objection_over"] == refused(world, world.county, *ordering, reason="不合格")

    world.at(decided + 38 * DAY)
    world.send(world.county, *ordering, reason="不合格")

    assert "suspended" == world.state_of("follow_up", case_id)


@ORDERS
def test_not_while_a_review_is_pending(journeys: Journeys) -> None:
    """Who has objected in time is answered first."""
    world, traveller = journeys.world, failed(journeys)
    case_id = follow_up(journeys, traveller).id
    world.at(today(journeys) + 37 * DAY)
    world.send(
        traveller.principal,
        "result_review",
        None,
        "apply",
        Apply(assessment_id=traveller.case_id, grounds="异议"),
    )
    world.at(today(journeys) + DAY)
    ordering = ("follow_up", case_id, "order_suspension", OrderSuspension(3))

    assert ["objection_over"] == refused(world, world.county, *ordering, reason="不合格")


@pytest.mark.manual("M: re-assess after suspension", "M: training record", "R-26.1")
def test_trained_assessed_again_and_back(stored: Journeys) -> None:
    """Suspended, trained, assessed again after the last day, and back in practice."""
    world, traveller = stored.world, failed(stored)
    case_id = order(stored, traveller)
    training = train(stored, case_id)
    ends_on = follow_up(stored, traveller).record.ends_on
    world.at(ends_on)

    assert ["end_reached"] == refused(world, world.agency, "follow_up", case_id, "pass")

    world.at(ends_on + DAY)

    assert "awaiting_reassessment" == world.state_of("follow_up", case_id)

    world.send(world.agency, "follow_up", case_id, "pass")

    assert "resumed" == world.state_of("follow_up", case_id)
    assert (training.training,) == follow_up(stored, traveller).record.trainings
    assert sound(stored)


@pytest.mark.manual("M: re-assess after suspension", "M: training record", "R-26.1")
def test_nobody_passes_untrained(journeys: Journeys) -> None:
    """医师法 第四十二条: trained, then assessed again; a training may still be entered once the suspension is over."""
    world, traveller = journeys.world, failed(journeys)
    case_id = order(journeys, traveller)
    world.at((follow_up(journeys, traveller).record.ends_on or today(journeys)) + DAY)

    assert ["trained"] == refused(world, world.agency, "follow_up", case_id, "pass")

    train(journeys, case_id, world.agency)

    assert "resumed" == world.send(world.agency, "follow_up", case_id, "pass").state


@pytest.mark.manual("M: re-assess after suspension")
def test_the_agency_does_not_wait_for_a_sweep(journeys: Journeys) -> None:
    """The suspension has ended by the clock, whether a timer has noted it or not."""
    world, traveller = journeys.world, failed(journeys)
    case_id = order(journeys, traveller)
    train(journeys, case_id)
    ends_on = follow_up(journeys, traveller).record.ends_on
    world.clock.set(world.clock.now() + (ends_on + DAY - today(journeys)))
    world.send(world.agency, "follow_up", case_id, "pass")

    assert "resumed" == world.state_of("follow_up", case_id)


@pytest.mark.manual(
    "M: suspension / cancellation orders", "M: report a ground for cancellation", "N-3.9", "R-26.3"
)
def test_a_second_failure_cancels_the_registration(stored: Journeys) -> None:
    """不合格 again: the hospital reports, the administration cancels, and a running case is withdrawn."""
    world, traveller = stored.world, failed(stored)
    case_id = to_reassessment(stored, traveller)
    next_cycle = second_cycle(stored, 365)
    world.send(world.province, "cycle", next_cycle, "publish")
    world.settle()
    world.send(world.agency, "follow_up", case_id, "fail", reason="仍不合格")
    world.send(world.hospital, "follow_up", case_id, "report_ground")
    world.send(world.county, "follow_up", case_id, "cancel", reason="再次考核不合格")
    record = follow_up(stored, traveller).record
    cases = {
        case.record.cycle_id: case.state
        for case in found(world, "assessment", "physician_id", traveller.physician_id)
    }

    assert (today(stored), today(stored)) == (record.reported_on, record.cancelled_on)
    assert {world.cycle_id: "unqualified", next_cycle: "withdrawn"} == cases
    assert sound(stored)


@pytest.mark.manual("M: lift a follow-up")
def test_what_is_no_longer_unqualified_is_lifted(journeys: Journeys) -> None:
    """A review sets the opinion right: the result is open again and the follow-up falls by itself."""
    world, traveller = journeys.world, failed(journeys)
    review = world.send(
        traveller.principal,
        "result_review",
        None,
        "apply",
        Apply(assessment_id=traveller.case_id, grounds="异议"),
    ).id
    world.at(date(2024, 1, 17))
    change = Change(opinions=(OpinionItem.ETHICS,))
    world.send(world.county, "result_review", review, "change", change, reason="评定有误")

    assert "awaiting_makeup_approval" == journeys.state(traveller)
    assert ["lifted"] == [one.state for one in follow_ups(journeys, traveller)]

    world.send(world.province, "assessment", traveller.case_id, "refuse_makeup", reason="未培训")

    assert ["lifted", "order_due"] == [one.state for one in follow_ups(journeys, traveller)]
    assert sound(journeys)


@pytest.mark.manual("M: lift a follow-up")
def test_what_still_is_unqualified_is_not_lifted(journeys: Journeys) -> None:
    """
    The administration lifts nothing while the result stands, and ends only what has lost its object: 应当责令 leaves no
    choice (医师法 第四十二条).
    """
    world, traveller, gone = journeys.world, failed(journeys), failed(journeys)
    case_id, other = to_reassessment(journeys, traveller), follow_up(journeys, gone).id
    world.send(world.agency, "follow_up", case_id, "pass")

    assert ["without_object"] == refused(world, world.county, "follow_up", case_id, "lift", reason="更正")

    closing = (world.county, "follow_up", other, "close")
    held = refused(world, *closing, reason="医师已故")
    ended = End(EndReason.DEATH)
    world.send(world.county, "affiliation", gone.physician_id, "end", ended, reason="医师已故")
    world.send(*closing, reason="医师已故")

    assert ["nothing_to_follow"] == held
    assert "closed" == world.state_of("follow_up", other)


@pytest.mark.manual("R-E6")
def test_two_cycles_missed_in_a_row(journeys: Journeys) -> None:
    """未完成 once leads to nothing; a second time in a row the registration is to be cancelled."""
    world, traveller = journeys.world, journeys.newcomer()
    world.at(LAST_DAY)
    archive(journeys, world.cycle_id)

    assert "missed" == journeys.state(traveller)
    assert [] == follow_ups(journeys, traveller)

    second = second_cycle(journeys)
    world.send(world.province, "cycle", second, "publish")
    world.settle()
    world.at(LAST_DAY + 61 * DAY)
    archive(journeys, second)
    followed = found(world, "follow_up", "physician_id", traveller.physician_id)

    assert [(second, "to_cancel")] == [(one.record.cycle_id, one.state) for one in followed]
    assert sound(journeys)


def absent_from(journeys: Journeys, traveller: Traveller, case_id: str, cycle_id: str) -> None:
    """The file is passed, nobody sits its papers, and no make-up is allowed; the county acts as the agency."""
    world, at = journeys.world, ("assessment", case_id)
    world.send(world.hospital, *at, "enrol", Enrol())
    world.send(traveller.principal, *at, "submit", Submit(filing(journeys.department_id)))
    world.send(world.hospital, *at, "submit_opinion", GOOD)
    world.send(world.county, *at, "pass")
    world.at(RESULT_DAY + 60 * DAY)
    world.send(world.province, "cycle", cycle_id, "declare_delivery", DeclareDelivery(Stage.FIRST))
    for paper in found(world, "evaluation", "assessment_id", case_id):
        world.send(world.county, "evaluation", paper.id, "confirm_absence", ConfirmAbsence(True))
    world.send(world.province, *at, "refuse_makeup", reason="未参加培训")


@pytest.mark.manual("R-E6")
def test_absent_after_a_missed_cycle(journeys: Journeys) -> None:
    """Who missed one cycle and is absent from the next: with the archive the registration is to be cancelled."""
    world, traveller = journeys.world, journeys.newcomer()
    world.at(LAST_DAY)
    archive(journeys, world.cycle_id)
    second = second_cycle(journeys)
    world.send(world.province, "cycle", second, "publish")
    world.settle()
    (case,) = found(world, "assessment", "cycle_id", second)
    absent_from(journeys, traveller, case.id, second)

    assert ["order_due"] == [one.state for one in found(world, "follow_up", "assessment_id", case.id)]

    world.at(RESULT_DAY + (60 + 38) * DAY)
    archive(journeys, second)

    assert ["to_cancel"] == [one.state for one in found(world, "follow_up", "assessment_id", case.id)]
    assert sound(journeys)


@ORDERS
def test_who_may(journeys: Journeys) -> None:
    """The order is the administration's, the assessment the agency's."""
    world, traveller = journeys.world, failed(journeys)
    case_id = follow_up(journeys, traveller).id
    for other in (world.hospital, world.agency):
        with pytest.raises(NotPermitted):
            world.send(other, "follow_up", case_id, "order_suspension", OrderSuspension(3), reason="不合格")


@pytest.mark.manual("M: training record", "M: report a ground for cancellation")
def test_it_goes_along_with_the_physician(stored: Journeys) -> None:
    """
    Moved by force while suspended: the new institution trains and reports, its administration acts as the agency and
    cancels; the institution left has nothing to do with it any more.
    """
    world, traveller = stored.world, failed(stored)
    case_id = order(stored, traveller)
    target = ForceMove(str(stored.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", target, reason="诊所关闭")
    training = RecordTraining(trainer="省人民医院", first_day=today(stored), last_day=today(stored))
    with pytest.raises(NotFound):
        world.send(world.hospital, "follow_up", case_id, "record_training", training)
    train(stored, case_id, stored.elsewhere)
    world.at((follow_up(stored, traveller).record.ends_on or today(stored)) + DAY)
    world.send(stored.neighbour, "follow_up", case_id, "fail", reason="仍不合格")
    world.send(stored.elsewhere, "follow_up", case_id, "report_ground")
    world.send(stored.neighbour, "follow_up", case_id, "cancel", reason="再次考核不合格")

    assert "cancelled" == world.state_of("follow_up", case_id)
    assert stored.elsewhere.organisation_id == follow_up(stored, traveller).record.institution_id
    assert world.hospital.organisation_id == record_of(world, traveller).institution_id
    assert sound(stored)


def test_what_has_ended_stays_where_it_ended(journeys: Journeys) -> None:
    """Who is back in practice and moves takes nothing along."""
    world, traveller = journeys.world, failed(journeys)
    case_id = to_reassessment(journeys, traveller)
    world.send(world.agency, "follow_up", case_id, "pass")
    target = ForceMove(str(journeys.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", target, reason="诊所关闭")

    assert world.hospital.organisation_id == follow_up(journeys, traveller).record.institution_id


@pytest.mark.manual("M: report a ground for cancellation", "R-26.3")
@pytest.mark.parametrize(("days", "late"), [(0, False), (30, False), (31, True)])
def test_the_thirtieth_day_to_report_a_ground_still_counts(journeys: Journeys, days: int, late: bool) -> None:
    """The day on which the ground is known is day 0; a late report is taken and marked, a second changes nothing."""
    world, traveller = journeys.world, failed(journeys)
    case_id = to_cancellation(journeys, traveller)
    world.at(today(journeys) + days * DAY)
    world.send(world.hospital, "follow_up", case_id, "report_ground")
    first = follow_up(journeys, traveller).record
    world.at(today(journeys) + 60 * DAY)
    world.send(world.hospital, "follow_up", case_id, "report_ground")

    assert late == first.reported_late
    assert first == follow_up(journeys, traveller).record


@pytest.mark.manual("M: report a ground for cancellation", "R-26.3")
def test_a_report_of_a_ground_is_told_and_found(stored: Journeys) -> None:
    """The administration is told; the list tells who has reported, when, and whether that was late."""
    world, silent, late = stored.world, failed(stored), failed(stored)
    known = {}
    for traveller in (silent, late):
        to_cancellation(stored, traveller)
        known[traveller] = follow_up(stored, traveller).record.ground_known_on
    day = max(known.values())

    def listed(**filters: str) -> dict[str, tuple[date | None, bool]]:
        rows = world.application.lists.page(world.county, "follow-ups", filters).rows
        return {str(row["physician_id"]): (row["reported_on"], row["reported_late"]) for row in rows}

    both = listed(reported="false", ground_known_from=str(min(known.values())), ground_known_to=str(day))
    world.at(today(stored) + 31 * DAY)
    world.send(world.hospital, "follow_up", follow_up(stored, late).id, "report_ground")
    texts = [one.text for one in world.application.inbox.page(world.county, limit=200).notices]

    assert {silent.physician_id: (None, False), late.physician_id: (None, False)} == both
    assert (
        {late.physician_id: (today(stored), True)} == listed(reported="true") == listed(reported_late="true")
    )
    assert {silent.physician_id: (None, False)} == listed(reported="false")
    assert {} == listed(ground_known_from=str(day + DAY))
    assert 1 == sum("应当注销注册的情形（自" in text for text in texts)
    assert sound(stored)
