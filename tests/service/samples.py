"""Smallest values of what the description of the service declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs


@attrs.frozen
class Samples:
    """Makes a smallest value of any schema of a description."""

    document: Mapping[str, Any]

    def of(self, schema: Mapping[str, Any]) -> Any:
        """A value that the schema allows."""
        if "$ref" in schema:
            return self.of(self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return self.of(schema[key][0])
        if "const" in schema or "enum" in schema:
            return schema["const"] if "const" in schema else schema["enum"][0]
        kind = schema.get("type")
        return self._plain(kind[0] if isinstance(kind, list) else str(kind), schema)

    def _plain(self, kind: str, schema: Mapping[str, Any]) -> Any:
        if kind == "object":
            properties = schema.get("properties", {})
            choices = [name for one in schema.get("allOf", []) for name in one["oneOf"][0]["required"]]
            return {name: self.of(properties[name]) for name in (*schema.get("required", []), *choices)}
        if kind == "array":
            return [self.of(schema["items"])] * schema.get("minItems", 0)
        if kind == "string":
            formats = {"date": "2023-01-01", "date-time": "2023-01-01T00:00:00Z"}
            return formats.get(schema.get("format", ""), "1")
        return {"integer": max(1, schema.get("minimum", 1)), "boolean": False, "null": None}[kind]
