"""Every row of the policies' table, end to end: when this happens, that follows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.stored import Case, Due
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import EndReason, LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import End, ForceMove, Leave, Reenter, TakeIn
from kaohe_workflow.lifecycles.cycle.events import (
    ChangeWindows,
    CreateCycle,
    DeclareDelivery,
    OpenMakeup,
)
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.testing.journeys import (
    HIGH,
    LAST_DAY,
    LOW,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.worlds import WINDOWS, World
from kaohe_workflow.values.terms import Level, OrganisationKind, PaperKind, Stage
from kaohe_workflow.values.windows import CycleWindows, Window

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


def case_of(world: World, lifecycle: str, case_id: str) -> Case:
    return world.application.cases.get(SYSTEM, lifecycle, case_id)


def found(world: World, lifecycle: str, column: str, value: Any) -> list[Case]:
    with world.application.store.begin(write=False) as unit:
        return unit.find(lifecycle, [Where(column, "eq", value)])


def events_of(world: World, lifecycle: str, case_id: str) -> list[str]:
    return [entry.event for entry in world.application.cases.history(SYSTEM, lifecycle, case_id)]


def cause_of_last(world: World, lifecycle: str, case_id: str) -> str | None:
    return world.application.cases.history(SYSTEM, lifecycle, case_id)[-1].cause


def later(window: Window | None, days: int) -> Window | None:
    if window is None:
        return None
    step = timedelta(days=days)
    return Window(window.opens_at + step, window.closes_at + step)


def shifted(days: int, **others: Window) -> CycleWindows:
    """The world's windows, so many days later."""
    moved = {field.name: later(getattr(WINDOWS, field.name), days) for field in attrs.fields(CycleWindows)}
    return CycleWindows(**(moved | others))


def second_cycle(journeys: Journeys) -> str:
    """A draft of the next cycle."""
    world = journeys.world
    payload = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), shifted(60)
    )
    return world.send(world.province, "cycle", None, "create", payload).id


def leave(journeys: Journeys, traveller: Traveller) -> None:
    journeys.world.send(
        journeys.world.hospital,
        "affiliation",
        traveller.physician_id,
        "leave",
        Leave(LeaveReason.CHANGED_INSTITUTION),
    )


def take_in(journeys: Journeys, traveller: Traveller) -> None:
    payload = TakeIn(str(journeys.elsewhere.organisation_id))
    journeys.world.send(journeys.elsewhere, "affiliation", traveller.physician_id, "take_in", payload)


def end(journeys: Journeys, traveller: Traveller, code: EndReason = EndReason.RETIRED) -> None:
    journeys.world.send(
        journeys.world.county, "affiliation", traveller.physician_id, "end", End(code), reason="已核实"
    )


def deadlines(world: World, case_id: str) -> list[Due]:
    with world.application.store.begin(write=False) as unit:
        return [
            due
            for due in unit.due(datetime.max.replace(tzinfo=world.clock.now().tzinfo), 1000)
            if due.case_id == case_id
        ]


def test_every_policy_has_its_test(world: World) -> None:
    """A row of the table without a proof is not finished."""
    names = {f"test_{policy.name}" for policy in world.application.catalogue.policies}

    assert set() == names - set(globals())


def test_open_assessments_of_cycle(stored: Journeys) -> None:
    """A cycle is published: everybody attached gets a case there, once; who has left does not."""
    world = stored.world
    here, left = stored.newcomer(), stored.newcomer()
    leave(stored, left)
    cycle_id = second_cycle(stored)

    world.send(world.province, "cycle", cycle_id, "publish")
    before_the_job = found(world, "assessment", "cycle_id", cycle_id)
    world.application.timers.work()
    world.application.timers.work()
    (case,) = found(world, "assessment", "cycle_id", cycle_id)

    assert [] == before_the_job
    assert (here.physician_id, "not_enrolled") == (case.record.physician_id, case.state)
    assert "open_assessments_of_cycle" == cause_of_last(world, "assessment", case.id)


