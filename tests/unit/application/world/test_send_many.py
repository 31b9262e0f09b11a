"""Bulks: one unit of work, a result a row, the same work for two cases as for hundreds."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done, Outcome
from kaohe_workflow.errors import (
    ConcurrentTransition,
    InputInvalid,
    NotFound,
    NotPermitted,
    TransitionRefused,
)
from kaohe_workflow.lifecycles.assessment.events import Enrol, GiveOpinion, Return, Submit
from kaohe_workflow.lifecycles.cycle.events import DeclareDelivery
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.testing.journeys import (
    FILING_DAY,
    GOOD,
    RESULT_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.worlds import World, filing
from kaohe_workflow.values.terms import ReturnCode, Stage, Verdict


def states(world: World, travellers: list[Traveller]) -> list[str]:
    return [world.state_of("assessment", traveller.case_id) for traveller in travellers]


def kinds(outcomes: list[Outcome]) -> list[type]:
    return [type(outcome.error) if isinstance(outcome, Declined) else Done for outcome in outcomes]


def mixed(journeys: Journeys) -> list[Traveller]:
    """Four physicians who may be enrolled, one who is already, one of another hospital."""
    world = journeys.world
    first, second = journeys.newcomer(), journeys.newcomer()
    enrolled, elsewhere = journeys.newcomer(), journeys.newcomer(journeys.elsewhere)
    world.at(FILING_DAY)
    world.send(world.hospital, "assessment", enrolled.case_id, "enrol", Enrol())
    return [first, enrolled, elsewhere, second]


def enrolments(travellers: list[Traveller]) -> list[Item]:
    return [Item(traveller.case_id, Enrol()) for traveller in travellers]


@pytest.mark.manual("S-44")
def test_a_refused_row_blocks_nobody(stored: Journeys) -> None:
    """批量参加: each row has its own outcome, in the order sent; the good rows go in."""
    world = stored.world
    travellers = mixed(stored)

    outcomes = world.application.door.send_many(
        world.hospital, "assessment", "enrol", [*enrolments(travellers), Item("0" * 26, Enrol())]
    )

    assert [Done, TransitionRefused, NotFound, Done, NotFound] == kinds(outcomes)
    assert ["awaiting_registration"] * 2 + ["not_enrolled", "awaiting_registration"] == states(
        world, travellers
    )
    assert () == world.application.verification.run().findings


def test_all_or_nothing_leaves_nothing(stored: Journeys) -> None:
    """One refused row keeps all others out; the others say that they were held back."""
    world = stored.world
    travellers = mixed(stored)
    before = states(world, travellers)

    outcomes = world.application.door.send_many(
        world.hospital, "assessment", "enrol", enrolments(travellers), all_or_nothing=True
    )

    assert [InputInvalid, TransitionRefused, NotFound, InputInvalid] == kinds(outcomes)
    assert before == states(world, travellers)


def test_a_refusal_that_held_all_others_back_is_audited(stored: Journeys) -> None:
    """Refusals are audited, whatever became of the rest of the request."""
    world = stored.world
    travellers = mixed(stored)

    world.application.door.send_many(
        world.hospital, "assessment", "enrol", enrolments(travellers), all_or_nothing=True
    )

    verified = world.application.verification.run()

    assert (1, ()) == (verified.refusals, verified.findings)


def test_all_or_nothing_lets_a_good_bulk_in(journeys: Journeys) -> None:
    """Without a refused row everything goes in."""
    world = journeys.world
    travellers = [journeys.newcomer() for _ in range(3)]
    world.at(FILING_DAY)

    outcomes = world.application.door.send_many(
        world.hospital, "assessment", "enrol", enrolments(travellers), all_or_nothing=True
    )

    assert [Done] * 3 == kinds(outcomes)


def test_the_same_case_twice_goes_in_once(stored: Journeys) -> None:
    """The second row of one case is declined as a lost race: it was decided over a state that is gone."""
    world = stored.world
    traveller = stored.newcomer()
    world.at(FILING_DAY)

    outcomes = world.application.door.send_many(
        world.hospital, "assessment", "enrol", enrolments([traveller, traveller])
    )

    assert [Done, ConcurrentTransition] == kinds(outcomes)
    assert 2 == world.application.cases.get(SYSTEM, "assessment", traveller.case_id).version


def test_an_empty_bulk_does_nothing(stored: Journeys) -> None:
    """No row, no outcome."""
    world = stored.world

    assert [] == world.application.door.send_many(world.hospital, "assessment", "enrol", [])


def test_a_bulk_over_many_states_decides_each_row_by_its_own(journeys: Journeys) -> None:
    """退回机构 for files in every state: each row is decided from its own state and facts."""
    world = journeys.world
    wanted = (
        "returned_by_agency",
        "not_enrolled",
        "awaiting_agency_review",
        "awaiting_registration",
        "awaiting_assessment",
        "awaiting_institution_review",
    )
    travellers = [journeys.to(state) for state in wanted]

    outcomes = world.application.door.send_many(
        world.county,
        "assessment",
        "return_to_institution",
        [Item(traveller.case_id, reason="材料不全") for traveller in travellers],
    )

    assert [Done, TransitionRefused, Done, TransitionRefused, Done, TransitionRefused] == kinds(outcomes)
    assert [
        "awaiting_institution_review",
        "not_enrolled",
        "awaiting_institution_review",
        "awaiting_registration",
        "awaiting_institution_review",
        "awaiting_institution_review",
    ] == states(world, travellers)
    assert () == world.application.verification.run().findings


def test_a_reason_counts_for_its_own_row(journeys: Journeys) -> None:
    """A row without the reason that is demanded is refused; the row beside it is not."""
    world = journeys.world
    travellers = [journeys.to("awaiting_institution_review") for _ in range(3)]
    reasons = ["科室有误", None, "  "]

    outcomes = world.application.door.send_many(
        world.hospital,
        "assessment",
        "return",
        [
            Item(traveller.case_id, Return(code=ReturnCode.INCOMPLETE), reason)
            for traveller, reason in zip(travellers, reasons, strict=True)
        ],
    )

    assert [Done, TransitionRefused, TransitionRefused] == kinds(outcomes)


def test_each_row_has_its_own_version(journeys: Journeys) -> None:
    """A stale row is declined with both versions, the others go in."""
    world = journeys.world
    travellers = [journeys.newcomer(), journeys.newcomer()]
    world.at(FILING_DAY)

    outcomes = world.application.door.send_many(
        world.hospital,
        "assessment",
        "enrol",
        [
            Item(travellers[0].case_id, Enrol(), expected_version=4),
            Item(travellers[1].case_id, Enrol(), expected_version=1),
        ],
    )

    assert [ConcurrentTransition, Done] == kinds(outcomes)


def test_rows_of_different_roles(journeys: Journeys) -> None:
    """A province may confirm a make-up, the hospital sees the case and may not."""
    world = journeys.world
    traveller = journeys.to("awaiting_agency_review")

    outcomes = world.application.door.send_many(
        world.hospital, "assessment", "pass", [Item(traveller.case_id), Item("0" * 26)]
    )

    assert [NotPermitted, NotFound] == kinds(outcomes)


def test_all_rows_of_one_request_carry_one_request_id(journeys: Journeys) -> None:
    """What one request did, consequences included, is found together; another request has another id."""
    world = journeys.world
    travellers = [journeys.to("awaiting_agency_review") for _ in range(2)]
    world.application.door.send_many(
        world.agency, "assessment", "pass", [Item(traveller.case_id) for traveller in travellers]
    )

    with world.application.store.begin(write=False) as unit:
        cases = unit.find("evaluation", [])
        cases += unit.read("assessment", [traveller.case_id for traveller in travellers]).values()
        bodies = [world.application.codec.parse(unit.history(case)[-1].body) for case in cases]

    assert 6 == len(bodies)
    assert 1 == len({body["request"] for body in bodies})


def test_departments_made_together_are_unique_among_themselves(stored: Journeys) -> None:
    """What must be unique is so within one bulk, too."""
    world = stored.world
    institution = str(world.hospital.organisation_id)
    items = [Item(None, CreateDepartment(institution, name)) for name in ("外科", "儿科", "外科", "内科")]

    outcomes = world.application.door.send_many(world.hospital, "department", "create", items)

    assert [Done, Done, TransitionRefused, TransitionRefused] == kinds(outcomes)


@pytest.mark.manual("N-2.4")
def test_absences_are_confirmed_in_bulk(stored: Journeys) -> None:
    """确认缺考 in bulk: two papers of one physician settle the case once, with the last of them."""
    world = stored.world
    travellers = [stored.to("awaiting_assessment") for _ in range(2)]
    world.at(RESULT_DAY)
    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(Stage.FIRST))
    papers = [paper for traveller in travellers for paper in stored.papers(traveller).values()]

    outcomes = world.application.door.send_many(
        world.agency, "evaluation", "confirm_absence", [Item(paper, ConfirmAbsence(True)) for paper in papers]
    )

    assert [Done] * 4 == kinds(outcomes)
    assert ["awaiting_makeup_approval"] * 2 == states(world, travellers)
    settled = world.application.cases.history(world.province, "assessment", travellers[0].case_id)

    assert 1 == [entry.event for entry in settled].count("settle")
    assert () == world.application.verification.run().findings


def test_opinions_are_given_each_by_its_own_payload(journeys: Journeys) -> None:
    """One bulk carries different payloads."""
    world = journeys.world
    travellers = [journeys.to("awaiting_institution_review") for _ in range(2)]
    unreasoned = GiveOpinion(work=Verdict.UNQUALIFIED, ethics=Verdict.QUALIFIED)

    outcomes = world.application.door.send_many(
        world.hospital,
        "assessment",
        "submit_opinion",
        [Item(travellers[0].case_id, GOOD), Item(travellers[1].case_id, unreasoned)],
    )

    assert [Done, TransitionRefused] == kinds(outcomes)


def test_one_payload_of_another_class_stops_the_bulk_before_it_begins(journeys: Journeys) -> None:
    """Wrong payloads are a mistake of the caller: all of them are named, nothing is tried."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    items = [
        Item(traveller.case_id, Submit(filing(journeys.department_id))),
        Item(traveller.case_id, Enrol()),
    ]

    with pytest.raises(InputInvalid) as caught:
        world.application.door.send_many(traveller.principal, "assessment", "submit", items)

    assert ["$[1].payload"] == [problem.path for problem in caught.value.problems]
    assert "awaiting_registration" == journeys.state(traveller)
