"""The one door: every error a caller can meet, and what is left behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import (
    ConcurrentTransition,
    InputInvalid,
    NotFound,
    NotPermitted,
    TransitionRefused,
)
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import Leave, TakeIn
from kaohe_workflow.lifecycles.assessment.events import Enrol, GiveOpinion, Return, Submit
from kaohe_workflow.lifecycles.evaluation.events import Assign, RecordScore
from kaohe_workflow.statechart.deciding import GuardUnmet, NoRow, ReasonMissing, UnknownEvent
from kaohe_workflow.testing.journeys import FILING_DAY, Journeys
from kaohe_workflow.testing.worlds import World, filing
from kaohe_workflow.values.terms import AccountKind, PaperKind, Procedure, ReturnCode, Stage, Verdict


def stored_case(world: World, case_id: str, lifecycle: str = "assessment") -> Case:
    return world.application.cases.get(SYSTEM, lifecycle, case_id)


def refusal_of(world: World, principal: Principal, case_id: str, event: str, *payload, **more):
    with pytest.raises(TransitionRefused) as caught:
        world.send(principal, "assessment", case_id, event, *payload, **more)
    return caught.value


def test_a_receipt_says_what_changed(stored: Journeys) -> None:
    """The answer names the case, the step, the version reached, when, and the hash of the history row."""
    world = stored.world
    traveller = stored.newcomer()
    world.at(FILING_DAY)

    receipt = world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    case = stored_case(world, traveller.case_id)

    assert ("assessment", traveller.case_id, "enrol", "not_enrolled", "awaiting_registration", 2) == (
        receipt.lifecycle,
        receipt.id,
        receipt.event,
        receipt.source,
        receipt.state,
        receipt.version,
    )
    assert world.clock.now() == receipt.at
    assert (case.state, case.version, case.head) == (receipt.state, receipt.version, receipt.hash)


@pytest.mark.parametrize("who", ["elsewhere", "neighbour", "stranger", "auditor", "init_only"])
def test_a_case_out_of_scope_is_not_found(journeys: Journeys, who: str) -> None:
    """Whoever may not know of a case is answered as if there were none (404, not 403)."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    callers = {
        "elsewhere": journeys.elsewhere,
        "neighbour": journeys.neighbour,
        "stranger": journeys.newcomer().principal,
        "auditor": Principal(account_id="auditor", kind=AccountKind.AUDITOR, path=journeys.neighbour.path),
        "init_only": attrs.evolve(traveller.principal, init_only=True),
    }

    with pytest.raises(NotFound) as real:
        world.send(callers[who], "assessment", traveller.case_id, "claim")
    with pytest.raises(NotFound) as made_up:
        world.send(callers[who], "assessment", "0" * 26, "claim")

    assert str(made_up.value).replace("0" * 26, traveller.case_id) == str(real.value)


def test_an_event_without_a_row_tells_a_stranger_nothing(journeys: Journeys) -> None:
    """Whether an event fits the state of a case is not for those who may not know of the case."""
    traveller = journeys.to("qualified")

    with pytest.raises(NotFound):
        journeys.world.send(journeys.elsewhere, "assessment", traveller.case_id, "submit", Submit())


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("awaiting_institution_review", "claim"),
        ("awaiting_agency_review", "pass"),
        ("awaiting_makeup_approval", "refuse_makeup"),
    ],
)
def test_the_wrong_role_is_not_permitted(journeys: Journeys, state: str, event: str) -> None:
    """Who sees the case but holds none of the event's roles is told so, and nothing changes."""
    world = journeys.world
    traveller = journeys.to(state)
    before = stored_case(world, traveller.case_id)

    with pytest.raises(NotPermitted) as caught:
        world.send(traveller.principal, "assessment", traveller.case_id, event)

    assert ("assessment", event) == (caught.value.lifecycle, caught.value.event)
    assert before == stored_case(world, traveller.case_id)


