"""
Lazy bulk loading: many cases say what they may need; the first that does need it fetches for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.plain_text import storable

V = TypeVar("V")


class Loader(Generic[V]):
    """
    Values by key, fetched together.

    ``load`` takes keys and returns what it found; a key without a value reads as ``absent``, and so does one that no
    store can hold.
    """

    def __init__(self, load: Callable[[Sequence[str]], Mapping[str, V]], absent: V) -> None:
        self._load = load
        self._absent = absent
        self._wanted: dict[str, None] = {}
        self._loaded: dict[str, V] = {}

    def want(self, key: str | None) -> None:
        """Note a key that may be asked for."""
        if key is not None and key not in self._loaded:
            self._wanted[key] = None

    def get(self, key: str | None) -> V:
        """The value of a key; all noted keys are fetched with the first one asked for."""
        if key is None:
            return self._absent
        if key not in self._loaded:
            self._wanted[key] = None
            keys = list(self._wanted)
            self._wanted.clear()
            sound = [key for key in keys if storable(key)]
            found = self._load(sound) if sound else {}
            self._loaded.update((key, found.get(key, self._absent)) for key in keys)
        return self._loaded[key]


def cases_of(unit: UnitOfWork, lifecycle: str) -> Loader[Case | None]:
    """Cases of a lifecycle by their id."""
    return Loader(lambda ids: unit.read(lifecycle, ids), None)


def held_cases_of(unit: UnitOfWork, lifecycle: str) -> Loader[Case | None]:
    """
    Cases by their id, held against changes: for what many decisions read and hardly anybody changes.

    Without it a score could be recorded while its line is being published, or a physician be added while the
    institution is being closed, and neither would see the other.
    """

    def load(ids: Sequence[str]) -> Mapping[str, Case | None]:
        return {case.id: case for case in unit.find(lifecycle, [Where("id", "in", tuple(ids))], hold=True)}

    return Loader(load, None)


def cases_by(
    unit: UnitOfWork, lifecycle: str, column: str, *, extra: Iterable[Where] = ()
) -> Loader[tuple[Case, ...]]:
    """Cases of a lifecycle by a column that names another case, in id order."""
    more = tuple(extra)

    def load(keys: Sequence[str]) -> Mapping[str, tuple[Case, ...]]:
        grouped: defaultdict[str, list[Case]] = defaultdict(list)
        for case in unit.find(lifecycle, [Where(column, "in", tuple(keys)), *more]):
            value: Any = getattr(case.record, column)
            grouped[str(value)].append(case)
        return {key: tuple(cases) for key, cases in grouped.items()}

    return Loader(load, ())
