"""Which marks (疑似作弊) the physician whom they are about is told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.lifecycles.cheating.events import Mark
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import CheatingManner
from tests.unit.application.world.test_marks import mark, sat


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


def listed(world: World, traveller: Traveller) -> Sequence[Mapping[str, Any]]:
    """The marks in the physician's own list."""
    return world.application.lists.page(traveller.principal, "marks", {}).rows
