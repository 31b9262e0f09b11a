"""
What the events of a report of results carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.plain_text import LONG_TEXT, text_problems


@attrs.frozen
class Open:
    """Whose report, and of which cycle."""

    institution_id: str
    cycle_id: str


@attrs.frozen
class TakeOn:
    """The assessments whose results go into this report, because the one that they belonged to has lapsed."""

    assessment_ids: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Submit:
    """
    What is told of the work, and the files of the report; the results are taken from the cases themselves.

    Raises:
        InputInvalid: ``text-empty``, nothing is told; a text that no store holds; ``too-many-files``.
    """

    work: str
    attachments: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := [
            *text_problems(self.work, "$.work", maximum=LONG_TEXT, required=True),
            *file_problems(self.attachments, "$.attachments"),
        ]:
            raise InputInvalid(problems)


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "open": Open,
        "take_on": TakeOn,
        "submit": Submit,
        "file": NoPayload,
        "enter_register": NoPayload,
        "return": NoPayload,
        "flag_overdue": NoPayload,
        "clear_overdue": NoPayload,
        "lapse": NoPayload,
    }
)
"""Event → what it carries."""
