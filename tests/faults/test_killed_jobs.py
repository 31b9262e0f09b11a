"""A job whose process is killed goes on and does nothing twice: on SQLite and PostgreSQL, in its process or another."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any, ClassVar

import pytest
from dbos import DBOS

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.durable_jobs import DurableJobs
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.jobs.errands import ERRAND
from kaohe_workflow.application.jobs.pages import HELD_FOR, QUEUED_FOR, Pages
from kaohe_workflow.application.jobs.progress import Progress
from kaohe_workflow.application.stored import Job, Recipient
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.notices import RecipientKind
from tests.faults.places import PATIENCE, Place, killed_in
from tests.unit.application.world.watched import second_cycle

PHYSICIANS = 7
ORGANISATIONS = 6
"""Of a world, without the one that publishes."""


def killed(place: Place, name: str, moment: str) -> None:
    """Let a process of its own do jobs until it dies at a moment of them."""
    now = place.world.clock.now().isoformat()
    killed_in("tests.faults.killed_jobs", place.url, place.keys.text, now, name, moment)


@contextmanager
def doing(place: Place, name: str, pages: Pages | None = None, **more: float) -> Iterator[DurableJobs]:
    """This process does jobs too."""
    pages = pages or Pages(place.world.application.door, 2)
    jobs = DurableJobs(pages, place.url, name=name, clock=place.world.clock, poll=0.05, **more)
    jobs.start()
    try:
        yield jobs
    finally:
        jobs.stop(PATIENCE)


def waiting(place: Place) -> list[Job]:
    with place.world.application.store.begin() as unit:
        return unit.jobs(99)


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it comes true while anybody would wait."""
    return any(condition() or Event().wait(0.05) for _ in range(PATIENCE * 20))


def opened(place: Place, cycle_id: str) -> list[tuple[str, int]]:
    """Whose cases were opened, each with how many steps it has."""
    with place.world.application.store.begin(write=False) as unit:
        found = unit.find("assessment", [Where("cycle_id", "eq", cycle_id)])
        return sorted((case.record.physician_id, len(unit.history(case))) for case in found)


def told(place: Place, cycle_id: str) -> int:
    """How many organisations were told of the cycle."""
    with place.world.application.store.begin(write=False) as unit:
        inboxes = [Recipient(RecipientKind.ORGANISATION, one.id) for one in unit.find("institution", [])]
        found = [len(unit.notices_of(inbox, "cycle", cycle_id)) for inbox in inboxes]
    assert {0, 1} >= set(found)
    return sum(found)


def ended_in(place: Place, cycle_id: str) -> bool:
    """Whether nothing waits, and nothing is on its way: a job that is locked is not seen."""
    done = PHYSICIANS == len(opened(place, cycle_id)) and ORGANISATIONS == told(place, cycle_id)
    return done and not waiting(place)


@pytest.mark.parametrize("moment", ["page:1", "paged:1", "page:3", "paged:4", "paged:6"])
def test_a_killed_job_goes_on_when_its_process_is_started_again(stored: Place, moment: str) -> None:
    """kill -9 before or after the commit of any page: started under its name, the process goes on with the next one at
    once, without waiting for anybody to hand the job over again; everybody has one case and one notice."""
    travellers = [stored.journeys.newcomer() for _ in range(PHYSICIANS)]
    stored.world.settle()
    cycle_id = second_cycle(stored.world)

    killed(stored, "one", moment)
    left = len(waiting(stored))
    with doing(stored, "one"):
        ended = eventually(lambda: ended_in(stored, cycle_id))
        # What the process was at goes on in the same turn, and what was queued is still there.
        turns = {workflow.workflow_id.partition(".")[2] for workflow in DBOS.list_workflows()}

    assert left
    assert ended
    assert {"1"} == turns
    assert sorted((one.physician_id, 1) for one in travellers) == opened(stored, cycle_id)
    assert ORGANISATIONS == told(stored, cycle_id)
    stored.assert_sound()


