"""That an ID number is on file is told only to who could go on with it, and no faster than people are looked up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done
from kaohe_workflow.application.taken_numbers import LONGEST_DEBT
from kaohe_workflow.errors import InputInvalid, KaoheError, TooManyTries, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.amendment.events import CreateAmendment
from kaohe_workflow.testing.contracts.concurrency import together
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.locked_fields import LockedField

BURST = 30
FREE = [person(index).id_number for index in range(900, 950)]
"""Numbers that nobody has."""

Ask = Callable[[Journeys, Traveller, str], KaoheError | None]
"""Sends an event about a number, and gives the refusal."""


def refusal(
    journeys: Journeys, principal: Principal, lifecycle: str, event: str, payload
) -> KaoheError | None:
    try:
        journeys.world.send(principal, lifecycle, None, event, payload)
    except KaoheError as ex:
        return ex
    return None


def renumbering(journeys: Journeys, who: Traveller, number: str, sender: Principal, proven: bool = True):
    files = (hand_in(journeys.world.application, sender),) if proven else ()
    return CreateAmendment(
        physician_id=who.physician_id, field=LockedField.ID_NUMBER, value=number, attachments=files
    )


def added(journeys: Journeys, number: str, **more) -> AddPhysician:
    return AddPhysician(
        institution_id=str(journeys.elsewhere.organisation_id), name="韦小明", id_number=number, **more
    )


def unproven(journeys: Journeys, who: Traveller, number: str) -> KaoheError | None:
    """A physician's application without any proof."""
    payload = renumbering(journeys, who, number, who.principal, proven=False)
    return refusal(journeys, who.principal, "amendment", "create", payload)


def unproven_by_institution(journeys: Journeys, who: Traveller, number: str) -> KaoheError | None:
    hospital = journeys.world.hospital
    payload = renumbering(journeys, who, number, hospital, proven=False)
    return refusal(journeys, hospital, "amendment", "create", payload)


def misplaced(journeys: Journeys, who: Traveller, number: str) -> KaoheError | None:
    """Somebody added to a department of another institution."""
    payload = added(journeys, number, department_id=journeys.department_id)
    return refusal(journeys, journeys.elsewhere, "affiliation", "add", payload)


@pytest.mark.manual("S-I3")
@pytest.mark.parametrize("ask", [unproven, unproven_by_institution, misplaced])
def test_a_request_that_cannot_succeed_tells_nothing_of_a_number(stored: Journeys, ask: Ask) -> None:
    """Whoever lacks something else is refused in the same words, whether the number is on file or not."""
    asking, known = stored.newcomer(), stored.newcomer()
    taken, free = ask(stored, asking, known.id_number), ask(stored, asking, FREE[0])

    assert isinstance(taken, TransitionRefused)
    assert isinstance(free, TransitionRefused)
    assert set(taken.reasons) <= set(free.reasons)
    assert [reason.code for reason in free.reasons] == [reason.code for reason in taken.reasons]


def full(journeys: Journeys, who: Traveller, number: str) -> KaoheError | None:
    """A physician's application to which nothing is wanting but the number's being free."""
    payload = renumbering(journeys, who, number, who.principal)
    return refusal(journeys, who.principal, "amendment", "create", payload)


def taken_on(journeys: Journeys, who: Traveller, number: str) -> KaoheError | None:
    return refusal(journeys, journeys.elsewhere, "affiliation", "add", added(journeys, number))


@pytest.mark.parametrize("ask", [full, taken_on])
def test_a_taken_number_is_told_where_nothing_else_is_wanting(stored: Journeys, ask: Ask) -> None:
    """Who could go on hears why not, and of the row that is meant for him alone."""
    asking, known = stored.newcomer(), stored.newcomer()
    error = ask(stored, asking, known.id_number)

    assert isinstance(error, TransitionRefused)
    assert {"id_unique", "number_free"} & {getattr(reason, "name", "") for reason in error.reasons}


@pytest.mark.parametrize("ask", [full, taken_on])
def test_numbers_are_not_asked_for_without_end(stored: Journeys, ask: Ask) -> None:
    """Thirty at once, one each two minutes after, as 调入医师; beyond that a free number waits like a taken one."""
    asking, known = stored.newcomer(), stored.newcomer()
    told = [ask(stored, asking, known.id_number) for _ in range(BURST)]
    late = [ask(stored, asking, known.id_number), ask(stored, asking, FREE[0])]

    assert {TransitionRefused} == {type(error) for error in told}
    assert [TooManyTries, TooManyTries] == [type(error) for error in late]

    stored.world.clock.advance(timedelta(minutes=2) - timedelta(milliseconds=1))
    early = ask(stored, asking, FREE[0])
    stored.world.clock.advance(timedelta(milliseconds=1))

    assert (TooManyTries, None) == (type(early), ask(stored, asking, FREE[0]))


def test_searches_and_refusals_are_one_pace(journeys: Journeys) -> None:
    """Whoever has looked thirty people up is told of no further number by another way."""
    known = journeys.newcomer()
    for _ in range(BURST):
        journeys.world.application.people.by_number(journeys.elsewhere, known.id_number)

    assert isinstance(taken_on(journeys, known, known.id_number), TooManyTries)


