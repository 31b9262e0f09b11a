"""
Which 考核程序 a physician may use (考核办法 第二十一条), and whether a filing is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import attrs

from kaohe_workflow.lifecycles.assessment.filing import Filing, GoodRecord, GoodRecordKind
from kaohe_workflow.lifecycles.assessment.views import CycleView, PersonView
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.plain_text import says_something
from kaohe_workflow.values.terms import Ground, LabelledEnum, Level, Procedure
from kaohe_workflow.values.years import full_years

MAXIMUM_YEARS = 90
"""What the chart's fact allows; nobody practises longer."""


def completed(filing: Filing, person: PersonView | None, department_enabled: Callable[[str], bool]) -> Filing:
    """
    Return the filing with what the roster says about the physician.

    The department that the physician has chosen stands (手册 2.2.3); where none is chosen it is that of the roster,
    while that one is enabled. Level and category of the roster stand, and blank ones are filled in by the filing; a
    filing that says otherwise is not submitted (see `contradictions`).
    """
    if person is None:
        return filing
    department = filing.department_id
    if not department and person.department_id is not None and department_enabled(person.department_id):
        department = person.department_id
    return attrs.evolve(
        filing,
        department_id=department,
        level=person.level or filing.level,
        category=person.category or filing.category,
    )


def contradictions(
    filing: Filing | None, person: PersonView | None
) -> tuple[tuple[str, str, LabelledEnum, LabelledEnum], ...]:
    """
    List where a filing says otherwise than the roster, as (path in the filing, its label, as filed, as registered).

    Read: level and category are certificate data, which only 医师信息修改申请 changes (手册 2.2.2); what is filed
    otherwise is told, and neither stored nor silently replaced. What one of the two leaves blank contradicts nothing.
    """
    if filing is None or person is None:
        return ()
    known: tuple[tuple[str, str, LabelledEnum | None, LabelledEnum | None], ...] = (
        ("level", "医师级别", filing.level, person.level),
        ("category", "执业类别", filing.category, person.category),
    )
    return tuple(
        (path, label, filed, registered)
        for path, label, filed, registered in known
        if filed is not None and registered is not None and filed is not registered
    )


def years_in_practice(
    person: PersonView | None, level: Level | None, cycle: CycleView | None, parameters: Parameters
) -> int:
    """
    Return the full years from 执业证取得时间 to the cycle's last day, 0–90.

    Gaps are not deducted. Where the years of a 执业助理医师 do not count, who still is one has none; the
    roster keeps one date only, so those of a former one cannot be told apart and count. An unknown date is
    0: never a ground.
    """
    if person is None or person.licensed_on is None or cycle is None:
        return 0
    if level is Level.ASSISTANT and not parameters.count_assistant_years:
        return 0
    return min(full_years(person.licensed_on, cycle.last_day), MAXIMUM_YEARS)


def counts_as_good(record: GoodRecord, first_day: date, last_day: date, parameters: Parameters) -> bool:
    """
    Say whether a 良好行为记录 counts: its level is the province's minimum or higher, and the day on its
    certificate lies in the cycle, both end days included.
    """
    high_enough = record.level >= parameters.good_record_minimum_level
    return high_enough and first_day <= record.given_on <= last_day


def has_good_record(filing: Filing, cycle: CycleView | None, parameters: Parameters) -> bool:
    """Say whether at least one record of the filing counts."""
    return cycle is not None and any(
        counts_as_good(record, cycle.first_day, cycle.last_day, parameters) for record in filing.good_records
    )


def was_penalised(person: PersonView | None, cycle: CycleView | None) -> bool:
    """
    Say whether the administration has recorded a penalty in the cycle, both end days included (考核办法 第十七条).
    """
    if person is None or cycle is None:
        return False
    return any(cycle.first_day <= day <= cycle.last_day for day in person.penalised_on)


def ground_holds(
    filing: Filing,
    person: PersonView | None,
    cycle: CycleView | None,
    parameters: Parameters,
    *,
    cheating_confirmed: bool,
) -> bool:
    """
    Say whether the filing may still go by its 考核程序 (考核办法 第二十一条), as roster and penalties stand now, and
    with cheating that was confirmed in this assessment, which is 不良行为记录 of its cycle like a penalty (design).

    The same as the chart asks at submission; a test holds the two together.
    """
    if filing.procedure is not Procedure.SIMPLIFIED:
        return filing.procedure is Procedure.GENERAL
    if filing.ground is Ground.PROVINCIAL:
        return any(filing.provincial_ground == ground.code for ground in parameters.simplified_grounds)
    years = years_in_practice(person, filing.level, cycle, parameters)
    if filing.ground is Ground.TWELVE_YEARS:
        clean = filing.bad_record is False and not was_penalised(person, cycle) and not cheating_confirmed
        return clean and years >= parameters.simplified_years_long
    with_record = filing.ground is Ground.FIVE_YEARS and has_good_record(filing, cycle, parameters)
    return with_record and years >= parameters.simplified_years_with_record


