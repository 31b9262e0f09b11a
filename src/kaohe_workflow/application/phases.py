"""
States of one lifecycle that others go by, each group named once. A test holds them to the charts' compound states.
"""

from __future__ import annotations

RUNNING = ("published", "running", "first_ended", "makeup")
"""Of a cycle: published and neither archived nor discarded."""

OPEN_PAPER = ("not_sat", "sitting", "handed_in", "absence_pending")
"""Of a paper: it may still change without a correction."""

LIVE_PAPER = (*OPEN_PAPER, "passed", "failed", "exempt_pass", "absent", "void", "not_opened")
"""Of a paper: it was assigned and not cancelled."""

SETTLED_PAPER = ("passed", "failed", "exempt_pass", "void", "not_opened", "cancelled")
"""Of a paper: nobody sits it, or decides whether it is sat again."""

TAKING_SCORES = (*OPEN_PAPER, "passed", "failed", "absent")
"""Of a paper: it has a score or may get one; an absence may be set right (补录成绩)."""

LIVE_CERTIFICATE = ("printable", "generated", "stamped", "frozen")
"""Of a certificate: its result stands."""

HELD_CERTIFICATE = ("frozen",)
"""Of a certificate: its result stands, and is not to be relied on until a mark is decided."""

UNDECIDED_MARK = ("suspected", "awaiting_province")
"""Of a mark (疑似作弊): it holds the certificate and the archive."""

STANDING_MARK = (*UNDECIDED_MARK, "confirmed", "excluded")
"""Of a mark (疑似作弊): it was not taken away, so that the paper has no other."""

ANSWERING = ("attached", "unattached", "left")
"""Of a physician: the record is one of a person, who may have sat for another, wherever the person is by now."""

VOIDABLE_PAPER = (*OPEN_PAPER, "passed", "failed", "absent", "not_opened", "cancelled")
"""Of a paper: whatever has become of a sitting of it, cheating that is found there voids it."""

PENDING_EXEMPTION = ("awaiting_institution", "awaiting_agency")
"""Of an application for exemption: it is being reviewed."""

LIVE_EXEMPTION = (*PENDING_EXEMPTION, "institution_refused", "agency_refused", "granted")
"""Of an application for exemption: it stands, decided or not, and may fall with what it rests on."""

PENDING_DEFERRAL = ("awaiting_institution", "awaiting_office")
"""Of an application for deferral: it is being reviewed."""

FILED_DEFERRAL = ("filed",)
"""Of an application for deferral: it is on record, and the assessment waits with it."""

LIVE_DEFERRAL = (*PENDING_DEFERRAL, "refused", *FILED_DEFERRAL)
"""Of an application for deferral: it stands, decided or not."""

EXEMPTIBLE = (
    "registration_returned",
    "awaiting_institution_review",
    "returned_by_agency",
    "awaiting_agency_review",
    "awaiting_assessment",
)
"""Of an assessment: an application for exemption may be pending; before 待参加考核 only where the province says so."""

OPEN_AMENDMENT = ("pending", "awaiting_administration")
"""Of an application to correct locked data: it has not been decided."""

HOLDING_RECUSAL = ("requested", "recused")
"""Of a recusal: its member has nothing to do with the file, asked for or agreed."""

STANDING_AGENCY = ("approved", "correcting")
"""Of an application to be an assessment institution: the institution is one."""

ENDED_APPLICATION = ("refused", "disqualified", "expired")
"""Of an application to be an assessment institution: it has come to some end."""

NOT_CORRECTING = ("not_opened", "may_apply", "submitted", "returned", "approved", *ENDED_APPLICATION)
"""Of an application to be an assessment institution: nothing is to be corrected at present."""

UNREPORTED = ("awaiting_report", "returned")
"""Of a report of results: it is due, or was sent back."""

RUNNING_FOLLOW_UP = ("order_due", "suspended", "awaiting_reassessment")
"""Of the follow-up of a result: suspension and re-assessment are to come, or under way."""

STOPPED_FOLLOW_UP = ("suspended", "awaiting_reassessment")
"""Of the follow-up of a result: practice is suspended."""

OPEN_FOLLOW_UP = (*RUNNING_FOLLOW_UP, "to_cancel")
"""Of the follow-up of a result: it has not ended."""

PENDING_REVIEW = ("submitted", "escalated")
"""Of an application for review of a result: it is not answered."""

DEFERRABLE = ("awaiting_registration", *EXEMPTIBLE)
"""Of an assessment: an application for deferral may be pending."""

DRAFTED = ("awaiting_registration", "registration_returned")
"""Of an assessment: the registration is being written (待报名, 待报名(被机构驳回))."""

FILED = (
    "registration_returned",
    "awaiting_institution_review",
    "returned_by_agency",
    "awaiting_agency_review",
    "awaiting_assessment",
    "awaiting_makeup_approval",
    "awaiting_makeup",
    "deferred",
)
"""Of an assessment: it was filed and has come to no end yet; one that is deferred perhaps was."""

IN_REVIEW = ("awaiting_institution_review", "returned_by_agency", "awaiting_agency_review")
"""Of an assessment: it was filed, and institution or agency reviews it."""

SAT = ("awaiting_assessment", "awaiting_makeup_approval", "awaiting_makeup")
"""Of an assessment: its papers are assigned, and it has no result yet."""

UNDER_WAY = ("awaiting_registration", *FILED)
"""Of an assessment: the physician takes part, and there is no end yet."""

ENDED = ("qualified", "unqualified", "withdrawn", "missed")
"""Of an assessment: it has come to some end."""

DECIDED = ("qualified", "unqualified")
"""Of an assessment: it has a result."""
