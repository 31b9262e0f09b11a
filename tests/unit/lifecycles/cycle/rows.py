"""A case for each row of a cycle, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from kaohe_workflow.lifecycles.cycle.case import LineHand, PassLine
from kaohe_workflow.lifecycles.cycle.events import (
    ChangeWindows,
    CorrectLine,
    CreateCycle,
    DeclareDelivery,
    ExtendEvaluation,
    OpenMakeup,
    PublishLine,
    SaveCycle,
)
from kaohe_workflow.lifecycles.cycle.facts import CycleView
from kaohe_workflow.testing.assessments import FIRST_DAY, LAST_DAY, WINDOWS, china
from kaohe_workflow.testing.organisations import CYCLE, CycleAround
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import Window

PROVINCE = ("province", "own")
SYSTEM = ("system", "any")
BEFORE = china(date(2023, 11, 1))
REGISTRATION = china(date(2023, 12, 1))
SITTING = china(date(2024, 1, 5))
AFTER = china(date(2024, 1, 15))
LATER = china(date(2024, 1, 29))
MAKEUP_LAST = china(date(2024, 1, 26), 23, 59, 59, 999_999)

LINES = tuple(
    PassLine(Stage.FIRST, kind, level, Decimal(60), AFTER)
    for kind in (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)
    for level in Level
)
WITH_LINES = attrs.evolve(CYCLE, lines=LINES)
REVERSED = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 12), date(2024, 1, 3)))
LONGER = attrs.evolve(WINDOWS, registration=Window.of_days(date(2023, 11, 27), date(2023, 12, 28)))
SHORTER = attrs.evolve(WINDOWS, registration=Window.of_days(date(2023, 11, 27), date(2023, 12, 20)))
ENDED = attrs.evolve(WINDOWS, registration=Window.of_days(date(2023, 11, 27), date(2023, 11, 28)))
REOPENED = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 15)))
UNORDERED = attrs.evolve(REOPENED, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 25)))
PAST_REVIEW = attrs.evolve(REOPENED, review=Window.of_days(date(2023, 11, 27), date(2023, 12, 30)))
CUT_MAKEUP = attrs.evolve(REOPENED, makeup=Window.of_days(date(2024, 1, 22), date(2024, 1, 25)))
LONGER_EXEMPTION = Window(WINDOWS.exemption.opens_at, REOPENED.evaluation.closes_at)
REOPENED_EXEMPTION = attrs.evolve(REOPENED, exemption=LONGER_EXEMPTION, exemption_review=LONGER_EXEMPTION)
PAST = Window.of_days(date(2024, 1, 13), date(2024, 1, 14))
SHORTER_MAKEUP = Window.of_days(date(2024, 1, 22), date(2024, 1, 25))
LONGER_MAKEUP = Window.of_days(date(2024, 1, 22), date(2024, 2, 5))
MAKEUP_LINE = PassLine(Stage.MAKEUP, PaperKind.HUMANITIES, Level.LICENSED, Decimal(60), LATER)
WITH_MAKEUP_LINE = attrs.evolve(CYCLE, lines=(*LINES, MAKEUP_LINE))
TWICE = attrs.evolve(DEFAULTS, paper_attempts=2)
NO_MAKEUP = attrs.evolve(DEFAULTS, makeup_offered=False)
WITHOUT_MAKEUP_WINDOWS = attrs.evolve(
    CYCLE, lines=LINES, windows=attrs.evolve(WINDOWS, makeup_confirm=None, makeup=None)
)
OTHER = CycleAround(other_cycles=[CycleView("other", LAST_DAY, date(2025, 12, 31))])
LINE = PublishLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, Decimal(60))
CORRECTION = CorrectLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, Decimal("59.50"))
STATEMENT = attrs.evolve(LINE, kind=PaperKind.STATEMENT)
HAND = LineHand(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, "somebody")
UNDER_WAY = ("published", "running", "first_ended", "makeup")
UNANSWERED = {
    "no_review_pending": {"around": CycleAround(pending_reviews=1)},
    "no_finding_pending": {"around": CycleAround(pending_findings=1)},
    "objections_over": {"around": CycleAround(objections_possible=True)},
}


def case(state, event, target, now, record=CYCLE, *, by=PROVINCE, refused=None, parameters=DEFAULTS, **more):
    """A row's case: the cycle in a state, the event sent to it, and what refuses it."""
    return RowCase(
        trial=Trial(lifecycle="cycle", state=state, record=record, parameters=parameters),
        sending=Sending(event=event, by=by, now=now, around=CycleAround(), **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    case(
        "none",
        "create",
        "draft",
        BEFORE,
        None,
        payload=CreateCycle("province", "2020–2022", FIRST_DAY, LAST_DAY, WINDOWS),
    ),
    case("draft", "save", "draft", BEFORE, payload=SaveCycle("三年", FIRST_DAY, LAST_DAY, LONGER)),
    case(
        "draft",
        "publish",
        "published",
        BEFORE,
        refused={
            "windows_valid": {"record": attrs.evolve(CYCLE, windows=REVERSED)},
            "evaluation_ahead": {"now": AFTER},
            "no_date_overlap": {"around": OTHER},
            "first_lines_ahead": {"parameters": TWICE},
        },
    ),
    case("published", "begin", "running", REGISTRATION, by=SYSTEM, refused={"started": {"now": BEFORE}}),
    case(
        "running", "end_first", "first_ended", AFTER, by=SYSTEM, refused={"evaluation_over": {"now": SITTING}}
    ),
    *(
        case(
            state,
            "open_makeup",
            "makeup",
            AFTER,
            WITH_LINES,
            payload=OpenMakeup(),
            refused={
                "evaluation_over": {"now": SITTING},
                "makeup_offered": {"parameters": NO_MAKEUP},
                "first_lines_published": {"record": attrs.evolve(CYCLE, lines=LINES[1:])},
                "makeup_lines_ahead": {"parameters": TWICE},
                "new_windows_valid": {"record": WITHOUT_MAKEUP_WINDOWS},
                "new_ends_in_future": {"payload": OpenMakeup(makeup_confirm=PAST, confirmed=True)},
                "shortening_meant": {"payload": OpenMakeup(makeup=SHORTER_MAKEUP)},
                "ended_stays_ended": {
                    "record": WITH_MAKEUP_LINE,
                    "payload": OpenMakeup(makeup=LONGER_MAKEUP),
                    "now": LATER,
                },
            },
        )
        for state in ("published", "running", "first_ended")
    ),
    *(
        case(
            state,
            "change_windows",
            state,
            REGISTRATION,
            payload=ChangeWindows(LONGER),
            refused={
                "new_windows_valid": {"payload": ChangeWindows(REVERSED, confirmed=True)},
                "new_ends_in_future": {"payload": ChangeWindows(ENDED, confirmed=True)},
                "shortening_meant": {"payload": ChangeWindows(SHORTER)},
                "ended_stays_ended": {"payload": ChangeWindows(REOPENED), "now": AFTER},
            },
        )
        for state in UNDER_WAY
    ),
    *(
        case(
            state,
            "extend_evaluation",
            "running",
            AFTER,
            attrs.evolve(CYCLE, windows_hand="setter"),
            payload=ExtendEvaluation(REOPENED),
            reason="停电",
            refused={
                "extends_evaluation": {"payload": ExtendEvaluation(WINDOWS)},
                "no_first_line": {"record": WITH_LINES},
                "windows_by_another": {"record": attrs.evolve(CYCLE, windows_hand="somebody")},
                "new_windows_valid": {"payload": ExtendEvaluation(UNORDERED)},
                "new_ends_in_future": {"payload": ExtendEvaluation(PAST_REVIEW)},
                "shortening_meant": {"payload": ExtendEvaluation(CUT_MAKEUP)},
                "exemption_stays_ended": {"payload": ExtendEvaluation(REOPENED_EXEMPTION)},
            },
        )
        for state in ("published", "running", "first_ended")
    ),
    *(
        case(
            state,
            "declare_delivery",
            state,
            AFTER,
            payload=DeclareDelivery(Stage.FIRST),
            refused={
                "sitting_over": {"now": SITTING},
                "delivery_not_declared": {"record": attrs.evolve(CYCLE, delivered=(Stage.FIRST,))},
            },
        )
        for state in UNDER_WAY
    ),
    *(
        case(
            state,
            "publish_line",
            state,
            AFTER,
            payload=LINE,
            refused={
                "line_timely": {"now": SITTING},
                "kind_scored": {"payload": STATEMENT},
                "line_not_published": {"record": WITH_LINES},
                "score_in_range": {"payload": attrs.evolve(LINE, score=Decimal("100.01"))},
            },
        )
        for state in UNDER_WAY
    ),
    case(
        "draft",
        "publish_line",
        "draft",
        BEFORE,
        payload=LINE,
        parameters=TWICE,
        refused={
            "lines_ahead": {"parameters": DEFAULTS},
            "kind_scored": {"payload": STATEMENT},
            "line_not_published": {"record": WITH_LINES},
            "score_in_range": {"payload": attrs.evolve(LINE, score=Decimal("100.01"))},
        },
    ),
    *(
        case(
            state,
            "correct_line",
            state,
            AFTER,
            WITH_LINES,
            payload=CORRECTION,
            reason="录入有误",
            refused={
                "line_published": {"record": CYCLE},
                "line_by_another": {"record": attrs.evolve(WITH_LINES, line_hands=(HAND,))},
                "score_in_range": {"payload": attrs.evolve(CORRECTION, score=Decimal(-1))},
            },
        )
        for state in UNDER_WAY
    ),
    case(
        "makeup",
        "archive",
        "archived",
        LATER,
        refused={
            "makeup_over": {"now": MAKEUP_LAST},
            "nobody_open": {"around": CycleAround(open_assessments=1)},
            "no_mark_undecided": {"around": CycleAround(undecided_marks=1)},
            **UNANSWERED,
        },
    ),
    *(
        case(
            state,
            "archive",
            "archived",
            LATER,
            parameters=NO_MAKEUP,
            refused={
                "evaluation_over": {"now": SITTING},
                "no_makeup": {"parameters": DEFAULTS},
                "nobody_open": {"around": CycleAround(open_assessments=1)},
                "no_mark_undecided": {"around": CycleAround(undecided_marks=1)},
                **UNANSWERED,
            },
        )
        for state in ("published", "running", "first_ended")
    ),
    case(
        "draft",
        "discard",
        "discarded",
        REGISTRATION,
        reason="重新安排",
        refused={"nothing_filed": {"around": CycleAround(any_filing=True)}},
    ),
    case(
        "published",
        "discard",
        "discarded",
        BEFORE,
        reason="重新安排",
        refused={
            "nothing_filed": {"around": CycleAround(any_filing=True)},
            "not_started": {"now": REGISTRATION},
        },
    ),
)
