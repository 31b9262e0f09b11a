"""Worlds in each kind of store, for what happens at once and for what breaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import START, World
from tests.faults.places import Place
from tests.ready_worlds import PostgresWorld, SqliteWorld


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A world in each kind of store."""
    if request.param == "postgres":
        yield request.getfixturevalue("postgres")
    elif request.param == "sqlite":
        yield from _in_a_file(request.getfixturevalue("sqlite_world"), tmp_path)
    else:
        keys = Keys.fresh()
        with World.open("memory:", keys) as world:
            yield Place("memory:", keys, Journeys.of(world))


@pytest.fixture(params=["sqlite", "postgres"])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A world that another process can open, with a queue of its own."""
    if request.param == "sqlite":
        yield from _in_a_file(request.getfixturevalue("sqlite_world"), tmp_path)
    else:
        url, keys = request.getfixturevalue("fresh_postgres"), Keys.fresh()
        with World.open(url, keys) as world:
            yield Place(url, keys, Journeys.of(world))


@pytest.fixture
def postgres(postgres_world: PostgresWorld) -> Iterator[Place]:
    """A world in PostgreSQL, where two units of work really run side by side."""
    with postgres_world.copied() as world:
        yield Place(postgres_world.url, postgres_world.keys, Journeys.of(world))


def _in_a_file(ready: SqliteWorld, folder: Path) -> Iterator[Place]:
    path = folder / "world.sqlite3"
    with ready.copied(path) as world:
        yield Place(f"sqlite:///{path}", ready.keys, Journeys.of(world))


@pytest.fixture
def empty(fresh_postgres: str) -> Iterator[Place]:
    """A PostgreSQL that nobody has installed anything in: a place of which nothing but the application is there."""
    keys, clock = Keys.fresh(), SettableClock(START)
    with closing(open_store(fresh_postgres, keys)) as store:
        application = build_application(store, keys, clock=clock, printer=PlainPrinter())
        world = SimpleNamespace(application=application, clock=clock)
        yield Place(fresh_postgres, keys, cast(Journeys, SimpleNamespace(world=world)))
