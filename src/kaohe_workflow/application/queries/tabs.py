"""
The tabs of reviews: 未审核, what waits, by its state, and 已审核, what was decided and waits no more, by who decided.
"""

from __future__ import annotations

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.queries.filters import ASSESSMENT_STATES, EXEMPTION_STATES, Choice

ASSESSMENTS = tuple(state for choice in ASSESSMENT_STATES for state in choice.states)
EXEMPTIONS = tuple(state for choice in EXEMPTION_STATES for state in choice.states)
AMENDMENTS = ("pending", "awaiting_administration", "effective", "refused", "withdrawn")
LISTS = ("awaiting_approval", "returned", "approved", "lapsed")
DEFERRALS = ("awaiting_institution", "awaiting_office", "refused", "filed", "withdrawn", "expired")


def tabs(states: tuple[str, ...], waiting: tuple[str, ...], by: str) -> tuple[Choice, Choice]:
    """
    The two tabs of a review: of these ``states`` those ``waiting``, and all others, where ``by`` names the reader.

    What was decided stays 已审核 however the case has gone on, but while it waits for the same reader again.
    """
    others = tuple(state for state in states if state not in waiting)
    return Choice("pending", "未审核", waiting), Choice("reviewed", "已审核", others, by=by)


INSTITUTION_QUEUE = tabs(ASSESSMENTS, ("awaiting_institution_review", "returned_by_agency"), "reviewed_by")
"""
The tabs of an institution's review (手册 2.2.6): what waits for it, and what it has sent back or on. Within the first,
报名待审核 and 考核机构驳回待审核 are states.
"""

AGENCY_QUEUE = tabs(ASSESSMENTS, ("awaiting_agency_review",), "rechecked_by")
"""The tabs of an agency's review (手册 2.2.8)."""

INSTITUTION_EXEMPTIONS = tabs(EXEMPTIONS, ("awaiting_institution",), "reviewed_by")
"""The tabs of an institution's review of exemptions (手册 2.2.8)."""

AGENCY_EXEMPTIONS = tabs(EXEMPTIONS, ("awaiting_agency",), "rechecked_by")
"""The tabs of an agency's review of exemptions (手册 2.2.8)."""

INSTITUTION_AMENDMENTS = tabs(AMENDMENTS, ("pending",), "reviewed_by")
"""
The tabs of an institution's review of 医师信息修改申请 (手册 2.2.2); what it has asked for itself, or has let lie, it
has not decided.
"""

ADMINISTRATION_AMENDMENTS = tabs(AMENDMENTS, ("awaiting_administration",), "rechecked_by")
"""The tabs of an administration's review of them."""

INSTITUTION_DEFERRALS = tabs(DEFERRALS, ("awaiting_institution",), "reviewed_by")
"""The tabs of an institution's review of 延考."""

OFFICE_DEFERRALS = tabs(DEFERRALS, ("awaiting_office",), "rechecked_by")
"""The tabs of whoever puts 延考 on record (备案): the agency, or the province's office, as the province has it."""

AGENCY_LISTS = tabs(LISTS, ("awaiting_approval",), "decided_by")
"""The tabs of an agency's review of lists of who takes part (考核名单)."""

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
