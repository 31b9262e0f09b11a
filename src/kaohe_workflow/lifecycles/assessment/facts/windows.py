"""
Where the moment lies to the windows of the cycle.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from kaohe_workflow.lifecycles.assessment.facts.seen import Seen
from kaohe_workflow.lifecycles.assessment.timing import (
    agency_due_at,
    agency_position,
    confirm_position,
    filing_closes_at,
    filing_position,
    refiling_deadline,
    review_closes_at,
    review_position,
)
from kaohe_workflow.values.telling import last_day_before, told
from kaohe_workflow.values.windows import LABELS, Position


class WindowFacts(Seen):
    """The windows of filing, review, evaluation and make-up (手册 2.2.2)."""

    @property
    def _returned_at(self) -> datetime | None:
        return self._record.returned_at if self._record is not None else None

    @property
    def _into_makeup(self) -> bool:
        """Who was moved by force has until the make-up is confirmed, where there is one (design)."""
        return self.moved and self._makeup_offered

    @property
    def moved(self) -> bool:
        """The physician was moved by force and files anew at the new institution (design)."""
        return self._record is not None and self._record.moved

    @property
    def filing_window(self) -> str:
        """医师报考申报时间 (手册 2.2.2) with the refiling deadline; see `timing.filing_position`."""
        return filing_position(
            self._windows, self._returned_at, self._parameters.return_grace_days, self._now, self._into_makeup
        )

    @property
    def review_window(self) -> str:
        """报名信息审核时间 (手册 2.2.2) with the refiling deadline; see `timing.review_position`."""
        return review_position(
            self._windows, self._returned_at, self._parameters.return_grace_days, self._now, self._into_makeup
        )

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

    @property
    def agency_late(self) -> bool:
        """The papers can be sat, or the agency's window has ended, and the file still waits; see `timing`."""
        due_at = agency_due_at(self._windows)
        return due_at is None or self._now >= due_at

    @property
    def overdue(self) -> bool:
        """The file is marked as one that waits longer than its window (逾期)."""
        return self._record is not None and self._record.overdue

    @property
    def filing_due_at(self) -> datetime | None:
        """When the filing becomes overdue; None once it is marked."""
        if self.overdue:
            return None
        return filing_closes_at(
            self._windows, self._returned_at, self._parameters.return_grace_days, self._now, self._into_makeup
        )

    @property
    def review_due_at(self) -> datetime | None:
        """When the institution's review becomes overdue; None once it is marked."""
        if self.overdue:
            return None
        return review_closes_at(
            self._windows, self._returned_at, self._parameters.return_grace_days, self._now, self._into_makeup
        )

    @property
    def agency_due_at(self) -> datetime | None:
        """When the agency's review becomes overdue; None once it is marked."""
        return None if self.overdue else agency_due_at(self._windows)

    def _told_filing(self) -> str:
        return self._told_with_grace("registration")

    def _told_review(self) -> str:
        return self._told_with_grace("review")

    def _told_with_grace(self, name: str) -> str:
        """The window, the one for who is late, and the refiling deadline of a file that was returned."""
        windows, told_days = self._windows, [self._told(name)]
        if windows is not None and windows.makeup_registration is not None:
            told_days.append(told(LABELS["makeup_registration"], windows.makeup_registration, self._now))
        if windows is not None and self._returned_at is not None:
            deadline = refiling_deadline(
                windows, self._returned_at, self._parameters.return_grace_days, self._into_makeup
            )
            told_days.append(f"驳回后的补正期限到{last_day_before(deadline)}")
        return "；".join(told_days)

    def _told(self, name: str) -> str:
        windows = self._windows
        return told(LABELS[name], getattr(windows, name), self._now) if windows is not None else ""

    def _told_agency_due(self) -> str:
        due_at = agency_due_at(self._windows)
        return f"考核机构的复核到{last_day_before(due_at)}为止" if due_at is not None else ""

    _ASIDES: ClassVar = {
        "filing_window": _told_filing,
        "review_window": _told_review,
        "agency_window": lambda facts: facts._told("agency_review"),
        "evaluation_over": lambda facts: facts._told("evaluation"),
        "makeup_confirm_window": lambda facts: facts._told("makeup_confirm"),
        "agency_late": _told_agency_due,
    }
