"""
What the events of a report of results carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.plain_text import LONG_TEXT, text_problems

MAXIMUM_FILES = 20
"""So many files a report may have."""


@attrs.frozen
class Open:
    """Whose report, and of which cycle."""

    institution_id: str
    cycle_id: str


@attrs.frozen(kw_only=True)
class Submit:
    """
    What is told of the work, and the files of the report; the results are taken from the cases themselves.

    Raises:
        InputInvalid: ``text-empty``, nothing is told; a text that no store holds; more than `MAXIMUM_FILES` files.
    """

    work: str
    attachments: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = [*text_problems(self.work, "$.work", maximum=LONG_TEXT)]
        if not self.work.strip():
            problems.append(Problem("$.work", "text-empty", "不能为空"))
        if len(self.attachments) > MAXIMUM_FILES:
            problems.append(Problem("$.attachments", "too-many-files", f"至多{MAXIMUM_FILES}个文件"))
        for index, one in enumerate(self.attachments):
            problems += text_problems(one, f"$.attachments[{index}]")
        if problems:
            raise InputInvalid(problems)


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "open": Open,
        "submit": Submit,
        "file": NoPayload,
        "return": NoPayload,
        "flag_overdue": NoPayload,
        "clear_overdue": NoPayload,
        "lapse": NoPayload,
    }
)
"""Event → what it carries."""
