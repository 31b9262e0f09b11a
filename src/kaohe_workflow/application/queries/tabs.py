"""
The tabs of reviews, 未审核 and 已审核, as words for states.
"""

from __future__ import annotations

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.queries.filters import Choice

INSTITUTION_QUEUE = (
    Choice("pending", "未审核", ("awaiting_institution_review", "returned_by_agency")),
    Choice(
        "reviewed",
        "已审核",
        (
            "registration_returned",
            "awaiting_agency_review",
            "awaiting_assessment",
            "awaiting_makeup_approval",
            "awaiting_makeup",
            "qualified",
            "unqualified",
        ),
    ),
)
"""
The tabs of an institution's review (手册 2.2.6): what waits for it, and what it has sent back or on. Within the first,
报名待审核 and 考核机构驳回待审核 are states.
"""

AGENCY_QUEUE = (
    Choice("pending", "未审核", ("awaiting_agency_review",)),
    Choice(
        "reviewed",
        "已审核",
        (
            "returned_by_agency",
            "awaiting_assessment",
            "awaiting_makeup_approval",
            "awaiting_makeup",
            "qualified",
            "unqualified",
        ),
    ),
)
"""The tabs of an agency's review (手册 2.2.8)."""

INSTITUTION_EXEMPTIONS = (
    Choice("pending", "未审核", ("awaiting_institution",)),
    Choice(
        "reviewed",
        "已审核",
        ("institution_refused", "awaiting_agency", "agency_refused", "granted", "revoked"),
    ),
)
"""The tabs of an institution's review of exemptions (手册 2.2.8)."""

AGENCY_EXEMPTIONS = (
    Choice("pending", "未审核", ("awaiting_agency",)),
    Choice("reviewed", "已审核", ("agency_refused", "granted", "revoked")),
)
"""The tabs of an agency's review of exemptions (手册 2.2.8)."""

INSTITUTION_AMENDMENTS = (
    Choice("pending", "未审核", ("pending",)),
    Choice("reviewed", "已审核", ("awaiting_administration", "effective", "refused")),
)
"""The tabs of an institution's review of 医师信息修改申请 (手册 2.2.2); what it has asked for itself is 已审核."""

ADMINISTRATION_AMENDMENTS = (
    Choice("pending", "未审核", ("awaiting_administration",)),
    Choice("reviewed", "已审核", ("effective", "refused")),
)
"""The tabs of an administration's review of them."""

INSTITUTION_DEFERRALS = (
    Choice("pending", "未审核", ("awaiting_institution",)),
    Choice("reviewed", "已审核", ("awaiting_office", "refused", "filed")),
)
"""The tabs of an institution's review of 延考."""

APPLICATIONS = (
    Choice("pending", "未审核", ("submitted",)),
    Choice(
        "reviewed",
        "已审核",
        ("returned", "approved", "refused", "correcting", "disqualified", "expired"),
        (Where("decided_at", "not_null"),),
    ),
)
"""
The tabs of an administration's review of those who would assess (手册 2.2.4). With the archive of its cycle each one
expires, whether it was decided or not.
"""
