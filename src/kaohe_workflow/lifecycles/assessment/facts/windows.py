"""
Where the moment lies to the windows of the cycle.
"""

from __future__ import annotations

from kaohe_workflow.lifecycles.assessment.facts.seen import Seen
from kaohe_workflow.lifecycles.assessment.timing import (
    agency_position,
    confirm_position,
    filing_position,
    review_position,
)
from kaohe_workflow.values.windows import Position


class WindowFacts(Seen):
    """The windows of filing, review, evaluation and make-up (手册 2.2.2)."""

    @property
    def filing_window(self) -> str:
        """医师报考申报时间 (手册 2.2.2) with the refiling deadline; see `timing.filing_position`."""
        returned_at = self._record.returned_at if self._record is not None else None
        return filing_position(self._windows, returned_at, self._parameters.return_grace_days, self._now)

    @property
    def review_window(self) -> str:
        """报名信息审核时间 (手册 2.2.2) with the refiling deadline; see `timing.review_position`."""
        returned_at = self._record.returned_at if self._record is not None else None
        return review_position(self._windows, returned_at, self._parameters.return_grace_days, self._now)

    @property
    def agency_window(self) -> str:
        """考核机构复核时间: ``open`` before the evaluation ends, ``makeup`` from then on (the late door)."""
        return agency_position(self._windows, self._now)

    @property
    def evaluation_over(self) -> bool:
        """计划测评考核时间 has ended (手册 2.2.2)."""
        windows = self._windows
        return windows is None or windows.evaluation.position(self._now) is Position.OVER

    @property
    def makeup_confirm_window(self) -> str:
        """确认补考时间 (手册 2.2.9): before, open or over."""
        return confirm_position(self._windows, self._now).value
