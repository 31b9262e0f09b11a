"""Who judges, and who does not: interests, lost status, several institutions (考核办法 第十六条, 第二十九条)."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.lifecycles.agency_application.case import Fault, Shortfall
from kaohe_workflow.lifecycles.agency_application.events import Disqualify, OpenPermission
from kaohe_workflow.lifecycles.assessment.case import OtherOpinion
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.lifecycles.recusal.events import HoldOff
from kaohe_workflow.lifecycles.result_report.events import Submit
from kaohe_workflow.testing.journeys import SITTING_DAY, Journeys
from kaohe_workflow.testing.worlds import make_organisation
from kaohe_workflow.values.terms import Category, OrganisationKind, PaperKind, Stage, Verdict
from kaohe_workflow.values.windows import day_starts_at
from tests.unit.application.world.steps import record_of, refused, shifted
from tests.unit.application.world.test_agencies import submitted
from tests.unit.application.world.test_recusals import REASON, asked, held, named, seated

TICK = timedelta(milliseconds=1)


@pytest.mark.manual("R-16.1")
@pytest.mark.parametrize("decided", ["grant", "refuse", None])
def test_an_assessor_with_an_interest_stays_out_until_it_is_decided(
    journeys: Journeys, decided: str | None
) -> None:
    """回避: from the request on, for good once it is granted, and not any more once it is refused."""
    world = journeys.world
    li, wang = named(world, "li"), named(world, "wang")
    seated(world, ("李委员", li), ("王委员", wang))
    file = journeys.to("awaiting_agency_review")
    recusal = asked(world, file)
    if decided is not None:
        reason = {"reason": "没有利害关系"} if decided == "refuse" else {}
        world.send(wang, "recusal", recusal, decided, **reason)

    if decided == "refuse":
        assert "awaiting_assessment" == world.send(li, "assessment", file.case_id, "pass").state
    else:
        assert held(world, li, file, "pass")
        assert "awaiting_assessment" == world.send(wang, "assessment", file.case_id, "pass").state


@pytest.mark.manual("R-16.1")
@pytest.mark.parametrize("started", [False, True])
def test_withdrawal_is_asked_for_before_the_assessment(journeys: Journeys, started: bool) -> None:
    """Until the first paper is started; whoever sits has accepted who assesses."""
    world = journeys.world
    seated(world, ("李委员", named(world, "li")))
    file = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    if started:
        paper = journeys.papers(file)[Stage.FIRST, PaperKind.HUMANITIES]
        journeys.start(paper)
    payload = HoldOff(member="李委员", assessment_id=file.case_id)
    requesting = (world, file.principal, "recusal", None, "request", payload)
    if started:
        assert ["before_assessment"] == refused(*requesting, reason=REASON)
    else:
        assert "requested" == world.state_of("recusal", asked(world, file))


@pytest.mark.manual("R-16.1")
def test_nobody_decides_upon_the_own_interest(journeys: Journeys) -> None:
    """Neither the member, nor somebody who may be the member; another named person does."""
    world = journeys.world
    li, wang, office = named(world, "li"), named(world, "wang"), named(world, "office", shared=True)
    seated(world, ("李委员", li), ("王委员", wang))
    recusal = asked(world, journeys.to("awaiting_agency_review"))

    for concerned in (li, office):
        assert ["decided_by_another"] == refused(
            world, concerned, "recusal", recusal, "refuse", reason="没有利害关系"
        )

    assert "refused" == world.send(wang, "recusal", recusal, "refuse", reason="没有利害关系").state


def cycles_after(journeys: Journeys, count: int) -> list[str]:
    """So many cycles after the present one, published."""
    world, made = journeys.world, []
    for number in range(1, count + 1):
        first = 2020 + 3 * number
        created = CreateCycle(
            str(world.province.organisation_id),
            f"第{number + 1}周期",
            date(first, 1, 1),
            date(first + 2, 12, 31),
            shifted(1096 * number),
        )
        cycle = world.send(world.province, "cycle", None, "create", created).id
        world.send(world.province, "cycle", cycle, "publish")
        made.append(cycle)
    return made


@pytest.mark.manual("R-29.1")
@pytest.mark.parametrize("barred", [2, 3])
def test_lost_status_is_lost_for_the_cycles_named(journeys: Journeys, barred: int) -> None:
    """取消资格: barred in as many cycles as were named, allowed in the next one."""
    world = journeys.world
    second = attrs.evolve(world.county, account_id="account-of-second", operator_id="second")
    status = world.application_of(world.agency)
    loss = Disqualify((Fault.FRAUD,), barred)
    world.send(second, "agency_application", status, "disqualify", loss, reason="弄虚作假")
    found = []
    for cycle in cycles_after(journeys, barred + 1):
        payload = OpenPermission(str(world.agency.organisation_id), cycle)
        opening = (world, world.county, "agency_application", None, "open_permission", payload)
        if len(found) < barred:
            found.append(refused(*opening))
        else:
            found.append([world.send(*opening[1:]).state])

    assert [["not_barred"]] * barred + [["may_apply"]] == found


@pytest.mark.manual("R-29.1")
@pytest.mark.parametrize(("cycles", "enough"), [(1, False), (2, True)])
def test_status_is_lost_for_two_cycles_at_least(journeys: Journeys, cycles: int, enough: bool) -> None:
    """两个考核周期以上: one is too few."""
    world = journeys.world
    second = attrs.evolve(world.county, account_id="account-of-second", operator_id="second")
    losing = (
        second,
        "agency_application",
        world.application_of(world.agency),
        "disqualify",
        Disqualify((Fault.FRAUD,), cycles),
    )
    if enough:
        assert "disqualified" == world.send(*losing, reason="弄虚作假").state
    else:
        assert ["bar_long_enough"] == refused(world, *losing, reason="弄虚作假")


@pytest.mark.manual("R-E2")
@pytest.mark.parametrize("reason", ["", "另一机构的评定依据不足，已核实。"])
def test_the_main_institution_overrules_another_with_a_reason(journeys: Journeys, reason: str) -> None:
    """多机构执业: the 不合格 of another place is seen and does not decide; who overrules it says why."""
    world, traveller = journeys.world, journeys.to("awaiting_institution_review")
    other = OtherOpinion(
        institution="市二院", work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED, reason="服务态度"
    )
    opinion = GiveOpinion(
        work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED, ethics_reason=reason, others=(other,)
    )
    giving = (world.hospital, "assessment", traveller.case_id, "submit_opinion", opinion)
    if not reason:
        assert ["opinion_reasons"] == refused(world, *giving)
        return

    world.send(*giving)

    assert (other,) == record_of(world, traveller).opinions.others
    assert "awaiting_assessment" == world.send(world.agency, "assessment", traveller.case_id, "pass").state


@pytest.mark.manual("R-15.1")
@pytest.mark.parametrize(("before_the_end", "refusal"), [(TICK, True), (timedelta(), False)])
def test_results_are_reported_once_the_assessment_has_ended(
    journeys: Journeys, before_the_end: timedelta, refusal: bool
) -> None:
    """考核工作结束之后: in the last millisecond of the make-up it is too early, at midnight it is not."""
    world = journeys.world
    world.clock.set(day_starts_at(date(2024, 1, 27)) - before_the_end)
    reporting = (
        world.agency,
        "result_report",
        str(world.report_of(world.agency)),
        "submit",
        Submit(work="考核工作已完成。"),
    )
    if refusal:
        assert ["assessment_ended"] == refused(world, *reporting)
    else:
        assert "submitted" == world.send(*reporting).state


@pytest.mark.manual("R-7.1")
@pytest.mark.parametrize(("physicians", "warned"), [(49, True), (50, False)])
def test_a_prevention_institution_has_fifty_physicians(
    journeys: Journeys, physicians: int, warned: bool
) -> None:
    """预防、保健机构 with fewer are told of when they apply; the administration decides knowing it."""
    world = journeys.world
    centre = make_organisation(
        world.application, world.county, world.county, "疾病预防控制中心", OrganisationKind.PREVENTION
    )
    for _ in range(physicians):
        journeys.newcomer(centre, category=Category.PUBLIC_HEALTH)
    application = submitted(world, centre)
    warnings = world.application.cases.get(world.county, "agency_application", application).record.warnings

    assert warned == (Shortfall.FEW_PHYSICIANS in warnings)
    assert "approved" == world.send(world.county, "agency_application", application, "pass").state
