"""A case for each row of an application for review, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.result_review.case import OpinionItem, ResultReview
from kaohe_workflow.lifecycles.result_review.events import Apply, Change
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.reviews import UNQUALIFIED, ResultReviewAround
from kaohe_workflow.testing.trials import RowCase, Sending, Trial

PHYSICIAN = ("physician", "self")
AGENCY = ("agency", "assigned")
ADMINISTRATION = ("administration", "subtree")
SYSTEM = ("system", "any")

IN_TIME = china(date(2024, 2, 5))
LATE = china(date(2024, 3, 2))
OVERDUE = china(date(2024, 3, 7))

RECORD = ResultReview(
    institution_id="hospital",
    assessment_id="assessment",
    cycle_id="cycle",
    physician_id="doctor",
    result_version=1,
    received_on=date(2024, 1, 31),
    applied_on=date(2024, 2, 5),
    grounds="职业道德评定有误",
)
APPLICATION = Apply(assessment_id="assessment", grounds="职业道德评定有误")
CHANGE = Change(opinions=(OpinionItem.ETHICS,))
AROUND = ResultReviewAround()
JUDGE = attrs.evolve(AROUND, sender=Decider("agency-account", "judge"))
BY_AGENCY = {
    "by_another": {"around": JUDGE},
    "not_recused": {"around": attrs.evolve(AROUND, held_off=(Decider("agency-account", "reviewer"),))},
}
NEWER = attrs.evolve(AROUND, result=attrs.evolve(UNQUALIFIED, result_version=2))

NO_RESULT = {"around": attrs.evolve(AROUND, result=attrs.evolve(UNQUALIFIED, state="awaiting_makeup"))}
APPLIED = {"around": attrs.evolve(AROUND, applied_already=True)}


def case(state, event, target, by, *, now=IN_TIME, around=AROUND, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="result_review", state=state, record=None if state == "none" else RECORD),
        sending=Sending(event=event, by=by, now=now, around=around, **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    case(
        "none",
        "apply",
        "submitted",
        PHYSICIAN,
        payload=APPLICATION,
        refused={"result_published": NO_RESULT, "first_for_version": APPLIED, "in_time": {"now": LATE}},
    ),
    case(
        "none",
        "apply",
        "rejected",
        PHYSICIAN,
        now=LATE,
        payload=APPLICATION,
        refused={"result_published": NO_RESULT, "first_for_version": APPLIED, "too_late": {"now": IN_TIME}},
    ),
    *(
        case(state, "uphold", "upheld", AGENCY, reason="评定无误", refused=BY_AGENCY)
        for state in ("submitted", "escalated")
    ),
    *(
        case(
            state,
            "uphold",
            "upheld",
            ADMINISTRATION,
            now=OVERDUE,
            reason="评定无误",
            refused={"by_another": {"around": JUDGE}, "answer_overdue": {"now": IN_TIME}},
        )
        for state in ("submitted", "escalated")
    ),
    *(
        case(
            state,
            "change",
            "changed",
            AGENCY,
            payload=CHANGE,
            reason="评定有误",
            refused=BY_AGENCY | {"names_something": {"payload": Change()}},
        )
        for state in ("submitted", "escalated")
    ),
    *(
        case(
            state,
            "change",
            "changed",
            ADMINISTRATION,
            now=OVERDUE,
            payload=CHANGE,
            reason="评定有误",
            refused={
                "by_another": {"around": JUDGE},
                "names_something": {"payload": Change()},
                "answer_overdue": {"now": IN_TIME},
            },
        )
        for state in ("submitted", "escalated")
    ),
    *(case(state, "withdraw", "upheld", PHYSICIAN) for state in ("submitted", "escalated")),
    case(
        "submitted",
        "escalate",
        "escalated",
        SYSTEM,
        now=OVERDUE,
        refused={"answer_overdue": {"now": IN_TIME}},
    ),
    *(
        case(
            state,
            "supersede",
            "superseded",
            SYSTEM,
            around=NEWER,
            refused={"result_changed": {"around": AROUND}},
        )
        for state in ("submitted", "escalated")
    ),
)
