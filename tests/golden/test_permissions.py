"""
The charts against the permission table, which is written by hand from what each role must be able to do.

`permission_matrix.csv` has a row for each operation with its events, roles, relations and states; a row that is
`planned` is about what no chart allows yet, one that is `outside` about what happens on an evaluation platform. What
the system does by itself stands in the tables of transitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import product
from types import SimpleNamespace

import pytest

from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.statechart.deciding import Actor, Fired, NoRow, Refused, UnknownEvent
from kaohe_workflow.statechart.model import Fact, Value
from kaohe_workflow.testing.trials import DEFAULTS, engine, shipped_chart
from kaohe_workflow.values.terms import Relation, Role
from tests.coverage.items import read_items
from tests.golden.permissions import Allowed, Permission, allowed, permissions

PLANNED = [row for row in permissions() if row.planned]
UNFINISHED = {row.operation for row in PLANNED if not row.outside}
PAIRS = [
    (role.value, relation.value) for role, relation in product(Role, Relation) if role is not Role.SYSTEM
]


def test_the_table_speaks_of_what_there_is() -> None:
    """Roles and relations are those of the terms; states and events of a row that is built are the chart's."""
    for row in permissions():
        by = {(role, relation) for _, _, role, relation in row.allowed()}

        assert by
        assert by <= set(PAIRS)
        if not row.planned:
            chart = shipped_chart(row.lifecycle)

            assert set(row.states) <= set(chart.leaves)
            assert set(row.events) <= {one.event for one in chart.transitions}


@pytest.mark.parametrize("lifecycle", sorted(LIFECYCLES))
def test_nobody_may_do_anything_else(lifecycle: str) -> None:
    """Every role in every relation, every state and event of the chart: admitted exactly where the table says so."""
    found = admitted(lifecycle)

    assert [] == sorted(found - allowed(lifecycle))
    assert [] == sorted(allowed(lifecycle) - found)


@pytest.mark.parametrize(
    "row", PLANNED, ids=lambda row: f"{row.lifecycle}-{'-'.join(row.events)}-{row.by[0]}"
)
def test_what_is_planned_is_allowed_by_no_chart(row: Permission) -> None:
    """Whoever builds what a row is about makes it `built`, and so has it compared."""
    there = admitted(row.lifecycle) if row.lifecycle in LIFECYCLES else frozenset()

    assert set() == row.allowed() & there


def operations() -> Iterator[object]:
    """Each operation of which something is built; one that is whole proves its row of the permission table."""
    for operation in dict.fromkeys(row.operation for row in permissions() if not row.planned):
        whole = operation not in UNFINISHED and operation != "-"
        marks = [pytest.mark.manual(f"M: {operation}")] if whole else []
        yield pytest.param(operation, id=operation, marks=marks)


@pytest.mark.parametrize("operation", tuple(operations()))
def test_an_operation_is_for_whom_the_table_names(operation: str) -> None:
    """In each of its states each of its events is for the roles and relations of the table, and for no others."""
    rows = [row for row in permissions() if row.operation == operation and not row.planned]
    for row in rows:
        asked = set(product(row.events, row.states))
        may = {one for one in allowed(row.lifecycle) if one[:2] in asked}

        assert row.allowed() <= may
        assert may == {one for one in admitted(row.lifecycle) if one[:2] in asked}


def test_what_is_said_to_be_built_is_whole() -> None:
    """No item of the permission table is `built` while a row of its operation is planned."""
    built = {item.number.removeprefix("M: ") for item in read_items() if item.state == "built"}

    assert set() == built & UNFINISHED


@pytest.mark.parametrize("operation", sorted({row.operation for row in permissions()} - {"-"}))
def test_an_operation_is_an_item(operation: str) -> None:
    """Every operation of the table stands among the items."""

    assert f"M: {operation}" in {item.number for item in read_items()}


@cache
def admitted(lifecycle: str) -> frozenset[Allowed]:
    """What the compiled chart admits: no refusal for want of a role, whatever else it says."""
    chart, compiled = shipped_chart(lifecycle), engine(lifecycle, DEFAULTS)
    facts = SimpleNamespace(**{fact.name: value_of(fact) for fact in chart.facts})
    events = {row.event for row in chart.transitions}
    return frozenset(
        (event, state, role, relation)
        for state, event, (role, relation) in product(chart.leaves, events, PAIRS)
        if is_admitted(compiled.decide(state, event, Actor(frozenset({(role, relation)})), facts))
    )


def is_admitted(decision: Fired | Refused) -> bool:
    """Whether a role was enough: the event fired, or conditions alone are in the way."""
    if isinstance(decision, Fired):
        return True
    rowless = any(isinstance(reason, NoRow | UnknownEvent) for reason in decision.reasons)
    return not rowless and not decision.not_permitted


def value_of(fact: Fact) -> Value | datetime:
    """Any value of a fact: which one does not matter for who is admitted."""
    if fact.words:
        return fact.words[0]
    return datetime(2024, 1, 1, tzinfo=UTC) if fact.type == "instant" else fact.minimum or 0
