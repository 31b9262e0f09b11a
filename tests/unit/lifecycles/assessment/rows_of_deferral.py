"""A case for each row of an assessment that is deferred, with what refuses it; proven one folder up."""

from __future__ import annotations

import attrs

from kaohe_workflow.testing.assessments import AssessmentAround
from tests.unit.lifecycles.assessment.rows_until_papers import (
    AFTER_CONFIRMATION,
    ARCHIVED,
    EVALUATION,
    FILED,
    LATE,
    PASSED,
    SYSTEM,
    case,
)

PROVINCE = ("province", "subtree")
ON_RECORD = AssessmentAround(deferral_filed=True)
DEFERRED = attrs.evolve(PASSED, deferred=True)
UNREVIEWED = attrs.evolve(FILED, deferred=True)

CASES = (
    *(
        case(
            state,
            "defer",
            "deferred",
            SYSTEM,
            PASSED,
            around=ON_RECORD,
            refused={"deferral_filed": {"around": AssessmentAround()}},
        )
        for state in (
            "awaiting_registration",
            "registration_returned",
            "awaiting_institution_review",
            "returned_by_agency",
            "awaiting_agency_review",
            "awaiting_assessment",
        )
    ),
    *(
        case(
            "deferred",
            "end_deferral",
            target,
            SYSTEM,
            record,
            now=EVALUATION,
            refused={"evaluation_not_over": {"now": LATE}, guard: {"record": other}},
        )
        for target, record, other, guard in (
            ("awaiting_assessment", DEFERRED, UNREVIEWED, "agency_passed"),
            ("registration_returned", UNREVIEWED, DEFERRED, "opinion_not_passed"),
        )
    ),
    *(
        case(
            "deferred",
            "deferral_stage_opens",
            target,
            PROVINCE,
            record,
            now=LATE,
            refused={
                "cycle_running": {"around": ARCHIVED},
                "evaluation_over": {"now": EVALUATION},
                "makeup_confirm_not_over": {"now": AFTER_CONFIRMATION},
                guard: {"record": other},
            },
        )
        for target, record, other, guard in (
            ("awaiting_makeup", DEFERRED, UNREVIEWED, "agency_passed"),
            ("awaiting_registration", UNREVIEWED, DEFERRED, "opinion_not_passed"),
        )
    ),
    case(
        "deferred",
        "archive",
        "withdrawn",
        SYSTEM,
        DEFERRED,
        around=ARCHIVED,
        refused={"cycle_archived": {"around": AssessmentAround()}},
    ),
)
