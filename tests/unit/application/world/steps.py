"""What tests do to people in a world beside the way to a result, and what they ask of its store."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import EndReason, LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import End, Leave, TakeIn
from kaohe_workflow.lifecycles.cycle.events import CreateCycle, DeclareDelivery
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import WINDOWS, World
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import CycleWindows, Window, day_starts_at

TICK = timedelta(milliseconds=1)


def case_of(world: World, lifecycle: str, case_id: str) -> Case:
    return world.application.cases.get(SYSTEM, lifecycle, case_id)


def found(world: World, lifecycle: str, column: str, value: Any) -> list[Case]:
    with world.application.store.begin(write=False) as unit:
        return unit.find(lifecycle, [Where(column, "eq", value)])


def events_of(world: World, lifecycle: str, case_id: str) -> list[str]:
    return [entry.event for entry in world.application.cases.history(SYSTEM, lifecycle, case_id)]


def cause_of_last(world: World, lifecycle: str, case_id: str) -> str | None:
    return world.application.cases.history(SYSTEM, lifecycle, case_id)[-1].cause


def later(window: Window | None, days: int) -> Window | None:
    if window is None:
        return None
    step = timedelta(days=days)
    return Window(window.opens_at + step, window.closes_at + step)


def shifted(days: int, **others: Window) -> CycleWindows:
    """The world's windows, so many days later."""
    moved = {field.name: later(getattr(WINDOWS, field.name), days) for field in attrs.fields(CycleWindows)}
    return CycleWindows(**(moved | others))


def second_cycle(journeys: Journeys, days: int = 60) -> str:
    """A draft of the next cycle, its windows so many days after those of the first."""
    world = journeys.world
    payload = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), shifted(days)
    )
    return world.send(world.province, "cycle", None, "create", payload).id


def leave(journeys: Journeys, traveller: Traveller) -> None:
    journeys.world.send(
        journeys.world.hospital,
        "affiliation",
        traveller.physician_id,
        "leave",
        Leave(LeaveReason.CHANGED_INSTITUTION),
    )


def take_in(journeys: Journeys, traveller: Traveller) -> None:
    payload = TakeIn(str(journeys.elsewhere.organisation_id))
    journeys.world.send(journeys.elsewhere, "affiliation", traveller.physician_id, "take_in", payload)


def end(journeys: Journeys, traveller: Traveller, code: EndReason = EndReason.RETIRED) -> None:
    journeys.world.send(
        journeys.world.county, "affiliation", traveller.physician_id, "end", End(code), reason="已核实"
    )


def end_of(day: date) -> datetime:
    """The first instant of the next day in China: the day's windows are over."""
    return day_starts_at(day + timedelta(days=1))


def refused(world: World, *arguments, **more) -> list[str]:
    """The names of the guards that refuse an event."""
    with pytest.raises(TransitionRefused) as caught:
        world.send(*arguments, **more)
    return [getattr(reason, "name", reason.code) for reason in caught.value.reasons]


def record_of(world: World, traveller: Traveller):
    return world.application.cases.get(SYSTEM, "assessment", traveller.case_id).record


def declare(world: World, stage: Stage) -> None:
    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(stage))


def confirm_absences(journeys: Journeys, traveller: Traveller, stage: Stage) -> None:
    for (of, _), paper in journeys.papers(traveller).items():
        if of is stage:
            journeys.world.send(
                journeys.world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(True)
            )