def test_a_refusal_carries_every_reason(journeys: Journeys) -> None:
    """All unmet conditions at once, with what was wanted, what was there and the source of the rule."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    world.at(date(2023, 12, 28))
    department = "no-such-department"

    refused = refusal_of(
        world,
        traveller.principal,
        traveller.case_id,
        "submit",
        Submit(filing(department, procedure=Procedure.SIMPLIFIED, ethics=None)),
    )

    reasons = {reason.name: reason for reason in refused.reasons if isinstance(reason, GuardUnmet)}

    assert {"filing_open_or_moved", "filing_complete", "department_enabled", "procedure_allowed"} == set(
        reasons
    )
    assert "awaiting_registration" == refused.state
    assert ("filing_window", "over") == (
        reasons["filing_open_or_moved"].unmet[0].fact,
        reasons["filing_open_or_moved"].unmet[0].actual,
    )
    assert ("manual/2.2.2", "design") == reasons["filing_open_or_moved"].cites


def test_an_event_of_another_state_says_where_it_belongs(journeys: Journeys) -> None:
    """An event that has no row from the present state names the states that it has rows from."""
    traveller = journeys.to("not_enrolled")

    refused = refusal_of(journeys.world, journeys.world.hospital, traveller.case_id, "claim")

    (reason,) = refused.reasons

    assert isinstance(reason, NoRow)
    assert "awaiting_institution_review" in reason.allowed_in


def test_an_unknown_event_is_refused(journeys: Journeys) -> None:
    """A name that no chart has is refused like any other event."""
    traveller = journeys.to("not_enrolled")

    refused = refusal_of(journeys.world, journeys.world.hospital, traveller.case_id, "beam_up")

    assert (UnknownEvent("beam_up"),) == refused.reasons


@pytest.mark.manual("S-64")
@pytest.mark.parametrize("reason", [None, "", "  \n "])
def test_a_reason_that_is_demanded_must_be_given(journeys: Journeys, reason: str | None) -> None:
    """驳回 needs a reason text; blanks are none."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")

    refused = refusal_of(
        world, world.hospital, traveller.case_id, "return", Return(code=ReturnCode.INCOMPLETE), reason=reason
    )

    assert [ReasonMissing] == [type(reason) for reason in refused.reasons]
    assert () == world.application.verification.run().findings


def test_a_reason_that_no_store_holds_is_invalid_input(stored: Journeys) -> None:
    """A control character in the reason is a problem of the input, not of the database."""
    world = stored.world
    traveller = stored.to("awaiting_institution_review")

    with pytest.raises(InputInvalid) as caught:
        world.send(
            world.hospital,
            "assessment",
            traveller.case_id,
            "return",
            Return(code=ReturnCode.INCOMPLETE),
            reason="科室\x00有误",
        )

    assert ["text-control"] == [problem.code for problem in caught.value.problems]
    assert "awaiting_institution_review" == stored.state(traveller)


def test_a_payload_of_another_class_is_invalid_input(journeys: Journeys) -> None:
    """The class of a payload is that of the event; nothing is decided over anything else."""
    world = journeys.world
    traveller = journeys.to("not_enrolled")

    with pytest.raises(InputInvalid) as caught:
        world.send(world.hospital, "assessment", traveller.case_id, "enrol", RecordScore(Decimal(60)))

    assert ["payload-class"] == [problem.code for problem in caught.value.problems]


def test_a_stale_version_is_refused_with_both_versions(stored: Journeys) -> None:
    """If-Match: who saw another version than the stored one is told both, and nothing changes."""
    world = stored.world
    traveller = stored.to("awaiting_registration")

    with pytest.raises(ConcurrentTransition) as caught:
        world.send(world.hospital, "assessment", traveller.case_id, "cancel_enrolment", expected_version=1)

    assert ("assessment", traveller.case_id, 1, 2) == (
        caught.value.lifecycle,
        caught.value.id,
        caught.value.expected,
        caught.value.actual,
    )
    assert "awaiting_registration" == stored.state(traveller)


