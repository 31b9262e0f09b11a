"""What stands in a dictionary of a PDF, there or elsewhere."""

from __future__ import annotations

from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject


def told(found: DictionaryObject, key: str) -> Any:
    """What stands under a key, whether there or in an object that is referred to: readers make no difference."""
    return resolved(found.get(key))


def told_each(found: DictionaryObject, key: str) -> list[Any]:
    """What stands under a key that has one value or an array of them."""
    value = told(found, key)
    return [resolved(each) for each in value] if isinstance(value, ArrayObject) else [value]


def resolved(value: Any) -> Any:
    """A value itself, or what it refers to."""
    return value.get_object() if isinstance(value, IndirectObject) else value
