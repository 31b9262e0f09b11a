"""
Who is told of what and when, row by row as the rules have it: written by hand from them, not from the tables it judges.

That the tables do what they say is proven elsewhere: each row of notices and reminders has a test of its own.
"""

from __future__ import annotations

import pytest

from kaohe_workflow.adapters.wiring import load_catalogue

PHYSICIAN, INSTITUTION, AGENCY, OFFICE = "physician", "institution", "agency", "administration"

NOTICES = [
    # The cycle is published: all institutions; a physician when the institution lets the physician take part.
    ("cycle", "publish", None, "every_organisation"),
    ("assessment", "enrol", None, PHYSICIAN),
    # 驳回 at any level: who acts next, and the physician.
    ("assessment", "return", "registration_returned", PHYSICIAN),
    ("assessment", "return", "returned_by_agency", {PHYSICIAN, INSTITUTION}),
    ("assessment", "return_to_institution", None, {PHYSICIAN, INSTITUTION}),
    ("assessment", "return_to_physician", None, {PHYSICIAN}),
    ("exemption", None, "institution_refused", PHYSICIAN),
    ("exemption", None, "agency_refused", {PHYSICIAN, INSTITUTION}),
    ("deferral", None, "refused", {PHYSICIAN, INSTITUTION}),
    # 延考: whoever must act next; 撤回本人决定: whom the decision was told, or for whom it waited.
    ("deferral", "apply", "awaiting_institution", INSTITUTION),
    ("deferral", "pass", "awaiting_office", "deferral_office"),
    ("assessment", "recall", None, {PHYSICIAN, INSTITUTION, AGENCY}),
    ("exemption", "recall", None, {PHYSICIAN, INSTITUTION, AGENCY}),
    ("deferral", "recall", None, {PHYSICIAN, INSTITUTION, "deferral_office"}),
    ("amendment", None, "refused", {PHYSICIAN, INSTITUTION}),
    ("agency_application", "return", None, INSTITUTION),
    ("result_report", "return", None, INSTITUTION),
    # 考核名单: whoever decides, then what was decided.
    ("enrolment_list", "submit", None, AGENCY),
    ("enrolment_list", "resubmit", None, AGENCY),
    ("enrolment_list", "approve", None, INSTITUTION),
    ("enrolment_list", "return", None, INSTITUTION),
    # 行政处罚: reported to who records it, recorded for all whom it touches; so is a file that it has marked.
    ("affiliation", "report_penalty", None, OFFICE),
    ("affiliation", "record_penalty", None, {PHYSICIAN, INSTITUTION, AGENCY}),
    ("affiliation", "withdraw_penalty", None, {PHYSICIAN, INSTITUTION}),
    ("assessment", "mark_ground", None, {OFFICE, INSTITUTION, AGENCY}),
    # 合格线 and results.
    ("cycle", "publish_line", None, {"every_organisation", "physicians_of_cycle"}),
    ("assessment", None, "qualified", {PHYSICIAN, INSTITUTION}),
    ("assessment", None, "unqualified", {PHYSICIAN, INSTITUTION}),
    # What was not sat: whoever acts on 不可抗力, then what was decided.
    ("evaluation", "report_force_majeure", None, "resit_office"),
    ("evaluation", "grant_resit", None, {PHYSICIAN, INSTITUTION, AGENCY}),
    ("evaluation", "refute_absence", None, {PHYSICIAN, INSTITUTION}),
    ("evaluation", "excuse_absence", None, {PHYSICIAN, INSTITUTION, AGENCY}),
    # Becoming an assessment institution, and being told to correct.
    ("agency_application", "open_permission", None, INSTITUTION),
    ("agency_application", "close_permission", None, INSTITUTION),
    ("agency_application", "report_correction", None, OFFICE),
    # What the superior does with an organisation.
    ("institution", "correct_kind", None, INSTITUTION),
    ("institution", "change_superior", None, INSTITUTION),
    ("institution", "close", None, INSTITUTION),
    ("institution", "reopen", None, INSTITUTION),
    # An assessment institution whose report is late: it and its administration.
    ("result_report", "flag_overdue", None, {INSTITUTION, OFFICE}),
    # 暂停执业 is ordered, and ends.
    ("follow_up", "order_suspension", None, {PHYSICIAN, INSTITUTION, AGENCY}),
    ("follow_up", None, "awaiting_reassessment", {PHYSICIAN, INSTITUTION, AGENCY}),
    # A ground for cancellation, two cycles missed in a row among them.
    ("follow_up", None, "to_cancel", {INSTITUTION, OFFICE}),
    ("follow_up", "report_ground", None, OFFICE),
    # 疑似作弊: marked, reported to the province, decided.
    ("cheating", "mark", None, {INSTITUTION, AGENCY, OFFICE}),
    ("cheating", "report", None, PHYSICIAN),
    ("cheating", None, "confirmed", {PHYSICIAN, INSTITUTION, AGENCY, OFFICE}),
    ("cheating", None, "excluded", {PHYSICIAN, INSTITUTION, AGENCY, OFFICE}),
]
"""Lifecycle, event, state that is entered, whose inbox: those at least."""

