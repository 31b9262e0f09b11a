"""Conditions, joins and order over rows in memory, as a database would judge them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from kaohe_workflow.adapters.columns import SOURCES, Source
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.projection import VIEWS, View, places
from kaohe_workflow.application.stored import Case


@attrs.frozen
class Row:
    """A case and its columns."""

    case: Case
    columns: Mapping[str, Any]


def _within(value: Any, members: Any) -> bool:
    return value in members


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: bool(value == wanted),
    "ne": lambda value, wanted: bool(value != wanted),
    "ge": lambda value, wanted: bool(value >= wanted),
    "le": lambda value, wanted: bool(value <= wanted),
    "gt": lambda value, wanted: bool(value > wanted),
    "lt": lambda value, wanted: bool(value < wanted),
    "in": _within,
    "prefix": lambda value, wanted: bool(value.startswith(wanted)),
    "word": lambda value, wanted: " " + wanted in value,
    "not_null": lambda value, wanted: True,
}


def meets(value_of: Callable[[str], Any], conditions: Sequence[Where]) -> bool:
    """Whether all conditions hold; what is not there meets none but ``null``."""
    for where in conditions:
        value = value_of(where.field)
        if value is None:
            if where.operator != "null":
                return False
        elif where.operator == "null" or not _TESTS[where.operator](value, where.value):
            return False
    return True


def rank(value: Any) -> tuple[Any, ...]:
    """A sort key: what is not there comes first."""
    return (False,) if value is None else (True, value)


FindBy = Callable[[str, str, Any], Row | None]
"""Lifecycle, column, value → the row, for joins (whose right side is unique)."""


class Joined:
    """One row of a view; joins are looked up when a field asks for them."""

    def __init__(self, view: str, base: Row, find_by: FindBy) -> None:
        self._view: View = VIEWS[view]
        self._sources: Mapping[str, Source] = SOURCES[view]
        self._rows: dict[str, Row | None] = {"base": base}
        self._find_by = find_by

    def value(self, field: str) -> Any:
        """A field's value."""
        source = self._sources[field]
        if not source.sealed:
            return self._first(source.places)
        ((alias, attribute),) = source.places
        row = self._row(alias)
        return None if row is None else getattr(row.case.record, attribute)

    def _first(self, asked: Sequence[tuple[str, str]]) -> Any:
        for alias, column in asked:
            row = self._row(alias)
            if row is not None and row.columns[column] is not None:
                return row.columns[column]
        return None

    def _row(self, alias: str) -> Row | None:
        if alias not in self._rows:
            join = next(join for join in self._view.joins if join.alias == alias)
            value = self._first(places(join.left))
            found = None if value is None else self._find_by(join.lifecycle, join.right, value)
            if found is not None and join.within:
                home = self._first([(join.within, "institution_id")])
                found = found if found.columns["institution_id"] == home else None
            self._rows[alias] = found
        return self._rows[alias]

    def fields(self) -> Mapping[str, Any]:
        """All fields."""
        return {field: self.value(field) for field in self._sources}
