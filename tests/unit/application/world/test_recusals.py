"""A member of the committee stays out of a file: over the store."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.agency_application.case import CommitteePosition
from kaohe_workflow.lifecycles.agency_application.events import SaveCommittee, Seat
from kaohe_workflow.lifecycles.assessment.events import DecideFinding
from kaohe_workflow.lifecycles.deferral.events import Apply
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence, RecordScore, ReportForceMajeure
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.lifecycles.recusal.events import HoldOff
from kaohe_workflow.lifecycles.result_review.events import Apply as ApplyForReview
from kaohe_workflow.lifecycles.result_review.events import Change
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.lifecycles.spot_check.case import Finding
from kaohe_workflow.lifecycles.spot_check.events import Draw, RecordFinding
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import LOW, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import World, noon
from kaohe_workflow.values.terms import AccountKind, ReturnCode, Stage
from tests.unit.application.world.following import to_reassessment
from tests.unit.application.world.steps import declare, refused
from tests.unit.application.world.test_findings import REPORT

REASON = "曾有医疗纠纷"


def named(
    world: World, operator: str, *, of: Principal | None = None, label: str = "", shared: bool = False
) -> Principal:
    """A reviewer of the agency, or of another, with an account; without an operator it is a shared one."""
    home = of or world.agency
    payload = CreateAccount(
        institution_id=str(home.organisation_id),
        kind=AccountKind.ORGANISATION,
        login=f"login-{operator}",
        label=label or f"经办{operator}",
        shared=shared,
        operator_id=None if shared else operator,
    )
    account = world.send(SYSTEM, "account", None, "create", payload).id
    return attrs.evolve(home, account_id=account, operator_id=None if shared else operator)


def seated(world: World, *members: tuple[str, Principal | None]) -> None:
    """Write the roster of the agency's committee."""
    seats = tuple(
        Seat(name=name, title="主任医师", account_id=principal.account_id if principal else None)
        for name, principal in members
    )
    application = world.application_of(world.agency)
    world.send(world.agency, "agency_application", application, "save_committee", SaveCommittee(seats))


def held(world: World, reviewer: Principal, file: Traveller, event: str) -> bool:
    """Whether a reviewer is refused because of a recusal."""
    return "not_recused" in refused(world, reviewer, "assessment", file.case_id, event)


def asked(world: World, traveller: Traveller, member: str = "李委员") -> str:
    """The physician asks that a member stay out."""
    payload = HoldOff(member=member, assessment_id=traveller.case_id)
    return world.send(traveller.principal, "recusal", None, "request", payload, reason=REASON).id


@pytest.mark.manual("N-2.7", "R-16.1")
def test_whoever_is_held_off_decides_on_no_finding(stored: Journeys) -> None:
    """考核办法 第十六条: what leads to 不合格 without a paper is neither confirmed nor dismissed by who is held off."""
    world = stored.world
    li, wang = named(world, "li"), named(world, "wang")
    seated(world, ("李委员", li), ("王委员", wang))
    file = stored.to("awaiting_agency_review")
    world.send(world.hospital, "assessment", file.case_id, "report_finding", REPORT)
    asked(world, file)
    arguments = ("assessment", file.case_id)
    held_off = [
        refused(world, li, *arguments, "confirm_finding", DecideFinding(1)),
        refused(world, li, *arguments, "dismiss_finding", DecideFinding(1), reason="经查不属实"),
    ]

    assert [["not_recused"]] * 2 == held_off
    assert "unqualified" == world.send(wang, *arguments, "confirm_finding", DecideFinding(1)).state


@pytest.mark.manual("N-2.7", "R-16.1")
def test_a_member_without_an_account_is_held_off_too(stored: Journeys) -> None:
    """Such a member could act under the shared account alone: it does nothing in the file, and a named one does."""
    world = stored.world
    wang, shared = named(world, "wang"), named(world, "office", shared=True)
    seated(world, ("李委员", None), ("王委员", wang))
    file = stored.to("awaiting_agency_review")
    asked(world, file)

    assert held(world, shared, file, "pass")
    assert "awaiting_assessment" == world.send(wang, "assessment", file.case_id, "pass").state


