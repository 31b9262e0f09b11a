"""
How statements are put together: from names that the tables declare, and places for values; never from data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any


def sql(*parts: str) -> str:
    """The parts, one space between; empty ones are left out."""
    return " ".join(part for part in parts if part)


def name(identifier: str, alias: str = "") -> str:
    """A quoted name, behind an alias where one is given."""
    quoted = '"' + identifier + '"'
    return '"' + alias + '".' + quoted if alias else quoted


def names(identifiers: Iterable[str], alias: str = "") -> str:
    """Quoted names, separated by commas."""
    return ", ".join(name(identifier, alias) for identifier in identifiers)


def json_list(values: Sequence[Any]) -> str:
    """Values as one JSON text, for SQLite's `json_each`."""
    return json.dumps(values, ensure_ascii=False)


def listed(parts: Iterable[str]) -> str:
    """The parts in parentheses, separated by commas."""
    return "(" + ", ".join(parts) + ")"
