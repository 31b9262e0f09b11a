"""
What the rows of a paper do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.evaluation.case import Evaluation
from kaohe_workflow.lifecycles.shape import Action, Step


def assign_paper(record: None, step: Step) -> Evaluation:
    """Make the paper; level and category are those of the filing on this day and stay."""
    assessment = step.around.assessment
    return Evaluation(
        institution_id=assessment.institution_id,
        assessment_id=step.payload.assessment_id,
        cycle_id=assessment.cycle_id,
        physician_id=assessment.physician_id,
        kind=step.payload.kind,
        stage=step.payload.stage,
        round=step.payload.round,
        level=assessment.level,
        category=assessment.category,
    )


def start_paper(record: Evaluation, step: Step) -> Evaluation:
    """The time of the paper runs from now."""
    return attrs.evolve(record, started_at=step.moment.now)


def keep_score(record: Evaluation, step: Step) -> Evaluation:
    """Keep the score."""
    return attrs.evolve(record, score=step.payload.score)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {"assign_paper": assign_paper, "start_paper": start_paper, "keep_score": keep_score}
)
"""Name in the chart's ``do`` → function."""
