"""What people are told when the door refuses: what is, what is needed, and what can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kaohe_service.problems import shown
from kaohe_service.reasons import ReasonWriter
from kaohe_service.sentences import sentence
from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import NotFound, TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup, PublishLine
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.testing.journeys import FILING_DAY, LAST_DAY, RESULT_DAY, SITTING_DAY, Journeys
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import World, filing
from kaohe_workflow.values.terms import Ground, Level, PaperKind, Procedure, Stage

FOREIGN = re.compile(r"[A-Za-z]{2,}")
EVALUATION = "计划测评考核时间从2024年1月3日到2024年1月12日"
TWELVE = {"procedure": Procedure.SIMPLIFIED, "ground": Ground.TWELVE_YEARS}
LINE = PublishLine(stage=Stage.FIRST, kind=PaperKind.HUMANITIES, level=Level.LICENSED, score=Decimal(60))


@pytest.fixture
def journeys() -> Iterator[Journeys]:
    """Physicians of a world in memory."""
    with World.open("memory:") as opened:
        yield Journeys.of(opened)


def told(
    world: World,
    caller: Principal,
    lifecycle: str,
    case_id: str | None,
    event: str,
    *payload: Any,
    **more: Any,
) -> str:
    """The detail of the refusal."""
    with pytest.raises(TransitionRefused) as refused:
        world.send(caller, lifecycle, case_id, event, *payload, **more)
    application = world.application
    return str(shown(refused.value, application.catalogue, application.clock.now()).members["detail"])


def enrolled(journeys: Journeys, **more: Any) -> tuple[Principal, str]:
    traveller = journeys.newcomer(**more)
    journeys.world.at(FILING_DAY)
    journeys.world.send(journeys.world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    return traveller.principal, traveller.case_id


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (
            date(2023, 11, 26),
            "现为未开始，须为进行中或补报进行中；医师报考申报时间从2023年11月27日到2023年12月27日，请到时办理",
        ),
        (
            date(2023, 12, 28),
            "现为已结束，须为进行中或补报进行中；医师报考申报时间从2023年11月27日到2023年12月27日，已经结束；"
            "如确需办理，请联系发布考核周期的卫生健康行政部门",
        ),
    ],
)
def test_a_window_is_told_by_its_days(journeys: Journeys, day: date, days: str) -> None:
    """The day before it begins and the day after it ends (手册 2.2.2): from when to when, and what to do."""
    world, traveller = journeys.world, journeys.newcomer()
    world.at(day)

    assert f"在医师报考申报时间内（{days}）" in told(
        world, world.hospital, "assessment", traveller.case_id, "enrol", Enrol()
    )


def test_an_empty_filing_names_what_it_lacks(journeys: Journeys) -> None:
    """Everything that the form requires, by the labels of the form (手册 2.2.6, 2.2.7)."""
    physician, case_id = enrolled(journeys, level=None)
    detail = told(journeys.world, physician, "assessment", case_id, "submit", Submit(Filing()))

    assert "报名信息填写完整（尚未填写：科室、医师级别、考核程序、不良行为记录（有或无）、" in detail
    assert "所选科室属于本机构且已启用（尚未选择科室）" in detail


@pytest.mark.parametrize(
    ("licensed_on", "years"),
    [
        (None, "至考核周期截止日的执业年限现为不详"),
        (date(2014, 1, 1), "至考核周期截止日的执业年限现为8 年"),
    ],
)
def test_years_that_nobody_knows_are_not_told_as_none(
    journeys: Journeys, licensed_on: date | None, years: str
) -> None:
    """考核办法 第二十一条: without 执业证取得时间 the ground does not hold, but 0 years is not what is wrong."""
    physician, case_id = enrolled(journeys, licensed_on=licensed_on)
    given = Submit(filing(journeys.department_id, **TWELVE))
    detail = told(journeys.world, physician, "assessment", case_id, "submit", given)

    assert ("不详" in detail, "0 年" in detail) == (licensed_on is None, False)
    assert years in detail
    assert "所选理由须执业满12年，且考核周期内无不良行为记录" in detail
    assert ("医师执业证书取得时间未登记，请所在机构补全" in detail) == (licensed_on is None)


def test_what_nobody_knows_has_no_value_for_machines(journeys: Journeys) -> None:
    """`actual` is null where the value only stands for one."""
    physician, case_id = enrolled(journeys, licensed_on=None)
    given = Submit(filing(journeys.department_id, **TWELVE))
    with pytest.raises(TransitionRefused) as refused:
        journeys.world.send(physician, "assessment", case_id, "submit", given)
    application = journeys.world.application
    reasons = shown(refused.value, application.catalogue, application.clock.now()).members["reasons"]
    unmet = [one for reason in reasons for one in reason.get("unmet", ())]

    assert {(None, "不详")} == {
        (one["actual"], one["actual_label"]) for one in unmet if one["fact"] == "years_in_practice"
    }


def test_an_archive_names_what_is_still_open(journeys: Journeys) -> None:
    """The evaluation, the make-up, and how many physicians are in between."""
    world = journeys.world
    journeys.to("awaiting_assessment")
    world.at(SITTING_DAY)
    detail = told(world, world.province, "cycle", world.cycle_id, "archive")

    assert f"计划测评考核时间已结束（{EVALUATION}）" in detail
    assert "本省不提供结论前补考（本省提供结论前补考，请先开放补考，补考结束后再归档）" in detail
    assert "没有尚未结束考核的医师（现为1 人，须不多于0 人；请先办结其考核）" in detail


def test_an_archive_names_the_last_day_to_object(journeys: Journeys) -> None:
    """Decided on the 13th of January: received on the 20th at the latest, and thirty days to object after that."""
    world = journeys.world
    journeys.to("qualified")
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    detail = told(world, world.province, "cycle", world.cycle_id, "archive")

    assert "所有考核结果的申请复核期限已过" in detail
    assert "申请复核的期限至迟到2024年2月19日" in detail


def test_a_line_before_its_time_is_told_the_days_of_the_sitting(journeys: Journeys) -> None:
    """The line follows the sitting, so that nobody sits knowing it."""
    world = journeys.world
    world.at(SITTING_DAY)

    detail = told(world, world.province, "cycle", world.cycle_id, "publish_line", LINE)

    assert detail.startswith("未满足的条件：该阶段测评时间已结束")
    assert EVALUATION in detail


def test_a_makeup_names_the_lines_that_are_missing(journeys: Journeys) -> None:
    """补考 is opened over the results of the first stage: which of its lines are still to be published."""
    world = journeys.world
    world.at(RESULT_DAY)
    world.send(world.province, "cycle", world.cycle_id, "publish_line", LINE)
    detail = told(world, world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup(), reason="开放")

    assert "首次考核尚未公布：" in detail
    assert "医学人文（执业助理医师）" in detail
    assert "医学人文（执业医师）" not in detail


def test_an_exemption_too_late_is_told_the_days(journeys: Journeys) -> None:
    """手册 2.2.8: until the evaluation ends, unless the cycle says otherwise."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    world.at(RESULT_DAY)
    payload = Apply(
        assessment_id=traveller.case_id, ground="x", certificate_on=date(2010, 1, 1), attachments=()
    )
    detail = told(world, traveller.principal, "exemption", None, "apply", payload)

    assert re.search("免考申请时间从2023年[0-9]+月[0-9]+日到2024年1月12日，已经结束", detail)
    assert re.search("考核周期从[0-9]+年1月1日到[0-9]+年12月31日", detail)


