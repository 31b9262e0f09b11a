"""
What the events of an application for deferral carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.lifecycles.shape import Move, NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.plain_text import text_problems


@attrs.frozen(kw_only=True)
class Apply:
    """
    The ground, and the files that prove it.

    ``assessment_id`` names the assessment when the application is made; a refused or withdrawn one that is
    made again belongs to its assessment already.

    Raises:
        InputInvalid: a text that no store holds.
    """

    ground: str
    attachments: tuple[AttachmentId, ...] = ()
    assessment_id: str | None = None

    def __attrs_post_init__(self) -> None:
        if problems := [
            *text_problems(self.ground, "$.ground"),
            *file_problems(self.attachments, "$.attachments"),
        ]:
            raise InputInvalid(problems)


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "apply": Apply,
        "claim": NoPayload,
        "pass": NoPayload,
        "file": NoPayload,
        "return": Return,
        "recall": NoPayload,
        "withdraw": NoPayload,
        "lapse": NoPayload,
        "expire": NoPayload,
        "move": Move,
    }
)
"""Event → what it carries."""
