"""A case for each row of an application for exemption, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from kaohe_workflow.lifecycles.exemption.case import Exemption
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.lifecycles.reviewing import Decision, Return
from kaohe_workflow.lifecycles.shape import Decider, Move
from kaohe_workflow.testing.assessments import PASSED_FILE, ExemptionAround, china
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial
from kaohe_workflow.values.terms import PaperKind, ReturnCode, Stage

OPEN = china(date(2024, 1, 5))
OVER = china(date(2024, 1, 13), 0)

PHYSICIAN = ("physician", "self")
INSTITUTION = ("institution", "own")
AGENCY = ("agency", "assigned")
ADMINISTRATION = ("administration", "subtree")
SYSTEM = ("system", "any")

GROUND = "residency_training"
RECORD = Exemption(
    institution_id="hospital",
    assessment_id="assessment",
    cycle_id="cycle",
    physician_id="doctor",
    kind=PaperKind.PROFESSIONAL,
    ground=GROUND,
    certificate_on=date(2021, 6, 15),
    attachments=("file",),
)
APPLICATION = Apply(
    assessment_id="assessment",
    ground=GROUND,
    certificate_on=date(2021, 6, 15),
    attachments=("file",),
    none_excluded=True,
)

AROUND = ExemptionAround()
MAKEUP = ExemptionAround(assessment=attrs.evolve(PASSED_FILE, state="awaiting_makeup", stage=Stage.MAKEUP))
STARTED = ExemptionAround(papers={PaperKind.PROFESSIONAL: "sitting"})

REFUSALS = {
    "apply_open": {"now": OVER},
    "stage_ok": {"around": MAKEUP},
    "ground_listed": {"payload": attrs.evolve(APPLICATION, ground="other")},
    "date_in_cycle": {"payload": attrs.evolve(APPLICATION, certificate_on=date(2019, 12, 31))},
    "attachments_given": {"payload": attrs.evolve(APPLICATION, attachments=())},
    "exclusions_declared": {"payload": attrs.evolve(APPLICATION, none_excluded=False)},
    "paper_due": {"parameters": attrs.evolve(DEFAULTS, papers_general=(PaperKind.HUMANITIES,))},
    "paper_untouched": {"around": STARTED},
    "list_settled": {"parameters": attrs.evolve(DEFAULTS, list_approval=True)},
}
NOT_OVER_REFUSALS = {"review_not_over": {"now": OVER}}
UNTOUCHED = {"paper_untouched": {"around": STARTED}}
NOT_RECUSED = {"not_recused": {"around": ExemptionAround(held_off=(Decider("account", "li"),))}}
CLAIMED = attrs.evolve(RECORD, claimed_by="account", claimed_at=OPEN)
CLAIMED_BY_ANOTHER = attrs.evolve(CLAIMED, claimed_by="another")
REVIEWERS = (("awaiting_institution", INSTITUTION, {}), ("awaiting_agency", AGENCY, NOT_RECUSED))
REVIEW_REFUSALS = {"review_open": {"now": OVER}} | UNTOUCHED
JUST_OVER = attrs.evolve(
    RECORD,
    decision=Decision(decided_by=Decider("account"), decided_at=OVER, decided_in="awaiting_institution"),
)
DECIDED = attrs.evolve(JUST_OVER, decision=attrs.evolve(JUST_OVER.decision, decided_at=OPEN))
RECALL_REFUSALS = {
    "recall_open": {"now": OPEN + timedelta(minutes=11)},
    "review_not_over": {"now": OVER, "record": JUST_OVER},
    "stage_ok": {"around": MAKEUP},
}


def case(state, event, target, by, record=RECORD, *, now=OPEN, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="exemption", state=state, record=record),
        sending=Sending(event=event, by=by, now=now, around=AROUND, **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    case(
        "none",
        "apply",
        "awaiting_institution",
        PHYSICIAN,
        None,
        payload=APPLICATION,
        refused=REFUSALS | {"only_application": {"around": ExemptionAround(applied_already=True)}},
    ),
    *(
        case(state, "apply", "awaiting_institution", PHYSICIAN, payload=APPLICATION, refused=REFUSALS)
        for state in ("institution_refused", "agency_refused", "withdrawn")
    ),
    case("awaiting_institution", "pass", "awaiting_agency", INSTITUTION, refused=REVIEW_REFUSALS),
    case("awaiting_agency", "pass", "granted", AGENCY, refused=NOT_RECUSED | REVIEW_REFUSALS),
    case(
        "awaiting_institution",
        "return",
        "institution_refused",
        INSTITUTION,
        payload=Return(ReturnCode.PROOF_UNSUITABLE),
        reason="证书不符",
        refused=NOT_OVER_REFUSALS,
    ),
    case(
        "awaiting_agency",
        "return",
        "agency_refused",
        AGENCY,
        payload=Return(ReturnCode.PROOF_MISSING),
        reason="证书不符",
        refused=NOT_RECUSED | NOT_OVER_REFUSALS,
    ),
    *(
        case(
            state,
            "claim",
            state,
            by,
            refused=also | NOT_OVER_REFUSALS | {"not_claimed": {"record": CLAIMED_BY_ANOTHER}},
        )
        for state, by, also in REVIEWERS
    ),
    *(
        case(
            state,
            "release",
            state,
            by,
            CLAIMED,
            refused=NOT_OVER_REFUSALS | {"claimed_by_sender": {"record": RECORD}},
        )
        for state, by, _ in REVIEWERS
    ),
    *(
        case(state, "claim", state, PHYSICIAN, refused=NOT_OVER_REFUSALS)
        for state in ("institution_refused", "agency_refused")
    ),
    case("granted", "claim", "granted", PHYSICIAN),
    *(
        case(state, "recall", target, by, DECIDED, refused=RECALL_REFUSALS | UNTOUCHED)
        for state, target, by in (
            ("institution_refused", "awaiting_institution", INSTITUTION),
            ("awaiting_agency", "awaiting_institution", INSTITUTION),
            ("agency_refused", "awaiting_agency", AGENCY),
        )
    ),
    case("granted", "recall", "awaiting_agency", AGENCY, DECIDED, refused=RECALL_REFUSALS),
    *(
        case(state, "withdraw", "withdrawn", PHYSICIAN, refused=NOT_OVER_REFUSALS)
        for state in ("awaiting_institution", "awaiting_agency")
    ),
    *(
        case(state, "withdraw", "withdrawn", SYSTEM)
        for state in (
            "awaiting_institution",
            "awaiting_agency",
            "institution_refused",
            "agency_refused",
            "granted",
        )
    ),
    *(
        case(state, "expire", "expired", SYSTEM, now=OVER, refused={"review_over": {"now": OPEN}})
        for state in ("awaiting_institution", "awaiting_agency", "institution_refused", "agency_refused")
    ),
    case("granted", "revoke", "revoked", ADMINISTRATION, reason="证书系伪造"),
    *(
        case(state, "move", state, SYSTEM, payload=Move("clinic"))
        for state in (
            "awaiting_institution",
            "awaiting_agency",
            "institution_refused",
            "agency_refused",
            "granted",
        )
    ),
)
