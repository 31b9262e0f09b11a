"""A retried request has one effect and one answer."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done
from kaohe_workflow.errors import InputInvalid, NotFound, TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Enrol, Return
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.journeys import FILING_DAY, GOOD, Journeys
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook
from kaohe_workflow.testing.worlds import World, noon
from kaohe_workflow.values.terms import ReturnCode, ReturnConcern

KEY = "3f1c7c1e-7b0a-4d3e-9a55-000000000001"


def version_of(world: World, case_id: str) -> int:
    return world.application.cases.get(SYSTEM, "assessment", case_id).version


def codes(error: InputInvalid) -> list[str]:
    return [problem.code for problem in error.problems]


def test_the_same_key_gives_the_same_receipt_once(stored: Journeys) -> None:
    """A retry answers with the first receipt, whatever has happened since, and does nothing."""
    world = stored.world
    traveller = stored.newcomer()
    world.at(FILING_DAY)
    arguments = (world.hospital, "assessment", traveller.case_id, "enrol", Enrol())

    first = world.send(*arguments, idempotency_key=KEY)
    world.send(world.hospital, "assessment", traveller.case_id, "cancel_enrolment")
    world.clock.advance(timedelta(minutes=5))
    again = world.send(*arguments, idempotency_key=KEY)

    assert first == again
    assert 3 == version_of(world, traveller.case_id)


def test_a_case_is_made_once(stored: Journeys) -> None:
    """An event that makes a case makes one, however often it arrives."""
    world = stored.world
    payload = CreateDepartment(str(world.hospital.organisation_id), "外科")

    receipts = {
        world.send(world.hospital, "department", None, "create", payload, idempotency_key=KEY)
        for _ in range(3)
    }

    assert 1 == len(receipts)


@pytest.mark.parametrize(
    "change",
    [
        {"payload": Return(ReturnConcern.OPINION, code=ReturnCode.OPINION_UNFOUNDED)},
        {"reason": "别的理由"},
        {"expected_version": 3},
        {"case_id": "0" * 26},
    ],
)
def test_a_key_belongs_to_one_request(journeys: Journeys, change: dict[str, object]) -> None:
    """The same key with another body, reason, version or case is a mistake of the caller."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    item = Item(traveller.case_id, Return(code=ReturnCode.INCOMPLETE), "科室有误")
    door = world.application.door
    door.send_many(world.hospital, "assessment", "return", [item], idempotency_key=KEY)

    with pytest.raises(InputInvalid) as caught:
        door.send_many(
            world.hospital, "assessment", "return", [attrs.evolve(item, **change)], idempotency_key=KEY
        )

    assert ["idempotency-key-reused"] == codes(caught.value)
    assert "registration_returned" == journeys.state(traveller)


def test_another_event_under_the_key_is_another_request(journeys: Journeys) -> None:
    """The event belongs to the request."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    world.send(world.hospital, "assessment", traveller.case_id, "claim", idempotency_key=KEY)

    with pytest.raises(InputInvalid):
        world.send(
            world.hospital,
            "assessment",
            traveller.case_id,
            "return",
            Return(code=ReturnCode.INCOMPLETE),
            reason="x",
            idempotency_key=KEY,
        )


def test_keys_of_accounts_are_independent(journeys: Journeys) -> None:
    """Two accounts may happen to use one key; neither sees the other's answer."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    colleague = attrs.evolve(world.hospital, account_id="another", operator_id="another")

    first = world.send(
        world.hospital, "assessment", traveller.case_id, "save_opinion", GOOD, idempotency_key=KEY
    )
    other = world.send(colleague, "assessment", traveller.case_id, "save_opinion", GOOD, idempotency_key=KEY)

    assert first.version + 1 == other.version


