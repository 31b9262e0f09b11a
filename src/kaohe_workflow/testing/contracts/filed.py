"""What a store must do with rows of which a part is filed and a part is the roster's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.testing.contracts.records import made, stored
from kaohe_workflow.values.terms import Category, Level

ALL = Scope.everything()


def rows_of(
    store: Store, view: str, scope: Scope = ALL, *where: Where, **more: Any
) -> list[Mapping[str, Any]]:
    settings = {"order": Order(), "after": None, "limit": 100} | more
    with store.begin(write=False) as unit:
        return unit.page(view, scope, where, **settings)


def ids_of(rows: list[Mapping[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def _fill_filings(store: Store) -> None:
    """
    Four physicians whom the roster knows in part: one has filed everything, one a level, two nothing.

    The last one is in a department of another institution by now.
    """
    rosters: dict[str, dict[str, Any]] = {
        "p1": {"level": None, "category": Category.CLINICAL, "department_id": "d1"},
        "p2": {"level": None, "category": None, "department_id": "d1"},
        "p3": {"department_id": None},
        "p4": {"level": None, "institution_id": "i2", "department_id": "d3"},
    }
    filings: dict[str, dict[str, Any]] = {
        "p1": {"level": Level.ASSISTANT, "category": Category.DENTAL, "department_id": "d2"},
        "p2": {"level": Level.LICENSED},
    }
    stored(
        store,
        made("department", "d1"),
        made("department", "d2", name="外科"),
        made("department", "d3", institution_id="i2"),
        *(made("affiliation", id, id_number=f"n-{id}", **known) for id, known in rosters.items()),
        *(made("assessment", f"a{id[1]}", physician_id=id, **filings.get(id, {})) for id in rosters),
    )
    stored(
        store,
        *(
            made(lifecycle, f"{lifecycle}{id[1]}", assessment_id=f"a{id[1]}", physician_id=id)
            for id in rosters
            for lifecycle in ("exemption", "evaluation", "certificate")
        ),
    )


_FILED = [
    ("p1", "assistant", "dental", "d2", "外科"),
    ("p2", "licensed", None, "d1", "内科"),
    ("p3", "licensed", "clinical", None, None),
    ("p4", None, "clinical", None, None),
]
"""Physician, level, category and department, as they hold in `_fill_filings`."""


class FiledContract:
    """What is filed comes before the roster, in rows, conditions, orders and counts."""

    @pytest.mark.parametrize("view", ["assessment", "paper", "exemption", "certificate"])
    def test_what_is_filed_comes_before_the_roster(self, store: Store, view: str) -> None:
        """The roster fills what the filing leaves blank, never with a department of another institution."""
        _fill_filings(store)
        fields = [
            name
            for name in ("physician_id", "level", "category", "department_id", "department")
            if name in VIEWS[view].fields
        ]

        assert [row[: len(fields)] for row in _FILED] == [
            tuple(row[field] for field in fields) for row in rows_of(store, view)
        ]

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            (Where("level", "eq", Level.ASSISTANT), ["a1"]),
            (Where("level", "eq", Level.LICENSED), ["a2", "a3"]),
            (Where("level", "null"), ["a4"]),
            (Where("category", "in", (Category.CLINICAL, Category.TCM)), ["a3", "a4"]),
            (Where("category", "not_null"), ["a1", "a3", "a4"]),
            (Where("department_id", "eq", "d1"), ["a2"]),
            (Where("department_id", "eq", "d2"), ["a1"]),
            (Where("department_id", "eq", "d3"), []),
            (Where("department", "prefix", "外"), ["a1"]),
        ],
    )
    def test_conditions_on_what_is_filed(self, store: Store, where: Where, expected: list[str]) -> None:
        """A filter finds exactly the rows that show its value; counts agree, alone and as a scope."""
        _fill_filings(store)
        with store.begin(write=False) as unit:
            counted = unit.count("assessment", ALL, [where])

        assert expected == ids_of(rows_of(store, "assessment", ALL, where))
        assert expected == ids_of(rows_of(store, "assessment", Scope(((where,),))))
        assert {(): len(expected)} == counted

    @pytest.mark.parametrize(
        ("field", "expected"),
        [
            ("level", ["a4", "a1", "a2", "a3"]),
            ("category", ["a2", "a3", "a4", "a1"]),
            ("department_id", ["a3", "a4", "a2", "a1"]),
        ],
    )
    @pytest.mark.parametrize("limit", [1, 3])
    def test_pages_by_what_is_filed(self, store: Store, field: str, expected: list[str], limit: int) -> None:
        """The order is that of the values shown, both ways, and groups are made of them."""
        _fill_filings(store)
        with store.begin(write=False) as unit:
            counted = unit.count("assessment", ALL, [], by=(field,))
        rows = rows_of(store, "assessment")

        for order in (Order(field), Order(field, descending=True)):
            seen: list[str] = []
            after = None
            while page := rows_of(store, "assessment", order=order, after=after, limit=limit):
                seen += ids_of(page)
                after = (page[-1][field], page[-1]["id"])
            assert (expected[::-1] if order.descending else expected) == seen
        assert Counter((row[field],) for row in rows) == counted
