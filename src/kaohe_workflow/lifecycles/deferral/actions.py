"""
What the rows of an application for deferral do to its record.

Every action of a row that leaves its state closes the application: who must act next has not opened it yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.deferral.case import Deferral
from kaohe_workflow.lifecycles.reviewing import (
    close_application,
    mark_opened,
    note_decision,
    note_rechecker,
    note_return,
    note_reviewer,
    recall_decision,
)
from kaohe_workflow.lifecycles.shape import Action, Step, change_institution


def create_deferral(record: None, step: Step) -> Deferral:
    """Make the application, at the institution of the assessment."""
    assessment, payload = step.around.assessment, step.payload
    return Deferral(
        institution_id=assessment.institution_id,
        assessment_id=payload.assessment_id,
        cycle_id=assessment.cycle_id,
        physician_id=assessment.physician_id,
        ground=payload.ground,
        attachments=payload.attachments,
    )


def apply_again(record: Deferral, step: Step) -> Deferral:
    """Take what the new application says; the physician may have moved since."""
    return attrs.evolve(
        record,
        institution_id=step.around.assessment.institution_id,
        ground=step.payload.ground,
        attachments=step.payload.attachments,
        return_code=None,
        opened=False,
        decision=None,
    )


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_deferral": create_deferral,
        "apply_again": apply_again,
        "mark_opened": mark_opened,
        "note_decision": note_decision,
        "note_return": note_return,
        "note_reviewer": note_reviewer,
        "note_rechecker": note_rechecker,
        "close_application": close_application,
        "recall_decision": recall_decision,
        "change_institution": change_institution,
    }
)
"""Name in the chart's ``do`` → function."""