@pytest.mark.manual("N-2.7", "R-16.1")
def test_whoever_is_held_off_files_no_deferral() -> None:
    """Neither opens, nor puts on record, nor refuses; another member does."""
    ground = {"code": "illness", "label": "患病不能参加考核"}
    with open_world(deferral=True, deferral_grounds=[ground]) as world:
        journeys = Journeys.of(world)
        li, wang = named(world, "li"), named(world, "wang")
        seated(world, ("李委员", li), ("王委员", wang))
        file = journeys.to("awaiting_assessment")
        proof = hand_in(world.application, file.principal)
        wish = Apply(assessment_id=file.case_id, ground="illness", attachments=(proof,))
        deferral = world.send(file.principal, "deferral", None, "apply", wish).id
        world.send(world.hospital, "deferral", deferral, "pass")
        asked(world, file)
        sent: list[tuple[Any, ...]] = [("claim",), ("file",), ("return", Return(ReturnCode.PROOF_MISSING))]
        held_off = [refused(world, li, "deferral", deferral, *one, reason="缺少证明") for one in sent]

        assert [True] * 3 == ["not_recused" in reasons for reasons in held_off]
        assert "filed" == world.send(wang, "deferral", deferral, "file").state


@pytest.mark.manual("N-2.7", "R-16.1", "N-2.8")
def test_whoever_is_held_off_answers_no_objection(stored: Journeys) -> None:
    """复核 is a decision on the person, too: nothing for who is held off, nor for a shared account."""
    world = stored.world
    li, wang, shared = named(world, "li"), named(world, "wang"), named(world, "office", shared=True)
    seated(world, ("李委员", li), ("王委员", wang))
    traveller = stored.to("awaiting_agency_review")
    asked(world, traveller)
    world.send(world.hospital, "assessment", traveller.case_id, "report_finding", REPORT)
    another = attrs.evolve(world.agency, account_id="judge", operator_id="judge")
    world.send(another, "assessment", traveller.case_id, "confirm_finding", DecideFinding(1))
    objection = ApplyForReview(assessment_id=traveller.case_id, grounds="对结果有异议")
    review = world.send(traveller.principal, "result_review", None, "apply", objection).id
    change = ("result_review", review, "change", Change(findings=(1,)))
    told = [
        refused(world, who, *arguments, reason="复核意见")
        for who in (li, shared)
        for arguments in (("result_review", review, "uphold"), change)
    ]

    assert [["not_recused"]] * 4 == told
    assert "changed" == world.send(wang, *change, reason="复核意见").state
    assert () == world.application.verification.run().findings


@pytest.mark.manual("N-2.7", "R-16.1", "M: import or deliver scores; declare delivery")
def test_whoever_is_held_off_records_no_score(stored: Journeys) -> None:
    """Neither the score of a paper nor what excuses it passes such a hand; another's does, and the province's."""
    world = stored.world
    li, wang, shared = named(world, "li"), named(world, "wang"), named(world, "office", shared=True)
    seated(world, ("李委员", li), ("王委员", wang))
    file = stored.to("awaiting_assessment")
    asked(world, file)
    stored.not_before(SITTING_DAY)
    first, second = world.papers_of(file.case_id).values()
    flood = ReportForceMajeure(text="考点因洪水停电。", evidence=(hand_in(world.application, li),))
    kept_out = [
        refused(world, who, "evaluation", first, *sent)
        for who in (li, shared)
        for sent in (("record_score", RecordScore(LOW)), ("report_force_majeure", flood))
    ]

    assert [True] * 4 == ["not_recused" in reasons for reasons in kept_out]
    assert "handed_in" == world.send(wang, "evaluation", first, "record_score", RecordScore(LOW)).state
    assert (
        "handed_in"
        == world.send(world.province, "evaluation", second, "record_score", RecordScore(LOW)).state
    )


@pytest.mark.manual("N-2.7", "R-16.1")
def test_whoever_is_held_off_looks_at_no_such_item_of_a_sample(journeys: Journeys) -> None:
    """Of the files that were drawn the others stay open to the member; of this one another tells what was found."""
    world = journeys.world
    li, wang = named(world, "li"), named(world, "wang")
    seated(world, ("李委员", li), ("王委员", wang))
    own, other = (journeys.to("awaiting_agency_review") for _ in range(2))
    asked(world, own)
    draw = Draw(institution_id=str(world.hospital.organisation_id), cycle_id=world.cycle_id, number=2)
    check = world.send(wang, "spot_check", None, "draw_opinions", draw).id
    of_own, of_other = (
        (
            "spot_check",
            check,
            "record_finding",
            RecordFinding(assessment_id=one.case_id, finding=Finding.IN_ORDER),
        )
        for one in (own, other)
    )
    kept_out = refused(world, li, *of_own)
    world.send(li, *of_other)
    world.send(wang, *of_own)

    assert "not_recused" in kept_out
    assert "concluded" == world.send(li, "spot_check", check, "conclude").state


