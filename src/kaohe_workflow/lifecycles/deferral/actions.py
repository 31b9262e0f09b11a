"""
What the rows of an application for deferral do to its record.

Every action of a row that leaves its state closes the application: who must act next has not opened it yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.deferral.case import Deferral
from kaohe_workflow.lifecycles.reviewing import Decision, deciders, mark_opened, note_rechecker, note_reviewer
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


def note_decision(record: Deferral, step: Step) -> Deferral:
    """The application has gone on by a decision, which its decider may recall (撤回本人决定)."""
    return attrs.evolve(record, opened=False, decision=Decision.of(record, step))


def note_return(record: Deferral, step: Step) -> Deferral:
    """The application goes back, for a coded reason; its decider may recall that."""
    return attrs.evolve(note_decision(record, step), return_code=step.payload.code)


def close_application(record: Deferral, step: Step) -> Deferral:
    """Nothing but that the application has gone on, by nobody's review."""
    return attrs.evolve(record, opened=False, decision=None)


def recall_decision(record: Deferral, step: Step) -> Deferral:
    """
    Nothing was decided after all.

    The row asks for a decision to recall.
    """
    decision = record.decision
    assert decision is not None
    return attrs.evolve(close_application(record, step), return_code=None, **deciders(decision))


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
