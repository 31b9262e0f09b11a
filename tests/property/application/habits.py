"""What random people mostly do: the way through a cycle, who does what on which days, and from which office."""

from __future__ import annotations

from datetime import date

from kaohe_workflow.testing.journeys import CONFIRMING_DAY, LAST_DAY, MAKEUP_DAY, RESULT_DAY, SITTING_DAY
from kaohe_workflow.testing.repertoire import EVENTS, OF_A_DRAFT, PERSONAL

LIKELY: dict[str, tuple[tuple[str, str, str], ...]] = {
    "not_enrolled": (("hospital", "assessment", "enrol"),),
    "awaiting_registration": (("physician", "assessment", "submit"),),
    "registration_returned": (
        ("physician", "assessment", "submit"),
        ("physician", "assessment", "submit"),
        ("hospital", "assessment", "recall"),
    ),
    "awaiting_institution_review": (
        ("hospital", "assessment", "submit_opinion"),
        ("hospital", "assessment", "submit_opinion"),
        ("hospital", "assessment", "report_finding"),
    ),
    "returned_by_agency": (
        ("hospital", "assessment", "submit_opinion"),
        ("hospital", "assessment", "return"),
    ),
    "awaiting_agency_review": (
        ("agency", "assessment", "pass"),
        ("agency", "assessment", "pass"),
        ("agency", "assessment", "confirm_fail"),
        ("hospital", "assessment", "recall"),
        ("agency", "assessment", "confirm_finding"),
    ),
    "awaiting_assessment": (
        ("province", "evaluation", "record_score"),
        ("province", "evaluation", "record_score"),
        ("physician", "evaluation", "start"),
        ("physician", "exemption", "apply"),
        ("hospital", "exemption", "pass"),
        ("agency", "exemption", "pass"),
        ("agency", "evaluation", "confirm_absence"),
        ("county", "assessment", "return_to_institution"),
        ("agency", "assessment", "recall"),
        ("hospital", "cheating", "mark"),
        ("county", "cheating", "report"),
        ("colleague", "cheating", "confirm"),
        ("physician", "evaluation", "report_force_majeure"),
        ("province", "evaluation", "grant_resit"),
    ),
    "awaiting_makeup_approval": (
        ("province", "assessment", "confirm_makeup"),
        ("province", "assessment", "confirm_makeup"),
        ("province", "evaluation", "record_score"),
        ("county", "exemption", "revoke"),
    ),
    "awaiting_makeup": (
        ("province", "evaluation", "record_score"),
        ("agency", "evaluation", "confirm_absence"),
        ("county", "exemption", "revoke"),
    ),
    "qualified": (
        ("county", "exemption", "revoke"),
        ("colleague", "cycle", "correct_line"),
        ("agency", "cheating", "mark"),
        ("county", "cheating", "report"),
        ("colleague", "cheating", "confirm"),
        ("colleague", "cheating", "exclude"),
        ("county", "assessment", "report_finding"),
        ("agency", "assessment", "confirm_finding"),
    ),
    "unqualified": (("province", "evaluation", "record_score"), ("colleague", "cycle", "correct_line")),
    "withdrawn": (("county", "assessment", "reinstate"), ("province", "evaluation", "record_score")),
    "missed": (),
}
"""State of a case → what usually comes next; the rest comes by chance."""