REMINDERS = [
    ("evaluation.first_day", "notice_lead_days", {"physicians_taking_part", "institutions_taking_part"}),
    ("registration.last_day", (-7, -3, -1), {"institutions_unregistered", "physicians_unregistered"}),
    ("review.last_day", (-3,), {"institutions_reviewing"}),
    ("agency_review.last_day", (-3,), {"agencies_reviewing"}),
    (
        "exemption_review.last_day",
        (-3,),
        {"institutions_reviewing_exemptions", "agencies_reviewing_exemptions"},
    ),
    ("evaluation.last_day", (-3,), {"institutions_reviewing_deferrals", "offices_filing_deferrals"}),
    ("evaluation.first_day", (0,), {"physicians_sitting_first"}),
    ("evaluation.closing", (0,), {"physicians_sitting_first"}),
    ("makeup.first_day", (0,), {"physicians_sitting_makeup"}),
    ("makeup.closing", (0,), {"physicians_sitting_makeup"}),
    ("received_on", (20, 29), {PHYSICIAN}),
    ("applied_on", (20,), {AGENCY}),
    ("assessment.last_day", (23,), {"agencies_unreported"}),
    ("starts_on", (0,), {PHYSICIAN, INSTITUTION, AGENCY}),
    ("ends_on", (-30,), {PHYSICIAN, INSTITUTION, AGENCY}),
    ("ground_known_on", (20,), {INSTITUTION}),
    ("barred_until", (0,), {OFFICE}),
]
"""The day that is counted from, days from it (or the parameter that says how many before), whose inbox."""


@pytest.mark.parametrize(("lifecycle", "event", "entered", "to"), NOTICES)
def test_each_event_is_told_to_whom_the_rules_name(
    lifecycle: str, event: str | None, entered: str | None, to: str | set[str]
) -> None:
    """At the moment it happens, in the same transaction or by a job that follows it."""
    told: set[str] = set()
    for rule in load_catalogue().notices:
        if rule.lifecycle != lifecycle or (rule.events and event not in rule.events):
            continue
        if not rule.entered or entered in rule.entered:
            told |= set(rule.recipients)

    assert ({to} if isinstance(to, str) else to) <= told


@pytest.mark.parametrize(("anchor", "when", "to"), REMINDERS)
def test_each_day_reminds_whom_the_rules_name(anchor: str, when: tuple[int, ...] | str, to: set[str]) -> None:
    """So many days before or after the day that it hangs on."""
    told: set[str] = set()
    for rule in load_catalogue().reminders:
        if rule.anchor == anchor and (rule.days == when or rule.before == when):
            told |= set(rule.notice.recipients)

    assert to == told