@pytest.mark.manual("N-2.7", "R-16.1", "M: confirm 缺考")
def test_whoever_is_held_off_finds_nobody_absent(stored: Journeys) -> None:
    """缺考 is a finding against the physician: not by who is held off, before the sweep or after it."""
    world = stored.world
    li, wang = named(world, "li"), named(world, "wang")
    seated(world, ("李委员", li), ("王委员", wang))
    file = stored.to("awaiting_assessment")
    asked(world, file)
    world.clock.set(noon(RESULT_DAY))
    declare(world, Stage.FIRST)
    found = ConfirmAbsence(reminded=True)
    paper, _ = world.papers_of(file.case_id).values()
    before = refused(world, li, "evaluation", paper, "confirm_absence", found)
    world.settle()
    after = refused(world, li, "evaluation", paper, "confirm_absence", found)

    assert ("not_recused" in before, "not_recused" in after) == (True, True)
    assert "absent" == world.send(wang, "evaluation", paper, "confirm_absence", found).state


@pytest.mark.manual("N-2.7", "R-16.1", "R-26.1")
def test_whoever_is_held_off_does_not_assess_again(stored: Journeys) -> None:
    """再次考核 follows the result of the file: neither passed nor failed by who is held off; training is only noted."""
    world = stored.world
    li, wang = named(world, "li"), named(world, "wang")
    seated(world, ("李委员", li), ("王委员", wang))
    traveller = stored.to("awaiting_institution_review")
    asked(world, traveller)
    stored.fail_opinion(traveller)
    case_id = to_reassessment(stored, traveller)
    again = [
        refused(world, li, "follow_up", case_id, "pass"),
        refused(world, li, "follow_up", case_id, "fail", reason="未达到要求"),
    ]

    assert [["not_recused"]] * 2 == again
    assert "resumed" == world.send(wang, "follow_up", case_id, "pass").state


@pytest.mark.manual("N-2.7", "R-16.1")
def test_whoever_is_held_off_reviews_nothing_of_the_file(stored: Journeys) -> None:
    """考核办法 第十六条: from the request on neither opens nor decides; others do, and other files are reviewed."""
    world = stored.world
    li, wang = named(world, "li"), named(world, "wang")
    seated(world, ("李委员", li), ("王委员", wang))
    file, other = stored.to("awaiting_agency_review"), stored.to("awaiting_agency_review")
    recusal = asked(world, file)
    arguments = ("assessment", file.case_id)
    waiting = [held(world, li, file, event) for event in ("claim", "pass", "confirm_fail")]
    own = refused(world, li, "recusal", recusal, "grant")
    world.send(wang, "recusal", recusal, "grant")
    granted = [held(world, li, file, event) for event in ("claim", "pass", "confirm_fail")]
    world.send(li, "assessment", other.case_id, "pass")
    world.send(wang, *arguments, "claim")

    assert [True] * 3 == waiting == granted
    assert ["decided_by_another"] == own
    assert "awaiting_assessment" == world.send(wang, *arguments, "pass").state
    assert () == world.application.verification.run().findings


@pytest.mark.manual("N-2.7")
def test_a_shared_account_cannot_show_that_it_is_another(journeys: Journeys) -> None:
    """While somebody is held off, a named operator is needed; a refused request holds nobody off."""
    world = journeys.world
    li, wang, shared = named(world, "li"), named(world, "wang"), named(world, "office", shared=True)
    seated(world, ("李委员", li))
    file = journeys.to("awaiting_agency_review")
    recusal = asked(world, file)
    before = held(world, shared, file, "pass")
    world.send(wang, "recusal", recusal, "refuse", reason="理由不成立")

    assert before
    assert "awaiting_assessment" == world.send(shared, "assessment", file.case_id, "pass").state


@pytest.mark.manual("R-16.1")
def test_a_member_withdraws_unasked(journeys: Journeys) -> None:
    """主动回避, also after a request was refused; the same person under another account is held off as well."""
    world = journeys.world
    li, wang = named(world, "li"), named(world, "wang")
    seated(world, ("李委员", li))
    file = journeys.to("awaiting_agency_review")
    payload = HoldOff(member="李委员", assessment_id=file.case_id)
    recusal = world.send(li, "recusal", None, "declare", payload, reason="系亲属").id
    again = refused(world, wang, "recusal", None, "declare", payload, reason="系亲属")
    elsewhere = attrs.evolve(li, account_id="another-account-of-li")

    assert "recused" == world.state_of("recusal", recusal)
    assert ["only_recusal"] == again
    assert held(world, elsewhere, file, "pass")


def test_only_a_member_of_the_committee_is_held_off(journeys: Journeys) -> None:
    """And only of the agency that assesses; the roster takes named accounts of its own alone."""
    world = journeys.world
    shared = named(world, "office", shared=True)
    file = journeys.to("awaiting_agency_review")
    payload = HoldOff(member="李委员", assessment_id=file.case_id)
    application = world.application_of(world.agency)
    roster = SaveCommittee((Seat(name="李委员", account_id=shared.account_id),))
    unnamed = refused(world, world.agency, "agency_application", application, "save_committee", roster)

    assert ["on_roster"] == refused(world, file.principal, "recusal", None, "request", payload, reason=REASON)
    assert ["accounts_named"] == unnamed


