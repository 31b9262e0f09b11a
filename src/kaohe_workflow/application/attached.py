"""
Which files a value names: whatever in its class is declared to be an `AttachmentId`, however deep.

A new payload or record that declares such a field is found by itself; each class is looked through once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

from kaohe_workflow.errors import below
from kaohe_workflow.values.attachment import AttachmentId

Named = tuple[str, AttachmentId]
"""The place of an id below the value, and the id."""

Finder = Callable[[Any], Iterator[Named]]


def named_files(value: Any) -> tuple[Named, ...]:
    """Every id of a file in a value of an attrs class, in the order of its fields."""
    kind: Any = type(value)
    finder = finder_of(kind)
    return tuple(finder(value)) if finder is not None else ()


@cache
def finder_of(declared: Any) -> Finder | None:
    """What finds the files in values of a declared kind; None where there can be none."""
    if declared is AttachmentId:
        return lambda value: iter([("", value)])
    origin, arguments = get_origin(declared), get_args(declared)
    if origin in (Union, UnionType):
        return _of_union(arguments)
    if origin is tuple and arguments[-1] is Ellipsis:
        return _of_each(arguments[0])
    if isinstance(declared, type) and attrs.has(declared):
        return _of_fields(declared)
    return None


def _of_union(kinds: tuple[Any, ...]) -> Finder | None:
    finders = [(kind, found) for kind in kinds if (found := finder_of(kind)) is not None]
    if not finders:
        return None

    def find(value: Any) -> Iterator[Named]:
        for kind, finder in finders:
            if isinstance(value, kind if isinstance(kind, type) else get_origin(kind) or str):
                yield from finder(value)

    return find


def _of_each(kind: Any) -> Finder | None:
    finder = finder_of(kind)
    if finder is None:
        return None

    def find(values: Any) -> Iterator[Named]:
        for index, value in enumerate(values):
            for path, id in finder(value):
                yield f"[{index}]{path}", id

    return find


def _of_fields(of: type) -> Finder | None:
    kinds = get_type_hints(of)
    finders = [
        (field.name, finder)
        for field in attrs.fields(of)
        if (finder := finder_of(kinds[field.name])) is not None
    ]
    if not finders:
        return None

    def find(value: Any) -> Iterator[Named]:
        for name, finder in finders:
            for path, id in finder(getattr(value, name)):
                yield below("", name) + path, id

    return find
