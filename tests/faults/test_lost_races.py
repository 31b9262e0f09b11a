"""A request that meets others at the same key or lock is tried again, and never told of a version it did not name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.intake.imported import Imported
from kaohe_workflow.application.requests import MAXIMUM_TRIES
from kaohe_workflow.errors import ConcurrentTransition, StoreUnavailable
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.people import Person, people
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import START, World
from tests.faults.places import Place, Wrapped, at_once


class Losing:
    """A store in which others are first, so many times."""

    def __init__(self, times: int) -> None:
        keys, clock = Keys.fresh(), SettableClock(START)
        self.tries = 0
        self.times = 0
        store = Wrapped(open_store("memory:", keys), commit=self._lose)
        self.world = World.make(build_application(store, keys, clock=clock, printer=PlainPrinter()), clock)
        self.tries, self.times = 0, times

    def _lose(self) -> None:
        self.tries += 1
        if self.tries <= self.times:
            raise ConcurrentTransition("department", "", None, None)

    def create(self) -> Any:
        """Make a department."""
        payload = CreateDepartment(str(self.world.hospital.organisation_id), "血液科")
        return self.world.send(self.world.hospital, "department", None, "create", payload)


def test_a_request_that_wins_its_last_race_is_done_once() -> None:
    """Each time somebody else is first, it is decided again over what that one has left."""
    losing = Losing(MAXIMUM_TRIES - 1)

    receipt = losing.create()

    assert (MAXIMUM_TRIES, "enabled", 1) == (losing.tries, receipt.state, receipt.version)


def test_a_request_that_loses_every_race_is_to_be_tried_later() -> None:
    """Not "stale version": nobody has named one. Nothing of it is left."""
    losing = Losing(MAXIMUM_TRIES)

    with pytest.raises(StoreUnavailable):
        losing.create()

    assert MAXIMUM_TRIES == losing.tries
    assert "enabled" == losing.create().state


def roster(persons: list[Person]) -> bytes:
    """A physician list with these people."""
    return ("姓名,证件号码\n" + "".join(f"{one.name},{one.id_number}\n" for one in persons)).encode()


def test_imports_that_overlap_all_come_to_their_end(place: Place) -> None:
    """Four lists that share people at once, twice: whoever is second finds them there, and nobody is there twice."""
    world = place.world
    application: Application = world.application
    institution = str(world.hospital.organisation_id)

    def importing(data: bytes) -> Callable[[], Any]:
        return lambda: application.intake.import_roster(world.hospital, institution, data)

    for start in (800, 900):
        everybody = list(people(50, start))
        parts = (everybody[:30], everybody[10:40][::-1], everybody[20:], everybody[::-1])

        ends = at_once(*(importing(roster(part)) for part in parts))

        assert [Imported] * 4 == [type(end) for end in ends]
        assert 50 == sum(len(end.done) for end in ends)

    assert 100 == len(place.find("affiliation", "state", "attached"))
    place.assert_sound()
