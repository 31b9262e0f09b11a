"""
From records to columns, and from conditions to comparable values: the same for every store.

Columns hold text, whole numbers, booleans, dates and instants. Enumerations are kept by code, decimals in hundredths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs

from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.projection import COLUMNS, VIEWS, Column, Kind, View
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.values.plain_text import unstorable

BASIC: Mapping[str, Kind] = {
    "id": "text",
    "institution_id": "text",
    "state": "text",
    "version": "integer",
}
"""Columns that every case has beside the projected ones."""

_CLASSES: Mapping[Kind, type | tuple[type, ...]] = {
    "text": str,
    "blind": str,
    "integer": int,
    "boolean": bool,
    "date": date,
    "instant": datetime,
}


def comparable(kind: Kind, value: Any) -> Any:
    """
    A value as a column of ``kind`` holds it: codes for terms, hundredths for decimals.

    Raises:
        TypeError: the value is of no class that such a column holds.
    """
    if isinstance(value, Enum):
        value = value.value
    elif isinstance(value, Decimal):
        value = int(value.scaleb(2).to_integral_exact())
    if not isinstance(value, _CLASSES[kind]) or (isinstance(value, datetime) and kind == "date"):
        raise TypeError(f"{value!r} is no {kind}")
    return value


def projector(lifecycle: str, secrets: Secrets) -> Callable[[Case], tuple[Any, ...]]:
    """A function from a case to the values of its projected columns, in the order of `COLUMNS`."""
    takers = tuple(_taker(column, secrets) for column in COLUMNS[lifecycle].columns)

    def project(case: Case) -> tuple[Any, ...]:
        return tuple([take(case) for take in takers])

    return project


def _taker(column: Column, secrets: Secrets) -> Callable[[Case], Any]:
    kind, attribute, unless, name = column.kind, column.attribute, frozenset(column.unless), column.name

    def take(case: Case) -> Any:
        value = getattr(case.record, attribute)
        if value is None or (unless and case.state in unless):
            return None
        if type(value) is str and kind == "text":
            return value  # by far the most
        return secrets.blind(name, value) if kind == "blind" else comparable(kind, value)

    return take


def kinds_of(lifecycle: str) -> Mapping[str, Kind]:
    """Column name → kind, of every column that conditions on a lifecycle may name."""
    return {**BASIC, **{column.name: column.kind for column in COLUMNS[lifecycle].columns}}


@attrs.frozen
class Source:
    """
    Where a field of a view comes from: the first of ``places`` (alias and column) that has a value.

    A ``sealed`` one comes out of the record of its only place.
    """

    places: tuple[tuple[str, str], ...]
    kind: Kind
    sealed: bool


def sources_of(view: View) -> Mapping[str, Source]:
    """Field name → where it comes from."""
    found = {}
    for field, text in view.fields.items():
        sealed = text.endswith("!")
        alias, column = view.places(field)[0]
        kind = "text" if sealed else kinds_of(view.lifecycle(alias))[column]
        found[field] = Source(view.places(field), kind, sealed)
    return found


SOURCES: Mapping[str, Mapping[str, Source]] = {name: sources_of(view) for name, view in VIEWS.items()}
"""View → field → where it comes from."""


def checked(where: Where, kinds: Mapping[str, Kind]) -> Where:
    """
    A condition with values as the columns hold them.

    Raises:
        KeyError: there is no such field, or it is sealed.
        TypeError: a value that the field cannot have.
        InputInvalid: ``text-control``, ``text-surrogate``: a text that no store can hold.
    """
    kind = kinds[where.field]
    if where.operator in ("null", "not_null"):
        return Where(where.field, where.operator)
    if where.operator == "in":
        values = tuple(_checked_value(where.field, kind, value) for value in where.value if value is not None)
        return Where(where.field, "in", values)
    if where.value is None:
        return Where(where.field, "in", ())  # nothing equals, precedes or follows what is not there
    return Where(where.field, where.operator, _checked_value(where.field, kind, where.value))


def _checked_value(field: str, kind: Kind, value: Any) -> Any:
    plain = comparable(kind, value)
    if isinstance(plain, str):
        must_be_storable(field, plain)
    return plain


def must_be_storable(place: str, *texts: str) -> None:
    """
    Refuse what would come out of a driver as an error of its own.

    Raises:
        InputInvalid: ``text-control``, ``text-surrogate``: a text that no store can hold.
    """
    problems = [problem for text in texts for problem in unstorable(text, place)]
    if problems:
        raise InputInvalid(problems)


def checked_scope(scope: Scope, kinds: Mapping[str, Kind]) -> Iterator[tuple[Where, ...]]:
    """The clauses of a scope, checked as `checked` does."""
    for clause in scope.clauses:
        yield tuple(checked(where, kinds) for where in clause)


def filterable(view: str) -> Mapping[str, Kind]:
    """Field → kind, of the fields of a view that conditions, order and groups may name."""
    return {field: source.kind for field, source in SOURCES[view].items() if not source.sealed}


def plain_source(view: str, field: str) -> Source:
    """
    Where a field that rows are sorted or grouped by comes from.

    Raises:
        KeyError: there is no such field, or it is sealed.
    """
    source = SOURCES[view][field]
    if source.sealed:
        raise KeyError(field)
    return source
