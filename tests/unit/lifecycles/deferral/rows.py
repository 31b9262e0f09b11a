"""A case for each row of an application for deferral, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from kaohe_workflow.lifecycles.deferral.case import Deferral
from kaohe_workflow.lifecycles.deferral.events import Apply
from kaohe_workflow.lifecycles.reviewing import Decision, Return
from kaohe_workflow.lifecycles.shape import Decider, Move
from kaohe_workflow.testing.assessments import DEFERRABLE, DeferralAround, china
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial
from kaohe_workflow.values.parameter_kinds import DeferralOffice, ProvincialGround
from kaohe_workflow.values.terms import ReturnCode

OPEN = china(date(2024, 1, 5))
LATE = china(date(2024, 1, 12), 23, 59, 59)
OVER = china(date(2024, 1, 13), 0)

PHYSICIAN = ("physician", "self")
INSTITUTION = ("institution", "own")
AGENCY = ("agency", "assigned")
PROVINCE = ("province", "subtree")
SYSTEM = ("system", "any")

GROUNDS = (ProvincialGround(code="illness", label="患病不能参加考核"),)
OFFERED = attrs.evolve(DEFAULTS, deferral=True, deferral_grounds=GROUNDS)
BY_PROVINCE = attrs.evolve(OFFERED, deferral_office=DeferralOffice.PROVINCE)
NOT_OFFERED = attrs.evolve(OFFERED, deferral=False)

RECORD = Deferral(
    institution_id="hospital",
    assessment_id="assessment",
    cycle_id="cycle",
    physician_id="doctor",
    ground="illness",
    attachments=("file",),
)
APPLICATION = Apply(assessment_id="assessment", ground="illness", attachments=("file",))
AROUND = DeferralAround()
WAITING = DeferralAround(assessment=attrs.evolve(DEFERRABLE, state="awaiting_makeup_approval"))
STARTED = DeferralAround(papers=("sitting", "not_sat"))
FINISHED = DeferralAround(papers=("passed", "not_sat"))

REFUSALS = {
    "offered": {"parameters": NOT_OFFERED},
    "stage_ok": {"around": WAITING},
    "evaluation_not_over": {"now": OVER},
    "ground_listed": {"payload": attrs.evolve(APPLICATION, ground="other")},
    "evidence_given": {"payload": attrs.evolve(APPLICATION, attachments=())},
    "nothing_finished": {"around": FINISHED},
    "list_settled": {"parameters": attrs.evolve(OFFERED, list_approval=True)},
}
FILING_REFUSALS = {
    "stage_ok": {"around": WAITING},
    "evaluation_not_over": {"now": OVER},
    "nothing_started": {"around": STARTED},
}
NOT_OVER = {"evaluation_not_over": {"now": OVER}}


def decided(state, at=OPEN):
    """The record of what has just been decided in a state."""
    return attrs.evolve(
        RECORD, decision=Decision(decided_by=Decider("account"), decided_at=at, decided_in=state)
    )


def recall(source, target, by, state, other, guard):
    """Recalling what was decided in a state."""
    return case(
        source,
        "recall",
        target,
        by,
        decided(state),
        refused={
            "recall_open": {"now": OPEN + timedelta(minutes=11)},
            guard: {"record": decided(other)},
            "stage_ok": {"around": WAITING},
            "evaluation_not_over": {"now": OVER, "record": decided(state, LATE)},
            "nothing_finished": {"around": FINISHED},
        },
    )


def case(state, event, target, by, record=RECORD, *, now=OPEN, parameters=OFFERED, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="deferral", state=state, record=record, parameters=parameters),
        sending=Sending(event=event, by=by, now=now, around=AROUND, **more),
        target=target,
        refused=refused or {},
    )


NOT_RECUSED = {"not_recused": {"around": DeferralAround(held_off=(Decider("account", "li"),))}}
OFFICES = (
    (AGENCY, OFFERED, {"office_is_agency": {"parameters": BY_PROVINCE}, **NOT_RECUSED}),
    (PROVINCE, BY_PROVINCE, {"office_is_province": {"parameters": OFFERED}}),
)

CASES = (
    case(
        "none",
        "apply",
        "awaiting_institution",
        PHYSICIAN,
        None,
        payload=APPLICATION,
        refused=REFUSALS | {"only_application": {"around": DeferralAround(applied_already=True)}},
    ),
    *(
        case(state, "apply", "awaiting_institution", PHYSICIAN, payload=APPLICATION, refused=REFUSALS)
        for state in ("refused", "withdrawn")
    ),
    case("awaiting_institution", "claim", "awaiting_institution", INSTITUTION, refused=NOT_OVER),
    case("refused", "claim", "refused", PHYSICIAN),
    case("awaiting_institution", "pass", "awaiting_office", INSTITUTION, refused=NOT_OVER),
    case(
        "awaiting_institution",
        "return",
        "refused",
        INSTITUTION,
        payload=Return(ReturnCode.PROOF_MISSING),
        reason="缺少证明",
        refused=NOT_OVER,
    ),
    *(
        row
        for by, parameters, refusals in OFFICES
        for row in (
            case(
                "awaiting_office",
                "claim",
                "awaiting_office",
                by,
                parameters=parameters,
                refused=NOT_OVER | refusals,
            ),
            case(
                "awaiting_office",
                "file",
                "filed",
                by,
                parameters=parameters,
                refused=FILING_REFUSALS | refusals,
            ),
            case(
                "awaiting_office",
                "return",
                "refused",
                by,
                parameters=parameters,
                payload=Return(ReturnCode.PROOF_UNSUITABLE),
                reason="证明不符",
                refused=NOT_OVER | refusals,
            ),
        )
    ),
    *(
        recall(
            source,
            "awaiting_institution",
            INSTITUTION,
            "awaiting_institution",
            "awaiting_office",
            "decided_by_institution",
        )
        for source in ("refused", "awaiting_office")
    ),
    *(
        recall(
            "refused", "awaiting_office", by, "awaiting_office", "awaiting_institution", "decided_by_office"
        )
        for by in (AGENCY, PROVINCE)
    ),
    *(
        case(state, "withdraw", "withdrawn", by, refused=refusals)
        for state in ("awaiting_institution", "awaiting_office")
        for by, refusals in ((PHYSICIAN, NOT_OVER), (SYSTEM, {}))
    ),
    case("filed", "withdraw", "withdrawn", PHYSICIAN, refused=NOT_OVER),
    case("filed", "lapse", "withdrawn", SYSTEM),
    *(
        case(state, "expire", "expired", SYSTEM, now=OVER, refused={"evaluation_over": {"now": OPEN}})
        for state in ("awaiting_institution", "awaiting_office")
    ),
    *(
        case(state, "move", state, SYSTEM, payload=Move("clinic"))
        for state in ("awaiting_institution", "awaiting_office", "refused", "filed")
    ),
)
