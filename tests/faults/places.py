"""A world in a store that several use at once, or that is opened again; and how two of them meet."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import attrs

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import KaoheError
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import World

PATIENCE = 30
"""Seconds after which a thread that has not ended is taken for stuck."""

ROUNDS = 8
"""How often two threads meet; each round takes new people."""


@attrs.define
class Place:
    """A world in a store that outlives it: ``again`` opens the same store once more, as another process would."""

    url: str
    keys: Keys
    journeys: Journeys

    @property
    def world(self) -> World:
        return self.journeys.world

    def again(self, **wrapped: Any) -> Application:
        """The application over the same store; ``wrapped`` are the callables of `Wrapped`."""
        store = Wrapped(self.world.application.store, **wrapped)
        return build_application(store, self.keys, clock=self.world.clock, printer=PlainPrinter())

    def find(self, lifecycle: str, column: str, value: Any) -> list[Case]:
        with self.world.application.store.begin(write=False) as unit:
            return unit.find(lifecycle, [Where(column, "eq", value)])

    def events(self, traveller: Traveller) -> Counter[str]:
        history = self.world.application.cases.history(SYSTEM, "assessment", traveller.case_id)
        return Counter(entry.event for entry in history)

    def assert_sound(self) -> None:
        assert () == self.world.application.verification.run().findings


def killed_in(program: str, *told: str | Path) -> None:
    """Run a module of the tests in a process of its own, which has to die by its own SIGKILL."""
    child = subprocess.run(
        [sys.executable, "-m", program, *told],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=PATIENCE * 2,
        check=False,
    )
    assert -signal.SIGKILL == child.returncode, child.stderr.decode()


class WrappedUnit:
    """A unit of work that calls back before it writes, before it commits and once it is committed."""

    def __init__(self, unit: Any, calls: Wrapped) -> None:
        self._unit = unit
        self._calls = calls

    def __enter__(self) -> WrappedUnit:
        self._unit.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._unit.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)

    def write(self, steps: Any) -> None:
        self._calls.write()
        self._unit.write(steps)

    def commit(self) -> None:
        self._calls.commit()
        self._unit.commit()
        self._calls.committed()


@attrs.frozen
class Wrapped:
    """A store whose writing units of work call back."""

    store: Any
    write: Callable[[], None] = lambda: None
    commit: Callable[[], None] = lambda: None
    committed: Callable[[], None] = lambda: None

    def begin(self, *, write: bool = True, wait: bool = True) -> Any:
        unit = self.store.begin(write=write, wait=wait)
        return WrappedUnit(unit, self) if write else unit

    def ready(self) -> None:
        self.store.ready()

    def close(self) -> None:
        self.store.close()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of these returns or raises, all begun at the same moment."""
    barrier = Barrier(len(works))
    ends: list[Any] = [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            ends[number] = work()
        except KaoheError as ex:
            ends[number] = ex

    threads = [Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return ends


def overtaken(place: Place, first: Callable[[Application], Any], second: Callable[[], Any]) -> list[Any]:
    """
    What each returns or raises, where the first has done everything but commit when the second begins.

    The second either waits for the first, or is done before it: it has half a second to show which.
    """
    arrived, may_commit = Event(), Event()

    def hold() -> None:
        arrived.set()
        may_commit.wait(PATIENCE)

    slow = place.again(commit=hold)
    ends: list[Any] = [None, None]

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            ends[number] = work()
        except KaoheError as ex:
            ends[number] = ex

    threads = [
        Thread(target=run, args=(0, lambda: first(slow))),
        Thread(target=run, args=(1, second)),
    ]
    threads[0].start()
    assert arrived.wait(PATIENCE)
    threads[1].start()
    threads[1].join(0.5)
    may_commit.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return ends
