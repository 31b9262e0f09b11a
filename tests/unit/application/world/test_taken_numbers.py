"""That an ID number is on file is told only to who could go on with it, and no faster than people are looked up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined
from kaohe_workflow.errors import KaoheError, TooManyTries, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.amendment.events import CreateAmendment
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