def test_an_application_that_is_withdrawn_has_asked(journeys: Journeys) -> None:
    """A free number is told by success, and withdrawing gives it back: each application counts."""
    asking = journeys.newcomer()
    for _ in range(BURST):
        amendment = journeys.ask_for_correction(asking, LockedField.ID_NUMBER, FREE[0])
        journeys.world.send(asking.principal, "amendment", amendment, "withdraw")

    assert isinstance(full(journeys, asking, FREE[1]), TooManyTries)


def test_what_names_no_number_goes_on(journeys: Journeys) -> None:
    """Another locked field asks about nobody, and whoever was added keeps the number."""
    asking, known = journeys.newcomer(), journeys.newcomer()
    for _ in range(BURST):
        full(journeys, asking, known.id_number)
    amendment = journeys.ask_for_correction(asking, LockedField.LICENSED_ON)

    assert "pending" == journeys.world.state_of("amendment", amendment)
    assert [None] * len(FREE) == [taken_on(journeys, asking, number) for number in FREE]


def test_who_is_deleted_again_was_asked_about(stored: Journeys) -> None:
    """A free number costs nothing while it is kept; given back it counts, whoever deletes, by whom it was named."""
    colleague = attrs.evolve(stored.elsewhere, account_id="colleague")
    for _ in range(BURST):
        assert taken_on(stored, stored.newcomer(), FREE[0]) is None
        stored.world.send(colleague, "affiliation", case_of_number(stored, FREE[0]), "delete")

    assert isinstance(taken_on(stored, stored.newcomer(), FREE[1]), TooManyTries)
    assert refusal(stored, colleague, "affiliation", "add", added(stored, FREE[1])) is None

    stored.world.clock.advance(timedelta(minutes=2))

    assert taken_on(stored, stored.newcomer(), FREE[2]) is None


def test_what_another_organisation_deletes_is_its_own_to_answer_for(stored: Journeys) -> None:
    """A superior adds for its institution, and is not kept waiting by what that deletes: whoever deletes is, once."""
    door, county, elsewhere = stored.world.application.door, stored.neighbour, stored.elsewhere
    items = [Item(None, added(stored, number)) for number in FREE[:BURST]]
    made = door.send_many(county, "affiliation", "add", items)
    ids = [one.receipt.id for one in made if isinstance(one, Done)]
    gone = door.send_many(elsewhere, "affiliation", "delete", [Item(id) for id in ids])

    assert BURST == sum(isinstance(one, Done) for one in gone)
    assert refusal(stored, county, "affiliation", "add", added(stored, FREE[40])) is None
    assert isinstance(taken_on(stored, stored.newcomer(), FREE[41]), TooManyTries)

    stored.world.clock.advance(timedelta(minutes=2))

    assert taken_on(stored, stored.newcomer(), FREE[42]) is None


def case_of_number(journeys: Journeys, number: str) -> str:
    filters = {"id_number": number, "state": "attached"}
    (row,) = journeys.world.application.lists.page(journeys.elsewhere, "physicians", filters).rows
    return str(row["id"])


def test_nobody_is_kept_waiting_for_more_than_a_day(journeys: Journeys) -> None:
    """A list that was imported by mistake is deleted again at once, and tomorrow another one is imported."""
    world, door = journeys.world, journeys.world.application.door
    payloads = [added(journeys, person(index).id_number) for index in range(1000, 1760)]
    items = [Item(None, payload) for payload in payloads]
    made = door.send_many(journeys.elsewhere, "affiliation", "add", items)
    ids = [one.receipt.id for one in made if isinstance(one, Done)]
    gone = door.send_many(journeys.elsewhere, "affiliation", "delete", [Item(id) for id in ids])
    world.clock.advance(LONGEST_DEBT - timedelta(milliseconds=1))
    early = taken_on(journeys, journeys.newcomer(), FREE[0])
    world.clock.advance(timedelta(milliseconds=1))

    assert 760 == len(ids) == sum(isinstance(one, Done) for one in gone)
    assert isinstance(early, TooManyTries)
    assert taken_on(journeys, journeys.newcomer(), FREE[0]) is None


def test_a_request_that_keeps_nothing_has_asked(stored: Journeys) -> None:
    """All or nothing with one row that cannot succeed: free numbers are told like taken ones, and count like them."""
    door, elsewhere = stored.world.application.door, stored.elsewhere
    misplaced = added(stored, FREE[-1], department_id=stored.department_id)

    def ask(*numbers: str) -> list[type]:
        items = [Item(None, payload) for payload in (*(added(stored, one) for one in numbers), misplaced)]
        outcomes = door.send_many(elsewhere, "affiliation", "add", items, all_or_nothing=True)
        return [type(one.error) for one in outcomes if isinstance(one, Declined)]

    asked = [ask(number) for number in FREE[:20]]
    last = ask(*FREE[20:35])

    assert [[InputInvalid, TransitionRefused]] * 20 == asked
    assert [InputInvalid] * 10 + [TooManyTries] * 5 + [TransitionRefused] == last
    assert isinstance(taken_on(stored, stored.newcomer(), FREE[40]), TooManyTries)