def filing_stands(
    filing: Filing,
    person: PersonView | None,
    cycle: CycleView | None,
    parameters: Parameters,
    *,
    cheating_confirmed: bool,
) -> bool:
    """
    Say whether what was filed is still right: level and category as the roster has them, and the ground.

    What one of the two does not know contradicts nothing. Read: a file with another level or category than the person's
    would be given the wrong papers, so it has lost its ground too (design).
    """
    if person is None:
        return False
    return not contradictions(filing, person) and ground_holds(
        filing, person, cycle, parameters, cheating_confirmed=cheating_confirmed
    )


_ALWAYS: tuple[tuple[str, str, Callable[[Filing], bool]], ...] = (
    ("department_id", "科室", lambda filing: bool(filing.department_id)),
    ("level", "医师级别", lambda filing: filing.level is not None),
    ("procedure", "考核程序", lambda filing: filing.procedure is not None),
    ("bad_record", "不良行为记录（有或无）", lambda filing: filing.bad_record is not None),
    (
        "work.quantity",
        "工作成绩自评：完成工作数量",
        lambda filing: filing.work is not None and filing.work.quantity is not None,
    ),
    (
        "work.quality",
        "工作成绩自评：工作质量",
        lambda filing: filing.work is not None and filing.work.quality is not None,
    ),
    (
        "ethics.verdict",
        "职业道德自评",
        lambda filing: filing.ethics is not None and filing.ethics.verdict is not None,
    ),
)
_SIMPLIFIED: tuple[tuple[str, str, Callable[[Filing], bool]], ...] = (
    ("ground", "简易程序申请理由", lambda filing: filing.ground is not Ground.NONE),
    (
        "provincial_ground",
        "本省规定的其他情形",
        lambda filing: filing.ground is not Ground.PROVINCIAL or bool(filing.provincial_ground),
    ),
    ("statement", "个人述职报告", lambda filing: says_something(filing.statement)),
)


def missing_fields(filing: Filing | None, person: PersonView | None) -> tuple[tuple[str, str], ...]:
    """
    List the required fields that are blank, as (path in the filing, Chinese label), in the form's order.

    Required are what the physician alone can say: department and level unless the roster has them, the
    procedure, the declaration on 不良行为记录 and both self-evaluations; under 简易程序 also the ground and
    the 述职报告 (考核办法 第二十条, 手册 2.2.6, 2.2.7). An entry of a list says which institution, school or
    issuer it is about (design): without it nobody can look at it, or be asked for another opinion; a 政府指令性任务
    says when it began and ended, beside the body that gave it (考核办法 第十九条; that it is asked for: design). Master
    data may be blank at this stage (手册 2.2.5) and is not asked for: certificate numbers and dates cannot be filled in
    here, the category need not be. Nor are counts, which depend on the department.
    """
    known = completed(filing or Filing(), person, lambda _: True)
    wanted = _ALWAYS + (_SIMPLIFIED if known.procedure is Procedure.SIMPLIFIED else ())
    blank = tuple((path, label) for path, label, given in wanted if not given(known))
    return blank + tuple(_nameless(known)) + tuple(_undated(known))


_NAMES: tuple[tuple[str, str, str], ...] = (
    ("good_records", "issuer", "良好行为记录的授予单位"),
    ("other_sites", "institution", "多机构备案的执业机构"),
    ("education", "school", "教育经历的毕业院校"),
    ("posts", "institution", "执业经历的机构名称"),
)
"""List of the filing, the attribute of an entry that says what it is about, its label."""


_DAYS: tuple[tuple[str, str], ...] = (
    ("started_on", "政府指令性任务的开始日期"),
    ("ended_on", "政府指令性任务的结束日期"),
)
"""Attribute of a task, its label."""


def _undated(filing: Filing) -> Iterator[tuple[str, str]]:
    for index, record in enumerate(filing.good_records):
        for attribute, label in _DAYS if record.kind is GoodRecordKind.TASK else ():
            if getattr(record, attribute) is None:
                yield f"good_records[{index}].{attribute}", label


def _nameless(filing: Filing) -> Iterator[tuple[str, str]]:
    for name, attribute, label in _NAMES:
        for index, entry in enumerate(getattr(filing, name)):
            if not says_something(getattr(entry, attribute)):
                yield f"{name}[{index}].{attribute}", label