@pytest.mark.parametrize("way", ["add", "take_in", "reenter", "restore"])
def test_open_assessments_of_physician(journeys: Journeys, way: str) -> None:
    """Who is attached while a cycle runs, and has no case there, gets one in the same transaction."""
    world = journeys.world
    traveller = journeys.newcomer()
    if way == "take_in":
        leave(journeys, traveller)
    elif way == "reenter":
        end(journeys, traveller)
    elif way == "restore":
        world.send(world.hospital, "affiliation", traveller.physician_id, "delete")
    cycle_id = second_cycle(journeys)
    world.send(world.province, "cycle", cycle_id, "publish")
    if way != "add":
        world.application.timers.work()

    assert [] == found(world, "assessment", "cycle_id", cycle_id)

    if way == "add":
        traveller = journeys.newcomer()
    elif way == "take_in":
        take_in(journeys, traveller)
    elif way == "reenter":
        payload = Reenter(str(world.hospital.organisation_id))
        world.send(world.hospital, "affiliation", traveller.physician_id, "reenter", payload)
    else:
        world.send(world.county, "affiliation", traveller.physician_id, "restore")
    cases = found(world, "assessment", "cycle_id", cycle_id)

    assert [traveller.physician_id] == [case.record.physician_id for case in cases]


def test_create_physician_account(stored: Journeys) -> None:
    """Each new physician has an account at once, not activated, with the normalised number as its name."""
    traveller = stored.newcomer()
    (account,) = found(stored.world, "account", "physician_id", traveller.physician_id)

    assert ("not_activated", traveller.id_number) == (account.state, account.record.login)
    assert account.institution_id == stored.world.hospital.organisation_id


def test_create_institution_account(stored: Journeys) -> None:
    """A new organisation for which a login is named has its account at once; the superior gives it the code."""
    world = stored.world
    payload = CreateInstitution(
        superior_id=world.county.organisation_id,
        name="新医院",
        kind=OrganisationKind.MEDICAL,
        login="new-hospital",
    )
    made = world.send(world.county, "institution", None, "create", payload)
    (account,) = found(world, "account", "institution_id", made.id)
    cause = cause_of_last(world, "account", account.id)
    code = world.application.accounts.issue_code(world.county, account.id)

    assert ("NEWHOSPITAL", "新医院", True, None) == (
        account.record.login,
        account.record.label,
        account.record.shared,
        account.record.operator_id,
    )
    assert ("not_activated", account.id) == (account.state, code.account_id)
    assert "create_institution_account" == cause


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"login": "clinic"}, [("CLINIC", "新诊所", True)]),
        ({"login": "clinic", "label": "医务科", "shared": False}, [("CLINIC", "医务科", False)]),
    ],
)
def test_organisation_account_is_made_as_asked(
    journeys: Journeys, changes: dict[str, Any], expected: list[tuple[str, str, bool]]
) -> None:
    """Without a login name there is no account; otherwise label and sharing are those given."""
    world = journeys.world
    payload = CreateInstitution(
        superior_id=world.county.organisation_id, name="新诊所", kind=OrganisationKind.MEDICAL, **changes
    )
    made = world.send(world.county, "institution", None, "create", payload)
    records = [account.record for account in found(world, "account", "institution_id", made.id)]

    assert expected == [(record.login, record.label, record.shared) for record in records]


def test_organisation_whose_login_is_taken(journeys: Journeys) -> None:
    """An organisation that cannot have the account it was to have is not made; the refusal says why."""
    world = journeys.world
    payload = CreateInstitution(
        superior_id=world.county.organisation_id, name="甲诊所", kind=OrganisationKind.MEDICAL, login="clinic"
    )
    world.send(world.county, "institution", None, "create", payload)
    with pytest.raises(TransitionRefused) as caught:
        world.send(world.county, "institution", None, "create", attrs.evolve(payload, name="乙诊所"))

    assert "login_free" in [getattr(reason, "name", "") for reason in caught.value.reasons]
    assert [] == found(world, "institution", "name", "乙诊所")


def test_move_assessments(stored: Journeys) -> None:
    """调入: a case that has not begun goes along with its history; its department is chosen again."""
    world = stored.world
    traveller = stored.newcomer(department_id=stored.department_id)
    leave(stored, traveller)

    take_in(stored, traveller)
    case = case_of(world, "assessment", traveller.case_id)
    history = world.application.cases.history(stored.elsewhere, "assessment", traveller.case_id)

    assert (stored.elsewhere.organisation_id, None, "not_enrolled") == (
        case.institution_id,
        case.record.department_id,
        case.state,
    )
    assert ["open", "move"] == [entry.event for entry in history]
    assert () == world.application.verification.run().findings