def test_a_key_gives_no_answer_to_who_had_none(journeys: Journeys) -> None:
    """A key is no way around the scope: another account's answer stays unknown."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    world.send(world.hospital, "assessment", traveller.case_id, "claim", idempotency_key=KEY)

    with pytest.raises(NotFound):
        world.send(journeys.elsewhere, "assessment", traveller.case_id, "claim", idempotency_key=KEY)


def test_after_a_refusal_the_same_key_may_try_again(stored: Journeys) -> None:
    """A refusal had no effect: when the window has opened, the same request goes through."""
    world = stored.world
    traveller = stored.newcomer()
    arguments = (world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    with pytest.raises(TransitionRefused):
        world.send(*arguments, idempotency_key=KEY)
    world.at(FILING_DAY)

    receipt = world.send(*arguments, idempotency_key=KEY)

    assert "awaiting_registration" == receipt.state


def test_a_bulk_answers_row_by_row_again(stored: Journeys) -> None:
    """Outcomes are repeated in order; a declined row keeps its error with every reason."""
    world = stored.world
    travellers = [stored.newcomer(), stored.newcomer()]
    world.at(FILING_DAY)
    world.send(world.hospital, "assessment", travellers[1].case_id, "enrol", Enrol())
    items = [Item(traveller.case_id, Enrol()) for traveller in travellers]
    door = world.application.door

    first = door.send_many(world.hospital, "assessment", "enrol", items, idempotency_key=KEY)
    again = door.send_many(world.hospital, "assessment", "enrol", items, idempotency_key=KEY)

    assert isinstance(first[0], Done)
    assert first[0] == again[0]
    assert isinstance(first[1], Declined)
    assert isinstance(again[1], Declined)
    assert isinstance(first[1].error, TransitionRefused)
    assert isinstance(again[1].error, TransitionRefused)
    assert (first[1].error.state, first[1].error.reasons) == (again[1].error.state, again[1].error.reasons)


def test_a_bulk_that_was_undone_may_be_sent_again(stored: Journeys) -> None:
    """All or nothing, and it was nothing: the key is free for the corrected state of things."""
    world = stored.world
    travellers = [stored.newcomer(), stored.newcomer()]
    world.at(FILING_DAY)
    world.send(world.hospital, "assessment", travellers[1].case_id, "enrol", Enrol())
    items = [Item(traveller.case_id, Enrol()) for traveller in travellers]
    door = world.application.door
    door.send_many(world.hospital, "assessment", "enrol", items, all_or_nothing=True, idempotency_key=KEY)
    world.send(world.hospital, "assessment", travellers[1].case_id, "cancel_enrolment")

    outcomes = door.send_many(
        world.hospital, "assessment", "enrol", items, all_or_nothing=True, idempotency_key=KEY
    )

    assert [Done, Done] == [type(outcome) for outcome in outcomes]


def test_a_key_is_kept_for_a_day(journeys: Journeys) -> None:
    """A day later the sweep has forgotten the key, and the request is a new one."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    arguments = (world.hospital, "assessment", traveller.case_id, "claim")
    first = world.send(*arguments, idempotency_key=KEY)

    world.clock.advance(timedelta(hours=24))
    world.application.timers.sweep()
    kept = world.send(*arguments, idempotency_key=KEY)
    world.clock.advance(timedelta(microseconds=1))
    world.application.timers.sweep()
    new = world.send(*arguments, idempotency_key=KEY)

    assert first == kept
    assert first.version + 1 == new.version


def test_an_import_sent_again_gives_the_same_report(stored: Journeys) -> None:
    """The same file under the same key: the physicians are there once, and the report is the first one."""
    world = stored.world
    cells = [roster_cells(known) for known in people(4, 500)]
    cells[2]["level"] = "主任"
    data = roster_workbook(cells)
    world.clock.set(noon(FILING_DAY))
    institution = str(world.hospital.organisation_id)

    reports = [
        world.application.intake.import_roster(
            world.hospital, institution, data, create_departments=True, idempotency_key=KEY
        )
        for _ in range(2)
    ]

    assert (3, 1) == (len(reports[0].done), len(reports[0].bad))
    assert reports[0] == reports[1]


def test_another_file_under_the_key_is_another_request(journeys: Journeys) -> None:
    """A key that imported one file imports no other."""
    world = journeys.world
    world.clock.set(noon(FILING_DAY))
    institution = str(world.hospital.organisation_id)
    files = [roster_workbook([roster_cells(known)]) for known in people(2, 500)]
    intake = world.application.intake
    intake.import_roster(world.hospital, institution, files[0], idempotency_key=KEY)

    with pytest.raises(InputInvalid) as caught:
        intake.import_roster(world.hospital, institution, files[1], idempotency_key=KEY)

    assert ["idempotency-key-reused"] == codes(caught.value)
