"""A case for each row of an assessment until the papers, with what refuses it; proven one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.assessment.early import Early
from kaohe_workflow.lifecycles.assessment.events import (
    Enrol,
    GiveOpinion,
    Open,
    OrderEarly,
    Return,
    Save,
    Submit,
)
from kaohe_workflow.lifecycles.assessment.filing import OtherSite
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.testing.assessments import CYCLE, PERSON, PLAIN, AssessmentAround, china, filing, opinions
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial
from kaohe_workflow.values.terms import (
    Ground,
    Level,
    PaperKind,
    Procedure,
    ReturnCode,
    ReturnConcern,
    Stage,
    Verdict,
)
from kaohe_workflow.values.windows import Window

REGISTRATION = china(date(2023, 12, 1))
REVIEW_ONLY = china(date(2023, 12, 28))
GRACE = china(date(2023, 12, 31))
EVALUATION = china(date(2024, 1, 5))
LATE = china(date(2024, 1, 14))
AFTER_CONFIRMATION = china(date(2024, 1, 20))

PHYSICIAN = ("physician", "self")
INSTITUTION = ("institution", "own")
AGENCY = ("agency", "assigned")
ADMINISTRATION = ("administration", "subtree")
SYSTEM = ("system", "any")

FILED = attrs.evolve(PLAIN, filing=filing(), procedure=Procedure.GENERAL, ever_submitted=True)
RETURNED = attrs.evolve(FILED, returned_at=REVIEW_ONLY)
OBJECTED = attrs.evolve(RETURNED, concern=ReturnConcern.OPINION, opinions=opinions(), opinion_stands=True)
REVIEWED = attrs.evolve(FILED, opinions=opinions(), opinion_stands=True)
FAILED = attrs.evolve(REVIEWED, opinions=opinions(ethics=Verdict.UNQUALIFIED))
PASSED = attrs.evolve(REVIEWED, agency_passed=True)
UNFOUNDED = filing(procedure=Procedure.SIMPLIFIED, ground=Ground.FIVE_YEARS)
SIMPLIFIED = filing(procedure=Procedure.SIMPLIFIED, ground=Ground.TWELVE_YEARS)
LISTED = attrs.evolve(DEFAULTS, list_approval=True)
MULTI_SITE = filing(other_sites=(OtherSite(institution="市二院"),))

OPINION = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)
AROUND = AssessmentAround()
DETACHED = AssessmentAround(person=attrs.evolve(PERSON, attached=False))
CANCELLED = AssessmentAround(barred_until=(date(2023, 1, 1),))
STARTED = AssessmentAround(papers=(PaperView(PaperKind.HUMANITIES, Stage.FIRST, "sitting"),))
ARCHIVED = AssessmentAround(cycle=attrs.evolve(CYCLE, state="archived"))

ENROLMENT_ENDS = attrs.evolve(DEFAULTS, eligible_if_registered_by=date(2000, 1, 1))
OTHERS_WANTED = attrs.evolve(DEFAULTS, other_opinions_required=True)
RENEWABLE = attrs.evolve(DEFAULTS, opinion_fail_makeup=True)
NO_MAKEUP = attrs.evolve(DEFAULTS, makeup_offered=False)


def case(state, event, target, by, record, *, now=REGISTRATION, around=AROUND, parameters=DEFAULTS, **more):
    """A case of a row; ``refused`` among the rest maps a condition to what makes it fail."""
    refused = more.pop("refused", {})
    return RowCase(
        trial=Trial(lifecycle="assessment", state=state, record=record, parameters=parameters),
        sending=Sending(event=event, by=by, now=now, around=around, **more),
        target=target,
        refused=refused,
    )


def submission(state, record, now, window):
    """Submitting; ``window`` is the name of the guard that keeps to the time."""
    refused = {
        window: {"now": AFTER_CONFIRMATION},
        "name_known": {"around": AssessmentAround(person=attrs.evolve(PERSON, name=""))},
        "filing_complete": {"payload": Submit(filing(bad_record=None))},
        "as_registered": {"payload": Submit(filing(level=Level.ASSISTANT))},
        "department_enabled": {"around": AssessmentAround(enabled=frozenset())},
        "procedure_allowed": {"payload": Submit(UNFOUNDED)},
        "list_settled": {"payload": Submit(SIMPLIFIED), "parameters": LISTED},
    }
    return case(
        state,
        "submit",
        "awaiting_institution_review",
        PHYSICIAN,
        record,
        now=now,
        payload=Submit(filing()),
        refused=refused,
    )


def opinion(state, record, now, **more):
    """Giving the opinions."""
    refused = {
        "review_open": {"now": AFTER_CONFIRMATION},
        "opinions_given": {"payload": GiveOpinion(work=Verdict.QUALIFIED)},
        "opinion_reasons": {"payload": attrs.evolve(OPINION, ethics=Verdict.UNQUALIFIED)},
        "other_opinions": {"record": attrs.evolve(record, filing=MULTI_SITE), "parameters": OTHERS_WANTED},
    }
    return case(
        state,
        "submit_opinion",
        "awaiting_agency_review",
        INSTITUTION,
        record,
        now=now,
        payload=OPINION,
        refused=refused | more,
    )


def early(**windows):
    """Windows of one's own, from now on."""
    given = {
        "registration": Window.of_days(date(2023, 12, 1), date(2023, 12, 5)),
        "review": Window.of_days(date(2023, 12, 1), date(2023, 12, 8)),
        "evaluation": Window.of_days(date(2023, 12, 10), date(2023, 12, 12)),
    }
    return OrderEarly(**(given | windows))


