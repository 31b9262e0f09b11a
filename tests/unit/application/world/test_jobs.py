"""Jobs go through whole populations page by page: as if at once, whatever is cut off, and never all at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.stored import Case, Job
from kaohe_workflow.errors import ConcurrentTransition, DefinitionError, StoreUnavailable
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import Leave
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, CorrectLine, CreateCycle, PublishLine
from kaohe_workflow.testing.journeys import RESULT_DAY, SIMPLIFIED, SITTING_DAY, Journeys
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import LINES, START, WINDOWS, World
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import CycleWindows, Window

EVERYBODY = 1000
"""A page that holds everybody of these worlds."""

EXEMPTION = Window.of_days(date(2023, 11, 27), date(2024, 1, 11))
SHORTER = attrs.evolve(
    WINDOWS,
    evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 11)),
    exemption=EXEMPTION,
    exemption_review=EXEMPTION,
)
"""The evaluation ends a day earlier."""

SCORES = (Decimal(75), Decimal(61), Decimal("59.99"), Decimal(30))


class WatchedUnit:
    """A unit of work that tells its store what goes on."""

    def __init__(self, unit: UnitOfWork, store: WatchedStore) -> None:
        self._unit = unit
        self._store = store
        self._touched: dict[tuple[str, str], Case] = {}

    def __enter__(self) -> WatchedUnit:
        self._unit.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._store.most = max(self._store.most, len(self._touched))
        self._unit.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)

    def find(self, lifecycle: str, where: Sequence[Where], **more: Any) -> list[Case]:
        return self._seen(lifecycle, self._unit.find(lifecycle, where, **more))

    def lock(self, lifecycle: str, ids: Sequence[str]) -> dict[str, Case]:
        found = self._unit.lock(lifecycle, ids)
        self._seen(lifecycle, list(found.values()))
        return found

    def read(self, lifecycle: str, ids: Sequence[str]) -> dict[str, Case]:
        found = self._unit.read(lifecycle, ids)
        self._seen(lifecycle, list(found.values()))
        return found

    def _seen(self, lifecycle: str, cases: list[Case]) -> list[Case]:
        self._touched |= {(lifecycle, case.id): case for case in cases}
        return cases

    def commit(self) -> None:
        self._store.before_commit(self._unit)
        self._unit.commit()
        self._store.after_commit()


def nothing(*_: Any) -> None:
    """What a watched store does about a commit unless told otherwise."""


class WatchedStore:
    """A store that counts the most cases that one unit of work has seen, and lets a test step in at commits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.most = 0
        self.before_commit: Callable[[UnitOfWork], None] = nothing
        self.after_commit: Callable[[], None] = nothing

    def begin(self, *, write: bool = True, wait: bool = True) -> Any:
        return WatchedUnit(self._store.begin(write=write, wait=wait), self)

    def ready(self) -> None:
        self._store.ready()

    def close(self) -> None:
        self._store.close()


def watched() -> tuple[Journeys, WatchedStore]:
    """Physicians of a world in memory, whose store is watched."""
    keys, clock = Keys.fresh(), SettableClock(START)
    store = WatchedStore(open_store("memory:", keys))
    application = build_application(store, keys, clock=clock, printer=PlainPrinter())
    return Journeys.of(World.make(application, clock)), store


def work(world: World, page: int) -> int:
    return attrs.evolve(world.application.timers, page=page).work()


def jobs(world: World) -> list[Job]:
    with world.application.store.begin() as unit:
        return unit.jobs(EVERYBODY)


def second_cycle(world: World) -> str:
    windows = CycleWindows(
        registration=Window.of_days(date(2024, 3, 1), date(2024, 3, 31)),
        review=Window.of_days(date(2024, 3, 1), date(2024, 4, 10)),
        evaluation=Window.of_days(date(2024, 5, 1), date(2024, 5, 10)),
        agency_application=Window.of_days(date(2024, 2, 1), date(2024, 2, 20)),
        makeup_confirm=Window.of_days(date(2024, 5, 12), date(2024, 5, 14)),
        makeup=Window.of_days(date(2024, 5, 20), date(2024, 5, 25)),
    )
    payload = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), windows
    )
    cycle_id = world.send(world.province, "cycle", None, "create", payload).id
    world.send(world.province, "cycle", cycle_id, "publish")
    return cycle_id


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

    assert (1, []) == (done, jobs(world))
    assert sorted(one.physician_id for one in travellers) == sorted(one.record.physician_id for one in found)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("killed_at", [1, 2, 3, 4])
