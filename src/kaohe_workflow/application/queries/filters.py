"""
Filters of lists: what can be asked for, how a text is read as its value, and the manual's words for states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal

import attrs

from kaohe_workflow.application.conditions import Operator, Where
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.queries.numbers import looked_for
from kaohe_workflow.errors import InputInvalid, KaoheError, Problem
from kaohe_workflow.values.initials import typed
from kaohe_workflow.values.years import years_before

Kind = Literal[
    "text",
    "date",
    "integer",
    "boolean",
    "percent",
    "age",
    "id_number",
    "choice",
    "name",
    "area",
    "present",
]


@attrs.frozen
class Choice:
    """
    A word of the manual as a filter's value: its code, the word, and the states that it means.

    Without ``states`` it means that there is nothing that could be in a state. ``besides`` must hold too, where the
    state alone does not tell. ``by`` is the field that names who has decided: the caller's organisation, or for an
    administration any.
    """

    code: str
    label: str
    states: tuple[str, ...]
    besides: tuple[Where, ...] = ()
    by: str | None = None

    def also(self, own: str | None) -> tuple[Where, ...]:
        """What must hold beside the state, for who asks for the organisation ``own``; None for who asks for any."""
        if self.by is None:
            return self.besides
        return (*self.besides, Where(self.by, "not_null") if own is None else Where(self.by, "eq", own))


@attrs.frozen
class Filter:
    """
    One filter of a list: the view's field, how it compares, the type of its value, what it asks in Chinese.

    ``kind`` `age` turns full years at today into a bound on the date of birth; `id_number` looks up either form of a
    number by its keyed hash; `percent` is a whole number, 0–100; `choice` takes one of the ``choices``, each a word for
    one state or several; `name` takes the beginning of a name, or of its initials (拼音首字母); `area` is the id of an
    organisation, for what lies at or below it (see `reach.placed`); `present` asks whether there is any value.
    """

    name: str
    field: str
    operator: Operator
    label: str
    kind: Kind = "text"
    choices: tuple[Choice, ...] = ()


def equal(name: str, label: str, kind: Literal["text", "boolean"] = "text") -> Filter:
    """A filter that asks for exactly one value of the field of its own name."""
    return Filter(name, name, "eq", label, kind)


def words(name: str, label: str, choices: tuple[Choice, ...], field: str = "state") -> Filter:
    """A filter that asks by the manual's words for states, of what a row is about or of what its ``field`` tells."""
    return Filter(name, field, "in", label, "choice", choices)


PERSON = (
    Filter("name", "name", "prefix", "姓名", "name"),
    Filter("id_number", "id_hash", "eq", "证件号码", "id_number"),
    equal("department_id", "科室"),
    Filter("department", "department", "prefix", "科室名称"),
    equal("level", "医师级别"),
    equal("category", "执业类别"),
    Filter("age_from", "birth_date", "le", "年龄不小于", "age"),
    Filter("age_to", "birth_date", "gt", "年龄不大于", "age"),
    Filter("first_registered_from", "first_registered_on", "ge", "首次注册时间起", "date"),
    Filter("first_registered_to", "first_registered_on", "le", "首次注册时间止", "date"),
)
"""Of lists about a physician: the filters of 手册 2.2.9 that ask about the person."""

PAPER_PROGRESS = (
    Choice("not_sat", "未参加", ("not_sat", "absence_pending", "absent", "not_opened")),
    Choice("sitting", "已参加", ("sitting",)),
    Choice("done", "已完成", ("handed_in", "passed", "failed", "exempt_pass", "void")),
)
"""测评状态 (手册 2.2.9). A paper that was cancelled is none any more and has no 测评状态."""

PAPER_RESULTS = (
    Choice("none", "无", ("not_sat", "sitting", "handed_in", "absence_pending", "not_opened")),
    Choice("unqualified", "不合格", ("failed", "absent", "void")),
    Choice("qualified", "合格", ("passed", "exempt_pass")),
)
"""测评结果 (手册 2.2.9); 未开考 is without a result, since nothing was to be sat."""

PHOTOS = (
    equal("low_similarity", "相似度低于提示线", "boolean"),
    Filter("similarity_below", "similarity_minimum", "lt", "相似度最低值低于", "percent"),
    Filter("similarity_mean_below", "similarity_mean", "lt", "相似度平均值低于", "percent"),
    Filter("usable_photos_to", "usable_photos", "le", "有效监考照片数不多于", "integer"),
    equal("photos_sparse", "监考照片间隔过长", "boolean"),
)
"""相似度 (手册 2.2.9): by the mark of the day on which a photo came, or by one's own bound, which is not included."""

