"""A case for each row that gives a result again, corrects or revokes it; proven one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.assessment.case import Revocation
from kaohe_workflow.lifecycles.assessment.events import (
    CorrectResult,
    RevokeResult,
)
from kaohe_workflow.lifecycles.assessment.findings import FindingStanding
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.values.terms import (
    Stage,
)
from tests.unit.lifecycles.assessment.rows_of_results import (
    ADMINISTRATION,
    ALL_PASSED,
    CHEATED,
    CONFIRMATION,
    FAILED,
    FINDING,
    IN_FIRST,
    IN_MAKEUP,
    ONE_FAILED,
    ONE_OPEN,
    PASSED,
    REPORTED,
    SYSTEM,
    case,
    papers,
)

AFTER_CONFIRMATION = china(date(2024, 1, 20))

AFTER_MAKEUP = attrs.evolve(IN_MAKEUP, result_version=1, decided_on=date(2024, 1, 29))

REFUSED = attrs.evolve(IN_FIRST, makeup_refused=True)

FOUND = attrs.evolve(REPORTED, findings=(attrs.evolve(FINDING, standing=FindingStanding.CONFIRMED),))

CUT_OFF = attrs.evolve(IN_FIRST, agency_passed=False, cut_off=True)

DECIDED = {"failed_for_good": {"record": IN_FIRST}, "file_decided": {"record": CUT_OFF}}

DEFERRED = attrs.evolve(papers(), deferral_filed=True)


def recompute(state, target, record, around, *, now=CONFIRMATION, **refused):
    """A case of computing the result again."""
    return case(state, "recompute", target, SYSTEM, record, around, now=now, refused=refused)


AGAIN_BEFORE_MAKEUP = (
    recompute(
        "awaiting_makeup_approval",
        "qualified",
        PASSED,
        ALL_PASSED,
        may_qualify={"record": FAILED},
        papers_passed={"around": ONE_FAILED},
    ),
    recompute(
        "awaiting_makeup_approval",
        "awaiting_assessment",
        PASSED,
        ONE_OPEN,
        may_qualify={"record": FAILED},
        papers_open={"around": ONE_FAILED},
    ),
    recompute(
        "awaiting_makeup_approval",
        "unqualified",
        PASSED,
        ONE_FAILED,
        now=AFTER_CONFIRMATION,
        failed_while_waiting={"now": CONFIRMATION},
    ),
    recompute(
        "awaiting_makeup_approval",
        "unqualified",
        PASSED,
        CHEATED,
        failed_while_waiting={"around": ONE_FAILED},
    ),
    recompute(
        "awaiting_makeup_approval",
        "awaiting_makeup_approval",
        PASSED,
        ONE_FAILED,
        still_to_be_approved={"now": AFTER_CONFIRMATION},
    ),
    recompute(
        "awaiting_makeup",
        "qualified",
        IN_MAKEUP,
        papers("passed passed", "not_sat"),
        makeup_not_needed={"around": papers("passed passed", "sitting")},
    ),
    recompute(
        "awaiting_makeup",
        "awaiting_makeup",
        IN_MAKEUP,
        papers("passed failed", "- not_sat"),
        makeup_still_needed={"around": papers("passed passed", "not_sat")},
    ),
    recompute(
        "awaiting_makeup",
        "unqualified",
        IN_MAKEUP,
        attrs.evolve(papers("passed void", "- not_sat"), cheating_confirmed=True),
        cheating_final={"around": papers("passed void", "- not_sat")},
    ),
    recompute(
        "awaiting_makeup",
        "awaiting_assessment",
        IN_MAKEUP,
        papers("passed handed_in", "- not_sat"),
        first_stage_reopened={"around": papers("passed handed_in", "- sitting")},
    ),
)

AGAIN_AFTER_RESULT = (
    recompute(
        "unqualified",
        "qualified",
        REFUSED,
        ALL_PASSED,
        may_qualify={"record": FAILED},
        papers_passed={"around": ONE_FAILED},
    ),
    *(
        recompute(
            state,
            "awaiting_assessment",
            IN_FIRST,
            ONE_OPEN,
            may_qualify={"record": FAILED},
            papers_open={"around": ONE_FAILED},
            in_first_stage={"record": AFTER_MAKEUP, "around": papers("failed failed", "not_sat")},
        )
        for state in ("qualified", "unqualified")
    ),
    *(
        recompute(
            state,
            "awaiting_makeup",
            AFTER_MAKEUP,
            papers("passed failed", "- not_sat"),
            may_qualify={"record": attrs.evolve(FAILED, stage=Stage.MAKEUP)},
            papers_open={"around": papers("passed failed", "- failed")},
            in_makeup_stage={"record": IN_FIRST, "around": ONE_OPEN},
        )
        for state in ("qualified", "unqualified")
    ),
    *(
        recompute(
            state,
            "awaiting_makeup",
            AFTER_MAKEUP,
            papers("failed failed", "passed cancelled"),
            may_qualify={"record": attrs.evolve(FAILED, stage=Stage.MAKEUP)},
            makeup_to_go_on={"around": papers("failed failed", "passed failed")},
        )
        for state in ("qualified", "unqualified")
    ),
    *(
        recompute(
            state,
            "awaiting_makeup_approval",
            IN_FIRST,
            ONE_FAILED,
            may_qualify={"record": FAILED},
            papers_not_passed={"around": ALL_PASSED},
            makeup_still_possible={"record": REFUSED},
        )
        for state in ("qualified", "unqualified")
    ),
    recompute("qualified", "unqualified", IN_FIRST, CHEATED, failed_for_good={"around": ALL_PASSED}),
    recompute("qualified", "unqualified", REFUSED, ONE_FAILED, failed_for_good={"around": ALL_PASSED}),
    recompute(
        "qualified",
        "qualified",
        IN_FIRST,
        ALL_PASSED,
        may_qualify={"record": FAILED},
        papers_passed={"around": ONE_FAILED},
    ),
    recompute("unqualified", "unqualified", FAILED, papers(), **DECIDED),
    recompute(
        "unqualified",
        "unqualified",
        attrs.evolve(CUT_OFF, findings=FOUND.findings),
        papers(),
        **DECIDED,
    ),
    recompute(
        "unqualified",
        "registration_returned",
        CUT_OFF,
        papers(),
        file_to_go_on={"record": attrs.evolve(CUT_OFF, cut_off=False)},
        no_deferral_filed={"around": DEFERRED},
    ),
    recompute(
        "unqualified",
        "deferred",
        CUT_OFF,
        DEFERRED,
        file_to_go_on={"record": attrs.evolve(CUT_OFF, agency_passed=True)},
        deferral_filed={"around": papers()},
    ),
    recompute("unqualified", "unqualified", FOUND, ALL_PASSED, **DECIDED),
    recompute("qualified", "unqualified", FOUND, ALL_PASSED, failed_for_good={"record": IN_FIRST}),
)

CORRECTED = tuple(
    case(state, "correct_result", state, SYSTEM, FOUND, payload=CorrectResult(findings=(1,)))
    for state in ("qualified", "unqualified")
)

REVOKED = attrs.evolve(IN_FIRST, revocation=Revocation(date(2024, 2, 1), ("proof",)))

REVOKING = (
    case(
        "qualified",
        "revoke_result",
        "unqualified",
        ADMINISTRATION,
        IN_FIRST,
        payload=RevokeResult(evidence=("proof",)),
        reason="以欺骗手段取得",
        refused={"revocation_proven": {"payload": RevokeResult()}},
    ),
    recompute("unqualified", "unqualified", REVOKED, ALL_PASSED, **DECIDED),
)

CASES = (
    *AGAIN_BEFORE_MAKEUP,
    *AGAIN_AFTER_RESULT,
    *CORRECTED,
    *REVOKING,
)