def test_the_present_version_is_accepted(journeys: Journeys) -> None:
    """If-Match with the stored version goes through."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")

    receipt = world.send(
        world.hospital, "assessment", traveller.case_id, "cancel_enrolment", expected_version=2
    )

    assert 3 == receipt.version


def test_a_stranger_learns_no_version(journeys: Journeys) -> None:
    """A wrong version of a case out of scope is answered as not found."""
    traveller = journeys.to("awaiting_registration")

    with pytest.raises(NotFound):
        journeys.world.send(journeys.elsewhere, "assessment", traveller.case_id, "claim", expected_version=99)


def test_the_version_binds_who_may_act_without_seeing(journeys: Journeys) -> None:
    """调入: an institution that may act on any case is held to the version that it names, too."""
    world = journeys.world
    traveller = journeys.newcomer()
    world.send(world.hospital, "affiliation", traveller.physician_id, "leave", Leave(LeaveReason.RESIGNED))
    payload = TakeIn(str(journeys.elsewhere.organisation_id))

    with pytest.raises(ConcurrentTransition):
        world.send(
            journeys.elsewhere,
            "affiliation",
            traveller.physician_id,
            "take_in",
            payload,
            expected_version=1,
        )

    assert "unattached" == world.state_of("affiliation", traveller.physician_id)


def test_a_refused_event_changes_nothing_but_the_audit(stored: Journeys) -> None:
    """
    Case and history are as before; the account has one refusal more, with codes and facts and no personal
    data.
    """
    world = stored.world
    traveller = stored.to("awaiting_institution_review")
    before = stored_case(world, traveller.case_id)
    opinion = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED)

    refusal_of(world, world.hospital, traveller.case_id, "submit_opinion", opinion)

    with world.application.store.begin(write=False) as unit:
        (refusal,) = unit.refusals(world.hospital.account_id)
    body = world.application.codec.parse(refusal.body)

    assert before == stored_case(world, traveller.case_id)
    assert (1, ["guard-unmet"], "submit_opinion", "awaiting_institution_review", None) == (
        refusal.seq,
        body["refused"],
        body["event"],
        body["from"],
        body["to"],
    )
    assert body["facts"]["opinion_reasons"] is False
    assert traveller.id_number not in refusal.body


def test_refusals_of_an_account_are_a_chain(stored: Journeys) -> None:
    """Refusals are numbered and linked by account, over requests and bulks, and can be decided again."""
    world = stored.world
    traveller = stored.to("awaiting_institution_review")
    for _ in range(2):
        refusal_of(world, world.hospital, traveller.case_id, "enrol", Enrol())
    with pytest.raises(NotPermitted):
        world.send(world.hospital, "assessment", traveller.case_id, "withdraw_filing")
    refusal_of(
        world, world.hospital, traveller.case_id, "return", Return(code=ReturnCode.INCOMPLETE), reason=" "
    )
    with pytest.raises(NotPermitted):
        world.send(traveller.principal, "assessment", traveller.case_id, "claim")

    with world.application.store.begin(write=False) as unit:
        chain = unit.refusals(world.hospital.account_id)
    verified = world.application.verification.run()

    assert [1, 2, 3, 4] == [refusal.seq for refusal in chain]
    assert ["0" * 64, *(refusal.hash for refusal in chain[:-1])] == [refusal.prev for refusal in chain]
    assert (5, ()) == (verified.refusals, verified.findings)


def test_what_is_only_stale_or_unknown_is_not_audited(journeys: Journeys) -> None:
    """A lost race or an unknown id is no attempt to break a rule."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    with pytest.raises(ConcurrentTransition):
        world.send(world.hospital, "assessment", traveller.case_id, "cancel_enrolment", expected_version=7)
    with pytest.raises(NotFound):
        world.send(world.hospital, "assessment", "0" * 26, "claim")

    assert 0 == world.application.verification.run().refusals


def test_only_the_system_makes_papers(journeys: Journeys) -> None:
    """An event that makes a case finds its relation in the parent that the payload names."""
    traveller = journeys.to("awaiting_assessment")
    payload = Assign(traveller.case_id, PaperKind.HUMANITIES, Stage.FIRST, 2)

    with pytest.raises(NotPermitted):
        journeys.world.send(traveller.principal, "evaluation", None, "assign", payload)
    with pytest.raises(NotFound):
        journeys.world.send(journeys.elsewhere, "evaluation", None, "assign", payload)