NEXT: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "affiliation": {
        "attached": (("hospital", "leave"), ("hospital", "edit"), ("city", "force_move"), ("county", "end")),
        "unattached": (("elsewhere", "take_in"), ("county", "record_penalty")),
        "left": (("elsewhere", "reenter"), ("hospital", "reenter")),
        "deleted": (("county", "restore"),),
    },
    "amendment": {
        "pending": (("hospital", "pass"), ("hospital", "pass"), ("hospital", "return")),
        "awaiting_administration": (("county", "pass"), ("county", "pass"), ("county", "return")),
    },
    "evaluation": {
        "not_sat": (
            ("physician", "start"),
            ("physician", "report_force_majeure"),
            ("province", "excuse_absence"),
        ),
        "sitting": (("physician", "hand_in"), ("province", "record_score")),
        "handed_in": (("province", "record_score"), ("province", "grant_resit")),
        "absence_pending": (
            ("agency", "confirm_absence"),
            ("agency", "refute_absence"),
            ("province", "excuse_absence"),
        ),
        "absent": (("province", "record_score"), ("province", "grant_resit")),
    },
    "exemption": {
        "awaiting_institution": (("hospital", "pass"), ("hospital", "return"), ("physician", "withdraw")),
        "awaiting_agency": (("agency", "pass"), ("agency", "return"), ("hospital", "recall")),
        "institution_refused": (("hospital", "recall"), ("physician", "apply")),
        "agency_refused": (("agency", "recall"), ("physician", "apply")),
        "withdrawn": (("physician", "apply"),),
        "granted": (("agency", "recall"), ("county", "revoke")),
    },
    "cheating": {
        "suspected": (("county", "report"), ("county", "report"), ("county", "unmark")),
        "awaiting_province": (
            ("physician", "state_case"),
            ("colleague", "confirm"),
            ("colleague", "confirm"),
            ("colleague", "exclude"),
        ),
        "confirmed": (("colleague", "correct"),),
        "excluded": (("county", "mark"),),
    },
    "certificate": {"generated": (("county", "stamp"),), "printable": (("county", "replace"),)},
}
"""Lifecycle and state of a case that somebody has → what is usually done with it."""


_LINES = tuple(("province", "cycle", "publish_line", paper) for paper in range(4))
SEASONS: tuple[tuple[date, tuple[tuple[str, str, str, int], ...]], ...] = (
    (
        SITTING_DAY,
        (
            ("physician", "amendment", "create", 0),
            ("hospital", "amendment", "pass", 0),
            ("county", "amendment", "pass", 0),
            ("hospital", "assessment", "enrol", 0),
            ("physician", "assessment", "submit", 0),
            ("hospital", "assessment", "submit_opinion", 0),
            ("agency", "assessment", "pass", 0),
        ),
    ),
    (
        RESULT_DAY,
        (
            ("physician", "exemption", "apply", 0),
            ("hospital", "exemption", "pass", 0),
            ("agency", "exemption", "pass", 0),
            ("physician", "evaluation", "start", 1),
            ("province", "evaluation", "record_score", 0),
            ("province", "evaluation", "record_score", 1),
        ),
    ),
    (
        CONFIRMING_DAY,
        (
            ("hospital", "cheating", "mark", 1),
            ("county", "cheating", "report", 1),
            ("physician", "cheating", "state_case", 1),
            ("colleague", "cheating", "confirm", 1),
            *_LINES[:2],
            ("province", "cycle", "declare_delivery", 0),
            ("agency", "evaluation", "confirm_absence", 0),
            ("agency", "evaluation", "confirm_absence", 1),
        ),
    ),
    (
        MAKEUP_DAY,
        (("province", "assessment", "confirm_makeup", 0), ("province", "cycle", "open_makeup", 0)),
    ),
    (
        LAST_DAY,
        (
            ("province", "evaluation", "record_score", 2),
            ("province", "evaluation", "record_score", 3),
            *_LINES[2:],
        ),
    ),
)
"""Until a day, what usually happens: part, lifecycle, event, paper."""

RARE = frozenset({"amendment", "cheating", "exemption"})
"""What few people have to do with."""


