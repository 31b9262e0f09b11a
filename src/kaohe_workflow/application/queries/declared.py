"""
Every list: its view, its filters, what a row shows.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_workflow.application.around.publication import HEARD
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.queries.declaration import List
from kaohe_workflow.application.queries.filters import (
    AGENCY_EXEMPTIONS,
    AGENCY_QUEUE,
    ASSESSMENT_RESULTS,
    ENDED,
    ENROLMENT,
    EXEMPTION_STATES,
    FINDINGS,
    FOLLOW_UP,
    FORCE_MAJEURE,
    INSTITUTION_EXEMPTIONS,
    INSTITUTION_QUEUE,
    MAKEUP,
    MARK_STATES,
    PAPER_PROGRESS,
    PAPER_RESULTS,
    PAST_RESULTS,
    PENALTIES,
    PERSON,
    PHOTOS,
    Filter,
    equal,
    words,
)
from kaohe_workflow.lifecycles.spot_check.case import Subject

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

_ASSESSMENT_ROW = (*_ROW, *_PERSON_ROW, "cycle_id", "assessment_id")

INSTITUTION_NAME = Filter("institution_name", "institution_name", "prefix", "卫生机构名称")
"""What an assessment institution types to find the files of one of those that it assesses (手册 2.2.8)."""

_OF_ASSESSMENT = (
    *PERSON,
    equal("cycle_id", "考核周期"),
    equal("institution_id", "卫生机构"),
    INSTITUTION_NAME,
    equal("physician_id", "医师"),
    equal("assessment_id", "考核"),
)
"""Filters of whatever belongs to an assessment."""

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
            equal("registered", "已记入注册信息", "boolean"),
        ),
        (*_ROW, "cycle_id", "cycle_name", "submitted_at", "overdue", "late", "registered"),
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
        # What others have assessed is checked with its agency, and is not for whoever assesses that agency's own.
        assessed_if=(Where("subject", "eq", Subject.OPINIONS),),
    ),
    "announcements": List(
        "announcement",
        (
            Filter("title", "title", "prefix", "标题"),
            equal("state", "状态"),
            equal("institution_id", "发布机构"),
            Filter("published_from", "published_on", "ge", "发布日期起", "date"),
            Filter("published_to", "published_on", "le", "发布日期止", "date"),
        ),
        (*_ROW, "title", "published_on"),
        sorts=("id", "published_on"),
        shared="below",
        assessed=False,
    ),
    "departments": List(
        "department",
        (Filter("name", "name", "prefix", "名称"), equal("state", "状态"), equal("institution_id", "机构")),
        (*_ROW, "name", "subjects"),
        shared="own",
    ),
    "accounts": List(
        "account",
        (
            Filter("name", "name", "prefix", "名称", "name"),
            equal("state", "状态"),
            equal("kind", "类型"),
            equal("physician_id", "医师"),
            equal("used", "曾设置密码", "boolean"),
        ),
        (*_ROW, "name", "login", "kind", "physician_id", "used", "first_used_at"),
        assessed=False,
    ),
    "physicians": List(
        "physician",
        (
            *PERSON,
            equal("state", "状态"),
            equal("institution_id", "机构"),
            equal("physician_id", "医师"),
            *PENALTIES,
        ),
        (*_ROW, *_PERSON_ROW, "phone", "licensed_on", "penalised_on", "penalty_kind", "penalty_unrecorded"),
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
            INSTITUTION_NAME,
            equal("physician_id", "医师"),
            equal("state", "考核状态"),
            words("enrolment", "报名", ENROLMENT),
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
            equal("returned_once", "曾被驳回", "boolean"),
            equal("reviewed_late", "曾逾期审核", "boolean"),
            *MAKEUP,
        ),
        (
            *_ROW,
            *_PERSON_ROW,
            "licensed_on",
            "cycle_id",
            "procedure",
            "stage",
            "ever_submitted",
            "ground_lost",
            "finding",
            "return_code",
            "overdue",
            "returned_once",
            "reviewed_late",
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
    "results": List(
        "assessment",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "考核时所在机构"),
            equal("physician_id", "医师"),
            words("result", "考核结果", PAST_RESULTS),
            equal("procedure", "考核程序"),
            equal("stage", "考核阶段"),
        ),
        (
            *("id", "state", "institution_id", "institution_name"),
            *(name for name in _PERSON_ROW if not name.startswith("department")),
            *("cycle_id", "procedure", "stage"),
        ),
        only=(Where("state", "in", ENDED),),
        of_persons=True,
    ),
    "papers": List(
        "paper",
        (
            *_OF_ASSESSMENT,
            equal("state", "状态"),
            words("progress", "测评状态", PAPER_PROGRESS),
            words("result", "测评结果", PAPER_RESULTS),
            equal("procedure", "考核程序"),
            equal("stage", "考核阶段"),
            equal("kind", "试卷名称"),
            words("mark_state", "查看状态", MARK_STATES, field="mark_state"),
            words("force_majeure", "不可抗力", FORCE_MAJEURE, field="force_majeure"),
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
            "force_majeure",
            "mark_id",
            "mark_state",
        ),
        # Photos are for those who watch a sitting (手册 2.2.9), and who is suspected is told in the hearing, as a mark.
        not_for_person=frozenset(
            {
                "usable_photos",
                "similarity_minimum",
                "similarity_mean",
                "low_similarity",
                "photos_sparse",
                "mark_id",
                "mark_state",
            }
        ),
    ),
    "marks": List(
        "mark",
        (
            *_OF_ASSESSMENT,
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
        person_if=(Where("state", "in", HEARD),),
    ),
    "deferrals": List(
        "deferral",
        (
            *_OF_ASSESSMENT,
            equal("state", "延考状态"),
            equal("procedure", "考核程序"),
            equal("ground", "延考理由"),
            equal("return_code", "驳回原因"),
        ),
        (*_ASSESSMENT_ROW, "procedure", "ground", "return_code"),
    ),
    "recusals": List(
        "recusal",
        (
            *_OF_ASSESSMENT,
            equal("state", "状态"),
            equal("member", "考核委员会成员"),
        ),
        (*_ASSESSMENT_ROW, "member"),
    ),
    "exemptions": List(
        "exemption",
        (
            *_OF_ASSESSMENT,
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
            *(*_ASSESSMENT_ROW, "procedure", "kind", "return_code"),
            *("claimed_by", "claimed_at", "self_review"),
        ),
    ),
    "reviews": List(
        "result_review",
        (
            *_OF_ASSESSMENT,
            equal("state", "复核状态"),
            Filter("applied_from", "applied_on", "ge", "申请日期起", "date"),
            Filter("applied_to", "applied_on", "le", "申请日期止", "date"),
        ),
        (
            *_ASSESSMENT_ROW,
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
            *_OF_ASSESSMENT,
            equal("state", "状态"),
            *FOLLOW_UP,
        ),
        (
            *(*_ASSESSMENT_ROW, "result_version", "ends_on", "barred_until"),
            *("ground_known_on", "reported_on", "reported_late"),
        ),
        sorts=("id", "name", "ends_on"),
    ),
    "certificates": List(
        "certificate",
        (
            *(entry for entry in PERSON if not entry.name.startswith("department")),
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
