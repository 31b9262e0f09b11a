"""A world whose store is watched, and the jobs that wait in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import attrs

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.stored import Case, Job
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import START, World
from kaohe_workflow.values.windows import CycleWindows, Window

EVERYBODY = 1000
"""A page that holds everybody of these worlds."""


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
