"""Timers only tidy up: they may run late, twice, or not at all, and nothing of a person depends on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import Due
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, CorrectLine, DeclareDelivery, PublishLine
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.testing.journeys import (
    HIGH,
    LAST_DAY,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
)
from kaohe_workflow.testing.worlds import LINES, WINDOWS, World, noon
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import Window

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
TICK = timedelta(microseconds=1)


def dues(store: Store) -> list[Due]:
    with store.begin(write=False) as unit:
        return unit.due(datetime.max.replace(tzinfo=UTC), 10_000)


def cycle_state(world: World) -> str:
    return world.state_of("cycle", world.cycle_id)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2023, 11, 21), "published"),
        (date(2023, 11, 22), "running"),
        (date(2024, 1, 12), "running"),
        (date(2024, 1, 13), "first_ended"),
        (date(2024, 3, 1), "first_ended"),
    ],
)
def test_one_sweep_catches_up(stored: Journeys, day: date, expected: str) -> None:
    """However late it comes, one sweep brings a cycle to where it should be."""
    world = stored.world
    world.clock.set(noon(day))

    world.application.timers.sweep()

    assert expected == cycle_state(world)


def test_a_deadline_comes_with_its_instant(stored: Journeys) -> None:
    """A window that is over at T is swept at T and not a microsecond before."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    paper = stored.papers(traveller)[Stage.FIRST, HUMANITIES]
    over = WINDOWS.evaluation.closes_at

    world.clock.set(over - TICK)
    world.application.timers.sweep()
    before = world.state_of("evaluation", paper)
    world.clock.set(over)
    world.application.timers.sweep()

    assert ("not_sat", "absence_pending") == (before, world.state_of("evaluation", paper))


def test_a_second_sweep_finds_nothing(stored: Journeys) -> None:
    """Sweeps may follow each other; the second one does nothing, nor does the worker of jobs."""
    world = stored.world
    stored.to("awaiting_assessment")
    world.clock.set(noon(LAST_DAY))
    first = world.application.timers.sweep()

    assert (3, 0, 0) == (first, world.application.timers.sweep(), world.application.timers.work())
    assert () == world.application.verification.run().findings


def test_a_deadline_that_is_refused_is_dropped(journeys: Journeys) -> None:
    """A window was extended and the deadlines are not moved yet: the old one is dropped, the job sets the new one."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    windows = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 14)))
    world.send(world.province, "cycle", world.cycle_id, "change_windows", ChangeWindows(windows))
    world.clock.set(noon(date(2024, 1, 13)))

    world.application.timers.sweep()
    dropped = [due for due in dues(world.application.store) if due.case_id == paper]
    world.application.timers.work()
    moved = [due.at for due in dues(world.application.store) if due.case_id == paper]
    world.at(date(2024, 1, 15))

    assert ([], [windows.evaluation.closes_at]) == (dropped, moved)
    assert "absence_pending" == world.state_of("evaluation", paper)


def test_a_finished_case_has_no_deadline(journeys: Journeys) -> None:
    """What has ended is never swept again."""
    world = journeys.world
    traveller = journeys.to("qualified")
    papers = set(journeys.papers(traveller).values())

    assert [] == [due for due in dues(world.application.store) if due.case_id in papers]


def test_a_job_that_was_cut_off_does_only_what_is_missing(stored: Journeys) -> None:
    """A worker dies between two batches: the job is found again, and the cases that exist stay as they are."""
    world = stored.world
    travellers = [stored.to("awaiting_assessment", **SIMPLIFIED) for _ in range(3)]
    world.at(SITTING_DAY)
    for traveller in travellers:
        stored.score(traveller, Stage.FIRST, humanities=HIGH)
    world.at(RESULT_DAY)
    for kind in (HUMANITIES, PROFESSIONAL):
        for level, score in LINES.items():
            line = PublishLine(Stage.FIRST, kind, level, score)
            world.send(world.province, "cycle", world.cycle_id, "publish_line", line)
    first = stored.papers(travellers[0])[Stage.FIRST, HUMANITIES]
    world.send(SYSTEM, "evaluation", first, "judge")

    done = world.application.timers.work()

    # Each line is judged, told to organisations, and told to physicians.
    assert (3 * 4, ["qualified"] * 3) == (done, [stored.state(traveller) for traveller in travellers])
    assert () == world.application.verification.run().findings


def test_nobody_waits_for_a_closed_paper(journeys: Journeys) -> None:
    """确认缺考 and 补录 go through though no sweep has closed the paper."""
    world = journeys.world
    absent, scored = (journeys.to("awaiting_assessment", **SIMPLIFIED) for _ in range(2))
    world.clock.set(noon(RESULT_DAY))
    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(Stage.FIRST))

    world.send(
        world.agency,
        "evaluation",
        journeys.papers(absent)[Stage.FIRST, HUMANITIES],
        "confirm_absence",
        ConfirmAbsence(True),
    )
    journeys.score(scored, Stage.FIRST, humanities=HIGH)

    assert ("awaiting_makeup_approval", {HUMANITIES: "handed_in"}) == (
        journeys.state(absent),
        journeys.paper_states(scored),
    )


def test_a_sweep_makes_nobody_a_second_person(journeys: Journeys) -> None:
    """四眼: who has published a line may not correct it, though a sweep has brought the cycle on meanwhile."""
    world = journeys.world
    world.clock.set(noon(RESULT_DAY))
    line = (Stage.FIRST, HUMANITIES, Level.LICENSED)
    world.send(world.province, "cycle", world.cycle_id, "publish_line", PublishLine(*line, Decimal(60)))

    world.application.timers.sweep()

    assert "first_ended" == cycle_state(world)
    with pytest.raises(TransitionRefused):
        world.send(
            world.province,
            "cycle",
            world.cycle_id,
            "correct_line",
            CorrectLine(*line, Decimal(61)),
            reason="有误",
        )


@attrs.define
class Watched:
    """A door that notes which events go through it in bulk."""

    door: Door
    sent: list[str]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.door, name)

    def send_many(self, principal: Any, lifecycle: str, event: str, items: Any) -> Any:
        """As the door's."""
        self.sent.append(event)
        return self.door.send_many(principal, lifecycle, event, items)


def test_a_sitting_ends_before_papers_are_closed(stored: Journeys) -> None:
    """Of one lifecycle the chart's order holds: who sat is known before anybody is taken for absent."""
    world = stored.world
    sitting, absent = (stored.to("awaiting_assessment") for _ in range(2))
    world.clock.set(noon(SITTING_DAY))
    paper = stored.papers(sitting)[Stage.FIRST, PaperKind.HUMANITIES]
    stored.start(paper)
    world.clock.set(noon(RESULT_DAY))
    watched: Any = Watched(world.application.door, [])
    attrs.evolve(world.application.timers, door=watched).sweep()

    assert ["time_over", "close"] == [event for event in watched.sent if event in ("close", "time_over")]
    assert "absence_pending" == world.state_of(
        "evaluation", stored.papers(absent)[Stage.FIRST, PaperKind.HUMANITIES]
    )
