"""A world in every store, and physicians on their way through it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World


@pytest.fixture
def world() -> Iterator[World]:
    """A world in memory."""
    with World.open("memory:") as opened:
        yield opened


@pytest.fixture
def journeys(world: World) -> Journeys:
    """Physicians of a world in memory."""
    return Journeys.of(world)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store of each kind."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("fresh_postgres")
        return url
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path / 'world.sqlite3'}"


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journeys]:
    """Physicians of a world in each kind of store."""
    if request.param == "memory":
        opened = World.open("memory:")
    elif request.param == "sqlite":
        opened = request.getfixturevalue("sqlite_world").copied(tmp_path / "world.sqlite3")
    else:
        opened = request.getfixturevalue("postgres_world").copied()
    with opened as world:
        yield Journeys.of(world)