def test_a_finished_case_stays_with_the_institution_that_reviewed_it(journeys: Journeys) -> None:
    """调入 after a result: the move is only noted in the case."""
    world = journeys.world
    traveller = journeys.to("qualified")
    leave(journeys, traveller)

    take_in(journeys, traveller)
    case = case_of(world, "assessment", traveller.case_id)

    assert (world.hospital.organisation_id, "qualified") == (case.institution_id, case.state)
    assert "move" == events_of(world, "assessment", traveller.case_id)[-1]


def test_a_case_that_had_ended_comes_back_with_the_physician(journeys: Journeys) -> None:
    """Re-entered elsewhere, the withdrawn case goes along, so that it can be reinstated there."""
    world = journeys.world
    traveller = journeys.newcomer()
    end(journeys, traveller)
    payload = Reenter(str(journeys.elsewhere.organisation_id))

    world.send(journeys.elsewhere, "affiliation", traveller.physician_id, "reenter", payload)
    receipt = world.send(journeys.neighbour, "assessment", traveller.case_id, "reinstate")

    assert "not_enrolled" == receipt.state


def test_move_account(journeys: Journeys) -> None:
    """The account follows the physician, so that only the present institution resets its password."""
    world = journeys.world
    traveller = journeys.newcomer()
    leave(journeys, traveller)

    take_in(journeys, traveller)
    (account,) = found(world, "account", "physician_id", traveller.physician_id)

    assert journeys.elsewhere.organisation_id == account.institution_id
    assert ["create", "move"] == events_of(world, "account", account.id)


def test_a_forced_move_takes_case_and_account_along(journeys: Journeys) -> None:
    """强制变更机构 by an administration above both institutions."""
    world = journeys.world
    traveller = journeys.newcomer()
    payload = ForceMove(str(journeys.elsewhere.organisation_id))

    world.send(world.city, "affiliation", traveller.physician_id, "force_move", payload, reason="机构关闭")
    (account,) = found(world, "account", "physician_id", traveller.physician_id)

    assert {journeys.elsewhere.organisation_id} == {
        case_of(world, "assessment", traveller.case_id).institution_id,
        account.institution_id,
    }


@pytest.mark.parametrize(
    "state", ["not_enrolled", "awaiting_institution_review", "awaiting_assessment", "awaiting_makeup"]
)
def test_withdraw_assessments_of_physician(journeys: Journeys, state: str) -> None:
    """Who is gone is out of the cycle, wherever the case stands."""
    traveller = journeys.to(state)

    end(journeys, traveller)

    assert "withdrawn" == journeys.state(traveller)
    assert () == journeys.world.application.verification.run().findings


def test_a_result_outlives_the_physician(journeys: Journeys) -> None:
    """A finished case stays as it is when the physician is gone."""
    traveller = journeys.to("qualified")

    end(journeys, traveller, EndReason.DEATH)

    assert "qualified" == journeys.state(traveller)


def test_disable_account_of_physician(journeys: Journeys) -> None:
    """A deleted row leaves no account that logs in, nor does a death; who has only left keeps reading."""
    world = journeys.world
    deleted, dead, retired = journeys.newcomer(), journeys.newcomer(), journeys.newcomer()

    world.send(world.hospital, "affiliation", deleted.physician_id, "delete")
    end(journeys, dead, EndReason.DEATH)
    end(journeys, retired)
    accounts = [
        found(world, "account", "physician_id", traveller.physician_id)[0].state
        for traveller in (deleted, dead, retired)
    ]

    assert ["disabled", "disabled", "not_activated"] == accounts


@pytest.mark.parametrize(
    ("filed", "papers"),
    [({}, {HUMANITIES, PROFESSIONAL}), (SIMPLIFIED, {HUMANITIES})],
)
def test_assign_first_papers(journeys: Journeys, filed: dict[str, Any], papers: set[PaperKind]) -> None:
    """Passed by the agency: 一般程序 sits two papers, 简易程序 医学人文 alone; level and category are fixed."""
    traveller = journeys.to("awaiting_assessment", **filed)

    assert dict.fromkeys(papers, "not_sat") == journeys.paper_states(traveller)
    paper = case_of(journeys.world, "evaluation", journeys.papers(traveller)[Stage.FIRST, HUMANITIES])

    assert (Level.LICENSED, 1) == (paper.record.level, paper.record.round)


