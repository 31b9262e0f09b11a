"""
What an announcement (公告) keeps between events.
"""

from __future__ import annotations

from datetime import date, datetime

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.windows import local_date


@attrs.frozen(kw_only=True)
class Announcement:
    """
    What ``institution_id``, an administration, lets every organisation below it know.

    ``title`` is one line, ``text`` the whole; ``attachments`` are ids of stored files, which whoever reads the
    announcement may fetch. ``published_at`` and ``withdrawn_at`` are None until it happens.
    """

    institution_id: str
    title: str
    text: str
    attachments: tuple[AttachmentId, ...] = ()
    published_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def published_on(self) -> date | None:
        """The day, in China, on which it was published; None before that."""
        return local_date(self.published_at) if self.published_at is not None else None
