"""What a refusal says in one sentence: what is not met, never the opposite; alternatives as alternatives."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from kaohe_service.reasons import ReasonWriter
from kaohe_service.sentences import only_for_whom, placed, sentence
from kaohe_workflow.adapters import structuring
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.errors import Problem
from kaohe_workflow.statechart.deciding import (
    GuardUnmet,
    NoRow,
    Reason,
    ReasonMissing,
    RoleMissing,
    SecondPersonNeeded,
    UnknownEvent,
    Unmet,
    Wanted,
)
from kaohe_workflow.statechart.model import By
from kaohe_workflow.testing.people import person

if TYPE_CHECKING:
    from tests.service.conftest import Site

UNOPENED = "审核人员尚未打开（需要修改的，请联系审核单位驳回）"
WRITER = ReasonWriter.of(load_catalogue(), "assessment")
FACT = WRITER.chart.fact

OPENED = Unmet.of(FACT["opened"], Wanted.among(FACT["opened"], [False]), actual=True)
OVER = Unmet.of(FACT["filing_window"], Wanted.among(FACT["filing_window"], ["open", "makeup"]), actual="over")
YEARS = Unmet.of(FACT["years_in_practice"], Wanted.bound(FACT["years_in_practice"], "≥", 12), actual=4)
SIMPLIFIED = Unmet.of(FACT["procedure"], Wanted.among(FACT["procedure"], ["general"]), actual="simplified")


def guard(name: str, row: int, *unmet: Unmet) -> GuardUnmet:
    """An unmet guard of the chart."""
    return GuardUnmet(name, WRITER.chart.guard[name].label, (), unmet, row)


NOT_OPENED = guard("not_opened", 3, OPENED)
IN_TIME = guard("filing_open", 3, OVER)


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        (f"未满足的条件：{UNOPENED}", [NOT_OPENED]),
        ("未满足的条件：在医师报考申报时间内（现为已结束，须为进行中或补报进行中）", [IN_TIME]),
        (
            "未满足的条件：符合所选考核程序的条件（考核程序现为简易程序，至考核周期截止日的执业年限现为4 年）",
            [guard("procedure_allowed", 0, SIMPLIFIED, YEARS)],
        ),
        (
            "未满足的条件：执业12年以上且考核周期内无不良行为记录（现为4 年，须不少于12 年）",
            [guard("twelve_years_clean", 0, YEARS)],
        ),
        (
            "未满足的条件：审核人员已打开（现为是，须为否；需要修改的，请联系审核单位驳回）",
            [GuardUnmet("", "¬审核人员已打开", (), (OPENED,), 0)],
        ),
        (
            "未满足的条件：执业12年以上且考核周期内无不良行为记录（现为不详，须不少于12 年；请先补全）",
            [guard("twelve_years_clean", 0, attrs.evolve(YEARS, note="请先补全", known=False))],
        ),
        (
            "未满足的条件：在医师报考申报时间内（现为已结束，须为进行中或补报进行中；从某日到某日）",
            [guard("filing_open", 3, attrs.evolve(OVER, note="从某日到某日"))],
        ),
        (
            "未满足的条件：审核人员尚未打开（请等待；需要修改的，请联系审核单位驳回）",
            [guard("not_opened", 3, attrs.evolve(OPENED, note="请等待"))],
        ),
        ("未满足的条件：永不", [GuardUnmet("never", "永不", (), (), 0)]),
        (
            f"未满足的条件：{UNOPENED}、须填写理由",
            [NOT_OPENED, ReasonMissing(3)],
        ),
        ("须填写理由、须由另一名实名人员办理", [ReasonMissing(1), SecondPersonNeeded(1)]),
        (
            "当前状态（待报名）不能办理此事项，须为：合格",
            [NoRow("pass", "awaiting_registration", ("qualified",))],
        ),
        ("没有这一事项", [UnknownEvent("fly")]),
        ("仅限医师（本人）办理", [RoleMissing((By("physician", "self"),), 1)]),
        ("", []),
    ],
)
def test_a_refusal_says_what_is_not_met(said: str, reasons: list[Reason]) -> None:
    """The label of a condition says what must hold; the value that is there, and that must be, beside it."""

    assert said == sentence(reasons, WRITER)


def test_what_excludes_each_other_is_told_as_alternatives() -> None:
    """One row's conditions together, the next row's after 或者."""
    other = [guard("evaluation_not_over", 4), guard("cycle_running", 4)]
    told = sentence([NOT_OPENED, ReasonMissing(3), *other], WRITER)

    assert f"未满足的条件：{UNOPENED}、须填写理由；或者：计划测评考核时间未结束、考核周期进行中" == told


@pytest.mark.parametrize("less", [3, 5])
def test_an_alternative_that_asks_for_more_is_not_told(less: int) -> None:
    """Whoever meets the greater one meets the smaller one too, whichever the chart has first."""
    few, many = (
        [guard("not_opened", less, OPENED)],
        [guard("not_opened", 4, OPENED), guard("filing_open", 4, OVER)],
    )

    assert f"未满足的条件：{UNOPENED}" == sentence([*few, *many], WRITER)
    assert f"未满足的条件：{UNOPENED}" == sentence([*many, *few], WRITER)


def test_equal_alternatives_are_told_once() -> None:
    """Two rows that want the same thing say it once."""

    assert f"未满足的条件：{UNOPENED}" == sentence([NOT_OPENED, guard("not_opened", 9, OPENED)], WRITER)


def test_a_reason_names_the_rows_that_ask_for_it() -> None:
    """Counted from 0 in the chart; a state without a row names none."""
    twice = [NOT_OPENED, IN_TIME, guard("not_opened", 4, OPENED)]

    assert [[3, 4], [3]] == [reason["rows"] for reason in WRITER.all(twice)]
    assert [[]] == [reason["rows"] for reason in WRITER.all([NoRow("pass", "missed", ())])]


@pytest.mark.parametrize(
    ("wanted", "labels", "bounds", "unmet"),
    [
        ([False], ["否"], (None, None), OPENED),
        (["open", "makeup"], ["进行中", "补报进行中"], (None, None), OVER),
        ([], [], (12, None), YEARS),
        ([], [], (None, 5), attrs.evolve(YEARS, at_least=None, at_most=5)),
        ([3, 5], ["3 年", "5 年"], (None, None), attrs.evolve(YEARS, at_least=None, values=(3, 5))),
        (["x"], ["x"], (None, None), attrs.evolve(OVER, fact="gone", values=("x",))),
        ([], [], (None, None), attrs.evolve(OVER, values=())),
    ],
)
def test_what_is_wanted_has_the_type_of_what_is_there(
    wanted: list[Any], labels: list[str], bounds: tuple[int | None, int | None], unmet: Unmet
) -> None:
    """Values with their labels, or a bound."""
    ((told,),) = [reason["unmet"] for reason in WRITER.all([guard("not_opened", 0, unmet)])]

    assert (wanted, labels) == (told["wanted"], told["wanted_labels"])
    assert list(map(type, wanted)) == list(map(type, told["wanted"]))
    assert bounds == (told["at_least"], told["at_most"])


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ("仅限医疗卫生机构（本机构）办理", "enrol"),
        ("仅限医疗卫生机构（本机构）、考核机构（指派的考核机构）、医师（本人）办理", "claim"),
        ("此事项仅由系统办理", "recompute"),
        ("", "history"),
    ],
)
def test_who_may_do_something_is_told_by_the_chart(said: str, event: str) -> None:
    """The people of all rows; the system only where it is alone; nothing of what the chart does not know."""

    assert said == only_for_whom(WRITER, event)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("$.payload.x：缺少这一项", Problem("$.payload.x", "missing", "缺少这一项")),
        ("$.items[3].id：不是编号", Problem("$.items[3].id", "id-malformed", "不是编号")),
        ("$[0]：应为文本", Problem("$[0]", "text-expected", "应为文本")),
        ("应为对象", Problem("$", "object-expected", "应为对象")),
        ("请填写科室名称", Problem("$.payload.name", "name-missing", "请填写科室名称")),
        ("没有参数 x", Problem("query:x", "parameter-unknown", "没有参数 x")),
    ],
)
def test_a_problem_that_says_nothing_by_itself_is_told_with_its_place(said: str, problem: Problem) -> None:
    """Only in the body: other messages name their parameter; what names its subject is left as it is."""

    assert said == placed(problem)


def test_every_problem_of_a_shape_is_told_with_its_place() -> None:
    """What a reader of plain data finds wrong never names what it has found it in."""
    source = Path(structuring.__file__).read_text("utf-8")
    messages = re.findall(r'refusal\("[a-z-]+", f?[\'"](.+?)[\'"]\)', source)
    messages += re.findall(r'Problem\(.*, "[a-z-]+", "(.+)"\)', source)

    assert len(messages) > 10
    assert [] == [text for text in messages if not placed(Problem("$.x", "x", text)).startswith("$.x：")]


def test_who_takes_an_opened_file_back_is_told_that_it_is_opened(site: Site) -> None:
    """Not the label of the guard alone, which says the opposite; and the second row, for returned files, not at all."""
    world = site.world
    department = world.department()
    world.at(date(2023, 11, 28))
    physician = world.physician(person(0).id_number)
    case_id = world.file(physician, department)
    world.send(world.hospital, "assessment", case_id, "claim")
    version = world.application.cases.get(SYSTEM, "assessment", case_id).version
    caller = site.as_physician(str(physician.physician_id))
    answer = caller.send(f"/api/v1/assessments/{case_id}/events", "withdraw_filing", version=version)
    rows = {reason["guard"]: reason["rows"] for reason in answer.json["reasons"]}

    assert (409, f"未满足的条件：{UNOPENED}") == (
        answer.status_code,
        answer.json["detail"],
    )
    assert len(rows["not_opened"]) == 2
    assert set(rows["refiling_only"]) < set(rows["not_opened"])
    assert [(True, [False], ["否"])] == [
        (unmet["actual"], unmet["wanted"], unmet["wanted_labels"])
        for reason in answer.json["reasons"]
        if reason["guard"] == "not_opened"
        for unmet in reason["unmet"]
    ]
