"""Stores that count what they are asked, and physicians of a province with lists of who takes part (考核名单)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import START, World

ILLNESS = {"code": "illness", "label": "患病不能参加考核"}


class CountedUnit:
    """A unit of work that counts what is asked of it."""

    def __init__(self, unit: UnitOfWork, asked: Counter[str]) -> None:
        self._unit = unit
        self._asked = asked

    def __enter__(self) -> CountedUnit:
        self._unit.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._unit.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        self._asked[name] += 1
        return getattr(self._unit, name)


class CountedStore:
    """A store that counts, by method, what is asked of its units of work."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.asked: Counter[str] = Counter()

    def begin(self, *, write: bool = True, wait: bool = True) -> Any:
        return CountedUnit(self._store.begin(write=write, wait=wait), self.asked)

    def ready(self) -> None:
        self._store.ready()

    def close(self) -> None:
        self._store.close()


@pytest.fixture
def counted() -> tuple[Journeys, CountedStore]:
    """Physicians of a world whose store counts what it is asked."""
    keys, clock = Keys.fresh(), SettableClock(START)
    store = CountedStore(open_store("memory:", keys))
    return Journeys.of(
        World.make(build_application(store, keys, clock=clock, printer=PlainPrinter()), clock)
    ), store


@pytest.fixture
def listing(store_url: str) -> Iterator[Journeys]:
    """Physicians of a province that has lists of who takes part approved, and knows 延考."""
    with open_world(store_url, list_approval=True, deferral=True, deferral_grounds=[ILLNESS]) as world:
        yield Journeys.of(world)
