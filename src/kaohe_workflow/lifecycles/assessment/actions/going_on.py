"""
How a case goes on: closed for whoever must act next, with the decision that may be recalled.
"""

from __future__ import annotations

from typing import Any

import attrs

from kaohe_workflow.lifecycles.assessment.case import Assessment, Review
from kaohe_workflow.lifecycles.assessment.timing import agency_due_at, review_closes_at
from kaohe_workflow.lifecycles.reviewing import UNCLAIMED, deciders
from kaohe_workflow.lifecycles.shape import Decider, Step


def moved(record: Assessment, **changes: Any) -> Assessment:
    """The case has left its state: nobody holds it, and nothing of the state before can be recalled."""
    kept = {"decision": None, "draft_left_at": None} | changes
    return attrs.evolve(record, opened=False, overdue=False, **UNCLAIMED, **kept)


def decided(record: Assessment, step: Step, **changes: Any) -> Assessment:
    """The case has gone on by a decision, which its decider may recall (撤回本人决定)."""
    decision = Review(
        decided_by=step.decider,
        decided_at=step.moment.now,
        decided_in=step.source,
        **deciders(record),
        returned_at=record.returned_at,
        concern=record.concern,
        return_code=record.return_code,
        opinions=record.opinions,
        opinion_stands=record.opinion_stands,
        returned_once=record.returned_once,
        filing_step=record.filing_step,
        reviewed_late=record.reviewed_late,
    )
    late = record.reviewed_late or is_late(record, step)
    return moved(record, decision=decision, reviewed_late=late, **changes)


def is_late(record: Assessment, step: Step) -> bool:
    """
    Whether institution or agency decides upon the file after its time, whether it was marked as overdue or not.

    For an institution that is the end of 报名信息审核时间, of a returned file the refiling deadline; for an agency it
    is when the papers can be sat, or its own time is over (design).
    """
    cycle, now, parameters = step.around.cycle, step.moment.now, step.moment.parameters
    windows = record.windows(cycle.windows) if cycle is not None else None
    if step.source == "awaiting_agency_review":
        due_at = agency_due_at(windows)
    else:
        into_makeup = record.moved and parameters.offers_makeup
        due_at = review_closes_at(windows, record.returned_at, parameters.return_grace_days, now, into_makeup)
    return due_at is not None and now >= due_at


def judges(record: Assessment, step: Step) -> tuple[Decider, ...]:
    """Who has taken part in the result so far, the sender among them."""
    return tuple(dict.fromkeys((*record.judges, step.decider)))
