"""
What people are told in one sentence: what a refusal asks for, who may do something, where an input is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kaohe_service.reasons import ReasonWriter, actual_label, only_for
from kaohe_workflow.errors import Problem
from kaohe_workflow.statechart.deciding import GuardUnmet, Reason, Unmet
from kaohe_workflow.values.terms import Role

_UNMET = "未满足的条件："
"""Before conditions, whose labels say what must hold: without it they would read as what is the case."""

_OR = "；或者："

_BOUNDS = {"≥": "不少于", "≤": "不多于"}
"""Signs of bounds, and what people say."""

_WITHOUT_SUBJECT = ("应为", "缺少", "没有", "不", "含有", "同一", "内容无效")
"""How messages begin that do not say what they speak of."""


def sentence(reasons: Sequence[Reason], writer: ReasonWriter) -> str:
    """
    What a refusal says.

    The rows of an event are alternatives. One that asks for all that another asks for, and more, is not told.
    """
    told = _OR.join("、".join(row) for row in _least(_rows(reasons, writer)))
    return _UNMET + told if any(isinstance(reason, GuardUnmet) for reason in reasons) else told


def only_for_whom(writer: ReasonWriter, event: str) -> str:
    """Who may send an event, by the chart alone; empty where the chart has no such event."""
    grants = dict.fromkeys(by for row in writer.chart.transitions if row.event == event for by in row.by)
    people = [by for by in grants if by.role != Role.SYSTEM.value]
    return only_for(people) if people else "此事项仅由系统办理" if grants else ""


def placed(problem: Problem) -> str:
    """
    The message of a problem, after the place in the body where it would say nothing by itself.

    >>> placed(Problem("$.payload.name", "missing", "缺少这一项"))
    '$.payload.name：缺少这一项'
    >>> placed(Problem("$.payload.name", "name-missing", "请填写科室名称"))
    '请填写科室名称'
    """
    says_nothing = problem.path.startswith(("$.", "$[")) and problem.message.startswith(_WITHOUT_SUBJECT)
    return f"{problem.path}：{problem.message}" if says_nothing else problem.message


def _rows(reasons: Iterable[Reason], writer: ReasonWriter) -> list[list[str]]:
    """What each row asks for; each thing once."""
    by_row: dict[int | None, list[Reason]] = {}
    for reason in reasons:
        by_row.setdefault(reason.row, []).append(reason)
    return [list(dict.fromkeys(_phrase(one, writer) for one in row)) for row in by_row.values()]


def _least(rows: Sequence[list[str]]) -> list[list[str]]:
    """The rows that ask for no more than another one does; of equal ones the first."""
    asked = [frozenset(row) for row in rows]
    return [
        row
        for index, row in enumerate(rows)
        if not any(
            other < asked[index] or (other == asked[index] and earlier < index)
            for earlier, other in enumerate(asked)
        )
    ]


def _phrase(reason: Reason, writer: ReasonWriter) -> str:
    if not isinstance(reason, GuardUnmet):
        return str(writer.one(reason)["label"])
    if not reason.name and reason.unmet:
        # The label of a condition that is written into a row is in signs.
        return "、".join(
            f"{one.label}（{_beside([one], writer, _met_and_wanted([one]))}）" for one in reason.unmet
        )
    values = list({one.fact: one for one in reason.unmet}.values())
    if len(values) > 1:
        # What is wanted of several facts may be alternatives: what is there is true in any case.
        told = _beside(values, writer, "，".join(f"{one.label}现为{actual_label(one)}" for one in values))
    elif values and not isinstance(values[0].actual, bool):
        told = _beside(values, writer, _met_and_wanted(reason.unmet))
    else:
        told = _beside(values, writer)  # a yes or no says nothing that the label does not
    return f"{reason.label}（{told}）" if told else reason.label


def _met_and_wanted(unmet: Sequence[Unmet]) -> str:
    """Of one fact: 现为已结束，须为进行中."""
    wanted = "或".join(dict.fromkeys(_wanted(one) for one in unmet))
    return f"现为{actual_label(unmet[0])}，须{wanted}"


def _wanted(unmet: Unmet) -> str:
    """What one comparison wants, without a sign: 为进行中, 不少于12 年."""
    for sign, words in _BOUNDS.items():
        if unmet.wanted_label.startswith(sign):
            return words + unmet.wanted_label.removeprefix(sign).lstrip()
    return f"为{unmet.wanted_label}"


def _beside(unmet: Sequence[Unmet], writer: ReasonWriter, told: str = "") -> str:
    """What is told of facts, then what each stands on, then what can be done; each thing once."""
    parts = (told, *(one.note for one in unmet), *map(writer.advice, unmet))
    return "；".join(dict.fromkeys(part for part in parts if part))