def test_a_request_that_keeps_all_has_asked_for_nothing(stored: Journeys) -> None:
    """More than thirty at once, all or nothing, all of them free: they are on the own list now."""
    items = [Item(None, added(stored, number)) for number in FREE]
    door = stored.world.application.door
    outcomes = door.send_many(stored.elsewhere, "affiliation", "add", items, all_or_nothing=True)

    assert {Done} == {type(one) for one in outcomes}


def test_requests_at_the_same_time_owe_what_they_were_told(stored: Journeys) -> None:
    """Of forty-five numbers in three requests at once all count: the account waits for what is beyond thirty."""
    known, door = stored.newcomer(), stored.world.application.door
    told: list[type] = []

    def ask() -> None:
        items = [Item(None, added(stored, known.id_number)) for _ in range(BURST // 2)]
        outcomes = door.send_many(stored.elsewhere, "affiliation", "add", items)
        told.extend(type(one.error) for one in outcomes if isinstance(one, Declined))

    assert [] == together([ask] * 3)
    owed = Counter(told)[TransitionRefused] - BURST
    stored.world.clock.advance(timedelta(minutes=2) * (owed + 1) - timedelta(milliseconds=1))
    early = taken_on(stored, known, FREE[0])
    stored.world.clock.advance(timedelta(milliseconds=1))

    assert owed in (0, BURST // 2)
    assert (TooManyTries, None) == (type(early), taken_on(stored, known, FREE[0]))


@pytest.mark.parametrize("all_or_nothing", [False, True])
def test_a_bulk_tells_no_more_than_single_requests(stored: Journeys, all_or_nothing: bool) -> None:
    """Thirty rows are told that the number is taken; of the others, a free one among them, nothing is told or done."""
    known = [stored.newcomer() for _ in range(BURST + 1)]
    payloads = [added(stored, number) for number in (*(one.id_number for one in known), FREE[0])]
    outcomes = stored.world.application.door.send_many(
        stored.elsewhere,
        "affiliation",
        "add",
        [Item(None, payload) for payload in payloads],
        all_or_nothing=all_or_nothing,
    )
    errors = [type(outcome.error) for outcome in outcomes if isinstance(outcome, Declined)]

    assert [TransitionRefused] * BURST + [TooManyTries] * 2 == errors
    assert isinstance(taken_on(stored, known[0], FREE[1]), TooManyTries)


def test_a_bulk_that_is_asked_again_gives_the_same_answer(stored: Journeys) -> None:
    """Under its key nothing is asked anew, and who was put off is told so again."""
    known = [stored.newcomer() for _ in range(BURST + 1)]
    numbers = (FREE[0], *(one.id_number for one in known))

    def ask():
        return stored.world.application.door.send_many(
            stored.elsewhere,
            "affiliation",
            "add",
            [Item(None, added(stored, number)) for number in numbers],
            idempotency_key="k",
        )

    first, again = ask(), ask()

    assert [str(one.error) for one in first[1:]] == [str(one.error) for one in again[1:]]
    assert isinstance(again[-1].error, TooManyTries)
    assert first[0] == again[0]


def test_what_may_be_done_tells_no_more_than_doing_it(journeys: Journeys) -> None:
    """A deleted row whose number is taken: told where it could be restored otherwise, and nowhere else."""
    world = journeys.world
    deleted = journeys.newcomer(journeys.elsewhere)
    world.send(journeys.elsewhere, "affiliation", deleted.physician_id, "delete")
    world.physician(deleted.id_number)

    def named() -> list[str]:
        explained = world.application.door.explain(journeys.neighbour, "affiliation", deleted.physician_id)
        (restore,) = [one for one in explained if one.event == "restore"]
        return [getattr(reason, "name", reason.code) for reason in restore.reasons]

    open_house = named()
    world.send(
        journeys.neighbour,
        "institution",
        str(journeys.elsewhere.organisation_id),
        "close",
        reason="停业",
    )

    assert (["id_unique"], ["institution_active"]) == (open_house, named())


def test_an_administration_that_passes_an_application_is_told(journeys: Journeys) -> None:
    """The number of an application is looked at again in the end, which counts, and is not put off."""
    world, county = journeys.world, journeys.world.county
    first, second = journeys.newcomer(), journeys.newcomer()
    amendments = [journeys.ask_for_correction(one, LockedField.ID_NUMBER, FREE[0]) for one in (first, second)]
    for amendment in amendments:
        world.send(world.hospital, "amendment", amendment, "pass")
    world.send(county, "amendment", amendments[0], "pass")
    for _ in range(BURST + 1):
        with pytest.raises(TransitionRefused):
            world.send(county, "amendment", amendments[1], "pass")

    at_hospital = attrs.evolve(added(journeys, FREE[1]), institution_id=str(world.hospital.organisation_id))

    assert isinstance(refusal(journeys, county, "affiliation", "add", at_hospital), TooManyTries)