def test_assign_makeup_papers(journeys: Journeys) -> None:
    """Make-up is confirmed: the papers that were not passed are sat again, no other."""
    traveller = journeys.to("awaiting_assessment")
    journeys.world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
    journeys.lead(traveller, "awaiting_makeup")

    assert {PROFESSIONAL: "not_sat"} == journeys.paper_states(traveller, Stage.MAKEUP)


def test_assign_missing_makeup_papers(journeys: Journeys) -> None:
    """A corrected line fails a paper of the first stage while the make-up is waited for: it is sat again too."""
    traveller = journeys.to("awaiting_assessment")
    journeys.world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
    journeys.lead(traveller, "awaiting_makeup")
    journeys.correct(HIGH + 1, HUMANITIES)

    assert {HUMANITIES: "not_sat", PROFESSIONAL: "not_sat"} == journeys.paper_states(traveller, Stage.MAKEUP)
    assert () == journeys.world.application.verification.run().findings


def test_settle_result(stored: Journeys) -> None:
    """The last paper closes: the result is settled, once, in the same transaction."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    world.at(SITTING_DAY)
    stored.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
    world.at(RESULT_DAY)

    stored.publish(Stage.FIRST)

    assert "awaiting_makeup_approval" == stored.state(traveller)
    assert 1 == events_of(world, "assessment", traveller.case_id).count("settle")
    assert "settle_result" == cause_of_last(world, "assessment", traveller.case_id)


def test_nothing_is_settled_while_a_paper_is_open(journeys: Journeys) -> None:
    """One paper failed, the other not sat yet: the result waits."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=LOW)
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    between = journeys.state(traveller)

    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(Stage.FIRST))
    world.send(
        world.agency,
        "evaluation",
        journeys.papers(traveller)[Stage.FIRST, PROFESSIONAL],
        "confirm_absence",
        ConfirmAbsence(True),
    )

    assert ("awaiting_assessment", "awaiting_makeup_approval") == (between, journeys.state(traveller))


def test_recompute_result(stored: Journeys) -> None:
    """A corrected line judges again, both ways, and the result follows."""
    traveller = stored.to("qualified")

    stored.correct(Decimal(80), HUMANITIES)
    stricter = stored.state(traveller)
    stored.correct(Decimal(60), HUMANITIES)

    assert ("awaiting_makeup_approval", "qualified") == (stricter, stored.state(traveller))
    assert () == stored.world.application.verification.run().findings


def test_exempt_waived_paper(journeys: Journeys) -> None:
    """免考 granted under 一般程序: 业务水平 is 合格(免考), 医学人文 is still to be sat."""
    traveller = journeys.to("awaiting_assessment")

    journeys.exempt(traveller)

    assert {HUMANITIES: "not_sat", PROFESSIONAL: "exempt_pass"} == journeys.paper_states(traveller)
    assert "awaiting_assessment" == journeys.state(traveller)


def test_reopen_waived_paper(journeys: Journeys) -> None:
    """An exemption found false: the waived paper is to be sat after all, and a result that rested on it falls."""
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
    exemption = journeys.exempt(traveller)
    settled = journeys.state(traveller)

    journeys.world.send(journeys.world.county, "exemption", exemption, "revoke", reason="证书系伪造")

    assert ("qualified", "awaiting_assessment") == (settled, journeys.state(traveller))
    assert {HUMANITIES: "not_sat"} == journeys.paper_states(traveller)
    assert {"void"} == set(journeys.certificates(traveller).values())
    assert () == journeys.world.application.verification.run().findings


