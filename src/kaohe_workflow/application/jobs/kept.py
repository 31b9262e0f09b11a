"""
What a unit of work keeps of jobs for those who look at them: errands, and how far the opening of a cycle is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from kaohe_workflow.application.stored import Errand, Opening


class Errands(Protocol):
    """The part of a unit of work that keeps them."""

    def errand(self, errand_id: str) -> Errand | None:
        """The errand of an id."""

    def errands(self, account_id: str, *, before: str | None, limit: int) -> list[Errand]:
        """The errands of an account, newest first; ``before`` is the last id seen, None at first."""

    def keep_errand(self, errand: Errand) -> None:
        """Insert or update an errand."""

    def ended_errands(self, before: datetime, limit: int) -> list[Errand]:
        """Errands that ended before that instant, those first that ended first."""

    def count_ended_errands(self, before: datetime) -> int:
        """How many errands ended before that instant."""

    def drop_errand(self, errand_id: str) -> None:
        """Remove an errand, if it is there."""

    def opening(self, cycle_id: str) -> Opening | None:
        """How far the opening of a cycle's cases is; None before its first page."""

    def keep_opening(self, opening: Opening) -> None:
        """Insert or update how far one is."""
