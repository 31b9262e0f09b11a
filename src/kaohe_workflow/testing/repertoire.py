"""
Who may be in a play, and what there is to do: the parts, and the events that people may send.
"""

from __future__ import annotations

from collections.abc import Mapping

PARTS = (
    "physician",
    "hospital",
    "agency",
    "county",
    "city",
    "province",
    "colleague",
    "elsewhere",
    "neighbour",
    "auditor",
)
"""Who acts: the physician of the move's own person, organisations of the world, and the county's auditor, in vain."""

EVENTS: Mapping[str, tuple[str, ...]] = {
    "affiliation": (
        "add",
        "edit",
        "report_penalty",
        "give_face_photo",
        "withdraw_face_photo",
        "clear_face_photo",
        "record_penalty",
        "withdraw_penalty",
        "leave",
        "take_in",
        "force_move",
        "delete",
        "restore",
        "end",
        "reenter",
        "merge",
    ),
    "amendment": ("create", "pass", "return", "withdraw"),
    "assessment": (
        "enrol",
        "order_early",
        "cancel_enrolment",
        "save",
        "submit",
        "withdraw_filing",
        "claim",
        "release",
        "return",
        "save_opinion",
        "submit_opinion",
        "pass",
        "confirm_fail",
        "renew_opinion",
        "return_to_institution",
        "return_to_physician",
        "recall",
        "report_finding",
        "confirm_finding",
        "dismiss_finding",
        "withdraw_finding",
        "revoke_result",
        "record_training",
        "confirm_makeup",
        "refuse_makeup",
        "deferral_stage_opens",
        "withdraw",
        "reinstate",
    ),
    "evaluation": (
        "start",
        "hand_in",
        "record_score",
        "confirm_absence",
        "refute_absence",
        "excuse_absence",
        "report_force_majeure",
        "grant_resit",
        "hand_in_statement",
        "assess_statement",
        "give_line",
        "correct_line",
    ),
    "exemption": ("apply", "claim", "release", "pass", "return", "recall", "withdraw", "revoke"),
    "deferral": ("apply", "claim", "pass", "file", "return", "recall", "withdraw"),
    "cheating": ("mark", "unmark", "report", "state_case", "confirm", "exclude", "correct"),
    "recusal": ("request", "withdraw", "grant", "refuse", "declare"),
    "agency_application": (
        "open_permission",
        "close_permission",
        "save_material",
        "save_committee",
        "submit",
        "withdraw",
        "pass",
        "return",
        "refuse",
        "file_upward",
        "order_correction",
        "report_correction",
        "accept_correction",
        "disqualify",
        "resign",
    ),
    "account": (
        "create",
        "issue_code",
        "use_code",
        "set_password",
        "change_password",
        "log_in",
        "reset",
        "release_resets",
        "disable",
        "enable",
    ),
    "result_report": ("submit", "file", "enter_register", "return"),
    "enrolment_list": ("submit", "resubmit", "approve", "return"),
    "spot_check": ("draw_opinions", "draw_results", "record_finding", "conclude", "abandon"),
    "announcement": ("create", "save", "publish", "withdraw", "discard"),
    "certificate": ("print", "stamp", "replace"),
    "result_review": ("apply", "uphold", "change", "withdraw"),
    "follow_up": (
        "order_suspension",
        "record_training",
        "pass",
        "fail",
        "reassess",
        "report_ground",
        "cancel",
        "lift",
        "close",
    ),
    "cycle": (
        "create",
        "save",
        "publish",
        "declare_delivery",
        "publish_line",
        "correct_line",
        "change_windows",
        "extend_evaluation",
        "open_makeup",
        "archive",
        "discard",
    ),
    "department": ("create", "edit", "disable", "enable", "delete"),
    "institution": (
        "create",
        "save_profile",
        "confirm_cycle",
        "enter_working_days",
        "set_log_in_pace",
        "assign_agency",
        "change_superior",
        "correct_kind",
        "close",
        "reopen",
    ),
}
"""Lifecycle → the events that people may send; those of the system follow by themselves."""


MAKES = frozenset(
    {
        ("account", "create"),
        ("affiliation", "add"),
        ("amendment", "create"),
        ("announcement", "create"),
        ("cycle", "create"),
        ("department", "create"),
        ("institution", "create"),
        ("enrolment_list", "submit"),
        ("spot_check", "draw_opinions"),
        ("spot_check", "draw_results"),
    }
)
"""Events that make a case, whatever there is already."""

OF_A_DRAFT = ("save", "publish")
"""Events that are meant for the cycle that was made last."""

PERSONAL = tuple(
    (lifecycle, event)
    for lifecycle, events in EVENTS.items()
    if lifecycle
    not in (
        "account",
        "agency_application",
        "announcement",
        "cycle",
        "department",
        "enrolment_list",
        "institution",
        "result_report",
        "spot_check",
    )
    for event in events
    if (lifecycle, event) != ("affiliation", "add")
)
"""What is about somebody who is there already."""

BELONGING = ("exemption", "deferral", "result_review")
"""Lifecycles whose `apply` makes a case that belongs to an assessment."""