@pytest.mark.parametrize("event", ["start", "record_score"])
def test_withdraw_exemption_when_sitting(journeys: Journeys, event: str) -> None:
    """Who sits the waived paper has made the choice (A-13): the pending application is withdrawn."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    world.at(SITTING_DAY)
    papers = journeys.papers(traveller)

    world.send(traveller.principal, "evaluation", papers[Stage.FIRST, HUMANITIES], "start")
    other_paper = world.state_of("exemption", exemption)
    if event == "start":
        world.send(traveller.principal, "evaluation", papers[Stage.FIRST, PROFESSIONAL], "start")
    else:
        journeys.score(traveller, Stage.FIRST, professional=HIGH)

    assert ("awaiting_institution", "withdrawn") == (other_paper, world.state_of("exemption", exemption))


def test_withdraw_pending_exemption(journeys: Journeys) -> None:
    """A case that leaves 待参加考核 takes its undecided application along; a decided one stays."""
    world = journeys.world
    pending, granted = journeys.to("awaiting_assessment"), journeys.to("awaiting_assessment")
    exemptions = [journeys.apply_for_exemption(pending), journeys.exempt(granted)]

    for traveller in (pending, granted):
        world.send(world.county, "assessment", traveller.case_id, "withdraw")

    assert ["withdrawn", "granted"] == [world.state_of("exemption", one) for one in exemptions]


@pytest.mark.parametrize("event", ["return_to_institution", "return_to_physician"])
@pytest.mark.parametrize("decided", [False, True])
def test_withdraw_exemption_of_returned_file(journeys: Journeys, event: str, decided: bool) -> None:
    """A file that goes back takes every application along, a granted one too."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.exempt(traveller) if decided else journeys.apply_for_exemption(traveller)

    world.send(world.county, "assessment", traveller.case_id, event, reason="材料不全")

    assert "withdrawn" == world.state_of("exemption", exemption)
    assert {"cancelled"} == set(journeys.paper_states(traveller).values())
    assert () == world.application.verification.run().findings


def test_cancel_papers(journeys: Journeys) -> None:
    """Who leaves the first sitting without a result has no paper open any more."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")

    world.send(world.county, "assessment", traveller.case_id, "withdraw")
    states = [world.state_of("evaluation", paper) for paper in journeys.papers(traveller).values()]

    assert ["cancelled"] * 2 == states


def test_cancel_makeup_papers(journeys: Journeys) -> None:
    """Who leaves the make-up without a result has no paper open any more; what was finished stays."""
    world = journeys.world
    traveller = journeys.to("awaiting_makeup")

    world.send(world.county, "assessment", traveller.case_id, "withdraw")
    states = [world.state_of("evaluation", paper) for paper in journeys.papers(traveller).values()]

    assert ["cancelled"] * 2 + ["failed"] * 2 == sorted(states)


def test_a_returned_file_gets_new_papers_when_it_is_passed_again(stored: Journeys) -> None:
    """Cancelled papers stay cancelled; a new round is assigned."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    world.send(world.county, "assessment", traveller.case_id, "return_to_institution", reason="意见有误")

    stored.lead(traveller, "awaiting_agency_review")
    stored.lead(traveller, "awaiting_assessment")
    papers = found(world, "evaluation", "assessment_id", traveller.case_id)

    assert [("cancelled", 1), ("cancelled", 1), ("not_sat", 2), ("not_sat", 2)] == sorted(
        (paper.state, paper.record.round) for paper in papers
    )
    assert () == world.application.verification.run().findings


def test_judge_papers_of_line(stored: Journeys) -> None:
    """A published line judges every scored paper of its stage, kind and level, and no other."""
    world = stored.world
    licensed, assistant = stored.newcomer(), stored.newcomer(level=Level.ASSISTANT)
    for traveller in (licensed, assistant):
        stored.lead(traveller, "awaiting_assessment")
    world.at(SITTING_DAY)
    for traveller in (licensed, assistant):
        stored.score(traveller, Stage.FIRST, humanities=Decimal(57), professional=Decimal(57))
    world.at(RESULT_DAY)

    stored.publish(Stage.FIRST)

    assert {"failed"} == set(stored.paper_states(licensed).values())
    assert {"passed"} == set(stored.paper_states(assistant).values())
    assert ("awaiting_makeup_approval", "qualified") == (
        stored.state(licensed),
        stored.state(assistant),
    )


