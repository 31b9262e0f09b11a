"""
Which collections there are, and which events go another way than the common one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

COLLECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "cycles": "cycle",
        "institutions": "institution",
        "agency-applications": "agency_application",
        "departments": "department",
        "accounts": "account",
        "physicians": "affiliation",
        "amendments": "amendment",
        "assessments": "assessment",
        "exemptions": "exemption",
        "deferrals": "deferral",
        "papers": "evaluation",
        "marks": "cheating",
        "recusals": "recusal",
        "certificates": "certificate",
        "reviews": "result_review",
        "reports": "result_report",
        "enrolment-lists": "enrolment_list",
        "spot-checks": "spot_check",
        "follow-ups": "follow_up",
        "announcements": "announcement",
    }
)
"""Name of a collection in addresses → its lifecycle."""

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "cycles": "考核周期",
        "institutions": "机构",
        "agency-applications": "申请考核机构",
        "departments": "科室",
        "accounts": "账户",
        "physicians": "医师",
        "amendments": "医师信息修改申请",
        "assessments": "考核",
        "exemptions": "免考申请",
        "deferrals": "延考申请",
        "papers": "测评",
        "marks": "疑似作弊标记",
        "recusals": "回避",
        "certificates": "证书",
        "reviews": "复核申请",
        "reports": "考核结果报告",
        "enrolment-lists": "考核名单",
        "spot-checks": "抽查核实",
        "follow-ups": "不合格的后续处理",
        "announcements": "公告",
        "results": "历史考核结果",
        "past-opinions": "本机构给出过的评定意见",
    }
)
"""Name of a collection, or of a list of what is found elsewhere → what people call it."""

RESERVED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "account": MappingProxyType(
            {
                "issue_code": "POST /api/v1/accounts/{id}/code",
                "reset": "POST /api/v1/accounts/{id}/code",
                "set_password": "PUT /api/v1/password",
                "change_password": "PUT /api/v1/password",
                "log_in": "POST /api/v1/sessions",
                "use_first_password": "POST /api/v1/sessions",
                "use_code": "POST /api/v1/activations",
                "propose_factor": "POST /api/v1/second-factor",
                "confirm_factor": "POST /api/v1/second-factor/confirmation",
                "remove_factor": "POST /api/v1/second-factor/removal",
                "view_photo": "GET /api/v1/papers/{id}/attachments/{file}",
                "reveal": "POST /api/v1/physicians/{id}/number",
                "export": "POST /api/v1/exports/physicians",
            }
        ),
        "certificate": MappingProxyType({"print": "POST /api/v1/certificates/{id}/print"}),
    }
)
"""
Events whose payload a use case makes, never the caller: a hash that nobody else has seen, the next number of a series,
a look that was really taken. Lifecycle → event → the way to it.
"""
