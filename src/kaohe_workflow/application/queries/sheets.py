"""
Lists as sheets for people: which columns each has, and how a row fills them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from kaohe_workflow.application.around.papers import paper_view
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.intake.cells import Cell
from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.queries.filters import (
    ASSESSMENT_RESULTS,
    ASSESSMENT_STATES,
    EXEMPTION_STATES,
    PAST_RESULTS,
    Choice,
)
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.case import Opinions
from kaohe_workflow.lifecycles.assessment.outcome import papers_outcome
from kaohe_workflow.values.resident_id import mask
from kaohe_workflow.values.terms import Category, LabelledEnum, Level, Procedure, Stage, Verdict
from kaohe_workflow.values.windows import local_date

Row = Mapping[str, Any]
Cells = Callable[[Store, Sequence[Row]], list[list[Cell]]]


@attrs.frozen
class Sheet:
    """A sheet: its title, the list that it is made of, its headings, and the cells of the list's rows."""

    title: str
    listed: str
    headings: tuple[str, ...]
    cells: Cells


def _label(kind: type[LabelledEnum], code: str | None) -> str:
    return kind(code).label if code else ""


def _word(choices: Sequence[Choice], state: str | None) -> str:
    return next((choice.label for choice in choices if state in choice.states), "")


def _person(row: Row) -> list[Cell]:
    """科室, 姓名, 年龄, 证件号码, 执业类别, 医师级别, as every list of physicians has them (手册 2.2.5, 2.2.9)."""
    return [
        row["department"] or "",
        row["name"],
        row.get("age"),
        row["id_number"],
        _label(Category, row["category"]),
        _label(Level, row["level"]),
    ]


_PERSON = ("科室", "姓名", "年龄", "证件号码", "执业类别", "医师级别")


def _physicians(_: Store, rows: Sequence[Row]) -> list[list[Cell]]:
    return [
        [number, *_person(row), row["licensed_on"], row["first_registered_on"]]
        for number, row in enumerate(rows, 1)
    ]


def _assessments(_: Store, rows: Sequence[Row]) -> list[list[Cell]]:
    return [
        [
            number,
            row["institution_name"],
            *_person(row),
            row["licensed_on"],
            row["first_registered_on"],
            _label(Procedure, row["procedure"]),
            _word(EXEMPTION_STATES, row["exemption_state"]) or "无",
            _word(ASSESSMENT_STATES, row["state"]),
            "已不成立" if row["ground_lost"] else "",
            "逾期" if row["overdue"] else "",
            _word(ASSESSMENT_RESULTS, row["state"]) or "无",
        ]
        for number, row in enumerate(rows, 1)
    ]


def _years_of(store: Store, rows: Sequence[Row]) -> Mapping[str, str]:
    """The years of the cycles that rows belong to, by the cycle's id; read at once."""
    with store.begin(write=False) as unit:
        cycles = unit.read("cycle", list({row["cycle_id"] for row in rows}))
    return {id: _years(cycle.record) for id, cycle in cycles.items()}


def _results(store: Store, rows: Sequence[Row]) -> list[list[Cell]]:
    years = _years_of(store, rows)
    return [
        [
            number,
            row["name"],
            row["id_number"],
            years[row["cycle_id"]],
            row["institution_name"],
            _label(Category, row["category"]),
            _label(Level, row["level"]),
            _label(Procedure, row["procedure"]),
            _label(Stage, row["stage"]),
            _word(PAST_RESULTS, row["state"]),
        ]
        for number, row in enumerate(rows, 1)
    ]


def _past_opinions(store: Store, rows: Sequence[Row]) -> list[list[Cell]]:
    years = _years_of(store, rows)
    return [
        [
            number,
            row["name"],
            row["id_number"],
            years[row["cycle_id"]],
            _word(ASSESSMENT_STATES, row["state"]),
            local_date(row["given_at"]) if row["given_at"] else "未给出",
        ]
        for number, row in enumerate(rows, 1)
    ]


def _years(cycle: Any) -> str:
    return f"{cycle.first_day.year}-{cycle.last_day.year}"


