"""Results of bulk jobs and what went out of inboxes go after as many days as the province says; nothing else does."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.retention import Expired, Retention
from kaohe_workflow.application.stored import Dispatch, Errand
from kaohe_workflow.errors import NotFound
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.errands import ErrandKind, ErrandStanding
from kaohe_workflow.values.notices import NoticeKind

RESULTS = timedelta(days=30)
DISPATCHES = timedelta(days=90)
TICK = timedelta(microseconds=1)


class Killed(BaseException):
    """Nothing catches it."""


@attrs.frozen
class Dying:
    """Contents behind whose next removal the process is killed."""

    contents: object

    def drop(self, digest: str) -> None:
        self.contents.drop(digest)  # type: ignore[attr-defined]
        raise Killed


def ended(world: World, id: str, *contents: bytes) -> Errand:
    """An errand that has just ended, with these files."""
    now = world.clock.now()
    parts = tuple(world.application.errands.contents.keep(content) for content in contents)
    caller = world.hospital.account_id
    errand = Errand(
        id, caller, ErrandKind.CERTIFICATES, ErrandStanding.DONE, 1, now, ended_at=now, parts=parts
    )
    with world.application.store.begin() as unit:
        unit.keep_errand(errand)
        unit.commit()
    return errand


def held(world: World, *errands: Errand) -> list[list[bool]]:
    """Which of the files of each are there."""
    contents = world.application.errands.contents
    return [[contents.holds(digest) for digest in errand.parts] for errand in errands]


@pytest.mark.parametrize(("age", "gone"), [(RESULTS, False), (RESULTS + TICK, True)])
def test_results_of_bulk_jobs_go_after_their_time(stored: Journeys, age: timedelta, gone: bool) -> None:
    """`job_results_kept_days` after the job has ended, and not before: its row and its files; a dry run tells so and
    changes nothing. A file that a younger job has as well stays."""
    world, retention = stored.world, stored.world.application.retention
    old = ended(world, "e1", b"alone", b"shared")
    world.clock.set(world.clock.now() + age)
    young = ended(world, "e2", b"shared")
    told = retention.expired()
    before = held(world, old, young)
    cleared = [retention.clear_away(), retention.clear_away()]

    assert Expired(int(gone), 0) == told
    assert [[True, True], [True]] == before
    assert [int(gone), 0] == cleared
    assert [[not gone, True], [True]] == held(world, old, young)
    if gone:
        with pytest.raises(NotFound):
            world.application.errands.show(world.hospital, old.id)


@pytest.mark.parametrize(("age", "gone"), [(DISPATCHES, False), (DISPATCHES + TICK, True)])
def test_what_has_arrived_goes_after_its_time(stored: Journeys, age: timedelta, gone: bool) -> None:
    """`dispatches_kept_days` after a dispatch has arrived, and not before; one that is under way stays however old."""
    world, retention = stored.world, stored.world.application.retention
    now = world.clock.now()
    arrived = Dispatch("d1", "c1", "n1", NoticeKind.RETURN, "assessment", "a1", now, None, delivered_at=now)
    under_way = attrs.evolve(arrived, id="d2", notice_id="n2", due_at=now, delivered_at=None)
    with world.application.store.begin() as unit:
        unit.send_out([arrived, under_way])
        unit.commit()
    world.clock.set(now + age)

    assert Expired(0, int(gone)) == retention.expired()
    assert [int(gone), 0] == [retention.clear_away(), retention.clear_away()]
    with world.application.store.begin() as unit:
        assert ["d2"] == [one.id for one in unit.due_dispatches(world.clock.now(), 9)]


def test_a_run_that_is_killed_leaves_nothing_that_nobody_reaches(stored: Journeys) -> None:
    """Killed between a file and its row, the row is there and the next run goes on with it to the end."""
    world, retention = stored.world, stored.world.application.retention
    old = ended(world, "e1", b"one", b"two")
    world.clock.set(world.clock.now() + RESULTS + TICK)
    dying = attrs.evolve(retention, contents=Dying(retention.contents))
    with pytest.raises(Killed):
        dying.clear_away()
    between = (retention.expired(), held(world, old))
    again = retention.clear_away()

    assert (Expired(1, 0), [[False, True]]) == between
    assert (1, [[False, False]], Expired(0, 0)) == (again, held(world, old), retention.expired())


def test_how_long_is_the_provinces(stored: Journeys) -> None:
    """The times are parameters of the day on which the run is made."""
    parameters = stored.world.application.catalogue.parameters
    day = stored.world.clock.now().date()

    assert (30, 90) == (parameters(day).job_results_kept_days, parameters(day).dispatches_kept_days)
    assert isinstance(stored.world.application.retention, Retention)
