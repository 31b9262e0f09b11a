"""Whose cases a caller is shown: by what the caller is to their organisations, asked for once."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal, scope
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.queries import reach
from kaohe_workflow.application.queries.reach import reached
from kaohe_workflow.errors import NotFound
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.values.terms import AccountKind

VIEWS = ("physician", "assessment", "paper", "exemption", "certificate", "department", "account")


def callers(journeys: Journeys) -> list[Principal]:
    """One of each kind that may see anything of an organisation's."""
    world = journeys.world
    auditor = attrs.evolve(world.county, kind=AccountKind.AUDITOR, account_id="auditor")
    physician = journeys.to("qualified").principal
    return [
        *(SYSTEM, world.province, world.city, world.county, world.hospital, world.agency),
        *(journeys.elsewhere, journeys.neighbour, auditor, physician),
    ]


@pytest.mark.parametrize("few", [0, 1, 200])
def test_asked_by_ids_the_scope_is_the_same(
    stored: Journeys, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """For every caller and every view, wherever the bound lies up to which organisations are named."""
    monkeypatch.setattr(reach, "MAXIMUM_NAMED", few)
    everybody = callers(stored)
    stored.newcomer(stored.elsewhere)
    with stored.world.application.store.begin(write=False) as unit:
        for caller in everybody:
            seen = scope(caller)
            narrowed = reached(unit, seen)
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
