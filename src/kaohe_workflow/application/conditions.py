"""
How rows are asked for: conditions, the scope of who asks, and the order.
"""

from __future__ import annotations

from typing import Any, Literal

import attrs

Operator = Literal["eq", "ne", "in", "ge", "le", "lt", "gt", "prefix", "word", "null", "not_null"]


@attrs.frozen
class Where:
    """
    One condition over a column of a lifecycle or a field of a view.

    ``prefix`` matches the beginning of a text literally (no wildcards), ``word`` that of any of its words, each of
    which follows a blank; ``in`` takes a tuple; ``null`` and ``not_null`` take no value. What is not
    there meets nothing but ``null``, not even ``ne``.
    """

    field: str
    operator: Operator
    value: Any = None


Clause = tuple[Where, ...]
"""Conditions that must all hold."""


@attrs.frozen
class Scope:
    """
    Which rows a caller may see: any of these clauses; no clause at all sees nothing.

    `Scope.everything()` is for the system and for verification, never for a request.
    """

    clauses: tuple[Clause, ...] = ()

    @classmethod
    def everything(cls) -> Scope:
        """The scope without a limit."""
        return cls(((),))


@attrs.frozen
class Order:
    """Sort by ``field``; the case id breaks ties, so that keyset paging is exact."""

    field: str = "id"
    descending: bool = False
