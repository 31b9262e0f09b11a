"""
What institution and agency decide about a filing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.assessment.actions.going_on import decided, judges, moved
from kaohe_workflow.lifecycles.assessment.case import Assessment, FilingStep
from kaohe_workflow.lifecycles.reviewing import deciders, note_rechecker, note_reviewer
from kaohe_workflow.lifecycles.shape import Action, Step


def keep_opinions(record: Assessment, step: Step) -> Assessment:
    """Keep what the institution has written so far."""
    return attrs.evolve(record, draft_opinions=step.payload.opinions, opened=True)


def give_opinions(record: Assessment, step: Step) -> Assessment:
    """The institution's opinions stand (考核办法 第十三条)."""
    return decided(
        record,
        step,
        draft_opinions=None,
        opinions=step.payload.opinions,
        opinion_stands=True,
        filing_step=FilingStep.REVIEWED,
        concern=None,
        return_code=None,
    )


def renew_opinions(record: Assessment, step: Step) -> Assessment:
    """The institution's opinions are given anew before the make-up; the agency has yet to pass them."""
    return attrs.evolve(record, opinions=step.payload.opinions, opinion_stands=True, agency_passed=False)


def confirm_opinions(record: Assessment, step: Step) -> Assessment:
    """The agency has confirmed the opinions that were given anew."""
    return attrs.evolve(record, agency_passed=True)


def pass_filing(record: Assessment, step: Step) -> Assessment:
    """The agency has confirmed filing and opinions."""
    return decided(record, step, agency_passed=True, judges=judges(record, step))


def recall_decision(record: Assessment, step: Step) -> Assessment:
    """
    What the decision changed is as it was before; an opinion that was given with it is a draft again.

    The row asks for a decision to recall.
    """
    decision = record.decision
    assert decision is not None
    gave_opinions = step.source == "awaiting_agency_review"
    return moved(
        record,
        returned_at=decision.returned_at,
        concern=decision.concern,
        return_code=decision.return_code,
        opinions=decision.opinions,
        opinion_stands=decision.opinion_stands,
        returned_once=decision.returned_once,
        filing_step=decision.filing_step,
        reviewed_late=decision.reviewed_late,
        **deciders(decision),
        draft_opinions=record.opinions if gave_opinions else record.draft_opinions,
        agency_passed=False,
        judges=tuple(judge for judge in record.judges if judge != decision.decided_by),
    )


def void_review(record: Assessment, step: Step) -> Assessment:
    """
    The file is returned past its reviewers: the institution's opinion no longer stands, it is a draft again.

    The refiling deadline runs from this return.
    """
    here = step.target == "awaiting_institution_review"
    return moved(
        record,
        draft_opinions=record.opinions,
        opinions=None,
        opinion_stands=False,
        agency_passed=False,
        filing_step=FilingStep.FILED if here else FilingStep.ENROLLED,
        returned_at=step.moment.now,
        returned_once=True,
        concern=None,
        return_code=None,
    )


def file_again(record: Assessment, step: Step) -> Assessment:
    """
    The file goes its way again from the physician on; the refiling deadline runs from now.

    An opinion that stood is the institution's draft again; one of a former institution stays what it is.
    """
    stood = record.opinion_stands
    return moved(
        record,
        deferred=False,
        draft_opinions=record.opinions if stood else record.draft_opinions,
        opinions=None if stood else record.opinions,
        opinion_stands=False,
        filing_step=FilingStep.ENROLLED,
        returned_at=step.moment.now,
        returned_once=True,
        concern=None,
        return_code=None,
    )


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "keep_opinions": keep_opinions,
        "give_opinions": give_opinions,
        "renew_opinions": renew_opinions,
        "confirm_opinions": confirm_opinions,
        "pass_filing": pass_filing,
        "recall_decision": recall_decision,
        "void_review": void_review,
        "file_again": file_again,
        "note_reviewer": note_reviewer,
        "note_rechecker": note_rechecker,
    }
)
"""Name in the chart's ``do`` → function."""
