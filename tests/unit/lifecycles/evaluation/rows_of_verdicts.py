"""A case for each row from a paper's score on, with what refuses it; proven one folder up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from kaohe_workflow.lifecycles.evaluation.events import AssessStatement, GiveLine, RecordScore, named_delivery
from kaohe_workflow.lifecycles.shape import Decider, Move
from kaohe_workflow.testing.assessments import SITTING, EvaluationAround, china
from kaohe_workflow.values.terms import Stage, Verdict
from tests.unit.lifecycles.evaluation.paper import (
    AGENCY,
    AROUND,
    BEFORE,
    CHEATED,
    MET,
    MISSED,
    OPEN,
    OPEN_STATES,
    OVER,
    PAPER,
    PROVINCE,
    SCORED,
    STARTED,
    STATEMENT,
    SYSTEM,
    TRIED,
    TWICE,
    case,
    held_off,
)

GONE = EvaluationAround(assessment=attrs.evolve(SITTING, state="withdrawn"))

COMES_AGAIN = {
    "payload": named_delivery(RecordScore(Decimal("59.5")), "platform:examiner/3"),
    "record": attrs.evolve(PAPER, deliveries=("platform:examiner/3",)),
}

ALONE_EARLY = EvaluationAround(assessment=attrs.evolve(SITTING, early=frozenset({Stage.FIRST})))
LAST = china(date(2024, 1, 12), 23, 59, 59, 999_999)


def _timely(state, verdict):
    """Nobody fails for what is not written while there is time to write it."""
    unwritten = state != "handed_in" and verdict is Verdict.UNQUALIFIED
    return {"window_over": {"now": LAST}} if unwritten else {"window_begun": {"now": BEFORE}}


SUPERSEDED = attrs.evolve(AROUND, superseded=True)

CASES = (
    *(
        case(
            state,
            "record_score",
            "handed_in",
            by,
            PAPER,
            payload=RecordScore(Decimal("59.5")),
            refused={
                "not_statement": {"record": STATEMENT},
                "window_begun": {"now": BEFORE},
                "score_in_range": {"payload": RecordScore(Decimal("100.01"))},
                "no_score_yet": {"record": SCORED},
                "attempt_begun": {"record": TRIED},
            }
            | ({"first_delivery": COMES_AGAIN} if by is SYSTEM else {})
            | held_off(by),
        )
        for state in OPEN_STATES
        for by in (PROVINCE, AGENCY, SYSTEM)
    ),
    *(
        case(
            state,
            "correct_score",
            "handed_in",
            SYSTEM,
            SCORED,
            now=OVER,
            payload=RecordScore(Decimal(80)),
            refused={"score_in_range": {"payload": RecordScore(Decimal(-1))}},
        )
        for state in ("failed", "absent")
    ),
    case(
        "absent",
        "record_score",
        "handed_in",
        PROVINCE,
        PAPER,
        now=OVER,
        payload=RecordScore(Decimal(80)),
        reason="平台补送",
        refused={
            "not_statement": {"record": STATEMENT},
            "score_in_range": {"payload": RecordScore(Decimal(-1))},
            "no_score_yet": {"record": SCORED},
            "line_not_published": {"around": MET},
            "makeup_not_begun": {"around": EvaluationAround(makeup_begun=True)},
            "cycle_running": {"around": EvaluationAround(cycle_running=False)},
            "still_judged": {"around": EvaluationAround(assessment=attrs.evolve(SITTING, state="withdrawn"))},
        },
    ),
    case(
        "handed_in",
        "give_line",
        "handed_in",
        PROVINCE,
        SCORED,
        ALONE_EARLY,
        now=OVER,
        payload=GiveLine(Decimal(60)),
        refused={
            "sat_early": {"around": AROUND},
            "window_over": {"now": LAST},
            "has_been_sat": {"record": PAPER},
            "line_not_published": {"around": attrs.evolve(ALONE_EARLY, line=Decimal(60))},
            "score_in_range": {"payload": GiveLine(Decimal("100.01"))},
        },
    ),
    *(
        case(
            state,
            "correct_line",
            state,
            PROVINCE,
            attrs.evolve(SCORED, own_line=Decimal(70)),
            ALONE_EARLY,
            now=OVER,
            payload=GiveLine(Decimal(60)),
            reason="录入有误",
            refused={
                "own_line_given": {"record": SCORED},
                "result_open": {
                    "around": EvaluationAround(assessment=attrs.evolve(SITTING, state="qualified"))
                },
                "makeup_not_begun": {"around": attrs.evolve(ALONE_EARLY, makeup_begun=True)},
                "score_in_range": {"payload": GiveLine(Decimal("100.01"))},
            },
        )
        for state in ("passed", "failed")
    ),
    case(
        "handed_in",
        "judge",
        "passed",
        SYSTEM,
        SCORED,
        MET,
        refused={"meets_line": {"around": MISSED}},
    ),
    case(
        "handed_in",
        "judge",
        "failed",
        SYSTEM,
        SCORED,
        MISSED,
        refused={"below_line": {"around": MET}, "no_further_attempt": {"parameters": TWICE}},
    ),
    case(
        "handed_in",
        "judge",
        "not_sat",
        SYSTEM,
        SCORED,
        MISSED,
        parameters=TWICE,
        refused={"below_line": {"around": MET}, "may_try_again": {"now": OVER}},
    ),
    case("passed", "judge", "failed", SYSTEM, SCORED, MISSED, refused={"below_line": {"around": MET}}),
    case("failed", "judge", "passed", SYSTEM, SCORED, MET, refused={"meets_line": {"around": MISSED}}),
    *(
        case(
            state,
            "assess_statement",
            target,
            AGENCY,
            STATEMENT,
            now=OVER,
            payload=AssessStatement(verdict),
            reason="内容不实" if verdict is Verdict.UNQUALIFIED else None,
            refused={
                "not_recused": {"around": EvaluationAround(held_off=(Decider("account", "li"),))},
                "is_statement": {"record": PAPER},
                **_timely(state, verdict),
                "cycle_running": {"around": EvaluationAround(cycle_running=False)},
                guard: {"payload": AssessStatement(other)},
            },
        )
        for state in ("not_sat", "handed_in", "absence_pending")
        for verdict, other, target, guard in (
            (Verdict.QUALIFIED, Verdict.UNQUALIFIED, "passed", "found_qualified"),
            (Verdict.UNQUALIFIED, Verdict.QUALIFIED, "failed", "found_unqualified"),
        )
    ),
    *(
        case(
            state,
            "void",
            "void",
            SYSTEM,
            STARTED,
            CHEATED,
            refused={"cheating_confirmed": {"around": AROUND}},
        )
        for state in (*OPEN_STATES, "passed", "failed", "absent", "not_opened", "cancelled")
    ),
    case(
        "void",
        "restore",
        "handed_in",
        SYSTEM,
        SCORED,
        refused={
            "not_cheated": {"around": CHEATED},
            "not_superseded": {"around": SUPERSEDED},
            "can_be_judged": {"record": STARTED},
        },
    ),
    case(
        "void",
        "restore",
        "not_sat",
        SYSTEM,
        STARTED,
        refused={
            "not_cheated": {"around": CHEATED},
            "not_superseded": {"around": SUPERSEDED},
            "may_be_sat": {"record": SCORED},
        },
    ),
    case(
        "void",
        "restore",
        "not_opened",
        SYSTEM,
        STARTED,
        now=OVER,
        refused={
            "not_cheated": {"around": CHEATED},
            "not_superseded": {"around": SUPERSEDED},
            "counts_for_nothing": {"now": OPEN},
        },
    ),
    case(
        "void",
        "restore",
        "cancelled",
        SYSTEM,
        SCORED,
        GONE,
        refused={
            "not_cheated": {"around": attrs.evolve(GONE, cheating_confirmed=True)},
            "not_superseded": {"around": attrs.evolve(GONE, superseded=True)},
            "counts_no_more": {"around": attrs.evolve(GONE, line=Decimal(60))},
        },
    ),
    case(
        "void",
        "restore",
        "cancelled",
        SYSTEM,
        SCORED,
        SUPERSEDED,
        refused={
            "not_cheated": {"around": attrs.evolve(SUPERSEDED, cheating_confirmed=True)},
            "superseded": {"around": AROUND},
        },
    ),
    *(case(state, "cancel", "cancelled", SYSTEM, PAPER) for state in (*OPEN_STATES, "exempt_pass")),
    case(
        "exempt_pass",
        "exemption_revoked",
        "not_sat",
        SYSTEM,
        PAPER,
        refused={"window_not_over": {"now": OVER}},
    ),
    case(
        "exempt_pass",
        "exemption_revoked",
        "not_opened",
        SYSTEM,
        PAPER,
        now=OVER,
        refused={"window_over": {"now": OPEN}},
    ),
    *(
        case(state, "move", state, SYSTEM, PAPER, payload=Move("clinic"))
        for state in (
            "not_sat",
            "sitting",
            "handed_in",
            "absence_pending",
            "passed",
            "failed",
            "exempt_pass",
            "absent",
            "void",
            "not_opened",
        )
    ),
)
