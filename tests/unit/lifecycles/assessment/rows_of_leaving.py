"""A case for each row by which an assessment moves, is taken out or ends with its cycle; proven one folder up."""

from __future__ import annotations

import attrs

from kaohe_workflow.lifecycles.shape import Move
from kaohe_workflow.testing.assessments import PERSON, PLAIN, AssessmentAround
from tests.unit.lifecycles.assessment.rows_of_results import (
    ADMINISTRATION,
    ALL_PASSED,
    ARCHIVED,
    FAILED,
    IN_FIRST,
    IN_MAKEUP,
    PASSED,
    SYSTEM,
    case,
)

ARCHIVED_DETACHED = attrs.evolve(ARCHIVED, person=attrs.evolve(PERSON, attached=False))

DETACHED = AssessmentAround(person=attrs.evolve(PERSON, attached=False))

MOVING = tuple(
    case(state, "move", state, SYSTEM, record, payload=Move("clinic"))
    for state, record in (
        ("not_enrolled", PLAIN),
        ("withdrawn", PLAIN),
        ("qualified", IN_FIRST),
        ("unqualified", FAILED),
        ("missed", PLAIN),
    )
)

MOVED_BY_FORCE = (
    *(
        case(state, "force_move", "awaiting_registration", SYSTEM, PASSED, payload=Move("clinic"))
        for state in (
            "awaiting_registration",
            "registration_returned",
            "awaiting_institution_review",
            "returned_by_agency",
            "awaiting_agency_review",
        )
    ),
    *(
        case(state, "force_move", state, SYSTEM, record, payload=Move("clinic"))
        for state, record in (
            ("awaiting_assessment", PASSED),
            ("awaiting_makeup_approval", PASSED),
            ("awaiting_makeup", IN_MAKEUP),
        )
    ),
    *(
        case(
            "deferred",
            "force_move",
            "deferred",
            SYSTEM,
            record,
            payload=Move("clinic"),
            refused={guard: {"record": other}},
        )
        for record, other, guard in (
            (PASSED, PLAIN, "agency_passed"),
            (PLAIN, PASSED, "opinion_not_passed"),
        )
    ),
)

LEAVING = (
    *(
        case(state, "withdraw", "withdrawn", by, PASSED)
        for state in (
            "not_enrolled",
            "awaiting_registration",
            "registration_returned",
            "awaiting_institution_review",
            "returned_by_agency",
            "awaiting_agency_review",
            "awaiting_assessment",
            "awaiting_makeup_approval",
            "awaiting_makeup",
        )
        for by in (ADMINISTRATION, SYSTEM)
    ),
    *(
        case(
            "withdrawn",
            "reinstate",
            "not_enrolled",
            by,
            PASSED,
            refused={"attached": {"around": DETACHED}, "cycle_running": {"around": ARCHIVED}},
        )
        for by in (ADMINISTRATION, SYSTEM)
    ),
    *(
        case(
            state,
            "archive",
            "missed",
            SYSTEM,
            PASSED,
            ARCHIVED,
            refused={"cycle_archived": {"around": ALL_PASSED}},
        )
        for state in (
            "awaiting_registration",
            "registration_returned",
            "awaiting_institution_review",
            "returned_by_agency",
            "awaiting_agency_review",
        )
    ),
    case(
        "not_enrolled",
        "archive",
        "missed",
        SYSTEM,
        PLAIN,
        ARCHIVED,
        refused={
            "cycle_archived": {"around": ALL_PASSED},
            "must_take_part": {"around": ARCHIVED_DETACHED},
        },
    ),
    case(
        "not_enrolled",
        "archive",
        "withdrawn",
        SYSTEM,
        PLAIN,
        ARCHIVED_DETACHED,
        refused={
            "cycle_archived": {"around": DETACHED},
            "need_not_take_part": {"around": ARCHIVED},
        },
    ),
)

CASES = (
    *MOVING,
    *MOVED_BY_FORCE,
    *LEAVING,
)
