"""
What a filing lacks before it can be submitted, field by field, and what it may still want.

The same as the chart asks at submission, said of each field instead of each guard; a property holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import attrs

from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.assessment.procedure import (
    completed,
    contradictions,
    has_good_record,
    missing_fields,
    was_penalised,
    years_in_practice,
)
from kaohe_workflow.lifecycles.assessment.views import CycleView, PersonView
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.plain_text import says_something
from kaohe_workflow.values.public_health import PUBLIC_HEALTH
from kaohe_workflow.values.terms import Category, Ground, LabelledEnum, Procedure


class FilingPart(LabelledEnum):
    """The parts of the form, as its pages show them (手册 2.2.6, 2.2.7)."""

    PERSON = "person", "基本信息"
    PRACTICE = "practice", "执业信息"
    SITES = "sites", "多机构备案信息"
    EDUCATION = "education", "教育经历"
    POSTS = "posts", "执业经历"
    CONDUCT = "conduct", "执业行为记录"
    WORK = "work", "工作成绩"
    ETHICS = "ethics", "职业道德"
    PROCEDURE = "procedure", "考核程序"


_PARTS = {
    "name": FilingPart.PERSON,
    "department_id": FilingPart.PRACTICE,
    "level": FilingPart.PRACTICE,
    "category": FilingPart.PRACTICE,
    "qualification_number": FilingPart.PRACTICE,
    "qualified_on": FilingPart.PRACTICE,
    "licence_number": FilingPart.PRACTICE,
    "licensed_on": FilingPart.PRACTICE,
    "other_sites": FilingPart.SITES,
    "education": FilingPart.EDUCATION,
    "posts": FilingPart.POSTS,
    "bad_record": FilingPart.CONDUCT,
    "bad_record_note": FilingPart.CONDUCT,
    "good_records": FilingPart.CONDUCT,
    "work": FilingPart.WORK,
    "ethics": FilingPart.ETHICS,
}
"""Field of the form, by its first name → the part where it is; all others belong to the procedure."""


@attrs.frozen(kw_only=True)
class FieldProblem:
    """
    One field of the form that is blank or wrong.

    ``path`` is its place in the filing (``work.quantity``, ``posts[0].institution``); ``name``, and what `ON_ROSTER`
    names, stands for the field of the roster. ``required`` tells whether the filing is refused for it. ``message`` is a
    sentence for the physician.
    """

    path: str
    code: str
    message: str
    required: bool = True

    @property
    def part(self) -> FilingPart:
        """The part of the form where the field is."""
        return _PARTS.get(self.path.partition(".")[0].partition("[")[0], FilingPart.PROCEDURE)


ON_ROSTER = (
    ("category", "执业类别"),
    ("qualification_number", "医师资格证书编码"),
    ("qualified_on", "医师资格证书取得时间"),
    ("licence_number", "医师执业证书编码"),
    ("licensed_on", "医师执业证书取得时间"),
)
"""Field of the roster that the form shows → its label, in the form's order (手册 2.2.6); the institution knows it."""

COUNTS = (
    ("outpatients", "接诊病人量"),
    ("operations", "手术量"),
    ("examinations", "检验检查量"),
)
"""Count of the self-evaluation → its label, in the form's order (手册 2.2.7)."""

SURGERY = "04"
"""The subject of 外科, whose departments are asked for operations."""

TECHNICAL = ("30", "31", "32")
"""The subjects of 医技: 医学检验科, 病理科, 医学影像科, whose departments are asked for examinations."""


CLINICS = ("B09", "B19")
"""Departments of a disease control centre (疾控机构) that see patients: 妇幼保健科, 预防医学门诊."""

PREVENTION = "01"
"""The subject of 预防保健科, to which the departments of a disease control centre may be linked as well."""


def asked_counts(subjects: Collection[str], category: Category | None = None) -> tuple[str, ...]:
    """
    Return the counts that a department with these 诊疗科目 asks a physician of this 执业类别 for (手册 2.2.7).

    外科科室 are asked for operations, 医技科室 for examinations; patients are asked for everywhere but where there are
    none: in nothing but 医技, in disease control but for its clinics, and of 公共卫生 in 预防保健科 (design).

    >>> asked_counts(("03.04",))
    ('outpatients',)
    >>> asked_counts(("04.03", "32"))
    ('outpatients', 'operations', 'examinations')
    >>> asked_counts(("B13",)), asked_counts(("01",), Category.PUBLIC_HEALTH)
    ((), ())
    """
    groups = {subject.partition(".")[0] for subject in subjects}
    without = {*TECHNICAL, *PUBLIC_HEALTH} - {*CLINICS}
    public_health = category is Category.PUBLIC_HEALTH
    asked = {
        "outpatients": bool(groups - without - ({PREVENTION} if public_health else set()))
        or (not groups and not public_health),
        "operations": SURGERY in groups,
        "examinations": bool(groups & set(TECHNICAL)),
    }
    return tuple(name for name, _ in COUNTS if asked[name])


