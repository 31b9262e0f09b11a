"""Whose cases a caller is shown: by what the caller is to their organisations, asked for once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal, scope
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.queries.reach import reached
from kaohe_workflow.errors import NotFound
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.values.terms import AccountKind

VIEWS = ("physician", "assessment", "paper", "exemption", "mark", "certificate", "department", "account")


def callers(journeys: Journeys) -> list[Principal]:
    """One of each kind that may see anything of an organisation's."""
    world = journeys.world
    auditor = attrs.evolve(world.county, kind=AccountKind.AUDITOR, account_id="auditor")
    physician = journeys.to("qualified").principal
    return [
        *(SYSTEM, world.province, world.city, world.county, world.hospital, world.agency),
        *(journeys.elsewhere, journeys.neighbour, auditor, physician),
    ]


@pytest.mark.manual("S-37")
def test_above_the_whole_tree_the_scope_is_everything(stored: Journeys) -> None:
    """The same rows as the scope says, for every caller, view and order; the province alone is asked nothing."""
    everybody = callers(stored)
    stored.newcomer(stored.elsewhere)
    with stored.world.application.store.begin(write=False) as unit:
        for caller in everybody:
            seen = scope(caller)
            asked = reached(unit, seen)

            assert asked == (Scope.everything() if caller == stored.world.province else seen)
            for view in VIEWS:
                for order in (Order(), Order(descending=True), Order("institution_name")):
                    pages = [
                        [row["id"] for row in unit.page(view, one, [], order=order, after=None, limit=100)]
                        for one in (seen, asked)
                    ]

                    assert pages[0] == pages[1]


def _first_of(paths: list[str], *_: Any, order: Order, **__: Any) -> list[dict[str, str]]:
    """The first row of a page of organisations at these places."""
    return [{"path": paths[-1 if order.descending else 0]}]


def test_who_stands_above_one_of_two_trees_sees_that_one() -> None:
    """Should a store ever hold two: the other is not below it, wherever in the order of ids it lies."""
    for others in ("/a/", "/z/"):
        paths = sorted([others, "/m/"])
        unit: Any = SimpleNamespace(
            page=lambda *_, order, paths=paths, **__: [{"path": paths[-1 if order.descending else 0]}]
        )
        seen = Scope(((Where("path", "prefix", "/m/"),),))

        assert seen == reached(unit, seen)


def test_an_agency_sees_no_account_of_whom_it_assesses(stored: Journeys) -> None:
    """Often another hospital: it reviews the files, and is told nothing of who logs in, and when."""
    world = stored.world
    traveller = stored.newcomer()
    lists, cases = world.application.lists, world.application.cases
    (account,) = lists.page(world.hospital, "accounts", {"physician_id": traveller.physician_id}).rows

    assert () == lists.page(world.agency, "accounts", {}).rows
    assert {} == lists.count(world.agency, "accounts", {}, by=("kind",))
    for ask in (cases.get, cases.history):
        with pytest.raises(NotFound):
            ask(world.agency, "account", str(account["id"]))
    assert traveller.case_id == cases.get(world.agency, "assessment", traveller.case_id).id
