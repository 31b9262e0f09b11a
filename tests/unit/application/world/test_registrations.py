"""A cancelled registration, and the bar that follows, keep a physician out (医师法 第十六条, 考核办法 第三条)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import Leave, TakeIn
from kaohe_workflow.lifecycles.assessment.events import Enrol, OrderEarly
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.following import cancel, failed, follow_up, to_cancellation
from tests.unit.application.world.steps import found, refused, shifted

DAY = timedelta(days=1)


def next_case(journeys: Journeys, traveller: Traveller) -> str:
    """A cycle whose registration runs from 2025-03-31 to 2025-04-30, and the physician's case in it."""
    world, office = journeys.world, journeys.world.province
    span = (date(2023, 1, 1), date(2025, 12, 31))
    created = CreateCycle(str(office.organisation_id), "第二周期", *span, shifted(490))
    cycle_id = world.send(office, "cycle", None, "create", created).id
    world.send(office, "cycle", cycle_id, "publish")
    world.settle()
    (case,) = (
        case
        for case in found(world, "assessment", "physician_id", traveller.physician_id)
        if case.record.cycle_id == cycle_id
    )
    return case.id


@pytest.mark.manual("R-26.3")
def test_without_a_registration_nobody_takes_part(stored: Journeys) -> None:
    """
    Under the bar the physician is not enrolled, nor assessed early; nor is afterwards who is not registered again.

    Cancelled on 2024-04-06: barred on 2025-04-05, not on 04-06; let go and taken in then, which is a new registration.
    """
    world, traveller = stored.world, failed(stored)
    cancel(stored, to_cancellation(stored, traveller))
    case_id = next_case(stored, traveller)
    enrolling = (world.hospital, "assessment", case_id, "enrol", Enrol())
    begins = date(2025, 4, 6)
    early = OrderEarly(
        registration=Window.of_days(begins, begins + 10 * DAY),
        review=Window.of_days(begins, begins + 20 * DAY),
        evaluation=Window.of_days(begins + 30 * DAY, begins + 40 * DAY),
    )

    assert begins == follow_up(stored, traveller).record.barred_until

    for day in (begins - DAY, begins):
        world.at(day)

        assert ["registration_valid"] == refused(world, *enrolling)
        assert ["registration_valid"] == refused(
            world, world.county, "assessment", case_id, "order_early", early, reason="拟变更执业地点"
        )

    leaving, home = Leave(LeaveReason.NOT_PRACTISING), str(world.hospital.organisation_id)
    world.send(world.hospital, "affiliation", traveller.physician_id, "leave", leaving)
    world.send(world.hospital, "affiliation", traveller.physician_id, "take_in", TakeIn(home))

    assert "awaiting_registration" == world.send(*enrolling).state


@pytest.mark.manual("R-26.3")
def test_enrolled_together_each_by_the_own_registration(stored: Journeys) -> None:
    """批量参加: whoever is barred is refused with the article, and stops nobody else."""
    world, barred, other = stored.world, failed(stored), stored.newcomer()
    cancel(stored, to_cancellation(stored, barred))
    cases = [next_case(stored, barred)]
    cases += [
        case.id
        for case in found(world, "assessment", "physician_id", other.physician_id)
        if case.record.cycle_id != world.cycle_id
    ]
    world.at(date(2025, 4, 5))
    outcomes = world.application.door.send_many(
        world.hospital, "assessment", "enrol", [Item(case_id, Enrol()) for case_id in cases]
    )
    (refusal,) = (one.error for one in outcomes if isinstance(one, Declined))

    assert [Declined, Done] == [type(outcome) for outcome in outcomes]
    assert isinstance(refusal, TransitionRefused)
    assert [("registration_valid", ("measures/3", "law/16"))] == [
        (reason.name, reason.cites) for reason in refusal.reasons
    ]
