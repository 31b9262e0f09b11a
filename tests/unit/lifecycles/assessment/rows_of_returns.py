"""A case for each row that takes a file back before the papers, with what refuses it; proven one folder up."""

from __future__ import annotations

from datetime import timedelta

import attrs

from kaohe_workflow.lifecycles.assessment.case import Review
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.testing.assessments import PERSON, AssessmentAround, filing
from kaohe_workflow.values.terms import Level
from tests.unit.lifecycles.assessment.rows_until_papers import (
    ADMINISTRATION,
    AGENCY,
    EVALUATION,
    FILED,
    INSTITUTION,
    LATE,
    OBJECTED,
    PASSED,
    REGISTRATION,
    REVIEWED,
    STARTED,
    SYSTEM,
    case,
)


def decided(record, state):
    """The record of what has just been decided in a state."""
    decision = Review(decided_by=Decider("account"), decided_at=REGISTRATION, decided_in=state)
    return attrs.evolve(record, decision=decision)


def recall(source, target, by, record, *more):
    """Recalling eleven minutes late, with what else refuses it."""
    late = {"recall_open": {"now": REGISTRATION + timedelta(minutes=11)}}
    return case(source, "recall", target, by, decided(record, target), refused=late | dict(more))


AT_AGENCY = {"record": decided(REVIEWED, "awaiting_agency_review")}
RECALLS = (
    *(
        recall(source, target, INSTITUTION, REVIEWED, (guard, AT_AGENCY))
        for source in ("registration_returned", "awaiting_agency_review")
        for target, guard in (
            ("awaiting_institution_review", "decided_at_first_review"),
            ("returned_by_agency", "decided_after_agency_return"),
        )
    ),
    recall("returned_by_agency", "awaiting_agency_review", AGENCY, OBJECTED),
    recall(
        "awaiting_assessment",
        "awaiting_agency_review",
        AGENCY,
        PASSED,
        ("nothing_started", {"around": STARTED}),
        ("no_exemption_filed", {"around": AssessmentAround(exemption_filed=True)}),
    ),
)

ADMINISTRATION_RETURNS = tuple(
    case(
        state,
        event,
        target,
        ADMINISTRATION,
        record,
        now=EVALUATION,
        reason="须补正",
        refused=(
            {"evaluation_not_over": {"now": LATE}, "nothing_started": {"around": STARTED}}
            if state == "awaiting_assessment"
            else {}
        ),
    )
    for event, target in (
        ("return_to_institution", "awaiting_institution_review"),
        ("return_to_physician", "registration_returned"),
    )
    for state, record in (
        ("returned_by_agency", OBJECTED),
        ("awaiting_agency_review", REVIEWED),
        ("awaiting_assessment", PASSED),
    )
)

PROMOTED = AssessmentAround(person=attrs.evolve(PERSON, level=Level.LICENSED))


def by_assistant(record):
    """The file of somebody who was an assistant when it was submitted."""
    return attrs.evolve(record, filing=filing(level=Level.ASSISTANT))


FALLEN = {"filing_fallen": {"around": AssessmentAround(person=attrs.evolve(PERSON, level=Level.ASSISTANT))}}
FALLEN_FILES = (
    *(
        case(
            state,
            "return_to_physician",
            "registration_returned",
            SYSTEM,
            by_assistant(record),
            around=PROMOTED,
            reason="更正了级别",
            refused=FALLEN,
        )
        for state, record in (
            ("awaiting_institution_review", FILED),
            ("returned_by_agency", OBJECTED),
            ("awaiting_agency_review", REVIEWED),
        )
    ),
    case(
        "awaiting_assessment",
        "return_to_physician",
        "registration_returned",
        SYSTEM,
        by_assistant(PASSED),
        now=EVALUATION,
        around=PROMOTED,
        reason="更正了级别",
        refused=FALLEN
        | {
            "evaluation_not_over": {"now": LATE},
            "nothing_started": {"around": attrs.evolve(STARTED, person=PROMOTED.person)},
        },
    ),
    *(
        case(state, "mark_ground", state, SYSTEM, PASSED)
        for state in ("awaiting_assessment", "awaiting_makeup_approval", "awaiting_makeup")
    ),
)

CASES = (
    *RECALLS,
    *ADMINISTRATION_RETURNS,
    *FALLEN_FILES,
)