@pytest.mark.parametrize("moment", ["page:2", "paged:2"])
def test_a_killed_job_goes_on_elsewhere(stored: Place, moment: str) -> None:
    """Where its process does not come back, another one has the job after a minute, and not before."""
    travellers = [stored.journeys.newcomer() for _ in range(PHYSICIANS)]
    stored.world.settle()
    cycle_id = second_cycle(stored.world)
    world = stored.world

    killed(stored, "one", moment)
    with doing(stored, "two") as jobs:
        held = jobs.work()
        world.clock.set(world.clock.now() + max(HELD_FOR, QUEUED_FOR))
        jobs.work()
        ended = eventually(lambda: ended_in(stored, cycle_id))

    assert (0, True) == (held, ended)
    assert sorted((one.physician_id, 1) for one in travellers) == opened(stored, cycle_id)
    assert ORGANISATIONS == told(stored, cycle_id)
    stored.assert_sound()


def test_the_queue_may_be_lost(stored: Place) -> None:
    """The database of the queue holds nothing that the store does not know: without it jobs are handed over again."""
    travellers = [stored.journeys.newcomer() for _ in range(PHYSICIANS)]
    stored.world.settle()
    cycle_id = second_cycle(stored.world)
    world = stored.world

    killed(stored, "one", "paged:2")
    with doing(stored, "one"):
        DBOS.delete_workflows([one.workflow_id for one in DBOS.list_workflows()])
    world.clock.set(world.clock.now() + QUEUED_FOR)
    with doing(stored, "one") as jobs:
        jobs.work()
        ended = eventually(lambda: ended_in(stored, cycle_id))

    assert ended
    assert sorted((one.physician_id, 1) for one in travellers) == opened(stored, cycle_id)
    stored.assert_sound()


