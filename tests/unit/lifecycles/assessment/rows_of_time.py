"""A case for each row that the time alone sends before the papers, with what refuses it; proven one folder up."""

from __future__ import annotations

from datetime import timedelta

import attrs

from kaohe_workflow.testing.assessments import PLAIN, filing
from tests.unit.lifecycles.assessment.rows_until_papers import (
    AFTER_CONFIRMATION,
    FILED,
    OBJECTED,
    REGISTRATION,
    RETURNED,
    REVIEWED,
    SYSTEM,
    case,
)

LEFT = attrs.evolve(PLAIN, draft=filing(), draft_left_at=REGISTRATION)
PURGING = (
    case(
        "not_enrolled",
        "purge_draft",
        "not_enrolled",
        SYSTEM,
        LEFT,
        now=REGISTRATION + timedelta(days=30),
        refused={"draft_stale": {"now": REGISTRATION + timedelta(days=30, microseconds=-1)}},
    ),
)


def marks(state, record, late, in_time):
    """Marking a file as overdue, and taking the mark away."""
    marked = attrs.evolve(record, overdue=True)
    return (
        case(
            state,
            "flag_overdue",
            state,
            SYSTEM,
            record,
            now=AFTER_CONFIRMATION,
            refused={"not_overdue": {"record": marked}, late: {"now": REGISTRATION}},
        ),
        case(
            state,
            "clear_overdue",
            state,
            SYSTEM,
            marked,
            refused={"overdue": {"record": record}, in_time: {"now": AFTER_CONFIRMATION}},
        ),
    )


MARKS = (
    *marks("awaiting_registration", PLAIN, "filing_late", "filing_in_time"),
    *marks("registration_returned", RETURNED, "filing_late", "filing_in_time"),
    *marks("awaiting_institution_review", FILED, "review_late", "review_in_time"),
    *marks("returned_by_agency", OBJECTED, "review_late", "review_in_time"),
    *marks("awaiting_agency_review", REVIEWED, "agency_late", "agency_in_time"),
)

CASES = (*MARKS, *PURGING)
