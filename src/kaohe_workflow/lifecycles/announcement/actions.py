"""
What the rows of an announcement do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.announcement.case import Announcement
from kaohe_workflow.lifecycles.shape import Action, Step


def create_announcement(record: None, step: Step) -> Announcement:
    """Make the draft."""
    given = step.payload
    return Announcement(
        institution_id=given.institution_id, title=given.title, text=given.text, attachments=given.attachments
    )


def save_announcement(record: Announcement, step: Step) -> Announcement:
    """Put what is written now in the place of what was written."""
    given = step.payload
    return attrs.evolve(record, title=given.title, text=given.text, attachments=given.attachments)


def note_publication(record: Announcement, step: Step) -> Announcement:
    """Note when it was published."""
    return attrs.evolve(record, published_at=step.moment.now)


def note_withdrawal(record: Announcement, step: Step) -> Announcement:
    """Note when it was withdrawn."""
    return attrs.evolve(record, withdrawn_at=step.moment.now)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_announcement": create_announcement,
        "save_announcement": save_announcement,
        "note_publication": note_publication,
        "note_withdrawal": note_withdrawal,
    }
)
"""Name in the chart → what it does."""
