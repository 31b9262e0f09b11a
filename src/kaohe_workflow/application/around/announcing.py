"""
Around announcements (公告).
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.around.batch import BatchCase


@attrs.frozen
class AnnouncementAround:
    """Around an announcement."""

    at: BatchCase

    @property
    def publisher_state(self) -> str | None:
        """The state of the administration that publishes, None where there is none."""
        publisher = self.at.batch.institutions.get(self.at.named("institution_id"))
        return publisher.state if publisher is not None else None
