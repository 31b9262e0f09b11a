"""
What the rows of an application for review do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.result_review.case import ResultReview
from kaohe_workflow.lifecycles.shape import Action, Step
from kaohe_workflow.values.windows import local_date


def create_review(record: None, step: Step) -> ResultReview:
    """Make the application for the present version of the result; the clock of the answer begins today."""
    result, payload = step.around.result, step.payload
    return ResultReview(
        institution_id=result.institution_id,
        assessment_id=payload.assessment_id,
        cycle_id=result.cycle_id,
        physician_id=result.physician_id,
        result_version=result.result_version,
        received_on=step.around.received_on,
        applied_on=local_date(step.moment.now),
        assessed_by=result.assessed_by,
        grounds=payload.grounds,
        attachments=payload.attachments,
    )


def answer(record: ResultReview, step: Step) -> ResultReview:
    """Keep the written answer."""
    return attrs.evolve(record, answer=step.reason or "", answered_on=local_date(step.moment.now))


def answer_with_correction(record: ResultReview, step: Step) -> ResultReview:
    """Keep the written answer, and what it sets right."""
    return attrs.evolve(answer(record, step), correction=step.payload.correction)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_review": create_review,
        "answer": answer,
        "answer_with_correction": answer_with_correction,
    }
)
"""Name in the chart's ``do`` → function."""
