"""Jobs go through whole populations page by page: as if at once, and never all at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import Leave
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, CorrectLine, PublishLine
from kaohe_workflow.testing.journeys import RESULT_DAY, SIMPLIFIED, SITTING_DAY, Journeys
from kaohe_workflow.testing.worlds import LINES, WINDOWS, World
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.watched import EVERYBODY, jobs, second_cycle, watched, work

EXEMPTION = Window.of_days(date(2023, 11, 27), date(2024, 1, 11))
SHORTER = attrs.evolve(
    WINDOWS,
    evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 11)),
    exemption=EXEMPTION,
    exemption_review=EXEMPTION,
)
"""The evaluation ends a day earlier."""

SCORES = (Decimal(75), Decimal(61), Decimal("59.99"), Decimal(30))


def told(journeys: Journeys) -> list[Any]:
    """Everything that happened to each physician, and what is due, without the ids that differ from run to run."""
    world = journeys.world
    with world.application.store.begin(write=False) as unit:
        dues = {(due.lifecycle, due.case_id): due for due in unit.due(datetime.max.replace(tzinfo=UTC), 9999)}
        persons = unit.find("affiliation", [])
        lines = []
        for person in persons:
            for lifecycle in ("assessment", "evaluation", "exemption", "certificate"):
                for case in unit.find(lifecycle, [Where("physician_id", "eq", person.id)]):
                    due = dues.get((lifecycle, case.id))
                    events = [row.event for row in unit.history(case)]
                    when = (due.event, due.at) if due else None
                    lines.append((person.record.id_number, lifecycle, case.state, events, when))
    return sorted(lines, key=repr)


def opened(page: int, count: int) -> list[Any]:
    """A cycle is published over so many physicians, every third of whom has left; then it is discarded again."""
    with World.open("memory:") as world:
        journeys = Journeys.of(world)
        for index in range(count):
            traveller = journeys.newcomer()
            if index % 3 == 2:
                leave = Leave(LeaveReason.CHANGED_INSTITUTION)
                world.send(world.hospital, "affiliation", traveller.physician_id, "leave", leave)
        cycle_id = second_cycle(world)
        work(world, page)
        between = told(journeys)
        world.send(world.province, "cycle", cycle_id, "discard", reason="日期有误")
        work(world, page)
        return [between, told(journeys), jobs(world)]


def judged(page: int, count: int) -> list[Any]:
    """Windows change, a line is published and corrected, over so many physicians."""
    with World.open("memory:") as world:
        journeys = Journeys.of(world)
        travellers = [journeys.to("awaiting_assessment", **SIMPLIFIED) for _ in range(count)]
        waiting = journeys.apply_for_exemption(travellers[0])
        windows = SHORTER
        changed = ChangeWindows(windows, confirmed=True)
        world.send(world.province, "cycle", world.cycle_id, "change_windows", changed)
        work(world, page)
        between = told(journeys)
        world.at(SITTING_DAY)
        for index, traveller in enumerate(travellers):
            journeys.score(traveller, Stage.FIRST, humanities=SCORES[index % len(SCORES)])
        world.at(RESULT_DAY)
        first = PublishLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, LINES[Level.LICENSED])
        world.send(world.province, "cycle", world.cycle_id, "publish_line", first)
        second = CorrectLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, Decimal("59.99"))
        work(world, page)
        world.send(journeys.colleague, "cycle", world.cycle_id, "correct_line", second, reason="公布有误")
        work(world, page)
        assert () == world.application.verification.run().findings
        return [between, told(journeys), jobs(world), world.state_of("exemption", waiting)]


@settings(max_examples=12, deadline=None)
@given(count=st.integers(0, 7), page=st.integers(1, 9))
def test_any_page_opens_and_withdraws_the_same(count: int, page: int) -> None:
    """Cases of a published cycle, and of a discarded one: as if the job had seen everybody at once."""

    assert opened(EVERYBODY, count) == opened(page, count)


@settings(max_examples=6, deadline=None)
@given(count=st.integers(1, 6), page=st.integers(1, 8))
def test_any_page_judges_and_takes_deadlines_the_same(count: int, page: int) -> None:
    """Deadlines after a change of windows, verdicts after a line and its correction: as if seen at once."""

    assert judged(EVERYBODY, count) == judged(page, count)


def test_every_store_pages(stored: Journeys) -> None:
    """Five physicians in pages of two have a case each, in each kind of store."""
    world = stored.world
    travellers = [stored.newcomer() for _ in range(5)]
    cycle_id = second_cycle(world)

    done = work(world, 2)
    with world.application.store.begin(write=False) as unit:
        found = unit.find("assessment", [Where("cycle_id", "eq", cycle_id)])

    # The other one tells the organisations of the cycle.
    assert (2, []) == (done, jobs(world))
    assert sorted(one.physician_id for one in travellers) == sorted(one.record.physician_id for one in found)


@pytest.mark.parametrize("count", [6, 24])
def test_no_unit_of_work_sees_more_than_a_page(count: int) -> None:
    """Memory stays flat: four times the physicians, no more cases in one unit of work."""
    journeys, store = watched()
    world = journeys.world
    for _ in range(count):
        journeys.to("awaiting_assessment", **SIMPLIFIED)
    windows = SHORTER
    world.send(
        world.province, "cycle", world.cycle_id, "change_windows", ChangeWindows(windows, confirmed=True)
    )
    second_cycle(world)
    store.most = 0

    work(world, 3)

    # Of three physicians: the person, the case and the paper, and the few organisations and cycles around them.
    assert store.most <= 3 * 3 + 8
