"""A case for each row of a follow-up, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from kaohe_workflow.lifecycles.follow_up.case import FollowUp, PaperResult
from kaohe_workflow.lifecycles.follow_up.events import Open, OrderSuspension, Reassess, RecordTraining
from kaohe_workflow.lifecycles.shape import Decider, Move
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.follow_ups import RESULT, FollowUpAround
from kaohe_workflow.testing.trials import RowCase, Sending, Trial
from kaohe_workflow.values.terms import PaperKind

INSTITUTION = ("institution", "own")
AGENCY = ("agency", "assigned")
ADMINISTRATION = ("administration", "subtree")
SYSTEM = ("system", "any")

ORDERING = china(date(2026, 2, 1))
SUSPENDED = china(date(2026, 4, 30))
OVER = china(date(2026, 5, 1), 0)

RECORD = FollowUp(
    institution_id="hospital",
    assessment_id="assessment",
    cycle_id="cycle",
    physician_id="doctor",
    result_version=1,
)
STOPPED = attrs.evolve(RECORD, starts_on=date(2026, 1, 31), ends_on=date(2026, 4, 30))
ORDER = OrderSuspension(months=3, starts_on=date(2026, 2, 1))
TRAINING = RecordTraining(trainer="省人民医院", first_day=date(2026, 2, 1), last_day=date(2026, 4, 1))

TRAINED = attrs.evolve(STOPPED, trainings=(TRAINING.training,))
SITTING_AGAIN = attrs.evolve(TRAINED, papers=(PaperKind.PROFESSIONAL,))


def sat(score: str | None) -> Reassess:
    """The result of the one paper that is sat again; None is 缺考."""
    scored = None if score is None else Decimal(score)
    return Reassess((PaperResult(kind=PaperKind.PROFESSIONAL, score=scored),))


AROUND = FollowUpAround()
NOT_RECUSED = {"not_recused": {"around": FollowUpAround(held_off=(Decider("agency-account", "reviewer"),))}}
NOT_REGISTERED = {"registration_valid": {"around": FollowUpAround(barred_until=(date(2027, 2, 1),))}}
QUALIFIED = FollowUpAround(result=attrs.evolve(RESULT, state="qualified", result_version=2))
GONE = FollowUpAround(person_gone=True)
MISSED = FollowUpAround(result=attrs.evolve(RESULT, state="missed"), missed_before=True)
ABSENT = FollowUpAround(result=attrs.evolve(RESULT, absent=True, cycle_archived=True), missed_before=True)


def case(state, event, target, by, record=RECORD, *, now=ORDERING, around=AROUND, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="follow_up", state=state, record=record),
        sending=Sending(event=event, by=by, now=now, around=around, **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    case(
        "none",
        "open",
        "order_due",
        SYSTEM,
        None,
        payload=Open("assessment", 1),
        refused={"unqualified": {"around": QUALIFIED}},
    ),
    case(
        "none",
        "open",
        "to_cancel",
        SYSTEM,
        None,
        around=MISSED,
        payload=Open("assessment", 1),
        refused={"missed_twice": {"around": attrs.evolve(MISSED, missed_before=False)}},
    ),
    case(
        "order_due",
        "order_suspension",
        "suspended",
        ADMINISTRATION,
        payload=ORDER,
        reason="考核不合格",
        refused={
            **NOT_REGISTERED,
            "unqualified": {"around": QUALIFIED},
            "months_allowed": {"payload": attrs.evolve(ORDER, months=7)},
            "starts_today_or_later": {"payload": attrs.evolve(ORDER, starts_on=date(2026, 1, 31))},
            "objection_over": {"now": china(date(2026, 1, 31))},
        },
    ),
    *(
        case(
            state,
            "record_training",
            state,
            by,
            STOPPED,
            now=SUSPENDED,
            payload=TRAINING,
            refused={
                **NOT_REGISTERED,
                "training_complete": {"payload": attrs.evolve(TRAINING, trainer=" ")},
            },
        )
        for state in ("suspended", "awaiting_reassessment")
        for by in (INSTITUTION, AGENCY)
    ),
    case(
        "suspended",
        "end_suspension",
        "awaiting_reassessment",
        SYSTEM,
        STOPPED,
        now=OVER,
        refused={"end_reached": {"now": SUSPENDED}},
    ),
    *(
        case(
            state,
            event,
            target,
            AGENCY,
            record,
            now=OVER,
            reason="再次考核未达到要求",
            refused={"end_reached": {"now": SUSPENDED}, **NOT_REGISTERED, **NOT_RECUSED, **more},
        )
        for state in ("suspended", "awaiting_reassessment")
        for event, target, record, more in (
            (
                "pass",
                "resumed",
                TRAINED,
                {"by_verdict": {"record": SITTING_AGAIN}, "trained": {"record": STOPPED}},
            ),
            ("fail", "to_cancel", STOPPED, {}),
        )
    ),
    *(
        case(
            state,
            "reassess",
            target,
            AGENCY,
            SITTING_AGAIN,
            now=OVER,
            payload=sat(score),
            refused={
                "end_reached": {"now": SUSPENDED},
                **NOT_REGISTERED,
                **NOT_RECUSED,
                "trained": {"record": attrs.evolve(SITTING_AGAIN, trainings=())},
                guard: {"payload": Reassess(())},
            },
        )
        for state in ("suspended", "awaiting_reassessment")
        for score, target, guard in (
            ("60", "resumed", "papers_met"),
            ("59.99", "to_cancel", "papers_not_met"),
            (None, "to_cancel", "papers_not_met"),
        )
    ),
    *(
        case(
            state,
            "miss_again",
            "to_cancel",
            SYSTEM,
            around=ABSENT,
            refused={"absent_twice": {"around": attrs.evolve(ABSENT, missed_before=False)}},
        )
        for state in ("order_due", "suspended", "awaiting_reassessment")
    ),
    case("to_cancel", "report_ground", "to_cancel", INSTITUTION),
    case(
        "to_cancel",
        "cancel",
        "cancelled",
        ADMINISTRATION,
        reason="再次考核不合格",
        refused=NOT_REGISTERED,
    ),
    *(
        case(
            state,
            "lift",
            "lifted",
            SYSTEM,
            around=QUALIFIED,
            refused={"without_object": {"around": AROUND}},
        )
        for state in ("order_due", "suspended", "awaiting_reassessment", "to_cancel")
    ),
    *(
        case(
            state,
            "lift",
            "lifted",
            ADMINISTRATION,
            around=QUALIFIED,
            reason="结果已更正",
            refused={"without_object": {"around": AROUND}},
        )
        for state in ("resumed", "cancelled")
    ),
    *(
        case(state, "move", state, SYSTEM, payload=Move("clinic"))
        for state in ("order_due", "suspended", "awaiting_reassessment", "to_cancel")
    ),
    *(
        case(
            state,
            "close",
            "closed",
            ADMINISTRATION,
            around=around,
            reason="医师已故",
            refused={"nothing_to_follow": {"around": AROUND}},
        )
        for state in ("order_due", "suspended", "awaiting_reassessment", "to_cancel")
        for around in (GONE, FollowUpAround(barred_until=(date(2027, 2, 1),)))
    ),
)
