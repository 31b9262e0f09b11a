"""A case for each row of an assessment from the papers on, with what refuses it; proven one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.assessment.events import (
    ConfirmMakeup,
    DecideFinding,
    RecordTraining,
    ReportFinding,
)
from kaohe_workflow.lifecycles.assessment.findings import DirectGround, Finding, FindingStanding
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.testing.assessments import (
    CYCLE,
    FIRST_DAY,
    PERSON,
    PLAIN,
    AssessmentAround,
    china,
    filing,
    opinions,
)
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
        refused={"failed_at_first": {"around": ONE_OPEN}},
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
        refused={"failed_at_first": {"parameters": VOID_ONLY}},
    ),
    # The paper in which cheating was found is of an earlier round.
    case(
        "awaiting_assessment",
        "settle",
        "unqualified",
        SYSTEM,
        PASSED,
        attrs.evolve(ALL_PASSED, cheating_confirmed=True),
        refused={"failed_at_first": {"around": ALL_PASSED}},
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
    "not_recused": {"around": attrs.evolve(AGENT, held_off=(AGENT.sender,))},
    "cycle_running": {"around": attrs.evolve(AGENT, cycle=ARCHIVED.cycle)},
    "finding_pending": {"record": DISMISSED},
    "finding_by_another": {"around": attrs.evolve(AGENT, sender=REPORTER)},
}

UNDECIDED_PENALTY = attrs.evolve(FINDING, ground=DirectGround.PENALISED)
PENALISED = attrs.evolve(
    REPORTED, findings=(attrs.evolve(UNDECIDED_PENALTY, standing=FindingStanding.CONFIRMED),)
)
CLEARED = attrs.evolve(ALL_PASSED, person=attrs.evolve(PERSON, cleared_on=(FIRST_DAY,)))

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
                "not_recused": FINDING_REFUSALS["not_recused"],
            },
        )
        for state in (*UNDECIDED, "qualified", "unqualified")
    ),
    case(
        "unqualified",
        "withdraw_finding",
        "unqualified",
        ADMINISTRATION,
        PENALISED,
        CLEARED,
        payload=DecideFinding(1),
        reason="处罚登记有误",
        refused={
            "finding_confirmed": {"record": attrs.evolve(PENALISED, findings=(UNDECIDED_PENALTY,))},
            "finding_unfounded": {"around": ALL_PASSED},
        },
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

CASES = (
    *SETTLING,
    *FINDINGS,
    *MAKEUP,
)
