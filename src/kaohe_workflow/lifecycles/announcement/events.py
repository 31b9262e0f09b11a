"""
What the events of an announcement carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.plain_text import LONG_TEXT, plain_text, text_problems, tidy_line


def _title(text: str) -> str:
    title = tidy_line(plain_text(text, "$.title"))
    if not title:
        raise InputInvalid([Problem("$.title", "text-empty", "不能为空")])
    return title


@attrs.frozen(kw_only=True)
class SaveAnnouncement:
    """
    The whole of a draft: a title, stored as one tidy line of 1–200 characters, a text of 1–20000, and up to 50 files.

    Raises:
        InputInvalid: ``text-empty``, no title or no text; a text that no store holds; ``too-many-files``.
    """

    title: str = attrs.field(converter=_title)
    text: str
    attachments: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := [
            *text_problems(self.text, "$.text", maximum=LONG_TEXT, required=True),
            *file_problems(self.attachments, "$.attachments"),
        ]:
            raise InputInvalid(problems)


@attrs.frozen(kw_only=True)
class CreateAnnouncement(SaveAnnouncement):
    """
    A draft of ``institution_id``, the administration that is to publish it; the rest as `SaveAnnouncement`.

    Raises:
        InputInvalid: as `SaveAnnouncement`.
    """

    institution_id: str


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "create": CreateAnnouncement,
        "save": SaveAnnouncement,
        "publish": NoPayload,
        "withdraw": NoPayload,
        "discard": NoPayload,
    }
)
"""Event → what it carries."""
