"""What belongs to a cycle goes by the parameters of the cycle's first day, on whatever day it is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.statechart.deciding import GuardUnmet
from kaohe_workflow.testing.journeys import (
    FILING_DAY,
    HIGH,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
)
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.provinces import with_parameters
from kaohe_workflow.testing.worlds import WINDOWS, World, filing
from kaohe_workflow.values.terms import Stage

from .steps import found

SECOND_BEGINS = date(2023, 1, 1)
"""The first day of the second cycle, years before anybody works on either."""


@contextmanager
def changed(since: date, **values: object) -> Iterator[Journeys]:
    """People in a province that changes these parameters on a day."""
    catalogue = with_parameters(load_catalogue("guangxi"), values, since=since)
    with World.open("memory:", catalogue=catalogue) as world:
        yield Journeys.of(world)


def publish_second(journeys: Journeys) -> str:
    """The next cycle, worked on in the same weeks as the first."""
    world = journeys.world
    payload = CreateCycle(
        str(world.province.organisation_id), "第二周期", SECOND_BEGINS, date(2025, 12, 31), WINDOWS
    )
    cycle_id = world.send(world.province, "cycle", None, "create", payload).id
    world.send(world.province, "cycle", cycle_id, "publish")
    world.settle()
    return cycle_id


def case_in(journeys: Journeys, physician_id: str, cycle_id: str) -> str:
    (case_id,) = (
        case.id
        for case in found(journeys.world, "assessment", "physician_id", physician_id)
        if case.record.cycle_id == cycle_id
    )
    return case_id


def test_a_sheet_of_later_changes_no_result() -> None:
    """Who has passed the papers of the cycle is qualified, though the province asks for one more since."""
    more = ["humanities", "professional", "public"]
    with changed(RESULT_DAY, papers_general=more) as journeys:
        traveller = journeys.to("awaiting_assessment")
        journeys.not_before(SITTING_DAY)
        journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=HIGH)
        journeys.not_before(RESULT_DAY)
        journeys.publish(Stage.FIRST)
        assert journeys.state(traveller) == "qualified"
        assert not journeys.world.application.verification.run().findings


def test_papers_are_those_of_the_cycle() -> None:
    """Papers are assigned as the cycle has them, though another list is in force on the day."""
    with changed(FILING_DAY, papers_general=["humanities"]) as journeys:
        traveller = journeys.to("awaiting_assessment")
        assert {kind.value for kind in journeys.paper_states(traveller)} == {"humanities", "professional"}


@pytest.mark.parametrize("late", [0, 1], ids=["from its first day", "from its second day"])
def test_who_must_take_part_goes_by_the_first_day(late: int) -> None:
    """A block that begins on the cycle's first day holds for the cycle; one that begins a day later does not."""
    since = SECOND_BEGINS + timedelta(days=late)
    with changed(since, eligible_if_registered_by="2000-12-31") as journeys:
        world = journeys.world
        doctor = world.physician(person(1).id_number, first_registered_on=date(2001, 1, 1))
        second = publish_second(journeys)
        journeys.not_before(FILING_DAY)
        case_id = case_in(journeys, str(doctor.physician_id), second)
        send = world.application.door.send
        if late:
            assert (
                send(world.hospital, "assessment", case_id, "enrol", Enrol()).state == "awaiting_registration"
            )
        else:
            with pytest.raises(TransitionRefused):
                send(world.hospital, "assessment", case_id, "enrol", Enrol())


def test_one_bulk_of_two_cycles() -> None:
    """One physician, one day, one bulk: twelve years are enough in the one cycle, twenty are asked for in the other."""
    with changed(SECOND_BEGINS, simplified_years_long=20) as journeys:
        world = journeys.world
        doctor = world.physician(person(1).id_number, licensed_on=date(2006, 12, 31))
        cycles = (world.cycle_id, publish_second(journeys))
        ids = [case_in(journeys, str(doctor.physician_id), cycle_id) for cycle_id in cycles]
        journeys.not_before(FILING_DAY)
        send_many = world.application.door.send_many
        enrolled = send_many(world.hospital, "assessment", "enrol", [Item(id, Enrol()) for id in ids])
        assert all(isinstance(outcome, Done) for outcome in enrolled)
        written = Submit(filing(journeys.department_id, **SIMPLIFIED))
        first, second = send_many(doctor, "assessment", "submit", [Item(id, written) for id in ids])
        assert isinstance(first, Done)
        assert isinstance(second, Declined)
        assert isinstance(second.error, TransitionRefused)
        unmet = [
            one for reason in second.error.reasons if isinstance(reason, GuardUnmet) for one in reason.unmet
        ]
        assert [(one.actual, one.at_least) for one in unmet if one.fact == "years_in_practice"] == [(19, 20)]
        assert not world.application.verification.run().findings


def test_a_certificate_says_what_its_cycle_says() -> None:
    """Prefix and statement are the cycle's, whenever it is printed; the office that issues it is that of the day."""
    later = {
        "certificate_number_prefix": "NEW",
        "certificate_statement": "新的正文",
        "certificate_issuing_authority": "新卫生健康委员会",
        "certificate_note": "新的说明",
    }
    with changed(RESULT_DAY, **later) as journeys:
        world = journeys.world
        cycle = world.application.cases.get(SYSTEM, "cycle", world.cycle_id).record
        before = world.application.catalogue.parameters_of_cycle(cycle.first_day)
        traveller = journeys.to("qualified")
        (certificate,) = journeys.certificates(traveller)
        world.application.certificates.issue(traveller.principal, certificate)
        record = world.application.cases.get(SYSTEM, "certificate", certificate).record

        assert record.number.startswith(before.certificate_number_prefix)
        assert before.certificate_statement == record.face.statement
        assert ("新卫生健康委员会", "新的说明") == (record.face.issuing_authority, record.face.note)