def test_what_does_not_count_under_a_ground_is_named() -> None:
    """Whoever applies for 免考 without declaring that nothing excludes it reads what does, and what to do."""
    with open_world(province="sichuan") as world:
        traveller = Journeys.of(world).to("awaiting_assessment")
        payload = Apply(
            assessment_id=traveller.case_id,
            ground="residency_training",
            certificate_on=date(2021, 7, 1),
            attachments=("certificate",),
        )
        detail = told(world, traveller.principal, "exemption", None, "apply", payload)

    assert "该情形不包括：全科医师转岗培训" in detail
    assert "请声明不属于这些情况" in detail


@pytest.mark.parametrize("day", [FILING_DAY, SITTING_DAY, RESULT_DAY, LAST_DAY])
def test_whatever_is_refused_is_told_in_chinese(journeys: Journeys, day: date) -> None:
    """Every event of cycle, filing and papers, on days of each stage, with what stands beside its conditions."""
    world = journeys.world
    travellers = [journeys.newcomer(licensed_on=None, level=None), journeys.to("awaiting_institution_review")]
    travellers += [journeys.to("awaiting_assessment")]
    world.at(day)
    papers = [*world.papers_of(travellers[-1].case_id).values()]
    cases = [("cycle", world.cycle_id), ("affiliation", travellers[0].physician_id)]
    cases += [("assessment", one.case_id) for one in travellers] + [("evaluation", id) for id in papers]
    callers = [world.province, world.hospital, world.county, world.agency]
    sentences = [
        sentence(explained.reasons, ReasonWriter.of(world.application.catalogue, lifecycle))
        for lifecycle, case_id in cases
        for caller in (*callers, *(one.principal for one in travellers))
        if _sees(world, caller, lifecycle, case_id)
        for explained in world.application.door.explain(caller, lifecycle, case_id)
    ]

    assert len(sentences) > 50
    assert [] == [text for text in sentences if FOREIGN.search(text)]


def _sees(world: World, caller: Principal, lifecycle: str, case_id: str) -> bool:
    try:
        world.application.cases.get(caller, lifecycle, case_id)
    except NotFound:
        return False
    return True