_OTHER_OFFICES = (
    ("physician", "assessment", ("save", "submit", "withdraw_filing")),
    ("agency", "assessment", ("pass", "confirm_fail", "return")),
    ("county", "assessment", ("return_to_institution", "return_to_physician", "withdraw", "reinstate")),
    ("province", "assessment", ("confirm_makeup", "refuse_makeup")),
    ("physician", "evaluation", ("start", "hand_in")),
    ("province", "evaluation", ("record_score", "excuse_absence")),
    ("agency", "evaluation", ("confirm_absence", "refute_absence")),
    ("physician", "exemption", ("apply", "withdraw")),
    ("county", "exemption", ("revoke",)),
    ("county", "assessment", ("order_early",)),
    ("agency", "assessment", ("confirm_finding", "dismiss_finding")),
    ("county", "assessment", ("withdraw_finding",)),
    ("physician", "evaluation", ("report_force_majeure",)),
    ("province", "evaluation", ("grant_resit",)),
    ("physician", "amendment", ("create", "withdraw")),
    ("county", "cheating", ("unmark", "report")),
    ("physician", "cheating", ("state_case",)),
    ("colleague", "cheating", ("confirm", "exclude", "correct")),
    ("county", "affiliation", ("record_penalty", "restore", "end")),
    ("city", "affiliation", ("force_move",)),
    ("elsewhere", "affiliation", ("take_in", "reenter")),
    ("province", "cycle", ("declare_delivery", "publish_line", "change_windows", "open_makeup", "archive")),
    ("colleague", "cycle", ("correct_line", "discard")),
    ("county", "institution", ("assign_agency",)),
    ("county", "certificate", ("stamp", "replace")),
    ("physician", "certificate", ("print",)),
    (
        "county",
        "institution",
        ("create", "change_superior", "correct_kind", "close", "reopen", "set_log_in_pace"),
    ),
    ("province", "institution", ("enter_working_days",)),
    (
        "county",
        "agency_application",
        (
            *("open_permission", "close_permission", "pass", "return", "refuse", "file_upward"),
            *("order_correction", "accept_correction", "resign"),
        ),
    ),
    ("city", "agency_application", ("disqualify",)),
    (
        "agency",
        "agency_application",
        ("save_material", "save_committee", "submit", "withdraw", "report_correction"),
    ),
    ("county", "account", ("create", "disable", "enable")),
    ("physician", "account", ("use_code", "set_password", "change_password", "log_in")),
    ("province", "cycle", ("create", "save", "publish")),
)


EVERYTHING = [(lifecycle, event) for lifecycle, events in EVENTS.items() for event in events]
USUAL = (*PERSONAL, *(("cycle", event) for event in EVENTS["cycle"]), ("institution", "assign_agency"))
"""What is about people, and what the cycle and the agency bring with them."""

OF_OFFICES = (
    *(what for what in EVERYTHING if what not in USUAL),
    *(("cycle", event) for event in OF_A_DRAFT),
    ("cycle", "create"),
)
OFFICES = dict.fromkeys(EVERYTHING, "hospital") | {
    (lifecycle, event): part for part, lifecycle, events in _OTHER_OFFICES for event in events
}
"""Whose business an event usually is."""


SUSPECTED = (
    ("physician", "evaluation", "start"),
    ("hospital", "cheating", "mark"),
    ("county", "cheating", "report"),
    ("physician", "cheating", "state_case"),
)
"""A sitting that is marked, and heard about at once."""

_GIVEN_AGAIN = (("agency", "evaluation", "report_force_majeure"), ("province", "evaluation", "grant_resit"))
_LET_IN_AGAIN = (
    ("hospital", "assessment", "enrol"),
    ("physician", "assessment", "submit"),
    ("hospital", "assessment", "submit_opinion"),
    ("agency", "assessment", "pass"),
)
OUTLIVED = (
    _GIVEN_AGAIN,
    (("county", "assessment", "withdraw"), ("city", "assessment", "reinstate"), *_LET_IN_AGAIN),
    (*_GIVEN_AGAIN, ("county", "assessment", "return_to_institution"), *_LET_IN_AGAIN[2:]),
    (*_GIVEN_AGAIN, ("physician", "exemption", "apply")),
    (),
)
"""What becomes of it before, or after, the province decides."""
