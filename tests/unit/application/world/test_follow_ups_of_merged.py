"""What follows a result of 不合格 follows the person: under whichever record, and out of whichever cycle it stands."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.sessions import principal_of
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import ForceMove, Leave
from kaohe_workflow.lifecycles.follow_up.events import OrderSuspension, RecordTraining
from kaohe_workflow.testing.journeys import LAST_DAY, Journeys, Traveller
from tests.unit.application.world.following import (
    archive,
    cancel,
    case_in,
    fail_in,
    failed,
    follow_up,
    next_cycle,
    order,
    to_reassessment,
    today,
    train,
)
from tests.unit.application.world.steps import found, leave, refused
from tests.unit.application.world.test_merging import merge, second

DAY = timedelta(days=1)

pytestmark = pytest.mark.manual("M: physician: end, restore, merge; case: withdraw, reinstate")


def archived(journeys: Journeys) -> None:
    """The first cycle is over and archived: records with a result may be merged."""
    journeys.world.at(max(LAST_DAY, today(journeys)))
    archive(journeys, journeys.world.cycle_id)


def logged_in(journeys: Journeys, traveller: Traveller) -> Principal:
    """Who logs in as the physician, with the records that were merged into this one."""
    (account,) = found(journeys.world, "account", "physician_id", traveller.physician_id)
    with journeys.world.application.store.begin(write=False) as unit:
        return principal_of(unit, account)


def test_a_merged_follow_up_belongs_to_where_the_person_is(stored: Journeys) -> None:
    """
    Merged into a record of another institution, what has not ended goes there: that trains, its administration orders.
    """
    world, merged, kept = stored.world, failed(stored), stored.newcomer(stored.elsewhere)
    case_id = order(stored, merged)
    archived(stored)
    merge(stored, merged, kept, second(world.city))
    training = RecordTraining(trainer="省人民医院", first_day=today(stored), last_day=today(stored))

    assert stored.elsewhere.organisation_id == follow_up(stored, merged).record.institution_id
    with pytest.raises(NotFound):
        world.send(world.hospital, "follow_up", case_id, "record_training", training)

    world.send(stored.elsewhere, "follow_up", case_id, "record_training", training)

    assert () == world.application.verification.run().findings


def test_a_merged_follow_up_goes_along_with_the_person(stored: Journeys) -> None:
    """Whoever is moved takes along what is open under an earlier record, and what was merged into that before."""
    world = stored.world
    first, between, kept = failed(stored), stored.newcomer(), stored.newcomer()
    archived(stored)
    merge(stored, first, between)
    merge(stored, between, kept, attrs.evolve(world.county, operator_id="third-person"))
    target = ForceMove(str(stored.elsewhere.organisation_id))
    world.send(world.city, "affiliation", kept.physician_id, "force_move", target, reason="诊所关闭")

    assert stored.elsewhere.organisation_id == follow_up(stored, first).record.institution_id
    assert () == world.application.verification.run().findings


def test_cancelling_under_an_earlier_record_ends_the_persons_cases(stored: Journeys) -> None:
    """The registration that is cancelled is the person's: the case that runs under the record that is kept goes too."""
    world, merged, kept = stored.world, failed(stored), stored.newcomer()
    cycle_id = next_cycle(stored)
    merge(stored, merged, kept)
    case_id = to_reassessment(stored, merged)
    world.send(world.county, "follow_up", case_id, "fail", reason="仍不合格")

    assert "not_enrolled" == case_in(stored, kept, cycle_id).state

    world.send(world.county, "follow_up", case_id, "cancel", reason="再次考核不合格")

    assert "withdrawn" == case_in(stored, kept, cycle_id).state
    assert () == world.application.verification.run().findings


def test_who_was_merged_is_told_under_the_record_that_is_kept(stored: Journeys) -> None:
    """The account of the merged record is disabled: its notices, old and new, stand in the inbox of the kept one."""
    world, merged, kept, stranger = stored.world, failed(stored), stored.newcomer(), stored.newcomer()
    archived(stored)
    merge(stored, merged, kept)
    order(stored, merged)
    inbox, caller = world.application.inbox, logged_in(stored, kept)
    (told,) = [one for one in inbox.page(caller, limit=200).notices if "责令" in one.text]

    assert world.clock.now() == inbox.open(caller, told.id).opened_at
    with pytest.raises(NotFound):
        inbox.open(logged_in(stored, stranger), told.id)


def cancelled(journeys: Journeys, traveller: Traveller) -> None:
    """Suspended, assessed again and 不合格: the registration is cancelled."""
    case_id = to_reassessment(journeys, traveller)
    journeys.world.send(journeys.world.county, "follow_up", case_id, "fail", reason="仍不合格")
    cancel(journeys, case_id)


