"""
The shapes that answers are made of.
"""

from __future__ import annotations

from typing import Any

from kaohe_service.schemas import PREFIX

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NULLABLE_TEXT: Schema = {"type": ["string", "null"]}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
VALUE: Schema = {"type": ["string", "integer", "boolean"]}


def ref(name: str) -> Schema:
    """A reference to a named schema."""
    return {"$ref": PREFIX + name}


def array(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def closed(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """An object that has all of these members but the ``optional`` ones, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}
