"""
How a list is asked for: in which order, after which row, how many rows, by what it is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.plain_text import unstorable

_DAYS = frozenset({"first_day", "published_on", "applied_on", "ends_on"})
"""Fields to sort by that are days."""

_INSTANTS = frozenset({"requested_at", "drawn_at", "submitted_at"})
"""Fields to sort by that are instants; the others are text."""


def asked_order(order: str, sorts: Collection[str]) -> tuple[str, bool]:
    """
    The field that rows are sorted by, and whether descending (`-` before it).

    Raises:
        InputInvalid: ``order-unknown``: the field is not among ``sorts``; or it is no text.
    """
    check_arguments(("order", order, str))
    field = order.removeprefix("-")
    if field not in sorts:
        raise InputInvalid([Problem("order", "order-unknown", f"不能按 {field} 排序")])
    return field, order.startswith("-")


def check_rows(field: str, after: tuple[Any, str] | None, limit: int, maximum: int) -> None:
    """
    Look at where a page, sorted by ``field``, begins and how many rows it has.

    Raises:
        InputInvalid: ``limit-out-of-range``: not 1–``maximum`` rows; ``after`` is no value of the field with an id, or
            no store can hold it.
    """
    kind: Any = (date if field in _DAYS else datetime if field in _INSTANTS else str) | None
    check_arguments(("limit", limit, int), ("after", after, tuple[kind, str] | None))
    problems = [
        problem
        for index, part in enumerate(after or ())
        if isinstance(part, str)
        for problem in unstorable(part, f"after[{index}]")
    ]
    if not 1 <= limit <= maximum:
        problems.append(Problem("limit", "limit-out-of-range", f"应为1至{maximum}行"))
    if problems:
        raise InputInvalid(problems)


def check_groups(by: Sequence[str], view: str, withheld: Collection[str] = ()) -> None:
    """
    Look at the fields that rows of a view are counted by.

    Raises:
        InputInvalid: ``field-unknown``: the view does not have the field, keeps it sealed, or it is ``withheld`` from
            the caller; or it is no text.
    """
    check_arguments(("by", by, Sequence[str]))
    fields = VIEWS[view].fields
    problems = [
        Problem(f"by[{index}]", "field-unknown", f"不能按 {field} 分组")
        for index, field in enumerate(by)
        if field not in fields or field in withheld or fields[field].endswith("!")
    ]
    if problems:
        raise InputInvalid(problems)
