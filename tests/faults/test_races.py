"""What two people do at the same moment comes out as if one had been first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from kaohe_workflow.application.application import Application
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done, Receipt
from kaohe_workflow.errors import ConcurrentTransition, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician, Leave
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import FILING_DAY
from kaohe_workflow.testing.people import people
from tests.faults.places import ROUNDS, Place, at_once, overtaken


@pytest.mark.manual("S-43")
def test_one_of_two_is_first(place: Place) -> None:
    """Two enrol the same physician at once: one does, the other finds it done."""
    world = place.world
    travellers = [place.journeys.newcomer() for _ in range(ROUNDS)]
    world.at(FILING_DAY)
    for traveller in travellers:

        def enrol(case_id: str = traveller.case_id) -> Any:
            return world.send(world.hospital, "assessment", case_id, "enrol", Enrol())

        ends = at_once(enrol, enrol)

        assert {Receipt: 1, TransitionRefused: 1} == Counter(map(type, ends))
        assert 1 == place.events(traveller)["enrol"]
    place.assert_sound()


def test_both_happen_one_after_the_other(place: Place) -> None:
    """Two open the same file at once: both are recorded, one after the other."""
    world = place.world
    traveller = place.journeys.to("awaiting_institution_review")

    def claim() -> Any:
        return world.send(world.hospital, "assessment", traveller.case_id, "claim")

    before = world.application.cases.get(world.hospital, "assessment", traveller.case_id).version
    versions = [receipt.version for _ in range(ROUNDS) for receipt in sorted_receipts(at_once(claim, claim))]

    assert list(range(before + 1, before + 1 + 2 * ROUNDS)) == versions
    assert 2 * ROUNDS == place.events(traveller)["claim"]
    place.assert_sound()


def test_of_two_who_saw_the_same_version_one_is_first(place: Place) -> None:
    """If-Match: the second has decided over a state that is gone, and is told so."""
    world = place.world
    traveller = place.journeys.to("awaiting_institution_review")
    for _ in range(ROUNDS):
        seen = world.application.cases.get(world.hospital, "assessment", traveller.case_id).version

        def claim(version: int = seen) -> Any:
            return world.send(
                world.hospital, "assessment", traveller.case_id, "claim", expected_version=version
            )

        ends = at_once(claim, claim)

        assert {Receipt: 1, ConcurrentTransition: 1} == Counter(map(type, ends))

    assert ROUNDS == place.events(traveller)["claim"]


def sorted_receipts(receipts: Sequence[Receipt]) -> list[Receipt]:
    """Receipts of one case in the order in which their steps were taken."""
    return sorted(receipts, key=lambda receipt: receipt.version)


@pytest.mark.manual("S-44")
def test_overlapping_bulks_in_opposite_order_go_through(place: Place) -> None:
    """批量参加 by two at once, one list upside down: no deadlock reaches anybody, everyone is enrolled once."""
    world = place.world
    travellers = [place.journeys.newcomer() for _ in range(40)]
    world.at(FILING_DAY)
    items = [Item(traveller.case_id, Enrol()) for traveller in travellers]

    def enrol(order: Sequence[Item]) -> Callable[[], Any]:
        return lambda: world.application.door.send_many(world.hospital, "assessment", "enrol", order)

    ends = at_once(enrol(items), enrol(items[::-1]), enrol(items[20:] + items[:20]))

    assert [list] * 3 == [type(end) for end in ends]
    assert 40 == sum(isinstance(outcome, Done) for end in ends for outcome in end)
    assert {1} == {place.events(traveller)["enrol"] for traveller in travellers}
    place.assert_sound()


@pytest.mark.manual("S-48")
def test_overlapping_imports_add_everybody_once(place: Place) -> None:
    """The same list imported twice at once, in opposite order: each physician is there once."""
    world = place.world
    institution = str(world.hospital.organisation_id)
    rows = [
        Item(None, AddPhysician(institution_id=institution, name=one.name, id_number=one.id_number))
        for one in people(30, 700)
    ]

    def add(order: Sequence[Item]) -> Callable[[], Any]:
        return lambda: world.application.door.send_many(world.hospital, "affiliation", "add", order)

    ends = at_once(add(rows), add(rows[::-1]))

    assert [list] * 2 == [type(end) for end in ends]
    assert 30 == sum(isinstance(outcome, Done) for end in ends for outcome in end)
    assert 30 == len(place.find("affiliation", "state", "attached"))
    place.assert_sound()


@pytest.mark.manual("S-43", "S-I5")
def test_nobody_who_leaves_is_enrolled(place: Place) -> None:
    """调离 and 允许报名 of one physician at once: whoever is first, an enrolled physician is attached."""
    world = place.world
    travellers = [place.journeys.newcomer() for _ in range(ROUNDS)]
    world.at(FILING_DAY)
    for traveller in travellers:
        ends = at_once(
            lambda one=traveller: world.send(
                world.hospital, "affiliation", one.physician_id, "leave", Leave(LeaveReason.RESIGNED)
            ),
            lambda one=traveller: world.send(world.hospital, "assessment", one.case_id, "enrol", Enrol()),
        )
        states = (world.state_of("affiliation", traveller.physician_id), place.journeys.state(traveller))

        assert {Receipt: 1, TransitionRefused: 1} == Counter(map(type, ends))
        assert left_or_enrolled(left=isinstance(ends[0], Receipt)) == states
    place.assert_sound()


def left_or_enrolled(*, left: bool) -> tuple[str, str]:
    """States of the affiliation and of the assessment, of somebody who left or who was enrolled first."""
    return ("unattached", "not_enrolled") if left else ("attached", "awaiting_registration")


@pytest.mark.manual("S-43", "S-I5")
@pytest.mark.parametrize("leaving_first", [True, False])
def test_leaving_and_enrolling_wait_for_each_other(postgres: Place, leaving_first: bool) -> None:
    """The one has not committed yet: the other waits, and decides over what the first has left."""
    world = postgres.world
    traveller = postgres.journeys.newcomer()
    world.at(FILING_DAY)

    def leave(application: Application = world.application) -> Any:
        payload = Leave(LeaveReason.RESIGNED)
        return application.door.send(world.hospital, "affiliation", traveller.physician_id, "leave", payload)

    def enrol(application: Application = world.application) -> Any:
        return application.door.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())

    first, second = (leave, enrol) if leaving_first else (enrol, leave)
    ends = overtaken(postgres, first, second)

    states = (world.state_of("affiliation", traveller.physician_id), postgres.journeys.state(traveller))

    assert [Receipt, TransitionRefused] == [type(end) for end in ends]
    assert left_or_enrolled(left=leaving_first) == states


@pytest.mark.manual("S-72")
@pytest.mark.parametrize("applying_first", [True, False])
def test_an_application_and_the_return_of_its_file_wait_for_each_other(
    postgres: Place, applying_first: bool
) -> None:
    """免考 is applied for while the file is sent back: no application is left pending at a file that is not passed."""
    world = postgres.world
    traveller = postgres.journeys.to("awaiting_assessment")
    payload = Apply(
        ground="residency_training",
        certificate_on=date(2021, 7, 1),
        none_excluded=True,
        attachments=(hand_in(world.application, traveller.principal),),
        assessment_id=traveller.case_id,
    )

    def apply(application: Application = world.application) -> Any:
        return application.door.send(traveller.principal, "exemption", None, "apply", payload)

    def send_back(application: Application = world.application) -> Any:
        return application.door.send(
            world.county, "assessment", traveller.case_id, "return_to_institution", reason="材料不全"
        )

    first, second = (apply, send_back) if applying_first else (send_back, apply)
    ends = overtaken(postgres, first, second)
    applications = postgres.find("exemption", "assessment_id", traveller.case_id)

    # Applied first, the application is withdrawn with the file; sent back first, there is nothing to apply for.
    assert [Receipt, Receipt if applying_first else TransitionRefused] == [type(end) for end in ends]
    assert (["withdrawn"] if applying_first else []) == [case.state for case in applications]
    assert "awaiting_institution_review" == postgres.journeys.state(traveller)
    postgres.assert_sound()


def test_refusals_of_one_account_at_once_are_one_chain(place: Place) -> None:
    """Many refused attempts of one account at the same moment: each is told its reasons, and is in the chain."""
    world = place.world
    travellers = [place.journeys.newcomer() for _ in range(4)]

    def refused(case_id: str) -> Callable[[], Any]:
        return lambda: world.send(world.hospital, "assessment", case_id, "enrol", Enrol())

    for _ in range(ROUNDS):
        ends = at_once(*(refused(traveller.case_id) for traveller in travellers))

        assert [TransitionRefused] * 4 == [type(end) for end in ends]
    verified = world.application.verification.run()

    assert (4 * ROUNDS, ()) == (verified.refusals, verified.findings)


def test_what_a_refused_request_began_is_undone(place: Place) -> None:
    """A bulk of which nothing may stay leaves no lock and no row: the next one goes through at once."""
    world = place.world
    travellers = [place.journeys.newcomer() for _ in range(3)]
    world.at(FILING_DAY)
    items = [Item(traveller.case_id, Enrol()) for traveller in travellers]
    outcomes = world.application.door.send_many(
        world.hospital, "assessment", "enrol", [*items, Item("0" * 26, Enrol())], all_or_nothing=True
    )

    ends = at_once(
        lambda: world.application.door.send_many(world.hospital, "assessment", "enrol", items),
        lambda: world.application.verification.run(),
    )

    assert [Declined] * 4 == [type(outcome) for outcome in outcomes]
    assert () == ends[1].findings
    assert [Done] * 3 == [type(outcome) for outcome in ends[0]]
