"""
How a case goes on: closed for whoever must act next, with the decision that may be recalled.
"""

from __future__ import annotations

from typing import Any

import attrs

from kaohe_workflow.lifecycles.assessment.case import Assessment, Review
from kaohe_workflow.lifecycles.reviewing import UNCLAIMED
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
        returned_at=record.returned_at,
        concern=record.concern,
        return_code=record.return_code,
        opinions=record.opinions,
        opinion_stands=record.opinion_stands,
    )
    return moved(record, decision=decision, **changes)


def judges(record: Assessment, step: Step) -> tuple[Decider, ...]:
    """Who has taken part in the result so far, the sender among them."""
    return tuple(dict.fromkeys((*record.judges, step.decider)))