@attrs.frozen(kw_only=True)
class FilingCheck:
    """
    What a filing lacks: ``problems`` in the form's order, ``counts`` that its department asks for.

    It can be submitted, as far as it is itself concerned, if no problem is required.
    """

    problems: tuple[FieldProblem, ...]
    counts: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing stands against submitting the filing but, perhaps, the time."""
        return not any(problem.required for problem in self.problems)


def check_filing(
    written: Filing | None,
    person: PersonView | None,
    cycle: CycleView | None,
    parameters: Parameters,
    department_enabled: Callable[[str], bool],
    subjects: Collection[str] = (),
) -> FilingCheck:
    """Check what is written so far; ``subjects`` are those of the department that the filing would have."""
    filing = completed(written or Filing(), person, department_enabled)
    counts = asked_counts(subjects, filing.category)
    problems = (
        *_of_person(person),
        *_missing(written, person),
        *_otherwise(written, person),
        *_of_department(filing, person, department_enabled),
        *_of_ground(filing, person, cycle, parameters),
        *_unregistered(person),
        *_wanted(filing, counts),
    )
    return FilingCheck(problems=problems, counts=counts)


def _of_person(person: PersonView | None) -> Iterator[FieldProblem]:
    if person is None or not person.name:
        message = "尚未登记姓名，请所在机构先补全后再提交"
        yield FieldProblem(path="name", code="name-unknown", message=message)


def _missing(written: Filing | None, person: PersonView | None) -> Iterator[FieldProblem]:
    for path, label in missing_fields(written, person):
        yield FieldProblem(path=path, code="missing", message=f"请填写{label}")


def _otherwise(written: Filing | None, person: PersonView | None) -> Iterator[FieldProblem]:
    """What is written otherwise than it is registered (手册 2.2.2)."""
    for path, label, filed, registered in contradictions(written, person):
        message = (
            f"{label}登记为{registered.label}，所填为{filed.label}，二者不一致；"
            "请按登记填写，登记有误的请提出医师信息修改申请"
        )
        yield FieldProblem(path=path, code="differs", message=message)


def _of_department(
    filing: Filing, person: PersonView | None, department_enabled: Callable[[str], bool]
) -> Iterator[FieldProblem]:
    """The department of the filing; where it names none, that of the roster, which is then not the one it has."""
    department = filing.department_id or (person.department_id if person is not None else None)
    if department and not department_enabled(department):
        message = "所选科室已停用或不属于本机构，请另选科室"
        yield FieldProblem(path="department_id", code="department-unavailable", message=message)


def _of_ground(
    filing: Filing, person: PersonView | None, cycle: CycleView | None, parameters: Parameters
) -> Iterator[FieldProblem]:
    """What keeps a filing under 简易程序 from its ground (考核办法 第二十一条)."""
    if filing.procedure is not Procedure.SIMPLIFIED:
        return
    years = years_in_practice(person, filing.level, cycle, parameters)
    if filing.ground is Ground.TWELVE_YEARS:
        yield from _short(years, parameters.simplified_years_long)
        if was_penalised(person, cycle):
            message = "考核周期内有卫生健康行政部门登记的行政处罚，不符合所选理由"
            yield FieldProblem(path="ground", code="penalised", message=message)
        elif filing.bad_record:
            message = "考核周期内有不良行为记录，不符合所选理由"
            yield FieldProblem(path="bad_record", code="bad-record", message=message)
    elif filing.ground is Ground.FIVE_YEARS:
        yield from _short(years, parameters.simplified_years_with_record)
        if not has_good_record(filing, cycle, parameters):
            level = parameters.good_record_minimum_level.label
            message = f"须有考核周期内{level}以上的良好行为记录"
            yield FieldProblem(path="good_records", code="good-record-missing", message=message)
    elif filing.ground is Ground.PROVINCIAL and filing.provincial_ground:
        listed = {ground.code for ground in parameters.simplified_grounds}
        if filing.provincial_ground not in listed:
            message = "所选理由不在本省规定的其他情形之内"
            yield FieldProblem(path="provincial_ground", code="ground-unlisted", message=message)


def _short(years: int, wanted: int) -> Iterator[FieldProblem]:
    if years < wanted:
        message = f"至考核周期截止日的执业年限为{years}年，须满{wanted}年；执业证取得时间未登记的按0年计"
        yield FieldProblem(path="ground", code="years-short", message=message)


def _unregistered(person: PersonView | None) -> Iterator[FieldProblem]:
    """What the roster lacks and the physician cannot write; that it is incomplete is normal (手册 2.2.5)."""
    unregistered = person.unregistered if person is not None else frozenset()
    for path, label in ON_ROSTER:
        if path in unregistered:
            message = f"尚未登记{label}，可请所在机构补全"
            yield FieldProblem(path=path, code="unregistered", message=message, required=False)


def _wanted(filing: Filing, counts: Collection[str]) -> Iterator[FieldProblem]:
    """What the reviewers will look for, though nothing is refused for it."""
    for name, label in COUNTS:
        if name in counts and getattr(filing.work, name, None) is None:
            message = f"建议填写{label}（考核周期内合计）"
            yield FieldProblem(path=f"work.{name}", code="count-blank", message=message, required=False)
    for path, label, entries in (
        ("education", "教育经历（大专及以上）", filing.education),
        ("posts", "执业经历", filing.posts),
    ):
        if not entries:
            yield FieldProblem(path=path, code="none-listed", message=f"建议填写{label}", required=False)
    yield from _wanted_of_conduct(filing)
    if filing.procedure is Procedure.SIMPLIFIED and not filing.attachments:
        message = "建议上传简易程序申请材料"
        yield FieldProblem(path="attachments", code="proof-blank", message=message, required=False)


def _wanted_of_conduct(filing: Filing) -> Iterator[FieldProblem]:
    """What a record, good or bad, says of itself, and what proves it."""
    if filing.bad_record and not says_something(filing.bad_record_note):
        message = "建议说明不良行为记录的情况"
        yield FieldProblem(path="bad_record_note", code="note-blank", message=message, required=False)
    for index, record in enumerate(filing.good_records):
        if not says_something(record.title):
            message = f"建议写明第{index + 1}项良好行为记录的名称"
            path = f"good_records[{index}].title"
            yield FieldProblem(path=path, code="title-blank", message=message, required=False)
        if not record.attachments:
            message = f"建议上传第{index + 1}项良好行为记录的证明"
            path = f"good_records[{index}].attachments"
            yield FieldProblem(path=path, code="proof-blank", message=message, required=False)
