"""Cases in memory: rows by id, unique keys, and postings for the columns that few cases share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from kaohe_workflow.adapters.columns import kinds_of, projector
from kaohe_workflow.adapters.memory.layers import Layer
from kaohe_workflow.adapters.memory.matching import Row, meets
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.projection import COLUMNS, Kind
from kaohe_workflow.application.stored import Case, Written
from kaohe_workflow.errors import ConcurrentTransition

_BROAD = frozenset({"institution_id", "cycle_id", "path", "agency_id"})
"""Columns that thousands of cases share: a set of their ids would be copied at every change."""


@attrs.frozen
class CaseShape:
    """What of a lifecycle is the same in every unit of work."""

    lifecycle: str
    record: type | None
    names: tuple[str, ...]
    kinds: Mapping[str, Kind]
    unique: tuple[tuple[str, ...], ...]
    posted: tuple[str, ...]
    project: Callable[[Case], tuple[Any, ...]]

    @classmethod
    def of(cls, lifecycle: str, record: type | None, secrets: Secrets) -> CaseShape:
        """The shape that the projection declares."""
        projection = COLUMNS[lifecycle]
        leading = [columns[0] for columns in (*projection.unique, *projection.indexes)]
        return cls(
            lifecycle=lifecycle,
            record=record,
            names=tuple(column.name for column in projection.columns),
            kinds=kinds_of(lifecycle),
            unique=projection.unique,
            posted=tuple(name for name in dict.fromkeys(leading) if name not in _BROAD),
            project=projector(lifecycle, secrets),
        )

    def row(self, case: Case) -> Row:
        """A case with its columns."""
        if self.record is not None and not isinstance(case.record, self.record):
            raise TypeError(f"{case.record!r} is no {self.record.__name__}")
        basic = {
            "id": case.id,
            "institution_id": case.institution_id,
            "state": case.state,
            "version": case.version,
        }
        return Row(case, basic | dict(zip(self.names, self.project(case), strict=True)))


class Cases:
    """The cases of one lifecycle, seen from one unit of work."""

    def __init__(self, shape: CaseShape, layer: Callable[[str], Layer]) -> None:
        self._shape = shape
        self._rows = layer(shape.lifecycle)
        self._unique = [layer(f"{shape.lifecycle}!{number}") for number in range(len(shape.unique))]
        self._postings = {column: layer(f"{shape.lifecycle}.{column}") for column in shape.posted}

    def case(self, case_id: str) -> Case | None:
        """The case of an id."""
        row = self._rows.get(case_id)
        return row.case if row else None

    def rows(self) -> Iterable[Row]:
        """All rows, in no order."""
        return self._rows.values()

    def find_by(self, column: str, value: Any) -> Row | None:
        """The row whose unique column has a value."""
        if column == "id":
            found: Row | None = self._rows.get(value)
            return found
        return next(iter(self._posted(column, (value,))), None)

    def _posted(self, column: str, values: Iterable[Any]) -> list[Row]:
        ids = {id for value in values for id in self._postings[column].get(value) or ()}
        return [self._rows.get(id) for id in sorted(ids)]

    def find(self, conditions: Sequence[Where], limit: int | None) -> list[Case]:
        """Those that meet all conditions, by id."""
        met = [row.case for row in self._candidates(conditions) if meets(row.columns.__getitem__, conditions)]
        return sorted(met, key=lambda case: case.id)[:limit]

    def _candidates(self, conditions: Sequence[Where]) -> Iterable[Row]:
        for where in conditions:
            if where.operator in ("eq", "in"):
                values = (where.value,) if where.operator == "eq" else where.value
                if where.field == "id":
                    return [row for value in set(values) if (row := self._rows.get(value)) is not None]
                if where.field in self._postings:
                    return self._posted(where.field, values)
        return self.rows()

    def write(self, step: Written) -> None:
        """
        Put the case after a step in the place of the case before.

        Raises:
            ConcurrentTransition: the version before is not the stored one, or a unique key is taken.
        """
        old: Row | None = self._rows.get(step.after.id)
        expected = step.before.version if step.before else None
        actual = old.case.version if old else None
        if expected != actual:
            raise ConcurrentTransition(self._shape.lifecycle, step.after.id, expected, actual)
        new = self._shape.row(step.after)
        for columns, layer in zip(self._shape.unique, self._unique, strict=True):
            self._replace_key(columns, layer, old, new)
        for column, layer in self._postings.items():
            self._replace_posting(column, layer, old, new)
        self._rows.put(step.after.id, new)

    def _replace_key(self, columns: tuple[str, ...], layer: Layer, old: Row | None, new: Row) -> None:
        before = _key(columns, old) if old else None
        after = _key(columns, new)
        if before == after:
            return
        if before is not None:
            layer.drop(before)
        if after is not None:
            if layer.get(after) is not None:
                raise ConcurrentTransition(self._shape.lifecycle, new.case.id, None, None)
            layer.put(after, new.case.id)

    @staticmethod
    def _replace_posting(column: str, layer: Layer, old: Row | None, new: Row) -> None:
        before = old.columns[column] if old else None
        after = new.columns[column]
        if before == after:
            return
        if before is not None:
            layer.put(before, layer.get(before) - {new.case.id})
        if after is not None:
            layer.put(after, (layer.get(after) or frozenset()) | {new.case.id})


def _key(columns: tuple[str, ...], row: Row) -> tuple[Any, ...] | None:
    """The values of a unique key; with a gap it is no key."""
    values = tuple(row.columns[column] for column in columns)
    return None if None in values else values
