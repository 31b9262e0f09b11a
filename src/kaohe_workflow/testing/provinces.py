"""
Worlds of a province that has decided some things otherwise than the manual's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

import attrs

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import PROVINCE, load_catalogue
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.timeline import ParameterBlock


def with_parameters(
    catalogue: Catalogue, values: Mapping[str, object], *, since: date | None = None
) -> Catalogue:
    """
    The catalogue with other values of some parameters from a day on; None: from the province's first day on.

    The same values of one catalogue give the same catalogue again: it keeps its compiled charts, which take longer
    than most tests that want them.

    Raises:
        DefinitionError: an unknown parameter, or a value of another kind.
    """
    key = (id(catalogue), since, repr(sorted(values.items())))
    if key not in _MADE:
        _MADE[key] = (catalogue, _changed(catalogue, values, since or catalogue.timeline.starts_on))
    return _MADE[key][1]


_MADE: dict[tuple[int, date | None, str], tuple[Catalogue, Catalogue]] = {}
"""Whose values, since when and which → the catalogue (kept, so that its id stays its own) and what was made of it."""


def _changed(catalogue: Catalogue, values: Mapping[str, object], since: date) -> Catalogue:
    timeline = catalogue.timeline
    others = tuple(
        block for block in timeline.blocks if block.parameter not in values or block.starts_on < since
    )
    changed = tuple(ParameterBlock.read(since, name, value, (), "test") for name, value in values.items())
    return attrs.evolve(catalogue, timeline=attrs.evolve(timeline, blocks=(*others, *changed)))


@contextmanager
def open_world(
    url: str = "memory:",
    keys: Keys | None = None,
    *,
    province: str = PROVINCE,
    seed: int | None = None,
    **parameters: object,
) -> Iterator[World]:
    """
    A world in an empty store, which is closed afterwards, of a province with these parameters.

    Worlds of one ``seed`` give the same ids in the same order.

    Raises:
        DefinitionError: an unknown parameter, or a value of another kind.
    """
    catalogue = with_parameters(load_catalogue(province), parameters)
    with World.open(url, keys, catalogue=catalogue, seed=seed) as world:
        yield world
