"""
Every list: its view, its filters, what a row shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from kaohe_workflow.application.access import Principal, scope
from kaohe_workflow.application.around.publication import PUBLISHED, published_and_discarded
from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.application.queries.filters import (
    AGENCY_EXEMPTIONS,
    AGENCY_QUEUE,
    ASSESSMENT_RESULTS,
    EXEMPTION_STATES,
    FINDINGS,
    INSTITUTION_EXEMPTIONS,
    INSTITUTION_QUEUE,
    MAKEUP,
    MARK_STATES,
    PAPER_PROGRESS,
    PAPER_RESULTS,
    PERSON,
    PHOTOS,
    Filter,
    equal,
    words,
)


@attrs.frozen
class List:
    """
    A list that can be asked for: its view, its filters, the fields a row shows, and those it may be sorted by.

    ``shared`` says whose rows everyone may read beside the own scope: of `everybody` (the cycles that the province has
    published), or of the own organisation (`own`: itself, and the departments that a physician chooses from).
    ``assessed`` False keeps from an agency what it sees of nobody (see `around.NOT_ASSESSED`).
    """

    view: str
    filters: tuple[Filter, ...]
    shows: tuple[str, ...]
    sorts: tuple[str, ...] = ("id", "name")
    shared: Literal["no", "own", "everybody"] = "no"
    assessed: bool = True

    def scope(self, principal: Principal, unit: UnitOfWork) -> Scope:
        """What of this list the caller sees."""
        seen = scope(principal, assessed=self.assessed)
        if principal.is_limited and "department_id" not in VIEWS[self.view].fields:
            seen = Scope()
        if principal.is_held or self.shared == "no":
            return seen
        if self.shared == "own":
            return _with(seen, Where("institution_id", "eq", principal.organisation_id or ""))
        discarded = published_and_discarded(unit)
        also = [Where("id", "in", discarded)] if discarded else []
        return _with(seen, Where("state", "in", PUBLISHED), *also)


def _with(seen: Scope, *also: Where) -> Scope:
    return Scope((*seen.clauses, *((where,) for where in also)))


_ROW = ("id", "version", "state", "institution_id", "institution_name")
_PERSON_ROW = (
    "physician_id",
    "name",
    "id_number",
    "level",
    "category",
    "birth_date",
    "first_registered_on",
    "department_id",
    "department",
)

LISTS: Mapping[str, List] = {
    "cycles": List(
        "cycle",
        (equal("state", "状态"),),
        (*_ROW, "name", "first_day", "last_day"),
        sorts=("id", "name", "first_day"),
        shared="everybody",
    ),
    "institutions": List(
        "institution",
        (
            Filter("name", "name", "prefix", "机构名称"),
            equal("kind", "机构类型"),
            equal("state", "状态"),
            equal("agency_id", "考核机构"),
            equal("is_agency", "可作考核机构", "boolean"),
            equal("self_review", "自我复核", "boolean"),
        ),
        (*_ROW, "name", "kind", "superior_id", "agency_id", "is_agency", "self_review"),
        shared="own",
    ),
    "agency-applications": List(
        "agency_application",
        (
            equal("cycle_id", "考核周期"),
            equal("institution_id", "机构"),
            equal("state", "审核状态"),
        ),
        (*_ROW, "cycle_id", "cycle_name", "submitted_at", "decided_at"),
        sorts=("id", "institution_name"),
        assessed=False,
    ),
    "reports": List(
        "result_report",
        (
            equal("cycle_id", "考核周期"),
            equal("institution_id", "考核机构"),
            equal("state", "报告状态"),
            equal("overdue", "逾期未报", "boolean"),
            equal("late", "迟报", "boolean"),
        ),
        (*_ROW, "cycle_id", "cycle_name", "submitted_at", "overdue", "late"),
        sorts=("id", "institution_name"),
        assessed=False,
    ),
    "spot-checks": List(
        "spot_check",
        (
            equal("cycle_id", "考核周期"),
            equal("institution_id", "被抽查机构"),
            equal("state", "状态"),
            equal("subject", "抽查内容"),
            equal("procedure", "考核程序"),
        ),
        (*_ROW, "cycle_id", "cycle_name", "subject", "procedure", "population", "faulty", "drawn_at"),
        sorts=("id", "institution_name", "drawn_at"),
    ),
    "departments": List(
        "department",
        (Filter("name", "name", "prefix", "名称"), equal("state", "状态"), equal("institution_id", "机构")),
        (*_ROW, "name"),
        shared="own",
    ),
    "accounts": List(
        "account",
        (
            Filter("name", "name", "prefix", "名称"),
            equal("state", "状态"),
            equal("kind", "类型"),
            equal("physician_id", "医师"),
        ),
        (*_ROW, "name", "login", "kind", "physician_id"),
        assessed=False,
    ),
    "physicians": List(
        "physician",
        (*PERSON, equal("state", "状态"), equal("institution_id", "机构")),
        (*_ROW, *_PERSON_ROW, "phone", "licensed_on"),
    ),
    "amendments": List(
        "amendment",
        (
            *PERSON,
            equal("institution_id", "机构"),
            equal("physician_id", "医师"),
            equal("state", "审核状态"),
            equal("field", "修改项目"),
            equal("by_institution", "由机构提出", "boolean"),
        ),
        (*_ROW, *_PERSON_ROW, "field", "by_institution", "requested_at"),
        sorts=("id", "name", "requested_at"),
        assessed=False,
    ),
    "assessments": List(
        "assessment",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("physician_id", "医师"),
            equal("state", "考核状态"),
            words("institution_queue", "机构审核", INSTITUTION_QUEUE),
            words("agency_queue", "考核机构复核", AGENCY_QUEUE),
            equal("claimed_by", "正在审核的账户"),
            equal("self_review", "自我复核", "boolean"),
            words("result", "考核结果", ASSESSMENT_RESULTS),
            equal("procedure", "考核程序"),
            equal("stage", "考核阶段"),
            words("exemption_state", "免考状态", EXEMPTION_STATES, field="exemption_state"),
            equal("ever_submitted", "曾提交", "boolean"),
            equal("ground_lost", "报名依据已不成立", "boolean"),
            words("finding", "直接认定情形", FINDINGS, field="finding"),
            equal("return_code", "驳回原因"),
            equal("overdue", "逾期", "boolean"),
            *MAKEUP,
        ),
        (
            *_ROW,
            *_PERSON_ROW,
            "cycle_id",
            "procedure",
            "stage",
            "ever_submitted",
            "ground_lost",
            "finding",
            "return_code",
            "overdue",
            "makeup_door",
            "trained_days",
            "exemption_id",
            "exemption_state",
            "claimed_by",
            "claimed_at",
            "self_review",
            "deferral_id",
            "deferral_state",
        ),
    ),
    "papers": List(
        "paper",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("physician_id", "医师"),
            equal("assessment_id", "考核"),
            equal("state", "状态"),
            words("progress", "测评状态", PAPER_PROGRESS),
            words("result", "测评结果", PAPER_RESULTS),
            equal("procedure", "考核程序"),
            equal("stage", "考核阶段"),
            equal("kind", "试卷名称"),
            words("mark_state", "查看状态", MARK_STATES, field="mark_state"),
            *PHOTOS,
        ),
        (
            *_ROW,
            "agency_name",
            *_PERSON_ROW,
            "cycle_id",
            "assessment_id",
            "procedure",
            "kind",
            "stage",
            "score",
            "usable_photos",
            "similarity_minimum",
            "similarity_mean",
            "low_similarity",
            "photos_sparse",
            "mark_id",
            "mark_state",
        ),
    ),
    "marks": List(
        "mark",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("physician_id", "医师"),
            equal("assessment_id", "考核"),
            equal("evaluation_id", "测评"),
            equal("state", "状态"),
            equal("procedure", "考核程序"),
            equal("stage", "考核阶段"),
            equal("kind", "试卷名称"),
            equal("manner", "疑似情形"),
        ),
        (
            *_ROW,
            "agency_name",
            *_PERSON_ROW,
            "cycle_id",
            "assessment_id",
            "evaluation_id",
            "procedure",
            "kind",
            "stage",
            "manner",
        ),
    ),
    "deferrals": List(
        "deferral",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("assessment_id", "考核"),
            equal("physician_id", "医师"),
            equal("state", "延考状态"),
            equal("procedure", "考核程序"),
            equal("ground", "延考理由"),
            equal("return_code", "驳回原因"),
        ),
        (*_ROW, *_PERSON_ROW, "cycle_id", "assessment_id", "procedure", "ground", "return_code"),
    ),
    "recusals": List(
        "recusal",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("physician_id", "医师"),
            equal("assessment_id", "考核"),
            equal("state", "状态"),
            equal("member", "考核委员会成员"),
        ),
        (*_ROW, *_PERSON_ROW, "cycle_id", "assessment_id", "member"),
    ),
    "exemptions": List(
        "exemption",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("assessment_id", "考核"),
            equal("physician_id", "医师"),
            equal("state", "免考状态"),
            words("institution_queue", "机构审核", INSTITUTION_EXEMPTIONS),
            words("agency_queue", "考核机构复核", AGENCY_EXEMPTIONS),
            equal("claimed_by", "正在审核的账户"),
            equal("self_review", "自我复核", "boolean"),
            equal("procedure", "考核程序"),
            equal("kind", "免考试卷"),
            equal("return_code", "驳回原因"),
        ),
        (
            *(*_ROW, *_PERSON_ROW, "cycle_id", "assessment_id", "procedure", "kind", "return_code"),
            *("claimed_by", "claimed_at", "self_review"),
        ),
    ),
    "reviews": List(
        "result_review",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("assessment_id", "考核"),
            equal("physician_id", "医师"),
            equal("state", "复核状态"),
            Filter("applied_from", "applied_on", "ge", "申请日期起", "date"),
            Filter("applied_to", "applied_on", "le", "申请日期止", "date"),
        ),
        (
            *_ROW,
            *_PERSON_ROW,
            "cycle_id",
            "assessment_id",
            "assessment_state",
            "procedure",
            "result_version",
            "applied_on",
        ),
        sorts=("id", "name", "applied_on"),
    ),
    "follow-ups": List(
        "follow_up",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("assessment_id", "考核"),
            equal("physician_id", "医师"),
            equal("state", "状态"),
            Filter("ends_from", "ends_on", "ge", "暂停执业期满日起", "date"),
            Filter("ends_to", "ends_on", "le", "暂停执业期满日止", "date"),
        ),
        (
            *_ROW,
            *_PERSON_ROW,
            "cycle_id",
            "assessment_id",
            "result_version",
            "ends_on",
            "barred_until",
        ),
        sorts=("id", "name", "ends_on"),
    ),
    "certificates": List(
        "certificate",
        (
            *(entry for entry in PERSON if entry.name != "department_id"),
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("assessment_id", "考核"),
            equal("physician_id", "医师"),
            equal("state", "状态"),
            equal("number", "证书编号"),
        ),
        (
            *_ROW,
            *(name for name in _PERSON_ROW if not name.startswith("department")),
            "cycle_id",
            "assessment_id",
            "number",
            "result_version",
        ),
    ),
}
"""Every list, by the name that the API and the pages use."""
