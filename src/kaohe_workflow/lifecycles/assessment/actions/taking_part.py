"""
Who takes part, and where: the case is made, left, deferred, moved to another institution.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.assessment.actions.going_on import moved
from kaohe_workflow.lifecycles.assessment.case import Assessment, FilingStep
from kaohe_workflow.lifecycles.assessment.early import Early
from kaohe_workflow.lifecycles.reviewing import deciders
from kaohe_workflow.lifecycles.shape import Action, Step
from kaohe_workflow.values.windows import local_date


def open_assessment(record: None, step: Step) -> Assessment:
    """Make the case."""
    return Assessment(
        institution_id=step.payload.institution_id,
        cycle_id=step.payload.cycle_id,
        physician_id=step.payload.physician_id,
    )


def take_part(record: Assessment, step: Step) -> Assessment:
    """The physician is let in (允许报名); note whether voluntarily."""
    return moved(record, filing_step=FilingStep.ENROLLED, voluntary=step.payload.voluntary)


def order_early(record: Assessment, step: Step) -> Assessment:
    """From now on the case has windows of its own (考核办法 第十八条)."""
    early = Early(windows=step.payload.windows, ordered_on=local_date(step.moment.now))
    return moved(record, filing_step=FilingStep.ENROLLED, early=early)


def leave_cycle(record: Assessment, step: Step) -> Assessment:
    """
    Go back to the beginning: the filing becomes a draft again, reviews and returns are forgotten.

    That something was submitted once stays known (曾提交), and who has decided on it (已审核); so do the version of the
    result and what was reported as a ground for 直接认定不合格.
    """
    return Assessment(
        institution_id=record.institution_id,
        cycle_id=record.cycle_id,
        physician_id=record.physician_id,
        ever_submitted=record.ever_submitted,
        draft=record.editable,
        draft_left_at=step.moment.now if record.editable is not None else None,
        result_version=record.result_version,
        findings=record.findings,
        reporters=record.reporters,
        **deciders(record),
    )


def drop_draft(record: Assessment, step: Step) -> Assessment:
    """Nobody goes on with the draft: what was never submitted is not kept."""
    return attrs.evolve(record, draft=None, draft_left_at=None)


def keep_draft(record: Assessment, step: Step) -> Assessment:
    """Keep what the physician has written so far."""
    return attrs.evolve(record, draft=step.payload.filing, opened=True)


def restart_elsewhere(record: Assessment, step: Step) -> Assessment:
    """
    Begin anew at the institution that the physician was moved to; what was filed is a draft again.

    The refiling deadline runs from now. The opinions of the former institution stay readable and count no more.
    """
    draft = record.editable
    return moved(
        record,
        institution_id=step.payload.institution_id,
        department_id=None,
        procedure=None,
        draft=attrs.evolve(draft, department_id=None) if draft is not None else None,
        filing=None,
        submitted_at=None,
        moved=True,
        returned_at=step.moment.now,
        concern=None,
        return_code=None,
        draft_opinions=None,
        opinion_stands=False,
        agency_passed=False,
        filing_step=FilingStep.ENROLLED,
    )


def defer(record: Assessment, step: Step) -> Assessment:
    """The physician sits in the stage for the deferred (延考)."""
    return moved(record, deferred=True)


def resume(record: Assessment, step: Step) -> Assessment:
    """The physician comes back to the first stage, where the file was passed."""
    return moved(record, deferred=False)


def come_back(record: Assessment, step: Step) -> Assessment:
    """The physician comes back and files again, which counts as a return of the file."""
    return moved(
        record,
        deferred=False,
        returned_at=step.moment.now,
        filing_step=FilingStep.ENROLLED,
        concern=None,
        return_code=None,
    )


def file_late(record: Assessment, step: Step) -> Assessment:
    """Who was deferred before the file was passed files for the make-up; what was filed is a draft again."""
    return moved(
        record,
        draft=record.editable,
        filing=None,
        department_id=None,
        procedure=None,
        submitted_at=None,
        returned_at=None,
        concern=None,
        return_code=None,
        draft_opinions=None,
        opinions=None,
        opinion_stands=False,
        filing_step=FilingStep.ENROLLED,
    )


def change_institution(record: Assessment, step: Step) -> Assessment:
    """The case goes with the physician; the department is chosen again there."""
    return moved(
        record,
        institution_id=step.payload.institution_id,
        department_id=None,
        draft_left_at=record.draft_left_at,
    )


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "open_assessment": open_assessment,
        "take_part": take_part,
        "order_early": order_early,
        "leave_cycle": leave_cycle,
        "drop_draft": drop_draft,
        "keep_draft": keep_draft,
        "restart_elsewhere": restart_elsewhere,
        "defer": defer,
        "resume": resume,
        "come_back": come_back,
        "file_late": file_late,
        "change_institution": change_institution,
    }
)
"""Name in the chart's ``do`` → function."""