@pytest.mark.manual("R-26.3", "M: suspension / cancellation orders")
def test_once_the_registration_is_cancelled_nothing_is_left_to_suspend(stored: Journeys) -> None:
    """Cancelled under one result, the other one's order is refused, with the reason; the administration ends it."""
    world, traveller = stored.world, failed(stored)
    cycle_id = next_cycle(stored)
    later = fail_in(stored, traveller, cycle_id)
    cancelled(stored, traveller)
    ordering = ("follow_up", later, "order_suspension", OrderSuspension(3))

    assert ["registration_valid"] == refused(world, world.county, *ordering, reason="考核不合格")

    world.send(world.county, "follow_up", later, "close", reason="已注销注册")

    assert "closed" == world.state_of("follow_up", later)
    assert () == world.application.verification.run().findings


@pytest.mark.manual("R-26.3")
@pytest.mark.parametrize("under_the_kept", [False, True])
def test_a_registration_is_the_persons(stored: Journeys, under_the_kept: bool) -> None:
    """Cancelled under one of two records that were merged, nothing is ordered under the other."""
    world, merged, kept = stored.world, failed(stored), failed(stored)
    archived(stored)
    merge(stored, merged, kept)
    ended, left = (kept, merged) if under_the_kept else (merged, kept)
    cancelled(stored, ended)
    ordering = ("follow_up", follow_up(stored, left).id, "order_suspension", OrderSuspension(3))

    assert ["registration_valid"] == refused(world, world.county, *ordering, reason="考核不合格")
    assert () == world.application.verification.run().findings


@pytest.mark.manual("R-26.3", "M: re-assess after suspension")
def test_once_the_registration_is_cancelled_nothing_is_left_to_assess_again(stored: Journeys) -> None:
    """
    Suspended under both results and cancelled under one: nobody trains for the other, passes it or fails it.
    """
    world, traveller = stored.world, failed(stored)
    first, cycle_id = follow_up(stored, traveller).id, next_cycle(stored)
    later = fail_in(stored, traveller, cycle_id)
    world.at(today(stored) + 38 * DAY)
    for case_id in (first, later):
        ordering = ("follow_up", case_id, "order_suspension", OrderSuspension(3))
        world.send(world.county, *ordering, reason="考核不合格")
        train(stored, case_id)
    (record,) = [one.record for one in found(world, "follow_up", "id", first)]
    world.at(record.ends_on + DAY)
    world.send(world.county, "follow_up", first, "fail", reason="仍不合格")
    cancel(stored, first)
    training = RecordTraining(trainer="省人民医院", first_day=today(stored), last_day=today(stored))

    for sender, event, *payload in (
        (world.hospital, "record_training", training),
        (world.county, "pass"),
        (world.county, "fail"),
    ):
        assert ["registration_valid"] == refused(
            world, sender, "follow_up", later, event, *payload, reason="再次考核"
        )
    assert "awaiting_reassessment" == world.state_of("follow_up", later)
    assert () == world.application.verification.run().findings


def test_two_follow_ups_of_one_person_each_take_their_course(stored: Journeys) -> None:
    """
    不合格 in two cycles is two orders (医师法 第四十二条): practice is stopped until the last of them has ended, and
    whoever is told of the first end is told so.
    """
    world, traveller = stored.world, failed(stored)
    first, cycle_id = follow_up(stored, traveller).id, next_cycle(stored)
    later = fail_in(stored, traveller, cycle_id)
    world.at(today(stored) + 38 * DAY)
    for case_id, months in ((first, 3), (later, 6)):
        world.send(
            world.county,
            "follow_up",
            case_id,
            "order_suspension",
            OrderSuspension(months),
            reason="考核不合格",
        )
    for case_id in (first, later):
        train(stored, case_id)
    world.at(follow_up(stored, traveller).record.ends_on + DAY)
    world.send(world.county, "follow_up", first, "pass")
    texts = [one.text for one in world.application.inbox.page(traveller.principal, limit=200).notices]
    leaving = Leave(LeaveReason.RESIGNED)
    at = (world.hospital, "affiliation", traveller.physician_id, "leave", leaving)

    assert ("resumed", "suspended") == tuple(world.state_of("follow_up", one) for one in (first, later))
    assert ["not_suspended"] == refused(world, *at)
    assert ["仍在暂停执业" in text for text in texts if "可以继续执业" in text] == [True]

    (record,) = [one.record for one in found(world, "follow_up", "id", later)]
    world.at(record.ends_on + DAY)
    world.send(world.county, "follow_up", later, "pass")
    leave(stored, traveller)

    assert "unattached" == world.state_of("affiliation", traveller.physician_id)
    assert () == world.application.verification.run().findings
