"""What two people do at the same moment comes out as if one had been first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.application import Application
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done, Receipt
from kaohe_workflow.errors import ConcurrentTransition, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician, Leave
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.lifecycles.cycle.events import CreateCycle, OpenMakeup, PublishLine
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.testing.journeys import (
    FILING_DAY,
    HIGH,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Traveller,
)
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.worlds import LINES, WINDOWS, noon
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from tests.faults.places import Place, at_once, overtaken

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
ROUNDS = 8
"""How often two threads meet; each round takes new people."""


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


def scored_papers(place: Place, count: int) -> list[Traveller]:
    """Physicians with two open papers, whose lines are published."""
    travellers = [place.journeys.to("awaiting_assessment") for _ in range(count)]
    place.journeys.not_before(SITTING_DAY)
    place.journeys.not_before(RESULT_DAY)
    place.journeys.publish(Stage.FIRST)
    return travellers


def score(place: Place, traveller: Traveller, kind: PaperKind, application: Application | None = None) -> Any:
    paper = place.journeys.papers(traveller)[Stage.FIRST, kind]
    door = (application or place.world.application).door
    return door.send(place.world.province, "evaluation", paper, "record_score", RecordScore(HIGH))


def test_the_last_two_papers_settle_once(place: Place) -> None:
    """Both papers of a physician close in two transactions at the same moment: one settles, once, never none."""
    for traveller in scored_papers(place, ROUNDS):
        ends = at_once(
            lambda traveller=traveller: score(place, traveller, HUMANITIES),
            lambda traveller=traveller: score(place, traveller, PROFESSIONAL),
        )

        assert [Receipt, Receipt] == [type(end) for end in ends]
        assert 1 == place.events(traveller)["settle"]
        assert "qualified" == place.journeys.state(traveller)
    place.assert_sound()


def test_the_second_paper_waits_for_the_first(postgres: Place) -> None:
    """The first has closed its paper and not committed yet: the second sees it closed, and settles."""
    (traveller,) = scored_papers(postgres, 1)

    ends = overtaken(
        postgres,
        lambda slow: score(postgres, traveller, HUMANITIES, slow),
        lambda: score(postgres, traveller, PROFESSIONAL),
    )

    assert [Receipt, Receipt] == [type(end) for end in ends]
    assert 1 == postgres.events(traveller)["settle"]
    assert "qualified" == postgres.journeys.state(traveller)


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


@pytest.mark.parametrize("scoring_first", [True, False])
def test_a_score_and_its_line_do_not_miss_each_other(postgres: Place, scoring_first: bool) -> None:
    """A score is recorded while its line is published: it is judged, whoever is first."""
    world = postgres.world
    traveller = postgres.journeys.to("awaiting_assessment", **SIMPLIFIED)
    world.at(RESULT_DAY)
    line = PublishLine(Stage.FIRST, HUMANITIES, Level.LICENSED, LINES[Level.LICENSED])

    def publish(application: Application = world.application) -> Any:
        receipt = application.door.send(world.province, "cycle", world.cycle_id, "publish_line", line)
        application.timers.work()
        return receipt

    def record(application: Application = world.application) -> Any:
        return score(postgres, traveller, HUMANITIES, application)

    first, second = (record, publish) if scoring_first else (publish, record)
    ends = overtaken(postgres, first, second)
    world.application.timers.work()

    assert [Receipt, Receipt] == [type(end) for end in ends]
    assert "qualified" == postgres.journeys.state(traveller)
    postgres.assert_sound()


@pytest.mark.parametrize("adding_first", [True, False])
def test_a_physician_and_a_cycle_do_not_miss_each_other(postgres: Place, adding_first: bool) -> None:
    """A physician is added while a cycle is published: the physician has a case there, whoever is first."""
    world = postgres.world
    windows = attrs.evolve(WINDOWS)
    draft = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), windows
    )
    cycle_id = world.send(world.province, "cycle", None, "create", draft).id
    (person,) = people(1, 900)

    def publish(application: Application = world.application) -> Any:
        receipt = application.door.send(world.province, "cycle", cycle_id, "publish")
        application.timers.work()
        return receipt

    def add(application: Application = world.application) -> Any:
        payload = AddPhysician(
            institution_id=str(world.hospital.organisation_id), name=person.name, id_number=person.id_number
        )
        return application.door.send(world.hospital, "affiliation", None, "add", payload)

    first, second = (add, publish) if adding_first else (publish, add)
    ends = overtaken(postgres, first, second)
    world.application.timers.work()

    assert [Receipt, Receipt] == [type(end) for end in ends]
    assert 1 == len(postgres.find("assessment", "cycle_id", cycle_id))


@pytest.mark.parametrize("passing_first", [True, False])
def test_the_late_door_and_the_archive_wait_for_each_other(postgres: Place, passing_first: bool) -> None:
    """A file is passed late while the cycle is archived: nobody is left waiting in a cycle that is over."""
    world = postgres.world
    traveller = postgres.journeys.to("awaiting_agency_review")
    world.at(RESULT_DAY)
    postgres.journeys.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())

    def late(application: Application = world.application) -> Any:
        return application.door.send(world.agency, "assessment", traveller.case_id, "pass")

    def archive(application: Application = world.application) -> Any:
        return application.door.send(world.province, "cycle", world.cycle_id, "archive")

    first, second = (late, archive) if passing_first else (archive, late)
    ends = overtaken(postgres, first, second)
    world.application.timers.work()

    expected = ("makeup", "awaiting_makeup_approval") if passing_first else ("archived", "missed")

    assert [Receipt, TransitionRefused] == [type(end) for end in ends]
    assert expected == (world.state_of("cycle", world.cycle_id), postgres.journeys.state(traveller))


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
        attachments=("certificate",),
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


def test_two_workers_do_a_job_once(place: Place) -> None:
    """Two workers find the same job: what follows from it is there once, and neither fails."""
    world = place.world
    for _ in range(12):
        place.journeys.newcomer()
    draft = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), WINDOWS
    )
    cycle_id = world.send(world.province, "cycle", None, "create", draft).id
    world.send(world.province, "cycle", cycle_id, "publish")

    ends = at_once(world.application.timers.work, world.application.timers.work)

    assert [int, int] == [type(end) for end in ends], ends
    assert 12 == len(place.find("assessment", "cycle_id", cycle_id))
    assert 0 == world.application.timers.work()
    place.assert_sound()


def test_two_sweeps_close_a_paper_once(place: Place) -> None:
    """Two sweeps at once: each deadline comes once, and neither fails."""
    world = place.world
    travellers = [place.journeys.to("awaiting_assessment") for _ in range(5)]
    world.clock.set(noon(RESULT_DAY))

    ends = at_once(world.application.timers.sweep, world.application.timers.sweep)

    assert [int, int] == [type(end) for end in ends], ends
    for traveller in travellers:
        assert {"absence_pending"} == set(place.journeys.paper_states(traveller).values())
    place.assert_sound()


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