ORDERED = Early(windows=early().windows, ordered_on=date(2023, 12, 1))

TAKING_PART = (
    case(
        "none",
        "open",
        "not_enrolled",
        SYSTEM,
        None,
        payload=Open("hospital", "cycle", "doctor"),
        refused={"cycle_running": {"around": ARCHIVED}, "attached": {"around": DETACHED}},
    ),
    case(
        "not_enrolled",
        "enrol",
        "awaiting_registration",
        INSTITUTION,
        PLAIN,
        payload=Enrol(),
        refused={
            "filing_open": {"now": REVIEW_ONLY},
            "attached": {"around": DETACHED},
            "registration_valid": {"around": CANCELLED},
            "may_take_part": {"parameters": ENROLMENT_ENDS},
        },
    ),
    *(
        case(
            state,
            "cancel_enrolment",
            "not_enrolled",
            INSTITUTION,
            record,
            refused={
                "no_opinion_stands": {"record": REVIEWED},
                "not_ordered_early": {"record": attrs.evolve(record, early=ORDERED)},
            },
        )
        for state, record in (
            ("awaiting_registration", PLAIN),
            ("registration_returned", RETURNED),
            ("awaiting_institution_review", FILED),
        )
    ),
)

FILING = (
    case(
        "awaiting_registration",
        "save",
        "awaiting_registration",
        PHYSICIAN,
        PLAIN,
        payload=Save(filing()),
    ),
    case(
        "registration_returned",
        "save",
        "registration_returned",
        PHYSICIAN,
        RETURNED,
        payload=Save(filing()),
    ),
    submission("awaiting_registration", PLAIN, REGISTRATION, "filing_open_or_moved"),
    submission("registration_returned", RETURNED, GRACE, "refiling_open"),
    case(
        "awaiting_institution_review",
        "withdraw_filing",
        "awaiting_registration",
        PHYSICIAN,
        FILED,
        refused={
            "not_opened": {"record": attrs.evolve(FILED, opened=True)},
            "filing_open": {"now": REVIEW_ONLY},
        },
    ),
    case(
        "awaiting_institution_review",
        "withdraw_filing",
        "registration_returned",
        PHYSICIAN,
        RETURNED,
        now=GRACE,
        refused={
            "not_opened": {"record": attrs.evolve(RETURNED, opened=True)},
            "refiling_only": {"now": EVALUATION},
        },
    ),
)

NOT_RECUSED = {"not_recused": {"around": AssessmentAround(held_off=(Decider("account", "li"),))}}

PASSED_ON = NOT_RECUSED | {"sample_judged": {"around": AssessmentAround(in_open_sample=True)}}
"""What keeps the agency from passing a file on, whatever its opinions are."""

