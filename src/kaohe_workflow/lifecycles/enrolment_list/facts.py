"""
What the guards of a list of who takes part look at.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.enrolment_list.case import EnrolmentList
from kaohe_workflow.lifecycles.reviewing import KnowsReviewers, ReviewerFacts
from kaohe_workflow.values.telling import told
from kaohe_workflow.values.windows import LABELS, CycleWindows, Position


@attrs.frozen(kw_only=True)
class CycleView:
    """The cycle: whether it was published and is neither archived nor discarded, and its windows."""

    running: bool
    windows: CycleWindows


class Around(KnowsReviewers, Protocol):
    """What a list needs of its surroundings; for one to be made, what its payload names."""

    @property
    def cycle(self) -> CycleView | None:
        """The cycle, None where there is none."""

    @property
    def enrolled(self) -> Collection[str]:
        """The assessments of the institution in this cycle that take part, in the order of their ids."""

    @property
    def listed_already(self) -> bool:
        """Whether the institution has another list of the cycle."""


class EnrolmentListFacts(ReviewerFacts[EnrolmentList, Around]):
    """The facts of the chart ``enrolment_list``."""

    @property
    def wanted(self) -> bool:
        """The province has such lists approved (design: the manual knows none)."""
        return self._parameters.list_approval

    @property
    def cycle_open(self) -> bool:
        """The cycle is published and has not been archived or discarded: before that nobody is let in (手册 2.2.5)."""
        cycle = self._around.cycle
        return cycle is not None and cycle.running

    @property
    def evaluation_window(self) -> str:
        """计划测评考核时间 of the cycle (手册 2.2.2): once it is over nothing is applied for that the list is for."""
        cycle = self._around.cycle
        return (Position.OVER if cycle is None else cycle.windows.evaluation.position(self._now)).value

    @property
    def anybody_enrolled(self) -> bool:
        """Somebody of the institution takes part (手册 2.2.5); an empty list is none."""
        return bool(self._around.enrolled)

    @property
    def names_to_add(self) -> bool:
        """Somebody takes part who is not on the list that was approved: only that makes a supplement (design)."""
        approved = frozenset(self._record.approved) if self._record is not None else frozenset()
        return not approved.issuperset(self._around.enrolled)

    @property
    def listed_already(self) -> bool:
        """There is a list of this institution and cycle: it is supplemented, never made twice (design)."""
        return self._around.listed_already

    @property
    def handed_in_by_sender(self) -> bool:
        """
        Whoever handed the list in may not decide on it (design).

        A hospital may be its own assessment institution; then another named person decides, or another account. Nobody
        known is taken for the same.
        """
        sender, record = self._around.sender, self._record
        if record is None:
            return False
        return sender is None or record.submitted_by is None or not sender.is_another(record.submitted_by)

    @property
    def evaluation_closes_at(self) -> datetime | None:
        """When 计划测评考核时间 ends."""
        cycle = self._around.cycle
        return cycle.windows.evaluation.closes_at if cycle is not None else None

    def _told_evaluation(self) -> str:
        cycle = self._around.cycle
        return told(LABELS["evaluation"], cycle.windows.evaluation, self._now) if cycle is not None else ""

    _ASIDES: ClassVar = {"evaluation_window": _told_evaluation}
