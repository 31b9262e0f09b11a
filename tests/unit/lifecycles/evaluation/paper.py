"""A paper, its world, and a case of a row of it; the rows stand beside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from kaohe_workflow.lifecycles.evaluation.case import Evaluation, ForceMajeure
from kaohe_workflow.lifecycles.evaluation.events import (
    Assign,
    DeliverStart,
    RecordPhoto,
    ReportForceMajeure,
    named_delivery,
)
from kaohe_workflow.lifecycles.evaluation.ordering import SiblingView
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.testing.assessments import SITTING, EvaluationAround, china
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial
from kaohe_workflow.values.terms import Category, Level, PaperKind, Stage
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
AGAIN = named_delivery(THEN, "platform:examiner/start-1")
PHOTO = RecordPhoto(taken_at=OPEN, name="photo-1", similarity=Decimal("81.5"))
STATEMENT = attrs.evolve(PAPER, kind=PaperKind.STATEMENT)
TRIED = attrs.evolve(PAPER, earlier_scores=(Decimal(50),))
TWICE = attrs.evolve(DEFAULTS, paper_attempts=2)
IN_ORDER = attrs.evolve(DEFAULTS, papers_in_order=True)
UNSEEN = attrs.evolve(IN_ORDER, face_check=False)

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


def held_off(by, around=AROUND):
    """What refuses the assessment institution where the sender has nothing to do with the file; nobody else."""
    li = attrs.evolve(around, held_off=(Decider("account", "li"),))
    return {"not_recused": {"around": li}} if by is AGENCY else {}


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
PHOTOGRAPHED = attrs.evolve(STARTED, photos=(attrs.evolve(PHOTO.photo, file="photo"),))
KEPT_TO = date(2024, 7, 11)
"""180 days after a verdict of 2024-01-13."""

CONCLUDED = EvaluationAround(concluded_on=date(2024, 1, 13))
CLOSED_STATES = ("passed", "failed", "exempt_pass", "absent", "void", "not_opened", "cancelled")
OPEN_STATES = ("not_sat", "sitting", "handed_in", "absence_pending")