CLAIMED = {"claimed_by": "account", "claimed_at": REGISTRATION}
"""On the desk of the sender; that of somebody else is another account's."""

REVIEWERS = (
    ("awaiting_institution_review", INSTITUTION, FILED, {}),
    ("returned_by_agency", INSTITUTION, OBJECTED, {}),
    ("awaiting_agency_review", AGENCY, REVIEWED, NOT_RECUSED),
)

OPENING = (
    *(
        case(
            state,
            "claim",
            state,
            by,
            record,
            refused=also
            | {"not_claimed": {"record": attrs.evolve(record, **(CLAIMED | {"claimed_by": "another"}))}},
        )
        for state, by, record, also in REVIEWERS
    ),
    *(
        case(
            state,
            "release",
            state,
            by,
            attrs.evolve(record, **CLAIMED),
            refused={"claimed_by_sender": {"record": record}},
        )
        for state, by, record, _ in REVIEWERS
    ),
    *(
        case(state, "claim", state, PHYSICIAN, record)
        for state, record in (("registration_returned", RETURNED), ("awaiting_assessment", PASSED))
    ),
)

INSTITUTION_REVIEW = (
    *(
        case(
            state,
            "return",
            "registration_returned",
            INSTITUTION,
            record,
            payload=Return(code=ReturnCode.INCOMPLETE),
            reason="证明不符",
        )
        for state, record in (("awaiting_institution_review", FILED), ("returned_by_agency", OBJECTED))
    ),
    *(
        case(state, "save_opinion", state, INSTITUTION, record, payload=OPINION)
        for state, record in (("awaiting_institution_review", FILED), ("returned_by_agency", OBJECTED))
    ),
    opinion("awaiting_institution_review", FILED, REVIEW_ONLY),
    opinion(
        "returned_by_agency",
        OBJECTED,
        GRACE,
        about_opinion={"record": attrs.evolve(OBJECTED, concern=ReturnConcern.FILING)},
    ),
)

AGENCY_REVIEW = (
    case(
        "awaiting_agency_review",
        "pass",
        "awaiting_assessment",
        AGENCY,
        REVIEWED,
        now=EVALUATION,
        refused=PASSED_ON
        | {"opinions_qualified": {"record": FAILED}, "agency_open": {"now": AFTER_CONFIRMATION}},
    ),
    case(
        "awaiting_agency_review",
        "pass",
        "awaiting_makeup_approval",
        AGENCY,
        REVIEWED,
        now=LATE,
        refused=PASSED_ON
        | {
            "opinions_qualified": {"record": FAILED},
            "late_door": {"now": AFTER_CONFIRMATION},
            "has_makeup": {"parameters": NO_MAKEUP},
            "cycle_running": {"around": ARCHIVED},
        },
    ),
    case(
        "awaiting_agency_review",
        "confirm_fail",
        "unqualified",
        AGENCY,
        FAILED,
        refused=PASSED_ON
        | {
            "opinions_unqualified": {"record": REVIEWED},
            "cycle_running": {"around": ARCHIVED},
            "opinion_is_final": {"parameters": RENEWABLE},
        },
    ),
    case(
        "awaiting_agency_review",
        "return",
        "returned_by_agency",
        AGENCY,
        REVIEWED,
        payload=Return(ReturnConcern.OPINION, code=ReturnCode.OPINION_UNFOUNDED),
        reason="意见有误",
        refused=NOT_RECUSED | {"evaluation_not_over": {"now": LATE}},
    ),
)


REVERSED = early(review=Window.of_days(date(2023, 12, 1), date(2023, 12, 4)))
EARLY = tuple(
    case(
        "not_enrolled",
        "order_early",
        "awaiting_registration",
        by,
        PLAIN,
        payload=early(),
        reason="拟变更执业地点",
        refused={
            "cycle_running": {"around": ARCHIVED},
            "attached": {"around": DETACHED},
            "registration_valid": {"around": CANCELLED},
            "early_windows_fit": {"payload": REVERSED},
        },
    )
    for by in (AGENCY, ADMINISTRATION)
)

CASES = (
    *EARLY,
    *TAKING_PART,
    *FILING,
    *OPENING,
    *INSTITUTION_REVIEW,
    *AGENCY_REVIEW,
)
