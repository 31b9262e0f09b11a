"""Who knows of a cycle: while it is a draft the province alone, once it is published everybody."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.around.publication import DISCARDED, PUBLISHED
from kaohe_workflow.errors import NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.statechart.model import INITIAL
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import AccountKind
from tests.unit.application.world.steps import second_cycle

pytestmark = pytest.mark.manual("N-3.4")


def knowers(world: World, physician: Principal, cycle_id: str) -> set[str]:
    """Who is told of a cycle; the list and the case must agree."""
    auditor = attrs.evolve(world.province, kind=AccountKind.AUDITOR)
    callers = {
        name: getattr(world, name) for name in ("province", "city", "county", "hospital", "agency")
    } | {
        "physician": physician,
        "auditor": auditor,
        "other auditor": attrs.evolve(auditor, path=world.city.path),
    }
    return {name for name, caller in callers.items() if _knows(world, caller, cycle_id)}


def _knows(world: World, caller: Principal, cycle_id: str) -> bool:
    lists = world.application.lists
    listed = cycle_id in {row["id"] for row in lists.page(caller, "cycles", {}).rows}
    assert sum(lists.count(caller, "cycles", {}).values()) == 1 + listed  # the world's own cycle is published
    try:
        world.application.cases.get(caller, "cycle", cycle_id)
    except NotFound:
        assert not listed
        return False
    assert listed
    return True


PROVINCE = {"province", "auditor"}
EVERYBODY = PROVINCE | {"city", "county", "hospital", "agency", "physician", "other auditor"}


def test_a_draft_is_the_provinces_own_business(stored: Journeys) -> None:
    """Neither an administration below nor anybody else is told of it before it is published."""
    world, physician = stored.world, stored.newcomer().principal
    cycle_id = second_cycle(stored)

    assert PROVINCE == knowers(world, physician, cycle_id)

    world.send(world.province, "cycle", cycle_id, "publish")

    assert EVERYBODY == knowers(world, physician, cycle_id)


def test_a_draft_that_was_given_up_stays_so(stored: Journeys) -> None:
    """Nobody has known of it, and nobody will."""
    world, physician = stored.world, stored.newcomer().principal
    cycle_id = second_cycle(stored)
    world.send(world.province, "cycle", cycle_id, "discard", reason="日期有误")

    assert PROVINCE == knowers(world, physician, cycle_id)


def test_what_was_published_stays_known_when_it_is_given_up(stored: Journeys) -> None:
    """Files stand in it: whoever has one must see what became of the cycle."""
    world, physician = stored.world, stored.newcomer().principal
    cycle_id = second_cycle(stored)
    world.send(world.province, "cycle", cycle_id, "publish")
    world.send(world.province, "cycle", cycle_id, "discard", reason="日期有误")

    assert EVERYBODY == knowers(world, physician, cycle_id)


def test_a_draft_is_not_there_for_others_whatever_they_do(stored: Journeys) -> None:
    """An event, a question and the history are answered as for a cycle that there is not."""
    world = stored.world
    cycle_id = second_cycle(stored)
    application = world.application
    for caller in (world.hospital, world.city):
        for ask in (
            lambda caller=caller: world.send(caller, "cycle", cycle_id, "publish"),
            lambda caller=caller: application.door.explain(caller, "cycle", cycle_id),
            lambda caller=caller: application.cases.history(caller, "cycle", cycle_id),
        ):
            with pytest.raises(NotFound):
                ask()

    with pytest.raises(NotPermitted):
        world.send(world.hospital, "cycle", world.cycle_id, "publish")
    with pytest.raises(TransitionRefused):
        world.send(world.province, "cycle", world.cycle_id, "publish")


def test_a_draft_is_found_by_its_state_by_the_province_alone(stored: Journeys) -> None:
    """The filter asks within what the caller sees."""
    world = stored.world
    cycle_id = second_cycle(stored)
    found = [
        [row["id"] for row in world.application.lists.page(caller, "cycles", {"state": "draft"}).rows]
        for caller in (world.province, world.hospital)
    ]

    assert [[cycle_id], []] == found


def test_every_state_of_a_cycle_is_known_to_be_published_or_not() -> None:
    """A new state must be decided about."""
    catalogue = load_catalogue()
    leaves = {leaf for chart in catalogue.charts["cycle"].values() for leaf in chart.leaves}

    assert {INITIAL, "draft", DISCARDED} == leaves - set(PUBLISHED)
    assert set(PUBLISHED) <= leaves