FORCE_MAJEURE = (
    Choice("none", "无", ()),
    Choice("reported", "待考核机构上报", ("reported",)),
    Choice("forwarded", "待省级决定", ("forwarded",)),
)
"""不可抗力: for whom a report waits; 无 also where the paper has come to its end otherwise."""

FOLLOW_UP = (
    Filter("ends_from", "ends_on", "ge", "暂停执业期满日起", "date"),
    Filter("ends_to", "ends_on", "le", "暂停执业期满日止", "date"),
    Filter("ground_known_from", "ground_known_on", "ge", "应注销情形知悉日起", "date"),
    Filter("ground_known_to", "ground_known_on", "le", "应注销情形知悉日止", "date"),
    equal("reported", "已报告应注销的情形", "boolean"),
    equal("reported_late", "逾期报告", "boolean"),
)
"""不合格的后续处理: by the end of the suspension, and by the duty to report a ground for 注销注册 (医师法 第十七条)."""

PENALTIES = (
    Filter("penalised_from", "penalised_on", "ge", "最近一次行政处罚日期起", "date"),
    Filter("penalised_to", "penalised_on", "le", "最近一次行政处罚日期止", "date"),
    equal("penalty_kind", "最近一次行政处罚种类"),
    equal("penalty_unrecorded", "有上报而未登记的行政处罚", "boolean"),
)
"""行政处罚: of the last one that stands, and whether the administration has yet to record one that was reported."""

MAKEUP = (
    equal("makeup_door", "补考来源"),
    Filter("trained_days_from", "trained_days", "ge", "补考前培训天数不少于", "integer"),
    Filter("trained_days_to", "trained_days", "le", "补考前培训天数不多于", "integer"),
)
"""补考管理: by which door, and how much training is on record; who waits and who may sit, the state says."""

MARK_STATES = (
    Choice("none", "未标记", ()),
    Choice("suspected", "疑似", ("suspected",)),
    Choice("awaiting_province", "待省级认定", ("awaiting_province",)),
    Choice("confirmed", "已认定", ("confirmed",)),
    Choice("excluded", "已排除", ("excluded",)),
)
"""查看状态 of a sitting (手册 2.2.9): the states of the chart, called as there; a mark that was taken away is none."""

ENROLMENT = (
    Choice("unconfirmed", "未确认参加报名", ("not_enrolled",)),
    Choice(
        "confirmed",
        "已确认参加报名",
        (
            "awaiting_registration",
            "registration_returned",
            "awaiting_institution_review",
            "returned_by_agency",
            "awaiting_agency_review",
            "awaiting_assessment",
            "awaiting_makeup_approval",
            "awaiting_makeup",
            "deferred",
            "qualified",
            "unqualified",
            "missed",
        ),
    ),
)
"""The tabs of 医师列表 (手册 2.2.5); who has withdrawn is in neither."""

ASSESSMENT_RESULTS = (
    Choice("qualified", "合格", ("qualified",)),
    Choice("unqualified", "不合格", ("unqualified",)),
)
"""考核结果 (考核办法 第二十二条): these two, and no other state."""

ASSESSMENT_STATES = tuple(
    Choice(state, label, (state,))
    for state, label in (
        ("not_enrolled", "未确认参加"),
        ("awaiting_registration", "待报名"),
        ("registration_returned", "待报名(被机构驳回)"),
        ("awaiting_institution_review", "待医疗卫生机构审核"),
        ("returned_by_agency", "待医疗卫生机构审核(被考核机构驳回)"),
        ("awaiting_agency_review", "待考核机构复核"),
        ("awaiting_assessment", "待参加考核"),
        ("awaiting_makeup_approval", "待确认补考"),
        ("awaiting_makeup", "待参加补考"),
        ("deferred", "延考"),
        ("qualified", "合格"),
        ("unqualified", "不合格"),
        ("withdrawn", "已退出"),
        ("missed", "未完成"),
    )
)
"""考核状态 (手册 2.2.9), called as in the chart."""

PAST_RESULTS = (*ASSESSMENT_RESULTS, Choice("missed", "未完成", ("missed",)))
"""How a cycle ended for who was in it (历史考核结果, 手册 2.2.2): archived without a result is an end, too."""

ENDED: tuple[str, ...] = tuple(state for choice in PAST_RESULTS for state in choice.states)
"""The states of these ends."""

