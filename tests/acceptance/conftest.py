"""Physicians of a world in memory: what is proven here is what the rules say, in every store alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World


@pytest.fixture
def journeys() -> Iterator[Journeys]:
    """Physicians of a new world, whose cycle is 2020–2022."""
    with World.open("memory:") as world:
        yield Journeys.of(world)
