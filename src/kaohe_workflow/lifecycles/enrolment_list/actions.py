"""
What the rows of a list of who takes part do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.enrolment_list.case import EnrolmentList
from kaohe_workflow.lifecycles.shape import Action, Step


def create_list(record: None, step: Step) -> EnrolmentList:
    """Make the list, with all who are let in now (允许报名)."""
    return EnrolmentList(
        institution_id=step.payload.institution_id,
        cycle_id=step.payload.cycle_id,
        listed=step.around.enrolled,
        submitted_at=step.moment.now,
        submitted_by=step.decider,
    )


def take_names(record: EnrolmentList, step: Step) -> EnrolmentList:
    """Take all who are let in now; who was approved before stays so until this list is decided on."""
    return attrs.evolve(
        record,
        listed=step.around.enrolled,
        edition=record.edition + 1,
        submitted_at=step.moment.now,
        submitted_by=step.decider,
        return_code=None,
    )


def _decided(record: EnrolmentList, step: Step) -> EnrolmentList:
    return attrs.evolve(record, decided_at=step.moment.now, decided_by=step.organisation_id)


def approve_names(record: EnrolmentList, step: Step) -> EnrolmentList:
    """The names that were handed in are those who take part."""
    return attrs.evolve(_decided(record, step), approved=record.listed)


def note_return(record: EnrolmentList, step: Step) -> EnrolmentList:
    """The list goes back, for a coded reason."""
    return attrs.evolve(_decided(record, step), return_code=step.payload.code)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_list": create_list,
        "take_names": take_names,
        "approve_names": approve_names,
        "note_return": note_return,
    }
)
"""Name in the chart → what it does."""
