"""Tables and diagrams of a small chart, whole."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from kaohe_workflow.adapters.statechart_files import read_statechart
from kaohe_workflow.statechart.model import Fact, Statechart
from kaohe_workflow.statechart.phrasing import phrase
from kaohe_workflow.statechart.predicates import (
    All,
    Any,
    AtLeast,
    AtMost,
    FactIs,
    FactOneOf,
    GuardRef,
    Not,
    Parameter,
    Predicate,
)
from kaohe_workflow.statechart.rendering import mermaid, table

SOUND = read_statechart((Path(__file__).parent / "sound.yaml").read_text("utf-8"))
COURSE = Fact(
    "course",
    "enum",
    "课程",
    ("day", "night"),
    value_labels=(("day", "全日制"), ("night", "夜校")),
)


def test_the_table_shows_rows_and_what_guards_mean() -> None:
    """Roles and relations are written in the words given, everything else by label and name."""

    assert """\
# 申请 (application v1)

| row | event | label | from | to | by | when | do | demands | cites |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| 0 | create | 新建 | none | 草稿 (draft) | 申请人 (本人) |  |  |  |  |
| 1 | submit | 提交 | 草稿 (draft) | 待审核 (submitted) | 申请人 (本人) | 在申请时间内; 已成年; 材料齐全 |  |  |  |
| 2 | accept | 通过 | 待审核 (submitted) | 通过 (accepted) | reviewer (own) |  |  | decides |  |
| 3 | reject | 不通过 | 待审核 (submitted) | 不通过 (rejected) | reviewer (own) |  |  | decides |  |

| guard | label | meaning | cites |
| --- | --- | --- | --- |
| in_window | 在申请时间内 | 申请时间 = open |  |
| of_age | 已成年 | 年龄 ≥ 18 岁 |  |
""" == table(SOUND, words={"applicant": "申请人", "self": "本人"})


def test_a_csv_table_has_the_rows_alone() -> None:
    """For spreadsheets: one line a row, quoted where needed."""
    lines = table(SOUND, "csv").splitlines()

    assert "row,event,label,from,to,by,when,do,demands,cites" == lines[0]
    assert (
        "1,submit,提交,草稿 (draft),待审核 (submitted),applicant (self),在申请时间内; 已成年; 材料齐全,,,"
        == lines[2]
    )
    assert 5 == len(lines)


def test_the_diagram_shows_leaves_and_moves() -> None:
    """The state before the case is the starting point, final states lead to the end, the current one is filled."""

    assert """\
stateDiagram-v2
    state "草稿" as draft
    state "待审核" as submitted
    state "通过" as accepted
    state "不通过" as rejected
    [*] --> draft : 新建
    draft --> submitted : 提交
    submitted --> accepted : 通过
    submitted --> rejected : 不通过
    accepted --> [*]
    rejected --> [*]
    classDef current fill:#fff3bf,stroke:#8a5a00,stroke-width:3px
    class submitted current
""" == mermaid(SOUND, "submitted")


def renamed(name: str, label: str) -> Statechart:
    """A chart of one state that starts there."""
    state = attrs.evolve(SOUND.states[0], name=name, label=label)
    return Statechart("one", 1, "一", name, (state,), ())


def test_names_and_labels_cannot_break_the_diagram() -> None:
    """Words that the diagram's language reserves, and signs that mean something in it, are written around."""

    assert 'stateDiagram-v2\n    state "甲” ： ＃" as end_\n    [*] --> end_\n' == mermaid(
        renamed("end", '甲" : #')
    )


def test_a_bar_in_a_label_does_not_break_the_table() -> None:
    """Markdown cells are escaped."""
    rows = (attrs.evolve(SOUND.transitions[0], label="甲|乙"),)

    assert "甲\\|乙" in table(attrs.evolve(SOUND, transitions=rows))


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (FactIs("complete", True), "材料齐全"),
        (FactIs("complete", False), "¬材料齐全"),
        (FactIs("age", 18), "年龄 = 18 岁"),
        (FactOneOf("window", ("before", "over")), "申请时间 ∈ {before, over}"),
        (FactOneOf("course", ("day", "night")), "课程 ∈ {全日制, 夜校}"),
        (FactIs("course", "day"), "课程 = 全日制"),
        (AtLeast("age", Parameter("enough")), "年龄 ≥ [enough] 岁"),
        (Not(AtMost("age", 3)), "¬年龄 ≤ 3 岁"),
        (
            All((GuardRef("of_age"), Any((FactIs("complete", True), Not(GuardRef("in_window")))))),
            "已成年 ∧ (材料齐全 ∨ ¬在申请时间内)",
        ),
        (Not(All((FactIs("complete", True), GuardRef("of_age")))), "¬(材料齐全 ∧ 已成年)"),
        (Any((All((FactIs("complete", True),)), GuardRef("of_age"))), "材料齐全 ∨ 已成年"),
    ],
)
def test_predicates_are_written_in_labels_and_signs(predicate: Predicate, expected: str) -> None:
    """Parts that are combinations of several stand in brackets."""

    assert expected == phrase(predicate, attrs.evolve(SOUND, facts=(*SOUND.facts, COURSE)))
