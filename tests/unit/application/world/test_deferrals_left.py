"""延考 of who is taken out of the assessment, or moved by force, meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.provinces import open_world
from tests.unit.application.world.test_deferrals import ILLNESS, deferred, illness, sound, state

pytestmark = pytest.mark.manual("M: deferral: apply, withdraw; review; file")


@pytest.fixture
def knowing(store_url: str) -> Iterator[Journeys]:
    """Physicians of a province that knows 延考, otherwise the manual's."""
    with open_world(store_url, deferral=True, deferral_grounds=[ILLNESS]) as world:
        yield Journeys.of(world)


def test_it_goes_with_who_leaves_the_assessment(knowing: Journeys) -> None:
    """
    Withdrawn from the assessment, nobody is deferred any more: who comes back and enrols stands where everybody does,
    and may apply again.
    """
    world = knowing.world
    traveller = knowing.to("awaiting_assessment")
    deferral = deferred(knowing, traveller)
    world.send(world.county, "assessment", traveller.case_id, "withdraw")
    gone = knowing.state(traveller), state(knowing, deferral)
    second = attrs.evolve(world.county, account_id="second", operator_id="second")
    world.send(second, "assessment", traveller.case_id, "reinstate")
    world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    again = illness(knowing, traveller)
    world.send(traveller.principal, "deferral", deferral, "apply", again)

    assert ("withdrawn", "withdrawn") == gone
    assert ("awaiting_registration", "awaiting_institution") == (
        knowing.state(traveller),
        state(knowing, deferral),
    )
    assert sound(knowing)
