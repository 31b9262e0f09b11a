"""Whose cases a caller is shown: by what the caller is to their organisations, asked for once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal, scope
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.queries import reach
from kaohe_workflow.application.queries.reach import reached
from kaohe_workflow.errors import NotFound
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.values.terms import AccountKind

VIEWS = ("physician", "assessment", "paper", "exemption", "mark", "certificate", "department", "account")


@attrs.frozen
class Looked:
    """A store that keeps the scopes it was asked for."""

    store: Store
    scopes: list[Scope] = attrs.Factory(list)

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[Any]:
        """A unit of work that only looks pages up."""
        with self.store.begin(write=write) as unit:
            yield SimpleNamespace(page=partial(self._page, unit))

    def _page(self, unit: UnitOfWork, view: str, seen: Scope, *more: Any, **named: Any) -> Any:
        self.scopes.append(seen)
        return unit.page(view, seen, *more, **named)


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
@pytest.mark.parametrize("few", [0, 1, 200])
@pytest.mark.parametrize("first", [False, True])
def test_asked_by_ids_the_scope_is_the_same(
    stored: Journeys, monkeypatch: pytest.MonkeyPatch, few: int, first: bool
) -> None:
    """For every caller and every view, wherever the bounds lie up to which organisations are named."""
    monkeypatch.setattr(reach, "MAXIMUM_SORTED" if first else "MAXIMUM_NAMED", few)
    everybody = callers(stored)
    stored.newcomer(stored.elsewhere)
    with stored.world.application.store.begin(write=False) as unit:
        for caller in everybody:
            seen = scope(caller)
            narrowed = reached(unit, seen, first=first)
            for view in VIEWS:
                for order in (Order(), Order(descending=True), Order("institution_name")):
                    pages = [
                        [row["id"] for row in unit.page(view, one, [], order=order, after=None, limit=100)]
                        for one in (seen, narrowed)
                    ]

                    assert pages[0] == pages[1]


def test_who_sees_few_organisations_asks_by_their_ids(journeys: Journeys) -> None:
    """A hospital by its own; the agency by its own and those that it assesses; the rest as the scope says."""
    world = journeys.world
    hospital, agency = world.hospital.organisation_id, world.agency.organisation_id
    physician = journeys.newcomer().principal
    with world.application.store.begin(write=False) as unit:
        found = [reached(unit, scope(who)) for who in (world.hospital, world.agency, physician, SYSTEM)]

    assert Scope(((Where("institution_id", "eq", hospital),),)) == found[0]
    ((where,),) = found[1].clauses
    assert ("institution_id", "in", {hospital, agency}) == (where.field, where.operator, set(where.value))
    assert [scope(physician), Scope.everything()] == found[2:]


@pytest.mark.parametrize(
    ("filters", "order", "named"),
    [
        ({}, "id", False),
        ({}, "-id", False),
        ({"cycle_id": "any"}, "id", False),
        ({}, "name", True),
        ({"level": "licensed"}, "id", True),
    ],
)
def test_the_first_rows_of_many_organisations_are_not_sorted_for(
    journeys: Journeys, monkeypatch: pytest.MonkeyPatch, filters: dict[str, str], order: str, named: bool
) -> None:
    """
    In the order of ids without a filter they are found at once; sorting the rows of all those organisations takes
    longer the more they have.
    """
    monkeypatch.setattr(reach, "MAXIMUM_SORTED", 1)
    world = journeys.world
    looked: Any = Looked(world.application.store)
    lists = attrs.evolve(world.application.lists, store=looked)
    lists.page(world.agency, "assessments", filters, order=order)

    assert (scope(world.agency) != looked.scopes[-1]) is named


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
