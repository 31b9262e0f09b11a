"""
JSON Schema (2020-12) of the classes that requests carry.

The same classes that read a body describe it: what a caller cannot set is not described, keys that are not there
are refused, and each choice comes with its Chinese label.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from inspect import getdoc
from types import MappingProxyType, NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

import attrs

from kaohe_workflow.values.terms import LabelledEnum
from kaohe_workflow.values.windows import BEGINNINGS, ENDS, Window, WrittenWindow

PREFIX = "#/components/schemas/"

_LIFECYCLES = "kaohe_workflow.lifecycles."
_PLAIN: Mapping[Any, Mapping[str, Any]] = MappingProxyType(
    {
        str: {"type": "string"},
        int: {"type": "integer"},
        bool: {"type": "boolean"},
        Decimal: {
            "type": ["string", "integer"],
            "pattern": "^-?[0-9]{1,15}(\\.[0-9]{1,10})?$",
            "description": "小数写作文本，如 87.50",
        },
        date: {"type": "string", "format": "date"},
        datetime: {"type": "string", "format": "date-time"},
        Any: {},
    }
)


@attrs.define
class Components:
    """The named schemas of a document, collected while they are referred to."""

    schemas: dict[str, Any] = attrs.field(factory=dict)
    _classes: dict[str, type] = attrs.field(factory=dict)

    def of(self, kind: Any) -> dict[str, Any]:
        """
        The schema of a type: attrs classes and code lists by reference, everything else in place.

        Raises:
            TypeError: a type that no request carries.
        """
        if isinstance(kind, NewType):
            return self.of(kind.__supertype__)
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        if isinstance(kind, type) and (attrs.has(kind) or issubclass(kind, Enum)):
            return self._reference(kind)
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return self._union(arguments)
        if origin in (tuple, frozenset, list):
            return {"type": "array", "items": self.of(arguments[0])}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        raise TypeError(f"{kind!r} has no schema")

    def _union(self, kinds: tuple[Any, ...]) -> dict[str, Any]:
        parts = [{"type": "null"} if kind is NoneType else self.of(kind) for kind in kinds]
        return {"anyOf": parts}

    def _reference(self, kind: type) -> dict[str, Any]:
        name = name_of(kind)
        if name in self.schemas and name not in self._classes:
            raise TypeError(f"an answer is called {name}, too")
        if self._classes.setdefault(name, kind) is not kind:
            raise TypeError(f"two classes are called {name}")
        if name not in self.schemas:
            self.schemas[name] = {}  # a class that contains itself finds its name taken
            self.schemas[name] = self._named(kind)
        return {"$ref": PREFIX + name}

    def _named(self, kind: type) -> dict[str, Any]:
        if issubclass(kind, Enum):
            return _choices(kind)
        if kind is Window:
            # A request may write days; an answer has instants, which are among what a request may write.
            one = [{"oneOf": [{"required": [name]} for name in names]} for names in (BEGINNINGS, ENDS)]
            return self._object(WrittenWindow) | {"allOf": one}
        return self._object(kind)

    def _object(self, kind: type) -> dict[str, Any]:
        types = get_type_hints(kind)
        fields = [field for field in attrs.fields(kind) if field.init]
        schema: dict[str, Any] = {
            "type": "object",
            "description": _first_paragraph(getdoc(kind) or ""),
            "properties": {field.name: self.of(types[field.name]) for field in fields},
            "additionalProperties": False,
        }
        required = [field.name for field in fields if field.default is attrs.NOTHING]
        return schema | ({"required": required} if required else {})


def _first_paragraph(text: str) -> str:
    """What a class is; how it is made and which errors that raises is for readers of the code."""
    return " ".join(text.partition("\n\n")[0].split())


def _choices(kind: type[Enum]) -> dict[str, Any]:
    words = [str(member.value) for member in kind]
    labels = [
        f"{member.value}={member.label}" if isinstance(member, LabelledEnum) else str(member.value)
        for member in kind
    ]
    return {"type": "string", "enum": words, "description": "；".join(labels)}


def name_of(kind: type) -> str:
    """The name of a class in the document: of a lifecycle's own classes with the lifecycle before it."""
    module = kind.__module__
    if module.startswith(_LIFECYCLES):
        return f"{module.removeprefix(_LIFECYCLES).partition('.')[0]}.{kind.__name__}"
    return kind.__name__


def is_empty(kind: type) -> bool:
    """Whether a class has nothing that a request could set."""
    return not any(field.init for field in attrs.fields(kind))


def must_be_given(kind: type) -> bool:
    """Whether a class has something that a request has to set."""
    return any(field.init and field.default is attrs.NOTHING for field in attrs.fields(kind))