def test_what_is_cut_off_in_the_middle_loses_nothing(moment: str, killed_at: int) -> None:
    """The store goes away before or just after any page's commit: the next run goes on, nobody is left out or twice."""
    journeys, store = watched()
    world = journeys.world
    travellers = [journeys.newcomer() for _ in range(7)]
    cycle_id = second_cycle(world)
    left = [killed_at]

    def kill(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise StoreUnavailable("cut off")

    setattr(store, f"{moment}_commit", kill)
    with pytest.raises(StoreUnavailable):
        work(world, 2)
    setattr(store, f"{moment}_commit", nothing)
    waiting = len(jobs(world))
    done = work(world, 2)
    with store.begin(write=False) as unit:
        found = unit.find("assessment", [Where("cycle_id", "eq", cycle_id)])
        steps = [len(unit.history(case)) for case in found]

    assert sorted(traveller.physician_id for traveller in travellers) == sorted(
        case.record.physician_id for case in found
    )
    assert ([1] * 7, [], waiting) == (steps, jobs(world), done)


def test_a_page_that_fails_keeps_those_before_it() -> None:
    """Progress is noted with every page: after a failure only what lies behind is done again."""
    journeys, store = watched()
    world = journeys.world
    for _ in range(6):
        journeys.newcomer()
    second_cycle(world)
    commits: list[str] = []

    def stop_at_the_third(_: UnitOfWork) -> None:
        commits.append("page")
        if len(commits) == 3:
            raise StoreUnavailable("cut off")

    store.before_commit = stop_at_the_third
    with pytest.raises(StoreUnavailable):
        work(world, 2)
    store.before_commit = nothing
    with store.begin(write=False) as unit:
        persons = unit.find("affiliation", [])
    (job,) = jobs(world)

    assert persons[3].id == world.application.codec.parse(job.content)["after"]


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


def test_a_run_ends_while_others_keep_making_jobs() -> None:
    """Every commit is followed by another job of somebody else: a run does what waited when it began."""
    journeys, store = watched()
    world = journeys.world
    for _ in range(5):
        journeys.newcomer()
    second_cycle(world)
    (first,) = jobs(world)
    made: list[Job] = []

    def one_more(unit: UnitOfWork) -> None:
        made.append(attrs.evolve(first, id=f"job-{len(made)}"))
        unit.enqueue(made[-1:])

    store.before_commit = one_more
    done = work(world, 2)
    store.before_commit = nothing

    assert (1, {job.id for job in made}) == (done, {job.id for job in jobs(world)})
    assert len(made) == 3


def test_a_sweep_ends_while_time_goes_on() -> None:
    """A sweep does what had come when it began; what comes due meanwhile waits for the next one."""
    journeys, store = watched()
    world = journeys.world
    journeys.to("awaiting_assessment")
    world.clock.set(WINDOWS.evaluation.opens_at)

    def time_flies(_: UnitOfWork) -> None:
        world.clock.set(WINDOWS.makeup.closes_at if WINDOWS.makeup else START)

    store.before_commit = time_flies
    world.application.timers.sweep()
    store.before_commit = nothing

    assert "published" != world.state_of("cycle", world.cycle_id)
    assert "not_sat" in {world.state_of("evaluation", id) for id in papers(journeys)}


def papers(journeys: Journeys) -> list[str]:
    with journeys.world.application.store.begin(write=False) as unit:
        return [paper.id for paper in unit.find("evaluation", [])]


def test_a_job_of_another_worker_is_left_to_it() -> None:
    """A job that is gone when its turn comes was done by another worker: it is neither done again nor a failure."""
    journeys, store = watched()
    world = journeys.world
    journeys.newcomer()
    second_cycle(world)
    (first,) = jobs(world)
    with store.begin() as unit:
        unit.enqueue([attrs.evolve(first, id="z" * 26)])
        unit.commit()

    def be_faster(unit: UnitOfWork) -> None:
        unit.finish(["z" * 26])

    store.before_commit = be_faster

    assert (1, []) == (world.application.timers.work(), jobs(world))


@pytest.mark.parametrize(
    "content",
    [
        '{"policy":"gone"}',
        '{"policy":"open_assessments_of_cycle","case":"gone","event":"publish","payload":{},"source":"draft","target":"published"}',
        '{"policy":"open_assessments_of_cycle","case":"gone","event":"gone","payload":{},"source":"draft","target":"published"}',
    ],
    ids=["policy", "case", "event"],
)
def test_a_job_that_fails_stays_and_stops_no_other(journeys: Journeys, content: str) -> None:
    """A job that answers to what is gone stays for who can mend it; those after it are done, the failure is told."""
    world = journeys.world
    journeys.newcomer()
    lost = Job("0" * 26, "policy", content, START)
    with world.application.store.begin() as unit:
        unit.enqueue([lost])
        unit.commit()
    second_cycle(world)

    with pytest.raises(DefinitionError):
        world.application.timers.work()

    assert [lost] == jobs(world)


def test_a_page_that_always_loses_its_race_waits_for_the_next_run() -> None:
    """A lost race is tried again, and not for ever."""
    journeys, store = watched()
    world = journeys.world
    journeys.newcomer()
    second_cycle(world)

    def lose(_: UnitOfWork) -> None:
        raise ConcurrentTransition("assessment", "", None, None)

    store.before_commit = lose
    with pytest.raises(ConcurrentTransition):
        world.application.timers.work()
    store.before_commit = nothing

    assert (1, 1, 0) == (len(jobs(world)), world.application.timers.work(), len(jobs(world)))
