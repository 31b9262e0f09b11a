"""Jobs lose nothing and end, whatever is cut off, fails, or goes on beside them."""

from __future__ import annotations

from threading import Thread
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.jobs.progress import Progress
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Job
from kaohe_workflow.errors import ConcurrentTransition, DefinitionError, StoreUnavailable
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import START, WINDOWS
from tests.unit.application.world.watched import EVERYBODY, jobs, nothing, second_cycle, watched, work


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
    job = jobs(world)[0]

    assert persons[3].id == world.application.codec.parse(job.content)["after"]


def test_a_run_ends_while_others_keep_making_jobs() -> None:
    """Every commit is followed by another job of somebody else: a run does what waited when it began."""
    journeys, store = watched()
    world = journeys.world
    for _ in range(5):
        journeys.newcomer()
    second_cycle(world)
    first = jobs(world)[0]
    made: list[Job] = []

    def one_more(unit: UnitOfWork) -> None:
        made.append(attrs.evolve(first, id=f"job-{len(made)}"))
        unit.enqueue(made[-1:])

    store.before_commit = one_more
    done = work(world, 2)
    store.before_commit = nothing

    # The job that opens cases, in three pages, and the one that tells the seven organisations, in four.
    assert (2, {job.id for job in made}) == (done, {job.id for job in jobs(world)})
    assert len(made) == 7


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
    first = jobs(world)[0]
    with store.begin() as unit:
        unit.enqueue([attrs.evolve(first, id="z" * 26)])
        unit.commit()

    def be_faster(unit: UnitOfWork) -> None:
        unit.finish(["z" * 26])

    store.before_commit = be_faster

    assert (2, []) == (world.application.timers.work(), jobs(world))


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

    assert (2, 2, 0) == (len(jobs(world)), world.application.timers.work(), len(jobs(world)))


def test_a_page_waits_for_whoever_looks_at_its_job(stored: Journeys) -> None:
    """Who hands jobs over holds their rows for a moment: a turn that begins meanwhile goes on, and does not take the
    job for one that is gone."""
    world = stored.world
    stored.newcomer()
    second_cycle(world)
    pages, store = world.application.timers.pages, world.application.store
    (first, *_) = pages.waiting()
    ends: list[Progress] = []
    turn = Thread(target=lambda: ends.append(pages.next(first)))

    with store.begin() as unit:
        held = unit.jobs(EVERYBODY)
        turn.start()
        turn.join(0.5)
        early = list(ends)
    turn.join(20)

    assert first in {job.id for job in held}
    assert ([], [Progress.ENDED]) == (early, ends)