def test_nothing_leaves_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue of an SQLite database neither listens nor calls anybody, whatever the environment has of DBOS."""
    reached: list[tuple[str, Any]] = []
    for name in ("bind", "connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, lambda *told, name=name: reached.append((name, told)))
    with World.open(f"sqlite:///{tmp_path / 'world.sqlite3'}") as world:
        place = Place(f"sqlite:///{tmp_path / 'world.sqlite3'}", Keys.fresh(), Journeys.of(world))
        with doing(place, "one") as jobs:
            cycle_id = second_cycle(world)
            jobs.work()
            ended = eventually(lambda: not waiting(place) and bool(told(place, cycle_id)))

    assert (True, []) == (ended, reached)


def test_a_job_that_fails_is_left_alone_for_a_while(stored: Place) -> None:
    """A failure stops no other job, says nothing of what it was about, and is tried again later, ever more rarely."""
    world = stored.world
    world.settle()
    lost = Job("0" * 26, "policy", '{"policy":"gone 韦小明"}', world.clock.now())
    with world.application.store.begin() as unit:
        unit.enqueue([lost])
        unit.commit()
    cycle_id = second_cycle(world)
    with doing(stored, "one") as jobs:
        handed = [jobs.work()]
        ended = eventually(lambda: [1] == [job.failures for job in waiting(stored)])
        handed.append(jobs.work())
        world.clock.set(waiting(stored)[0].free_at or world.clock.now())
        handed.append(jobs.work())
        again = eventually(lambda: [2] == [job.failures for job in waiting(stored)])
        kept = str([(one.output, one.error) for one in DBOS.list_workflows()])

    assert (True, True, [3, 0, 1]) == (ended, again, handed)
    assert "韦小明" not in kept
    assert ORGANISATIONS == told(stored, cycle_id)


class ToldPages(Pages):
    """Pages that tell whose they are; those of one job begin only when they may."""

    told: ClassVar[list[str]] = []
    held: ClassVar[str] = ""
    may: ClassVar[Event] = Event()

    def next(self, job_id: str) -> Progress:
        ToldPages.told.append(job_id)
        if job_id == ToldPages.held:
            ToldPages.may.wait(PATIENCE)
            return Progress.ENDED
        return super().next(job_id)


class CountedPages(ToldPages):
    """Errands of three pages each."""

    def next(self, job_id: str) -> Progress:
        ToldPages.told.append(job_id)
        if ToldPages.told.count(job_id) < 3:
            return Progress.MORE
        with self.door.store.begin() as unit:
            unit.finish([job_id])
            unit.commit()
        return Progress.ENDED


def test_errands_take_turns(stored: Place) -> None:
    """A long one lets those go first that wait behind it when its time is up, and comes to its end all the same."""
    world = stored.world
    world.settle()
    first, second = ids = ["0" * 26, "1" * 26]
    with world.application.store.begin() as unit:
        unit.enqueue([Job(id, ERRAND, "{}", world.clock.now()) for id in ids])
        unit.commit()
    ToldPages.told.clear()
    with doing(stored, "one", CountedPages(world.application.door, 2), slice_seconds=0) as jobs:
        ended = eventually(lambda: jobs.work() >= 0 and not waiting(stored) and 6 <= len(ToldPages.told))

    assert ended
    assert [first, second] == ToldPages.told[:2]
    assert [3, 3] == [ToldPages.told.count(id) for id in ids]


def test_what_follows_keeps_its_order(stored: Place) -> None:
    """A job that follows from something goes from its first page to its last before a younger one, however long."""
    world = stored.world
    travellers = [stored.journeys.newcomer() for _ in range(PHYSICIANS)]
    world.settle()
    cycle_id = second_cycle(world)
    first, second = (job.id for job in waiting(stored))
    ToldPages.told.clear()
    with doing(stored, "one", ToldPages(world.application.door, 2), slice_seconds=0) as jobs:
        ended = eventually(lambda: jobs.work() >= 0 and ended_in(stored, cycle_id))

    assert ended
    assert [first, second] == list(dict.fromkeys(ToldPages.told))
    assert sorted(ToldPages.told, key=[first, second].index) == ToldPages.told
    assert sorted((one.physician_id, 1) for one in travellers) == opened(stored, cycle_id)
    stored.assert_sound()


def test_what_is_handed_over_together_is_one_turn(stored: Place) -> None:
    """Many small jobs that follow from one stage are not as many turns; one that fails keeps none behind it."""
    world = stored.world
    world.settle()
    gone = [Job(f"{digit}" * 26, "policy", '{"policy":"gone"}', world.clock.now()) for digit in range(3)]
    with world.application.store.begin() as unit:
        unit.enqueue(gone)
        unit.commit()
    cycle_id = second_cycle(world)
    with doing(stored, "one") as jobs:
        handed = jobs.work()
        ended = eventually(lambda: [1] * len(gone) == [job.failures for job in waiting(stored)])
        turns = len(DBOS.list_workflows())

    assert (True, 1) == (ended, turns)
    assert handed > len(gone)
    assert ORGANISATIONS == told(stored, cycle_id)


def test_what_somebody_asked_for_holds_nothing_up(stored: Place) -> None:
    """However long an errand is at its page, what follows from what was committed is done beside it."""
    world = stored.world
    for _ in range(PHYSICIANS):
        stored.journeys.newcomer()
    world.settle()
    errand = Job("0" * 26, ERRAND, "{}", world.clock.now())
    with world.application.store.begin() as unit:
        unit.enqueue([errand])
        unit.commit()
    cycle_id = second_cycle(world)
    ToldPages.held = errand.id
    ToldPages.may.clear()

    def followed() -> bool:
        done = PHYSICIANS == len(opened(stored, cycle_id)) and ORGANISATIONS == told(stored, cycle_id)
        return done and [errand.id] == [job.id for job in waiting(stored)]

    with doing(stored, "one", ToldPages(world.application.door, 2)) as jobs:
        jobs.work()
        begun = eventually(lambda: errand.id in ToldPages.told)
        ended = eventually(followed)
        ToldPages.may.set()

    assert (True, True) == (begun, ended)
