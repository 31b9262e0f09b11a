"""
What the guards of an announcement look at.
"""

from __future__ import annotations

from typing import Protocol

from kaohe_workflow.lifecycles.announcement.case import Announcement
from kaohe_workflow.lifecycles.shape import Facts


class Around(Protocol):
    """What lies around an announcement."""

    @property
    def publisher_state(self) -> str | None:
        """The state of the administration that publishes, None where there is none."""


class AnnouncementFacts(Facts[Announcement, Around]):
    """The facts of the chart ``announcement``."""

    @property
    def publisher_open(self) -> bool:
        """The administration is there and not closed: what is closed has nobody below it to tell anything (design)."""
        return self._around.publisher_state not in (None, "closed")
