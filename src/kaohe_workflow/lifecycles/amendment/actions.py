"""
What the rows of an application to correct a locked field do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.amendment.case import Amendment
from kaohe_workflow.lifecycles.reviewing import note_rechecker, note_reviewer
from kaohe_workflow.lifecycles.shape import Action, Step, change_institution


def create_amendment(record: None, step: Step) -> Amendment:
    """Make the application of a physician; it goes to the institution where the physician is, or last was."""
    payload, person = step.payload, step.around.person
    identity = payload.identity
    return Amendment(
        institution_id=person.institution_id,
        physician_id=payload.physician_id,
        field=payload.field,
        value=payload.text,
        id_type=identity.id_type if identity is not None else None,
        original=identity.original if identity is not None else None,
        former=person.values.get(payload.field, ""),
        attachments=payload.attachments,
        requested_at=step.moment.now,
    )


def ask_for_physician(record: Amendment, step: Step) -> Amendment:
    """Note that the institution has asked, which therefore does not decide."""
    return attrs.evolve(record, by_institution=True)


def keep_former(record: Amendment, step: Step) -> Amendment:
    """Keep what the roster says until now."""
    return attrs.evolve(record, former=step.around.person.values.get(record.field, ""))


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_amendment": create_amendment,
        "ask_for_physician": ask_for_physician,
        "keep_former": keep_former,
        "change_institution": change_institution,
        "note_reviewer": note_reviewer,
        "note_rechecker": note_rechecker,
    }
)
"""Name in the chart's ``do`` → function."""
