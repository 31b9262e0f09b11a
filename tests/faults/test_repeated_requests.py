"""A request that is sent again under its key while the first is still on its way: one effect, one answer."""

from __future__ import annotations

from typing import Any

from kaohe_workflow.application.application import Application
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.journeys import FILING_DAY
from tests.faults.places import Place, at_once, overtaken

ROUNDS = 8
"""How often several threads meet."""


def test_one_key_has_one_effect(place: Place) -> None:
    """The same request under the same key twice at once: one effect, one receipt for both."""
    world = place.world
    traveller = place.journeys.to("awaiting_institution_review")
    for number in range(ROUNDS):

        def claim(key: str = f"key-{number}") -> Any:
            return world.send(world.hospital, "assessment", traveller.case_id, "claim", idempotency_key=key)

        receipts = at_once(claim, claim, claim)

        assert 1 == len(set(receipts))

    assert ROUNDS == place.events(traveller)["claim"]


def test_what_may_happen_only_once_has_one_answer(place: Place) -> None:
    """允许报名 twice at once under one key: the second is no refusal, though nobody can be enrolled twice."""
    world = place.world
    travellers = [place.journeys.newcomer() for _ in range(ROUNDS)]
    world.at(FILING_DAY)
    for traveller in travellers:

        def enrol(case_id: str = traveller.case_id) -> Any:
            return world.send(
                world.hospital,
                "assessment",
                case_id,
                "enrol",
                Enrol(),
                idempotency_key=case_id,
                expected_version=1,
            )

        receipts = at_once(enrol, enrol)

        assert 1 == len(set(receipts)), receipts
        assert 1 == place.events(traveller)["enrol"]
    place.assert_sound()


def test_a_case_is_made_once_and_told_twice(place: Place) -> None:
    """The same department twice at once under one key: one department, whose id both are told."""
    world = place.world
    for number in range(ROUNDS):

        def make(name: str = f"第{number}科") -> Any:
            payload = CreateDepartment(str(world.hospital.organisation_id), name)
            return world.send(world.hospital, "department", None, "create", payload, idempotency_key=name)

        receipts = at_once(make, make)
        made = [case.id for case in place.find("department", "name", f"第{number}科")]

        assert made == sorted({receipt.id for receipt in receipts})
        assert 1 == len(set(receipts)), receipts


def test_a_bulk_is_done_once_and_told_twice(postgres: Place) -> None:
    """A bulk that is asked for again before it is committed waits, and gets the receipts of the first."""
    world = postgres.world
    travellers = [postgres.journeys.newcomer() for _ in range(10)]
    world.at(FILING_DAY)
    items = [Item(traveller.case_id, Enrol()) for traveller in travellers]

    def enrol(application: Application = world.application) -> Any:
        return application.door.send_many(
            world.hospital, "assessment", "enrol", items, idempotency_key="one bulk"
        )

    first, second = overtaken(postgres, enrol, enrol)

    assert [Done] * 10 == [type(outcome) for outcome in first]
    assert first == second
    assert {1} == {postgres.events(traveller)["enrol"] for traveller in travellers}
    postgres.assert_sound()
