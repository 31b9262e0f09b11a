"""延考 of who is taken out of the assessment, or moved by force, meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.provinces import open_world
from tests.unit.application.world.steps import case_of
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


def test_moved_before_the_file_was_passed_it_begins_anew(knowing: Journeys) -> None:
    """
    S-47: only an opinion of the own institution stands against 取消报名. Who is moved by force while deferred, with a
    file that nobody has passed, comes back with a draft, without the department and opinion of the former institution.
    """
    world, traveller = knowing.world, knowing.to("awaiting_agency_review")
    deferral = deferred(knowing, traveller)
    elsewhere = ForceMove(str(knowing.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", elsewhere, reason="机构注销")
    waiting = knowing.state(traveller)
    world.send(traveller.principal, "deferral", deferral, "withdraw")
    record = case_of(world, "assessment", traveller.case_id).record
    back = knowing.state(traveller)
    world.send(knowing.elsewhere, "assessment", traveller.case_id, "cancel_enrolment")

    assert ("deferred", "registration_returned") == (waiting, back)
    assert (False, None, None, None) == (
        record.opinion_stands,
        record.filing,
        record.department_id,
        record.draft.department_id,
    )
    assert "not_enrolled" == knowing.state(traveller)
    assert sound(knowing)


def test_moved_with_a_passed_file_it_goes_on(knowing: Journeys) -> None:
    """From the papers on the case goes along with its opinions: who was passed comes back to the papers."""
    world, traveller = knowing.world, knowing.to("awaiting_assessment")
    deferral = deferred(knowing, traveller)
    elsewhere = ForceMove(str(knowing.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", elsewhere, reason="机构注销")
    world.send(traveller.principal, "deferral", deferral, "withdraw")

    assert "awaiting_assessment" == knowing.state(traveller)
    assert case_of(world, "assessment", traveller.case_id).record.opinion_stands
    assert sound(knowing)
