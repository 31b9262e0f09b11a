"""What no store can hold is answered at the door: as input, or as what is not there; never by a driver."""

from __future__ import annotations

import pytest

from kaohe_workflow.errors import InputInvalid, NotFound, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.lifecycles.institution.events import AssignAgency, ConfirmCycle
from kaohe_workflow.testing.journeys import FILING_DAY, Journeys
from kaohe_workflow.testing.people import people

texts = pytest.mark.parametrize("text", ["a\0b", "\ud800"])


@texts
def test_a_key_is_refused_before_anything_is_done(stored: Journeys, text: str) -> None:
    """The key is named, and the case has not moved."""
    world = stored.world
    traveller = stored.newcomer()
    world.at(FILING_DAY)
    with pytest.raises(InputInvalid) as error:
        world.send(
            world.hospital, "assessment", traveller.case_id, "enrol", Enrol(), idempotency_key=f"{text}key"
        )

    assert ["Idempotency-Key"] == [problem.path for problem in error.value.problems]
    assert "not_enrolled" == stored.state(traveller)


@texts
@pytest.mark.parametrize(("lifecycle", "event"), [("assessment", "claim"), ("institution", "close")])
def test_a_case_of_such_an_id_is_not_found(stored: Journeys, text: str, lifecycle: str, event: str) -> None:
    """Nothing can be done with it, asked about it, or read of it."""
    world, application = stored.world, stored.world.application
    with pytest.raises(NotFound):
        world.send(world.hospital, lifecycle, text, event)
    with pytest.raises(NotFound):
        application.door.explain(world.hospital, lifecycle, text)
    with pytest.raises(NotFound):
        application.cases.get(world.hospital, lifecycle, text)


@texts
def test_what_a_payload_names_so_is_not_there(stored: Journeys, text: str) -> None:
    """An agency, a cycle, an institution, a department of such an id: as any other that does not exist."""
    world = stored.world
    hospital = str(world.hospital.organisation_id)
    (person,) = people(1, 900)
    given = {"name": person.name, "id_number": person.id_number}
    with pytest.raises(TransitionRefused):
        world.send(world.county, "institution", hospital, "assign_agency", AssignAgency(text))
    with pytest.raises(TransitionRefused):
        world.send(world.hospital, "institution", hospital, "confirm_cycle", ConfirmCycle(text))
    with pytest.raises(NotFound):
        world.send(world.hospital, "affiliation", None, "add", AddPhysician(institution_id=text, **given))
    payload = AddPhysician(institution_id=hospital, department_id=text, **given)
    with pytest.raises(TransitionRefused):
        world.send(world.hospital, "affiliation", None, "add", payload)