@attrs.frozen
class _Surveyed:
    """What a personnel office asks for of each case: the records behind the rows, each kind read once."""

    cases: Mapping[str, Case]
    persons: Mapping[str, Case]
    cycles: Mapping[str, Case]
    papers: Mapping[str, Sequence[Case]]

    @classmethod
    def of(cls, store: Store, rows: Sequence[Row]) -> _Surveyed:
        ids = [str(row["id"]) for row in rows]
        papers: dict[str, list[Case]] = {}
        with store.begin(write=False) as unit:
            cases = unit.read("assessment", ids)
            persons = unit.read("affiliation", [case.record.physician_id for case in cases.values()])
            cycles = unit.read("cycle", list({case.record.cycle_id for case in cases.values()}))
            for paper in unit.find("evaluation", [Where("assessment_id", "in", tuple(ids))]):
                papers.setdefault(paper.record.assessment_id, []).append(paper)
        return cls(cases, persons, cycles, papers)

    def cells(self, row: Row) -> list[Cell]:
        """The cells of one case."""
        case = self.cases[row["id"]]
        record = case.record
        person = self.persons[record.physician_id].record
        cycle = self.cycles[record.cycle_id].record
        opinions = record.opinions or Opinions()
        return [
            person.called,
            mask(person.id_number),
            person.sex.label if person.sex else "",
            row["institution_name"],
            _years(cycle),
            record.early_on or "",
            self._sat(case),
            opinions.work.label if opinions.work else "",
            opinions.ethics.label if opinions.ethics else "",
            _word(ASSESSMENT_RESULTS, case.state) or "无",
            "未完成考核" if case.state == "missed" else "已退出" if case.state == "withdrawn" else "",
        ]

    def _sat(self, case: Case) -> str:
        """
        业务水平测评: what the papers of the deciding stage amount to, empty while one is open and where there was none.

        Read: it is all that the assessment institution tests (考核办法 第十一条), 医学人文 included: nothing else
        is sat in a 简易程序. A make-up holds what the first stage has left unpassed: what was passed is not lost. Who
        is 合格 has passed all that counted, though a make-up may have failed that turned out needless.
        """
        if case.state == "qualified":
            return Verdict.QUALIFIED.label
        papers = [paper_view(paper) for paper in self.papers.get(case.id, ())]
        return _TESTED.get(papers_outcome(papers, case.record.stage or Stage.FIRST), "")


_TESTED: Mapping[str, str] = MappingProxyType(
    {"all_passed": Verdict.QUALIFIED.label, "some_failed": Verdict.UNQUALIFIED.label}
)
"""What papers amount to → the word for it."""


def _personnel(store: Store, rows: Sequence[Row]) -> list[list[Cell]]:
    surveyed = _Surveyed.of(store, rows)
    return [surveyed.cells(row) for row in rows]


EXPORTS: Mapping[str, Sheet] = MappingProxyType(
    {
        "physicians": Sheet(
            "医师列表", "physicians", ("序号", *_PERSON, "执业证取得时间", "首次注册时间"), _physicians
        ),
        "assessments": Sheet(
            "考核进度",
            "assessments",
            (
                *("序号", "卫生机构", *_PERSON, "执业证取得时间", "首次注册时间"),
                *("考核程序", "免考状态", "考核状态", "报名依据", "逾期", "考核结果"),
            ),
            _assessments,
        ),
        "results": Sheet(
            "历史考核结果",
            "results",
            (
                *("序号", "姓名", "证件号码", "考核周期", "考核时所在机构", "执业类别", "医师级别"),
                *("考核程序", "考核阶段", "考核结果"),
            ),
            _results,
        ),
        "past-opinions": Sheet(
            "本机构给出过的评定意见",
            "past-opinions",
            ("序号", "姓名", "证件号码", "考核周期", "转出时的考核状态", "给出评定意见的日期"),
            _past_opinions,
        ),
        "personnel": Sheet(
            "人事导出",
            "assessments",
            (
                "姓名",
                "证件号码",
                "性别",
                "所属机构",
                "考核周期",
                "提前考核时间",
                "业务水平测评",
                "工作成绩",
                "执业道德评定",
                "考核结果",
                "说明",
            ),
            _personnel,
        ),
    }
)
"""Every sheet, by its name; the last is what personnel systems take in (考核结果导出)."""
