"""
The part of a unit of work that keeps notices.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from kaohe_workflow.application.stored import Notice, Recipient


class Inboxes(Protocol):
    """What lies in all inboxes."""

    def notify(self, notices: Sequence[Notice]) -> None:
        """Put notices into inboxes; whoever has one of the same cause already keeps that, and gets no other."""

    def inbox(
        self, recipients: Sequence[Recipient], *, before: str | None, limit: int, unopened: bool = False
    ) -> list[Notice]:
        """The notices of these inboxes, newest first; ``before`` is the last id seen, None at first."""

    def notice(self, notice_id: str) -> Notice | None:
        """The notice of an id."""

    def notices_of(self, recipient: Recipient, lifecycle: str, case_id: str) -> list[Notice]:
        """What one inbox holds about one case, oldest first."""

    def unheard(
        self, cycle_id: str, *, decided_from: date, opened_from: datetime, delivered_from: datetime
    ) -> bool:
        """
        Whether a cycle has a result that was decided on a day or after it and that its physician has not long known.

        Such a result is 合格 or 不合格, no application for review is about its present version, and no notice of that
        version in the physician's inbox was opened before ``opened_from`` or delivered before ``delivered_from``.
        """

    def open_notice(self, notice_id: str, at: datetime) -> None:
        """Note that a notice is opened; only the first time counts."""

    def unopened(self, recipients: Sequence[Recipient]) -> int:
        """How many notices of these inboxes nobody has opened yet."""
