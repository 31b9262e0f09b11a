"""What tests do with the follow-up of a result of 不合格."""

from __future__ import annotations

from datetime import date, timedelta

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup, PublishLine
from kaohe_workflow.lifecycles.follow_up.events import OrderSuspension, RecordTraining
from kaohe_workflow.testing.journeys import BAD, LAST_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import LINES, filing
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import local_date
from tests.unit.application.world.steps import found, second_cycle

DAY = timedelta(days=1)


def failed(journeys: Journeys) -> Traveller:
    """A physician whose 职业道德 is 不合格, confirmed by the agency."""
    traveller = journeys.to("awaiting_institution_review")
    journeys.fail_opinion(traveller)
    return traveller


def follow_ups(journeys: Journeys, traveller: Traveller) -> list[Case]:
    """What follows the results of the case, oldest first."""
    return found(journeys.world, "follow_up", "assessment_id", traveller.case_id)


def follow_up(journeys: Journeys, traveller: Traveller) -> Case:
    """The latest follow-up."""
    return follow_ups(journeys, traveller)[-1]


def today(journeys: Journeys) -> date:
    """The day in China."""
    return local_date(journeys.world.clock.now())


def order(journeys: Journeys, traveller: Traveller, months: int = 3) -> str:
    """Wait until nobody can object, and order the suspension; the id of the follow-up."""
    world, case_id = journeys.world, follow_up(journeys, traveller).id
    world.at(today(journeys) + 38 * DAY)
    world.send(
        world.county, "follow_up", case_id, "order_suspension", OrderSuspension(months), reason="考核不合格"
    )
    return case_id


def train(journeys: Journeys, case_id: str, recorded_by: Principal | None = None) -> RecordTraining:
    """A training of one day, today, recorded by the hospital where nobody else is named."""
    training = RecordTraining(trainer="省人民医院", first_day=today(journeys), last_day=today(journeys))
    sender = recorded_by or journeys.world.hospital
    journeys.world.send(sender, "follow_up", case_id, "record_training", training)
    return training


def to_reassessment(journeys: Journeys, traveller: Traveller) -> str:
    """Train whoever is suspended and let the suspension end; the id of the follow-up."""
    case_id = order(journeys, traveller)
    train(journeys, case_id)
    ends_on = follow_up(journeys, traveller).record.ends_on
    journeys.world.at(ends_on + DAY)
    return case_id


def to_cancellation(journeys: Journeys, traveller: Traveller) -> str:
    """Let the second assessment fail, too; the id of the follow-up."""
    case_id = to_reassessment(journeys, traveller)
    journeys.world.send(journeys.world.agency, "follow_up", case_id, "fail", reason="仍不合格")
    return case_id


def cancel(journeys: Journeys, case_id: str) -> None:
    """The administration cancels the registration."""
    journeys.world.send(journeys.world.county, "follow_up", case_id, "cancel", reason="再次考核不合格")


def makeup_ends(journeys: Journeys, cycle_id: str) -> date:
    """The day after the make-up of a cycle."""
    windows = journeys.world.application.cases.get(journeys.world.province, "cycle", cycle_id).record.windows
    return windows.makeup.last_day + timedelta(days=1)


def archive(journeys: Journeys, cycle_id: str) -> None:
    """The province archives a cycle; whoever has not filed has missed it."""
    world = journeys.world
    for kind in (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL):
        for level, score in LINES.items():
            line = PublishLine(Stage.FIRST, kind, level, score)
            world.send(world.province, "cycle", cycle_id, "publish_line", line)
    world.send(world.province, "cycle", cycle_id, "open_makeup", OpenMakeup())
    journeys.not_before(makeup_ends(journeys, cycle_id))
    world.send(world.province, "cycle", cycle_id, "archive")
    world.settle()


def next_cycle(journeys: Journeys) -> str:
    """Archive the first cycle and publish the one after it: whoever is attached has a case there."""
    world = journeys.world
    world.at(max(LAST_DAY, today(journeys)))
    archive(journeys, world.cycle_id)
    cycle_id = second_cycle(journeys)
    world.send(world.province, "cycle", cycle_id, "publish")
    world.settle()
    return cycle_id


def case_in(journeys: Journeys, traveller: Traveller, cycle_id: str) -> Case:
    """The physician's assessment in a cycle."""
    cases = found(journeys.world, "assessment", "physician_id", traveller.physician_id)
    (case,) = (one for one in cases if one.record.cycle_id == cycle_id)
    return case


def fail_in(journeys: Journeys, traveller: Traveller, cycle_id: str) -> str:
    """Find 职业道德 不合格 in a later cycle, in which the county acts as the agency; the id of the follow-up."""
    world, case_id = journeys.world, case_in(journeys, traveller, cycle_id).id
    world.send(world.hospital, "assessment", case_id, "enrol", Enrol())
    world.send(traveller.principal, "assessment", case_id, "submit", Submit(filing(journeys.department_id)))
    world.send(world.hospital, "assessment", case_id, "submit_opinion", BAD)
    world.send(world.county, "assessment", case_id, "confirm_fail")
    (opened,) = found(world, "follow_up", "assessment_id", case_id)
    return opened.id
