"""
What the rows of an application for exemption do to its record.

Every action of a row that leaves its state closes the application: who must act next has not opened it yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.exemption.case import WAIVES, Exemption
from kaohe_workflow.lifecycles.reviewing import (
    UNCLAIMED,
    close_application,
    mark_opened,
    note_decision,
    note_rechecker,
    note_return,
    note_reviewer,
    recall_decision,
    release_file,
    take_file,
)
from kaohe_workflow.lifecycles.shape import Action, Step, change_institution


def create_exemption(record: None, step: Step) -> Exemption:
    """Make the application; the procedure says which paper it waives (手册 2.2.8)."""
    assessment, payload = step.around.assessment, step.payload
    return Exemption(
        institution_id=assessment.institution_id,
        assessment_id=payload.assessment_id,
        cycle_id=assessment.cycle_id,
        physician_id=assessment.physician_id,
        kind=WAIVES[assessment.procedure],
        ground=payload.ground,
        certificate_on=payload.certificate_on,
        attachments=payload.attachments,
        disclaimed=step.moment.parameters.exemption_exclusions(payload.ground),
    )


def apply_again(record: Exemption, step: Step) -> Exemption:
    """Take what the new application says; the procedure may have changed since."""
    assessment, payload = step.around.assessment, step.payload
    return attrs.evolve(
        record,
        institution_id=assessment.institution_id,
        kind=WAIVES[assessment.procedure],
        ground=payload.ground,
        certificate_on=payload.certificate_on,
        attachments=payload.attachments,
        disclaimed=step.moment.parameters.exemption_exclusions(payload.ground),
        return_code=None,
        opened=False,
        decision=None,
        **UNCLAIMED,
    )


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_exemption": create_exemption,
        "apply_again": apply_again,
        "mark_opened": mark_opened,
        "take_file": take_file,
        "release_file": release_file,
        "note_decision": note_decision,
        "note_return": note_return,
        "note_reviewer": note_reviewer,
        "note_rechecker": note_rechecker,
        "recall_decision": recall_decision,
        "close_application": close_application,
        "change_institution": change_institution,
    }
)
"""Name in the chart's ``do`` → function."""
