"""A case for each row until a paper is handed in or missed, with what refuses it; proven one folder up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs

from kaohe_workflow.lifecycles.evaluation.events import (
    ConfirmAbsence,
    DeliverHandIn,
    GrantResit,
    HandInStatement,
    named_delivery,
)
from kaohe_workflow.testing.assessments import SITTING, EvaluationAround, china
from kaohe_workflow.testing.trials import DEFAULTS
from tests.unit.lifecycles.evaluation.paper import (
    AGAIN,
    AGENCY,
    AHEAD_LOST,
    AHEAD_OPEN,
    AHEAD_PASSED,
    ALONE,
    AROUND,
    ASSIGNED,
    BEFORE,
    CLOSED_STATES,
    CONCLUDED,
    DELIVERED,
    ELSEWHERE,
    EXEMPT,
    FLOOD,
    IN_ORDER,
    KEPT_TO,
    LATER,
    OPEN,
    OVER,
    PAPER,
    PHOTO,
    PHOTOGRAPHED,
    PHYSICIAN,
    PROVINCE,
    REPORTED,
    STARTED,
    STATEMENT,
    SYSTEM,
    THEN,
    TRIED,
    UNSEEN,
    case,
    held_off,
)

HANDED_IN = DeliverHandIn(handed_in_at=china(date(2024, 1, 5), 12, 59, 59, 999_999))
TIMED = attrs.evolve(STARTED, ended_at=china(date(2024, 1, 5), 13), ended_with_time=True)
LAST_CHANCE = attrs.evolve(DEFAULTS, makeup_offered=False)
TOLD = {"end_not_reported": {"record": attrs.evolve(STARTED, ended_at=HANDED_IN.handed_in_at)}}
"""Who has handed in is known to have done so."""

CASES = (
    case(
        "none",
        "assign",
        "not_sat",
        SYSTEM,
        None,
        payload=ASSIGNED,
        refused={"assessment_open": {"around": ELSEWHERE}, "not_exempt": {"around": EXEMPT}},
    ),
    case(
        "none",
        "assign",
        "exempt_pass",
        SYSTEM,
        None,
        EXEMPT,
        payload=ASSIGNED,
        refused={
            "assessment_open": {"around": attrs.evolve(ELSEWHERE, exempt=True)},
            "exempt": {"around": AROUND},
        },
    ),
    case("not_sat", "exempt", "exempt_pass", SYSTEM, PAPER, EXEMPT, refused={"exempt": {"around": AROUND}}),
    *(
        case(
            state,
            "start",
            "sitting",
            PHYSICIAN,
            PAPER,
            AHEAD_PASSED,
            parameters=UNSEEN,
            refused={
                "not_statement": {"record": STATEMENT},
                "window_open": {"now": OVER},
                "identity_checked": {"parameters": IN_ORDER},
                "prerequisite_met": {"around": AHEAD_OPEN},
            },
        )
        for state in ("not_sat", "absence_pending")
    ),
    case(
        "sitting",
        "hand_in",
        "handed_in",
        PHYSICIAN,
        STARTED,
        refused={"time_left": {"now": china(date(2024, 1, 5), 13)}},
    ),
    case(
        "sitting",
        "time_over",
        "handed_in",
        SYSTEM,
        STARTED,
        now=china(date(2024, 1, 5), 13),
        refused={"sitting_over": {"now": china(date(2024, 1, 5), 12, 59, 59)}},
    ),
    case(
        "not_sat",
        "close",
        "absence_pending",
        SYSTEM,
        PAPER,
        now=OVER,
        refused={
            "window_over": {"now": OPEN},
            "not_attempted": {"record": TRIED},
            "prerequisite_not_lost": {"around": AHEAD_LOST, "parameters": IN_ORDER},
        },
    ),
    case(
        "not_sat",
        "close",
        "handed_in",
        SYSTEM,
        TRIED,
        now=OVER,
        refused={"window_over": {"now": OPEN}, "attempted": {"record": PAPER}},
    ),
    case(
        "not_sat",
        "close",
        "not_opened",
        SYSTEM,
        PAPER,
        AHEAD_LOST,
        now=OVER,
        parameters=IN_ORDER,
        refused={
            "window_over": {"now": OPEN},
            "not_attempted": {"record": TRIED},
            "prerequisite_lost": {"around": AHEAD_OPEN},
        },
    ),
    case(
        "absence_pending",
        "lose_turn",
        "not_opened",
        SYSTEM,
        PAPER,
        AHEAD_LOST,
        now=OVER,
        parameters=IN_ORDER,
        refused={"prerequisite_lost": {"around": AHEAD_PASSED}},
    ),
    *(
        case(
            "absence_pending",
            "confirm_absence",
            "absent",
            by,
            PAPER,
            DELIVERED,
            now=OVER,
            payload=ConfirmAbsence(reminded=True),
            refused={
                "window_over": {"now": OPEN},
                "reminded": {"payload": ConfirmAbsence()},
                "delivery_settled": {"around": AROUND},
                "prerequisite_met": {"around": ALONE, "parameters": IN_ORDER},
            }
            | held_off(by, DELIVERED),
        )
        for by in (AGENCY, PROVINCE)
    ),
    *(
        case(
            "not_sat",
            "confirm_absence",
            "absent",
            by,
            PAPER,
            DELIVERED,
            now=OVER,
            payload=ConfirmAbsence(reminded=True),
            refused={
                "window_over": {"now": OPEN},
                "reminded": {"payload": ConfirmAbsence()},
                "delivery_settled": {"around": AROUND},
                "prerequisite_met": {"around": ALONE, "parameters": IN_ORDER},
                "not_attempted": {"record": TRIED},
            }
            | held_off(by, DELIVERED),
        )
        for by in (AGENCY, PROVINCE)
    ),
    *(
        case(
            "absence_pending",
            "refute_absence",
            "not_sat",
            by,
            PAPER,
            refused={"window_open": {"now": OVER}} | held_off(by),
        )
        for by in (AGENCY, PROVINCE)
    ),
    case(
        "not_sat",
        "excuse_absence",
        "not_opened",
        PROVINCE,
        PAPER,
        now=OVER,
        reason="参加抗洪救灾",
        refused={
            "window_over": {"now": OPEN},
            "not_attempted": {"record": TRIED},
            "makeup_follows": {"parameters": LAST_CHANCE},
        },
    ),
    case(
        "absence_pending",
        "excuse_absence",
        "not_opened",
        PROVINCE,
        PAPER,
        now=OVER,
        reason="参加抗洪救灾",
        refused={"window_over": {"now": OPEN}, "makeup_follows": {"parameters": LAST_CHANCE}},
    ),
    *(
        case(
            state,
            "deliver_start",
            "sitting",
            SYSTEM,
            PAPER,
            AHEAD_PASSED,
            now=OVER,
            parameters=IN_ORDER,
            payload=THEN,
            refused={
                "first_delivery": {
                    "payload": AGAIN,
                    "record": attrs.evolve(PAPER, deliveries=(AGAIN.delivery,)),
                },
                "not_statement": {"record": STATEMENT},
                "started_in_window": {"payload": attrs.evolve(THEN, started_at=BEFORE)},
                "identity_checked": {"payload": attrs.evolve(THEN, identity_checked=False)},
                "prerequisite_met": {"around": AHEAD_OPEN},
            },
        )
        for state in ("not_sat", "absence_pending")
    ),
    *(
        case(
            state,
            "deliver_hand_in",
            "handed_in",
            SYSTEM,
            record,
            now=OVER,
            payload=HANDED_IN,
            refused={
                "first_delivery": {
                    "payload": named_delivery(HANDED_IN, "platform:examiner/2"),
                    "record": attrs.evolve(record, deliveries=("platform:examiner/2",)),
                },
                "handed_in_in_time": {"payload": DeliverHandIn(handed_in_at=china(date(2024, 1, 5), 13))},
            }
            | more,
        )
        for state, record, more in (
            ("sitting", STARTED, {}),
            ("handed_in", STARTED, TOLD),
            ("handed_in", TIMED, TOLD),
        )
    ),
    *(
        case(
            state,
            "record_photo",
            state,
            SYSTEM,
            STARTED,
            payload=PHOTO,
            refused={"photo_valid": {"payload": attrs.evolve(PHOTO, similarity=Decimal("100.01"))}},
        )
        for state in ("sitting", "handed_in")
    ),
    *(
        case(
            state,
            "drop_photos",
            state,
            SYSTEM,
            PHOTOGRAPHED,
            CONCLUDED,
            now=china(KEPT_TO + timedelta(days=1), 0),
            refused={
                "photos_left": {"around": attrs.evolve(CONCLUDED, evidence=frozenset({"photo"}))},
                "photo_retention_over": {"now": china(KEPT_TO, 23, 59)},
                "not_contested": {"around": attrs.evolve(CONCLUDED, contested=True)},
            },
        )
        for state in CLOSED_STATES
    ),
    *(
        case(
            state,
            "hand_in_statement",
            "handed_in",
            PHYSICIAN,
            STATEMENT,
            payload=HandInStatement(statement="本周期述职。"),
            refused={
                "is_statement": {"record": PAPER},
                "window_open": {"now": OVER},
                "statement_given": {"payload": HandInStatement(statement=" ")},
            },
        )
        for state in ("not_sat", "absence_pending")
    ),
    *(
        case(
            state,
            "report_force_majeure",
            state,
            by,
            PAPER,
            payload=FLOOD,
            refused={
                "window_begun": {"now": BEFORE},
                "cycle_running": {"around": EvaluationAround(cycle_running=False)},
                "report_complete": {"payload": attrs.evolve(FLOOD, evidence=())},
            }
            | held_off(by),
        )
        for state in ("not_sat", "sitting", "handed_in", "absence_pending", "absent")
        for by in (PHYSICIAN, AGENCY)
    ),
    *(
        case(
            state,
            "grant_resit",
            "not_sat",
            PROVINCE,
            REPORTED,
            payload=GrantResit(),
            refused={
                "forwarded": {"record": PAPER},
                "resit_possible": {"now": OVER},
                "cycle_running": {"around": EvaluationAround(cycle_running=False)},
            },
        )
        for state in ("not_sat", "sitting", "handed_in", "absence_pending")
    ),
    case(
        "absent",
        "grant_resit",
        "not_sat",
        PROVINCE,
        REPORTED,
        now=OVER,
        payload=GrantResit(window=LATER),
        refused={
            "forwarded": {"record": PAPER},
            "resit_possible": {"payload": GrantResit()},
            "cycle_running": {"around": EvaluationAround(cycle_running=False)},
            "still_judged": {"around": EvaluationAround(assessment=attrs.evolve(SITTING, state="withdrawn"))},
            "makeup_not_begun": {"around": EvaluationAround(makeup_begun=True)},
        },
    ),
)