@pytest.mark.manual("N-2.7", "R-16.1")
def test_where_an_administration_assesses_its_named_persons_are_held_off(journeys: Journeys) -> None:
    """It has no roster: who is called so by a named account of it, and nobody if two are, or the account is shared."""
    world = journeys.world
    county = world.county
    assign = AssignAgency(str(county.organisation_id))
    world.send(county, "institution", world.hospital.organisation_id, "assign_agency", assign)
    li, wang = named(world, "li", of=county), named(world, "wang", of=county)
    for namesake in ("zhao", "zhou"):
        named(world, namesake, of=county, label="赵经办")
    office = named(world, "office", of=county, shared=True)
    file = journeys.to("awaiting_agency_review")
    recusal = asked(world, file, "经办li")
    unknown = [HoldOff(member=one, assessment_id=file.case_id) for one in ("赵经办", "经办office", "陈经办")]
    told = [refused(world, wang, "recusal", None, "declare", one, reason=REASON) for one in unknown]

    assert [["on_roster"]] * 3 == told
    assert held(world, li, file, "pass")
    assert held(world, office, file, "pass")
    assert ["decided_by_another"] == refused(world, li, "recusal", recusal, "grant")
    world.send(wang, "recusal", recusal, "grant")
    assert "awaiting_assessment" == world.send(wang, "assessment", file.case_id, "pass").state


def test_a_withdrawn_request_holds_nobody_off(journeys: Journeys) -> None:
    """And can be made again."""
    world = journeys.world
    li = named(world, "li")
    seated(world, ("李委员", li))
    file = journeys.to("awaiting_agency_review")
    recusal = asked(world, file)
    world.send(file.principal, "recusal", recusal, "withdraw")
    again = asked(world, file)
    world.send(file.principal, "recusal", again, "withdraw")

    assert recusal != again
    assert "awaiting_assessment" == world.send(li, "assessment", file.case_id, "pass").state


def test_the_physician_is_told_who_may_come_to_review(journeys: Journeys) -> None:
    """Names and titles, no accounts; nothing where an administration assesses; the neighbour is told nothing."""
    world = journeys.world
    seated(world, ("李委员", named(world, "li")), ("王委员", None))
    file, neighbour = journeys.to("awaiting_agency_review"), journeys.newcomer(journeys.elsewhere)
    told = world.application.assessors.of(file.principal, file.case_id)
    with pytest.raises(NotFound):
        world.application.assessors.of(neighbour.principal, file.case_id)

    assert world.agency.organisation_id == told.agency_id
    assert [
        ("李委员", "主任医师", CommitteePosition.MEMBER, True),
        ("王委员", "主任医师", CommitteePosition.MEMBER, False),
    ] == [attrs.astuple(one) for one in told.members]
    assert (None, ()) == attrs.astuple(
        world.application.assessors.of(neighbour.principal, neighbour.case_id), recurse=False
    )


def test_no_case_tells_with_which_account_a_member_reviews(journeys: Journeys) -> None:
    """The recusal names the member; who may see it learns nothing of accounts."""
    world = journeys.world
    seated(world, ("李委员", named(world, "li")))
    file = journeys.to("awaiting_agency_review")
    recusal = asked(world, file)
    seen = world.application.cases.get(file.principal, "recusal", recusal).record

    assert ("李委员", None, None) == (seen.member, seen.account_id, seen.operator_id)


@pytest.mark.manual("N-2.7", "R-16.1")
def test_who_has_sat_once_challenges_nobody() -> None:
    """A paper that was sat and may be sat again has begun all the same; who has sat none may still ask."""
    with open_world(paper_attempts=2) as world:
        journeys = Journeys.of(world)
        seated(world, ("李委员", named(world, "li")))
        fresh, tried = journeys.to("awaiting_assessment"), journeys.to("awaiting_assessment")
        journeys.not_before(SITTING_DAY)
        journeys.publish(Stage.FIRST)
        journeys.score(tried, Stage.FIRST, professional=LOW)
        states = journeys.paper_states(tried)
        payload = HoldOff(member="李委员", assessment_id=tried.case_id)
        told = refused(world, tried.principal, "recusal", None, "request", payload, reason=REASON)

        assert {"not_sat"} == set(states.values())
        assert ["before_assessment"] == told
        assert "requested" == world.state_of("recusal", asked(world, fresh))