EXEMPTION_STATES = (
    Choice("none", "无", ()),
    *(
        Choice(state, label, (state,))
        for state, label in (
            ("awaiting_institution", "待医疗卫生机构审核"),
            ("awaiting_agency", "待考核机构复核"),
            ("institution_refused", "被医疗卫生机构驳回"),
            ("agency_refused", "被考核机构驳回"),
            ("withdrawn", "已撤回"),
            ("granted", "免考通过"),
            ("expired", "已过期"),
            ("revoked", "已撤销"),
        )
    ),
)
"""免考状态 (手册 2.2.9): 无 is who has not applied; the others are the states of the chart, called as there."""


FINDINGS = (
    Choice("none", "无", ()),
    Choice("pending", "待确认", ("pending",)),
    Choice("confirmed", "已确认", ("confirmed",)),
)
"""直接认定不合格 (考核办法 第二十七条): 无 is also where every reported finding was dismissed."""


def conditions(
    filters: Iterable[Filter],
    asked: Mapping[str, str],
    today: date,
    secrets: Secrets,
    own: str | None = None,
) -> list[Where]:
    """
    What the ``asked`` values, by the filters' names, mean for a view's fields; all must hold.

    Args:
        filters: those that the list has.
        today: the day in Asia/Shanghai on which ages are counted.
        own: the organisation whose decisions 已审核 asks for; None for anybody's.

    Raises:
        InputInvalid: every name that is no filter of the list and every value that is none, by name; a resident number
            with its own reason (``id-malformed``, ``id-birth-date``, ``id-check-digit``).
    """
    known = {entry.name: entry for entry in filters}
    problems: list[Problem] = []
    where: list[Where] = []
    for name, text in asked.items():
        entry = known.get(name)
        if entry is None:
            problems.append(Problem(str(name), "filter-unknown", "没有这个筛选条件"))
            continue
        try:
            where += (_condition(entry, text, today, secrets), *_besides(entry, text, own))
        except InputInvalid as ex:
            problems += [Problem(name, problem.code, problem.message) for problem in ex.problems]
        except (ValueError, OverflowError, StopIteration, KaoheError):
            problems.append(Problem(name, "filter-invalid", f"“{entry.label}”{_expected(entry)}"))
    if problems:
        raise InputInvalid(problems)
    return where


def _expected(entry: Filter) -> str:
    """What the value of a filter should be, for people."""
    if entry.choices:
        return f"应为其中之一：{'、'.join(f'{one.code}（{one.label}）' for one in entry.choices)}"
    return _EXPECTED.get(entry.kind, "的值无效")


def _condition(entry: Filter, text: str, today: date, secrets: Secrets) -> Where:
    value = _value(entry, text, today, secrets)
    initials = typed(value) if entry.kind == "name" else None
    if initials:
        return Where("initials", "word", initials)
    if entry.kind == "choice" and not value:
        return Where(entry.field, "null")
    if entry.kind == "present":
        return Where(entry.field, "not_null" if value else "null")
    return Where(entry.field, entry.operator, value)


def _besides(entry: Filter, text: str, own: str | None) -> tuple[Where, ...]:
    return next((choice.also(own) for choice in entry.choices if choice.code == text), ())


def _value(entry: Filter, text: str, today: date, secrets: Secrets) -> Any:
    if not isinstance(text, str) or (entry.kind == "age" and not (text.isascii() and text.isdigit())):
        raise ValueError(text)
    if entry.kind == "age":
        return years_before(today, int(text) + (1 if entry.operator == "gt" else 0))
    if entry.kind == "choice":
        return next(choice.states for choice in entry.choices if choice.code == text)
    if entry.kind == "id_number":
        return secrets.blind("id_hash", looked_for(text))
    return _READERS[entry.kind](text)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _percent(text: str) -> int:
    """Whole percent, 0–100, as the hundredths of a percent that views keep."""
    value = int(text)
    if not 0 <= value <= 100:
        raise ValueError(text)
    return value * 100


_EXPECTED: Mapping[str, str] = {
    "text": "应为文本",
    "name": "应为文本",
    "date": "应为日期，如2024-01-03",
    "integer": "应为整数",
    "boolean": "应为true或false",
    "percent": "应为0至100的整数",
    "age": "应为整数（周岁）",
    "area": "应为机构的编号",
    "present": "应为true或false",
    "id_number": "应为证件号码",
}

_READERS: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "name": str,
    "date": date.fromisoformat,
    "integer": int,
    "boolean": _boolean,
    "percent": _percent,
    "area": str,
    "present": _boolean,
}
