"""Which marks (疑似作弊) the physician whom they are about is told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.cheating.events import Mark
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import CheatingManner
from tests.unit.application.world.test_marks import mark, sat, several


@pytest.mark.parametrize("after", ["mark", "unmark"])
def test_once_heard_the_physician_goes_on_seeing_the_mark(stored: Journeys, after: str) -> None:
    """A mark of which the physician was told is told on: marked again after it was excluded, and taken away then."""
    world = stored.world
    traveller = sat(stored)
    case_id = mark(stored, traveller, world.hospital)
    before = [row["id"] for row in listed(world, traveller)]
    stored.report(case_id)
    world.send(world.province, "cheating", case_id, "exclude", reason="系本人")
    again = Mark(manner=CheatingManner.SUBSTITUTE, evidence=("other",))
    world.send(world.county, "cheating", case_id, "mark", again, reason="新证据")
    if after == "unmark":
        second = attrs.evolve(world.county, account_id="second", operator_id="second")
        world.send(second, "cheating", case_id, "unmark", reason="误标")
    seen = world.application.cases.get(traveller.principal, "cheating", case_id)

    assert ([], [case_id]) == (before, [row["id"] for row in listed(world, traveller)])
    assert {"mark": "suspected", "unmark": "unmarked"}[after] == seen.state


def test_new_evidence_is_opened_with_its_own_hearing(stored: Journeys) -> None:
    """Marked again, the physician knows of what was heard before alone, until the new mark is reported as well."""
    world, traveller = stored.world, sat(stored)
    case_id = mark(stored, traveller, world.hospital)

    def seen(by: Principal) -> tuple[str, ...]:
        evidence: tuple[str, ...] = world.application.cases.get(by, "cheating", case_id).record.evidence
        return evidence

    first = seen(world.hospital)
    stored.report(case_id)
    heard = seen(traveller.principal)
    world.send(world.province, "cheating", case_id, "exclude", reason="系本人")
    again = Mark(manner=CheatingManner.SUBSTITUTE, evidence=("other",))
    second = attrs.evolve(world.county, account_id="second", operator_id="second")
    world.send(second, "cheating", case_id, "mark", again, reason="新证据")
    told = seen(traveller.principal)
    watched = seen(world.county)
    stored.report(case_id)

    assert first == heard
    assert first == told
    assert (*first, "other") == watched == seen(traveller.principal)
    assert () == world.application.verification.run().findings


@pytest.mark.parametrize("office", ["hospital", "agency", "county", "province"])
def test_nor_under_the_account_of_an_office(stored: Journeys, office: str) -> None:
    """
    Whoever works there and is suspected sees no more of it than as a physician, and a colleague goes on seeing it;
    with the report to the province it is there, as it is for the physician.
    """
    world, (own, other) = stored.world, several(stored, 2)
    by = getattr(world, office)
    himself = attrs.evolve(by, operator_id="li-07", listed_ids=(own.physician_id,))
    cases = {who.physician_id: mark(stored, who, world.hospital) for who in (own, other)}
    lists = world.application.lists
    for who, seen in ((himself, {other.physician_id}), (by, set(cases))):
        found = {row["physician_id"]: row["id"] for row in lists.page(who, "marks", {}).rows}
        papers = {row["physician_id"] for row in lists.page(who, "papers", {}).rows if row["mark_state"]}
        marked = lists.page(who, "papers", {"mark_state": "suspected"}).rows
        by_state = lists.count(who, "papers", {}, by=["mark_state"])

        assert {id: cases[id] for id in seen} == found
        assert seen == papers == {row["physician_id"] for row in marked}
        assert len(seen) == by_state["suspected",]
    for ask in (world.application.cases.get, world.application.cases.history, world.application.door.explain):
        with pytest.raises(NotFound):
            ask(himself, "cheating", cases[own.physician_id])
    with pytest.raises(NotFound):
        world.send(himself, "cheating", cases[own.physician_id], "report")
    stored.report(cases[own.physician_id])

    assert (
        cases[own.physician_id]
        == world.application.cases.get(himself, "cheating", cases[own.physician_id]).id
    )
    assert set(cases.values()) == {row["id"] for row in lists.page(himself, "marks", {}).rows}


def listed(world: World, traveller: Traveller) -> Sequence[Mapping[str, Any]]:
    """The marks in the physician's own list."""
    return world.application.lists.page(traveller.principal, "marks", {}).rows
