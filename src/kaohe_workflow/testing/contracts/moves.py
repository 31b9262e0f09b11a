"""What a store must do with a case that comes to belong to another institution: keep it once, with all its steps."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import Store
from kaohe_workflow.errors import ConcurrentTransition
from kaohe_workflow.testing.contracts.records import case_of, changed, made, stored


class MovesContract:
    """Cases that move, and those that have gone."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store for `RECORDS`; to be overridden."""
        pytest.fail("a subclass of the contract gives the store")

    @pytest.mark.parametrize("lifecycle", ["assessment", "affiliation"])
    def test_a_case_moves_to_another_institution(self, store: Store, lifecycle: str) -> None:
        """It is found there and not here; its history is read from both homes."""
        first = made(lifecycle, "x1", content="{}")
        second = changed(first.after, institution_id="i2")
        third = changed(second.after, state="done")
        for step in (first, second, third):
            stored(store, step)
        with store.begin(write=False) as unit:
            here = unit.find(lifecycle, [Where("institution_id", "eq", "i1")])
            there = unit.find(lifecycle, [Where("institution_id", "eq", "i2")])
            homes = [row.institution_id for row in unit.history(third.after)]
            enclosures = unit.enclosures(third.after)

        assert ([], [third.after]) == (here, there)
        assert ["i1", "i2", "i2"] == homes
        assert [first.enclosure] == enclosures

    def test_a_case_that_has_gone_is_found_by_its_former_homes(self, store: Store) -> None:
        """By every one but the present one; one that has come back has not gone, and one that never left neither."""
        lifecycle = "assessment"
        first, back, stays = (made(lifecycle, id, physician_id=f"p{id}") for id in ("x2", "x1", "x3"))
        stored(store, first, back, stays)
        second = changed(first.after, institution_id="i2")
        away = changed(back.after, institution_id="i2")
        stored(store, second, away)
        with store.begin(write=False) as unit:
            both = unit.gone_from(lifecycle, "i1")
        stored(store, changed(second.after, institution_id="i3"), changed(away.after, institution_id="i1"))
        with store.begin(write=False) as unit:
            gone = {home: unit.gone_from(lifecycle, home) for home in ("i1", "i2", "i3", "i", '"')}

        assert ["x1", "x2"] == both
        assert {"i1": ["x2"], "i2": ["x1", "x2"], "i3": [], "i": [], '"': []} == gone

    def test_moves_from_a_stale_version_are_conflicts(self, store: Store) -> None:
        """A case that has changed meanwhile stays where it is."""
        [first] = stored(store, made("assessment", "a1"))
        [second] = stored(store, changed(first))
        with store.begin() as unit, pytest.raises(ConcurrentTransition):
            unit.write([changed(first, institution_id="i2")])

        assert second == case_of(store, "assessment", "a1")
