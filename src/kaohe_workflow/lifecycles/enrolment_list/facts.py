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
from kaohe_workflow.values.windows import LABELS, CycleWindows, Window


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
    def time_over(self) -> bool:
        """计划测评考核时间 has ended (手册 2.2.2), and 补报时间 too: nothing is applied for any more (design)."""
        closes_at = self.closes_at
        return closes_at is None or self._now >= closes_at

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
    def closes_at(self) -> datetime | None:
        """
        When nothing that waits for the list can be applied for any more.

        That is the end of 计划测评考核时间, or of 补报时间 where that is later: whoever is late then registers, and may
        choose 简易程序 (design).
        """
        return max(window.closes_at for window in self._applying) if self._applying else None

    @property
    def _applying(self) -> tuple[Window, ...]:
        cycle = self._around.cycle
        if cycle is None:
            return ()
        late = cycle.windows.makeup_registration
        return (cycle.windows.evaluation,) if late is None else (cycle.windows.evaluation, late)

    def _told_time(self) -> str:
        names = ("evaluation", "makeup_registration")
        return "；".join(
            told(LABELS[name], window, self._now) for name, window in zip(names, self._applying, strict=False)
        )

    _ASIDES: ClassVar = {"time_over": _told_time}