def test_judge_late_score(journeys: Journeys) -> None:
    """A score that arrives after its line is judged at once, at the line included."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)

    journeys.score(traveller, Stage.FIRST, humanities=Decimal(60))

    assert {HUMANITIES: "passed"} == journeys.paper_states(traveller)
    assert "qualified" == journeys.state(traveller)


def test_allow_certificate(journeys: Journeys) -> None:
    """合格 has a certificate to print at once; 待确认补考 has none."""

    assert ["printable"] == list(journeys.certificates(journeys.to("qualified")).values())
    assert {} == journeys.certificates(journeys.to("not_enrolled"))


def test_void_certificate(journeys: Journeys) -> None:
    """A result that falls takes its certificate along; a later 合格 has a new one, with a new number."""
    world = journeys.world
    traveller = journeys.to("qualified")
    ((first, _),) = journeys.certificates(traveller).items()
    world.application.certificates.issue(traveller.principal, first)

    journeys.correct(Decimal(80), HUMANITIES)
    void = journeys.certificates(traveller)
    journeys.correct(Decimal(60), HUMANITIES)
    (second,) = set(journeys.certificates(traveller)) - {first}
    world.application.certificates.issue(traveller.principal, second)

    assert {first: "void"} == void
    assert {first: "void", second: "generated"} == journeys.certificates(traveller)
    records = [case_of(world, "certificate", one).record for one in (first, second)]

    assert records[0].number != records[1].number
    assert records[0].result_version < records[1].result_version


def archive(journeys: Journeys) -> None:
    world = journeys.world
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.at(LAST_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")


def test_archive_assessments(stored: Journeys) -> None:
    """The archive: who must take part and has no result has missed the cycle; who has left is out; results stay."""
    world = stored.world
    states = ("awaiting_institution_review", "registration_returned", "not_enrolled", "awaiting_registration")
    travellers = [stored.to(state) for state in states]
    gone = stored.newcomer()
    leave(stored, gone)
    finished = stored.to("qualified")

    archive(stored)
    before_the_job = stored.state(travellers[0])
    world.application.timers.work()

    assert "awaiting_institution_review" == before_the_job
    assert ["missed"] * 4 == [stored.state(traveller) for traveller in travellers]
    assert ("withdrawn", "qualified") == (stored.state(gone), stored.state(finished))
    assert () == world.application.verification.run().findings


def test_withdraw_assessments_of_discarded_cycle(journeys: Journeys) -> None:
    """A cycle published by mistake is discarded before anybody has filed: its cases are withdrawn."""
    world = journeys.world
    traveller = journeys.newcomer()

    world.send(world.province, "cycle", world.cycle_id, "discard", reason="日期有误")
    world.application.timers.work()

    assert "withdrawn" == journeys.state(traveller)


def test_retime_papers(stored: Journeys) -> None:
    """Changed windows: the stored deadlines of papers move along."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    paper = stored.papers(traveller)[Stage.FIRST, HUMANITIES]
    windows = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 14)))

    world.send(world.province, "cycle", world.cycle_id, "change_windows", ChangeWindows(windows))
    world.application.timers.work()
    world.at(date(2024, 1, 14))
    before = world.state_of("evaluation", paper)
    world.at(date(2024, 1, 15))

    assert ("not_sat", "absence_pending") == (before, world.state_of("evaluation", paper))


def test_the_windows_of_the_make_up_move_deadlines_too(journeys: Journeys) -> None:
    """Make-up windows set when the make-up is opened count for papers that were assigned before."""
    world = journeys.world
    traveller = journeys.to("awaiting_makeup")
    paper = journeys.papers(traveller)[Stage.MAKEUP, HUMANITIES]
    makeup = Window.of_days(date(2024, 1, 22), date(2024, 1, 29))

    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup(makeup=makeup))
    world.application.timers.work()

    assert [makeup.closes_at] == [due.at for due in deadlines(world, paper)]


def test_retime_exemptions(journeys: Journeys) -> None:
    """Changed windows: an application expires with the window of its review as it is now."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    shorter = Window(WINDOWS.exemption.opens_at, WINDOWS.exemption.closes_at - timedelta(days=9))
    windows = attrs.evolve(WINDOWS, exemption=shorter, exemption_review=shorter)

    world.send(
        world.province, "cycle", world.cycle_id, "change_windows", ChangeWindows(windows, confirmed=True)
    )
    world.application.timers.work()
    world.at(SITTING_DAY)

    assert "expired" == world.state_of("exemption", exemption)
