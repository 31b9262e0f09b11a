"""A case for each row of a paper, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from kaohe_workflow.lifecycles.evaluation.case import Evaluation, ForceMajeure
from kaohe_workflow.lifecycles.evaluation.events import (
    AssessStatement,
    Assign,
    ConfirmAbsence,
    DeliverHandIn,
    DeliverStart,
    GrantResit,
    HandInStatement,
    Move,
    RecordPhoto,
    RecordScore,
    ReportForceMajeure,
)
from kaohe_workflow.lifecycles.evaluation.ordering import SiblingView
from kaohe_workflow.testing.assessments import SITTING, EvaluationAround, china
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial
from kaohe_workflow.values.terms import Category, Level, PaperKind, Stage, Verdict
from kaohe_workflow.values.windows import Window

BEFORE = china(date(2024, 1, 2))
OPEN = china(date(2024, 1, 5))
OVER = china(date(2024, 1, 14))

PHYSICIAN = ("physician", "self")
AGENCY = ("agency", "assigned")
PROVINCE = ("province", "subtree")
SYSTEM = ("system", "any")

PAPER = Evaluation(
    institution_id="hospital",
    assessment_id="assessment",
    cycle_id="cycle",
    physician_id="doctor",
    kind=PaperKind.PROFESSIONAL,
    stage=Stage.FIRST,
    level=Level.LICENSED,
    category=Category.CLINICAL,
)
STARTED = attrs.evolve(PAPER, started_at=OPEN)
SCORED = attrs.evolve(PAPER, score=Decimal(60))

FLOOD = ReportForceMajeure(text="考点因洪水停电。", evidence=("notice",))
LATER = Window.of_days(date(2024, 1, 15), date(2024, 1, 16))
REPORTED = attrs.evolve(
    STARTED,
    force_majeure=ForceMajeure(text=FLOOD.text, evidence=FLOOD.evidence, reported_at=OPEN, forwarded=True),
)

THEN = DeliverStart(started_at=OPEN, identity_checked=True)
PHOTO = RecordPhoto(taken_at=OPEN, name="photo-1", similarity=Decimal("81.5"))
STATEMENT = attrs.evolve(PAPER, kind=PaperKind.STATEMENT)
TRIED = attrs.evolve(PAPER, earlier_scores=(Decimal(50),))
TWICE = attrs.evolve(DEFAULTS, paper_attempts=2)
IN_ORDER = attrs.evolve(DEFAULTS, papers_in_order=True)

AROUND = EvaluationAround()
AHEAD_PASSED, AHEAD_OPEN, AHEAD_LOST = (
    EvaluationAround(siblings=(SiblingView(PaperKind.HUMANITIES, state),))
    for state in ("passed", "handed_in", "failed")
)
EXEMPT = EvaluationAround(exempt=True)
ELSEWHERE = EvaluationAround(assessment=attrs.evolve(SITTING, state="awaiting_makeup"))
CHEATED = EvaluationAround(cheating_confirmed=True)
DELIVERED = EvaluationAround(delivered=True)
ALONE = attrs.evolve(AHEAD_OPEN, delivered=True)
MET = EvaluationAround(line=Decimal(60))
MISSED = EvaluationAround(line=Decimal("60.01"))


def case(state, event, target, by, record, around=AROUND, *, now=OPEN, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    parameters = more.pop("parameters", DEFAULTS)
    return RowCase(
        trial=Trial(lifecycle="evaluation", state=state, record=record, parameters=parameters),
        sending=Sending(event=event, by=by, now=now, around=around, **more),
        target=target,
        refused=refused or {},
    )


ASSIGNED = Assign("assessment", PaperKind.PROFESSIONAL, Stage.FIRST)
OPEN_STATES = ("not_sat", "sitting", "handed_in", "absence_pending")

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
            parameters=IN_ORDER,
            refused={"window_open": {"now": OVER}, "prerequisite_met": {"around": AHEAD_OPEN}},
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
    *(
        case(
            state,
            "record_score",
            "handed_in",
            by,
            PAPER,
            payload=RecordScore(Decimal("59.5")),
            refused={
                "window_begun": {"now": BEFORE},
                "score_in_range": {"payload": RecordScore(Decimal("100.01"))},
                "no_score_yet": {"record": SCORED},
                "attempt_begun": {"record": TRIED},
            },
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
                "delivery_complete": {"around": AROUND},
                "prerequisite_met": {"around": ALONE, "parameters": IN_ORDER},
            },
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
                "delivery_complete": {"around": AROUND},
                "prerequisite_met": {"around": ALONE, "parameters": IN_ORDER},
                "not_attempted": {"record": TRIED},
            },
        )
        for by in (AGENCY, PROVINCE)
    ),
    *(
        case(
            "absence_pending", "refute_absence", "not_sat", by, PAPER, refused={"window_open": {"now": OVER}}
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
        refused={"window_over": {"now": OPEN}, "not_attempted": {"record": TRIED}},
    ),
    case(
        "absence_pending",
        "excuse_absence",
        "not_opened",
        PROVINCE,
        PAPER,
        now=OVER,
        reason="参加抗洪救灾",
        refused={"window_over": {"now": OPEN}},
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
                "started_in_window": {"payload": attrs.evolve(THEN, started_at=BEFORE)},
                "identity_checked": {"payload": attrs.evolve(THEN, identity_checked=False)},
                "prerequisite_met": {"around": AHEAD_OPEN},
            },
        )
        for state in ("not_sat", "absence_pending")
    ),
    case(
        "sitting",
        "deliver_hand_in",
        "handed_in",
        SYSTEM,
        STARTED,
        now=OVER,
        payload=DeliverHandIn(handed_in_at=china(date(2024, 1, 5), 13)),
        refused={
            "handed_in_in_time": {"payload": DeliverHandIn(handed_in_at=china(date(2024, 1, 5), 13, 0, 1))}
        },
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
    case(
        "not_sat",
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
    ),
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
                "is_statement": {"record": PAPER},
                "window_begun": {"now": BEFORE},
                "cycle_running": {"around": EvaluationAround(cycle_running=False)},
                guard: {"payload": AssessStatement(other)},
            },
        )
        for state in ("not_sat", "handed_in")
        for verdict, other, target, guard in (
            (Verdict.QUALIFIED, Verdict.UNQUALIFIED, "passed", "found_qualified"),
            (Verdict.UNQUALIFIED, Verdict.QUALIFIED, "failed", "found_unqualified"),
        )
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
            },
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
        for state in ("sitting", "handed_in", "passed", "failed")
    ),
    case(
        "void",
        "restore",
        "handed_in",
        SYSTEM,
        SCORED,
        refused={"not_cheated": {"around": CHEATED}, "can_be_judged": {"record": STARTED}},
    ),
    case(
        "void",
        "restore",
        "not_opened",
        SYSTEM,
        STARTED,
        refused={"not_cheated": {"around": CHEATED}, "cannot_be_judged": {"record": SCORED}},
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
