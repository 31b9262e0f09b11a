"""
Around lists of who takes part (考核名单), and how a physician stands to that of the institution.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

import attrs

from kaohe_workflow.application.around.batch import Batch, BatchCase
from kaohe_workflow.application.around.recusing import held_off
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import DECIDED, RUNNING, UNDER_WAY
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.enrolment_list.facts import CycleView
from kaohe_workflow.lifecycles.listing import ListStanding
from kaohe_workflow.lifecycles.shape import Decider

_STANDINGS: Mapping[str, ListStanding] = MappingProxyType(
    {
        "awaiting_approval": ListStanding.WAITING,
        "returned": ListStanding.RETURNED,
    }
)
"""State of a list → how somebody stands whose name was not approved; in every other state the list is without it."""


def list_of(batch: Batch, institution_id: str | None, cycle_id: str | None) -> Case | None:
    """The list of an institution and a cycle, None where there is none."""
    found = batch.enrolment_lists.get(institution_id)
    return next((one for one in found if one.record.cycle_id == cycle_id), None)


def list_standing(batch: Batch, assessment: Case | None) -> ListStanding:
    """
    How whom an assessment is about stands to the list of the institution where he is.

    A name that was approved stays so while a supplement waits, and is lost with a move: another institution has another
    list.
    """
    if assessment is None:
        return ListStanding.MISSING
    record = assessment.record
    if record.early is not None:
        return ListStanding.NOT_REQUIRED
    found = list_of(batch, record.institution_id, record.cycle_id)
    if found is None:
        return ListStanding.MISSING
    if assessment.id in found.record.approved:
        return ListStanding.LISTED
    return _STANDINGS.get(found.state, ListStanding.UNLISTED)


@attrs.frozen(slots=False)
class EnrolmentListAround:
    """Around a list: the cycle, who takes part there, and who may not decide."""

    at: BatchCase

    @property
    def cycle(self) -> CycleView | None:
        """The cycle, None where there is none."""
        case = self.at.batch.cycles.get(self.at.named("cycle_id"))
        return (
            CycleView(running=case.state in RUNNING, windows=case.record.windows)
            if case is not None
            else None
        )

    @cached_property
    def enrolled(self) -> tuple[str, ...]:
        """
        The assessments of the institution in this cycle that take part, in the order of their ids.

        Whoever has a result already took part; whoever was taken out of the cycle, or has missed it, does not.
        """
        where = [
            Where("institution_id", "eq", self.at.named("institution_id")),
            Where("cycle_id", "eq", self.at.named("cycle_id")),
            Where("state", "in", (*UNDER_WAY, *DECIDED)),
        ]
        return tuple(sorted(case.id for case in self.at.batch.unit.find("assessment", where)))

    @property
    def listed_already(self) -> bool:
        """Whether the institution has another list of the cycle."""
        found = list_of(self.at.batch, self.at.named("institution_id"), self.at.named("cycle_id"))
        return found is not None and found.id != self.at.case_id

    @property
    def sender(self) -> Decider | None:
        """Who sends the event, None where nobody is known to."""
        return self.at.batch.sender

    @property
    def held_off(self) -> tuple[Decider, ...]:
        """Who has nothing to do with the file of somebody whose name is to be approved (回避)."""
        added = self.at.record.added if self.at.record is not None else ()
        return tuple(person for name in added for person in held_off(self.at.batch, name))
