"""A case for each row of an assessment from the papers on, with what refuses it; proven one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.assessment.case import Revocation
from kaohe_workflow.lifecycles.assessment.events import (
    ConfirmMakeup,
    CorrectResult,
    DecideFinding,
    RecordTraining,
    ReportFinding,
    RevokeResult,
)
from kaohe_workflow.lifecycles.assessment.findings import DirectGround, Finding, FindingStanding
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.lifecycles.shape import Decider, Move
from kaohe_workflow.testing.assessments import CYCLE, PERSON, PLAIN, AssessmentAround, china, filing, opinions
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial
from kaohe_workflow.values.terms import (
    CheatingConsequence,
    OrganisationKind,
    PaperKind,
    Procedure,
    Stage,
    Verdict,
)

EVALUATION = china(date(2024, 1, 5))
CONFIRMATION = china(date(2024, 1, 17))
AFTER_CONFIRMATION = china(date(2024, 1, 20))

INSTITUTION = ("institution", "own")
AGENCY = ("agency", "assigned")
ADMINISTRATION = ("administration", "subtree")
PROVINCE = ("province", "subtree")
SYSTEM = ("system", "any")

PASSED = attrs.evolve(
    PLAIN,
    filing=filing(),
    procedure=Procedure.GENERAL,
    ever_submitted=True,
    opinions=opinions(),
    opinion_stands=True,
    agency_passed=True,
)
FAILED = attrs.evolve(PASSED, opinions=opinions(work=Verdict.UNQUALIFIED), agency_passed=False)
IN_FIRST = attrs.evolve(PASSED, stage=Stage.FIRST, result_version=1, decided_on=date(2024, 1, 15))
IN_MAKEUP = attrs.evolve(PASSED, stage=Stage.MAKEUP)
AFTER_MAKEUP = attrs.evolve(IN_MAKEUP, result_version=1, decided_on=date(2024, 1, 29))
REFUSED = attrs.evolve(IN_FIRST, makeup_refused=True)

NO_MAKEUP = attrs.evolve(DEFAULTS, makeup_offered=False)
VOID_ONLY = attrs.evolve(DEFAULTS, cheating_consequence=CheatingConsequence.MAKEUP)
TRAINING = attrs.evolve(DEFAULTS, makeup_training_days=60)


def papers(first="", makeup=""):
    """Around an assessment whose papers are in these states, humanities first; ``-`` for none."""
    kinds = (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)
    views = [
        PaperView(kind, stage, state)
        for stage, states in ((Stage.FIRST, first), (Stage.MAKEUP, makeup))
        for kind, state in zip(kinds, states.split(), strict=False)
        if state != "-"
    ]
    return AssessmentAround(papers=tuple(views))


ALL_PASSED = papers("passed exempt_pass")
ONE_FAILED = papers("passed failed")
BY_CITY = attrs.evolve(ONE_FAILED, sender_kind=OrganisationKind.CITY)
ONE_OPEN = papers("failed not_sat")
CHEATED = attrs.evolve(papers("passed void"), cheating_confirmed=True)
ARCHIVED = AssessmentAround(cycle=attrs.evolve(CYCLE, state="archived"))
ARCHIVED_DETACHED = attrs.evolve(ARCHIVED, person=attrs.evolve(PERSON, attached=False))
DETACHED = AssessmentAround(person=attrs.evolve(PERSON, attached=False))


REPORT = ReportFinding(
    ground=DirectGround.FALSE_DOCUMENTS,
    found_on=date(2021, 7, 1),
    text="出具虚假诊断证明",
    evidence=("proof",),
)
FINDING = Finding(
    number=1,
    ground=DirectGround.FALSE_DOCUMENTS,
    found_on=date(2021, 7, 1),
    text="出具虚假诊断证明",
    evidence=("proof",),
    reported_at=EVALUATION,
)
REPORTER = Decider("hospital-account")
REPORTED = attrs.evolve(PASSED, findings=(FINDING,), reporters=(REPORTER,))
DISMISSED = attrs.evolve(REPORTED, findings=(attrs.evolve(FINDING, standing=FindingStanding.DISMISSED),))
FOUND = attrs.evolve(REPORTED, findings=(attrs.evolve(FINDING, standing=FindingStanding.CONFIRMED),))
AGENT = attrs.evolve(ALL_PASSED, sender=Decider("agency-account"))


def case(state, event, target, by, record, around=ALL_PASSED, *, now=EVALUATION, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    parameters = more.pop("parameters", DEFAULTS)
    return RowCase(
        trial=Trial(lifecycle="assessment", state=state, record=record, parameters=parameters),
        sending=Sending(event=event, by=by, now=now, around=around, **more),
        target=target,
        refused=refused or {},
    )


def recompute(state, target, record, around, *, now=CONFIRMATION, **refused):
    """A case of computing the result again."""
    return case(state, "recompute", target, SYSTEM, record, around, now=now, refused=refused)


SETTLING = (
    case(
        "awaiting_assessment",
        "settle",
        "qualified",
        SYSTEM,
        PASSED,
        refused={"papers_passed": {"around": ONE_OPEN}, "may_qualify": {"record": FAILED}},
    ),
    case(
        "awaiting_assessment",
        "settle",
        "awaiting_makeup_approval",
        SYSTEM,
        PASSED,
        ONE_FAILED,
        refused={
            "papers_failed": {"around": ONE_OPEN},
            "makeup_to_come": {"parameters": NO_MAKEUP},
        },
    ),
    case(
        "awaiting_assessment",
        "settle",
        "unqualified",
        SYSTEM,
        PASSED,
        ONE_FAILED,
        parameters=NO_MAKEUP,
        refused={
            "papers_failed": {"around": ONE_OPEN},
            "no_makeup": {"parameters": DEFAULTS},
        },
    ),
    case(
        "awaiting_makeup",
        "settle",
        "qualified",
        SYSTEM,
        IN_MAKEUP,
        papers("passed failed", "- passed"),
        refused={
            "papers_passed": {"around": papers("passed failed", "- handed_in")},
            "may_qualify": {"record": attrs.evolve(FAILED, stage=Stage.MAKEUP)},
        },
    ),
    case(
        "awaiting_makeup",
        "settle",
        "unqualified",
        SYSTEM,
        IN_MAKEUP,
        papers("passed failed", "- absent"),
        refused={"failed_at_last": {"around": papers("passed failed", "- absence_pending")}},
    ),
    case(
        "awaiting_assessment",
        "settle",
        "unqualified",
        SYSTEM,
        PASSED,
        CHEATED,
        refused={
            "papers_failed": {"around": attrs.evolve(ONE_OPEN, cheating_confirmed=True)},
            "no_makeup": {"parameters": VOID_ONLY},
        },
    ),
    case(
        "awaiting_makeup",
        "settle",
        "unqualified",
        SYSTEM,
        IN_MAKEUP,
        attrs.evolve(papers("passed void", "- passed"), cheating_confirmed=True),
        refused={"failed_at_last": {"parameters": VOID_ONLY}},
    ),
)

FINDING_REFUSALS = {
    "cycle_running": {"around": attrs.evolve(AGENT, cycle=ARCHIVED.cycle)},
    "finding_pending": {"record": DISMISSED},
    "finding_by_another": {"around": attrs.evolve(AGENT, sender=REPORTER)},
}
UNDECIDED = (
    "awaiting_registration",
    "registration_returned",
    "awaiting_institution_review",
    "returned_by_agency",
    "awaiting_agency_review",
    "awaiting_assessment",
    "awaiting_makeup_approval",
    "awaiting_makeup",
)
FINDINGS = (
    *(
        case(
            state,
            "report_finding",
            state,
            by,
            PASSED,
            payload=REPORT,
            refused={
                "cycle_running": {"around": ARCHIVED},
                "finding_in_cycle": {"payload": attrs.evolve(REPORT, found_on=date(2023, 1, 1))},
                "finding_evidence": {"payload": attrs.evolve(REPORT, evidence=())},
            },
        )
        for state in (*UNDECIDED, "qualified")
        for by in (INSTITUTION, ADMINISTRATION)
    ),
    *(
        case(
            state,
            "confirm_finding",
            "unqualified",
            AGENCY,
            REPORTED,
            AGENT,
            payload=DecideFinding(1),
            refused=FINDING_REFUSALS,
        )
        for state in (*UNDECIDED, "qualified", "unqualified")
    ),
    *(
        case(
            state,
            "dismiss_finding",
            state,
            AGENCY,
            REPORTED,
            AGENT,
            payload=DecideFinding(1),
            reason="经查不属实",
            refused={
                "finding_pending": {"record": DISMISSED},
                "finding_by_another": FINDING_REFUSALS["finding_by_another"],
            },
        )
        for state in (*UNDECIDED, "qualified", "unqualified")
    ),
)

TRAINED = RecordTraining(
    trainer="市人民医院",
    first_day=date(2024, 1, 14),
    last_day=date(2024, 1, 17),
    days=4,
    certificate=("certificate",),
)

MAKEUP = (
    *(
        case(
            "awaiting_makeup_approval",
            "record_training",
            "awaiting_makeup_approval",
            by,
            PASSED,
            ONE_FAILED,
            now=CONFIRMATION,
            parameters=TRAINING,
            payload=TRAINED,
            refused={
                "training_asked": {"parameters": DEFAULTS},
                "training_proven": {"payload": attrs.evolve(TRAINED, certificate=())},
            },
        )
        for by in (INSTITUTION, AGENCY)
    ),
    case(
        "awaiting_makeup_approval",
        "confirm_makeup",
        "awaiting_makeup",
        PROVINCE,
        PASSED,
        ONE_FAILED,
        now=CONFIRMATION,
        parameters=TRAINING,
        payload=ConfirmMakeup(training_attested=True),
        refused={
            "makeup_decider": {"around": BY_CITY},
            "cycle_running": {"around": attrs.evolve(ONE_FAILED, cycle=ARCHIVED.cycle)},
            "makeup_confirm_open": {"now": EVALUATION},
            "opinions_confirmed": {"record": FAILED},
            "training_done": {"payload": ConfirmMakeup()},
        },
    ),
    case(
        "awaiting_makeup_approval",
        "refuse_makeup",
        "unqualified",
        PROVINCE,
        PASSED,
        ONE_FAILED,
        reason="未参加培训",
        refused={"makeup_decider": {"around": BY_CITY}},
    ),
)

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
    recompute("unqualified", "unqualified", FAILED, papers(), failed_for_good={"record": IN_FIRST}),
    recompute("unqualified", "unqualified", FOUND, ALL_PASSED, failed_for_good={"record": IN_FIRST}),
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
    recompute("unqualified", "unqualified", REVOKED, ALL_PASSED, failed_for_good={"record": IN_FIRST}),
)

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
            ("deferred", PASSED),
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
    case(
        "withdrawn",
        "reinstate",
        "not_enrolled",
        ADMINISTRATION,
        PASSED,
        refused={"attached": {"around": DETACHED}, "cycle_running": {"around": ARCHIVED}},
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
    *SETTLING,
    *FINDINGS,
    *MAKEUP,
    *AGAIN_BEFORE_MAKEUP,
    *AGAIN_AFTER_RESULT,
    *CORRECTED,
    *REVOKING,
    *MOVING,
    *MOVED_BY_FORCE,
    *LEAVING,
)
