"""
What the events of an application for exemption carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
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
    The ground, the day on its certificate, and the files that prove it.

    ``none_excluded`` declares that nothing of what the province does not count under this ground applies
    (`ProvincialGround.exclusions`); a ground that has no exclusions needs no such declaration.
    ``assessment_id`` names the assessment when the application is made; a refused or withdrawn one that is
    made again belongs to its assessment already.

    Raises:
        InputInvalid: a text that no store holds.
    """

    ground: str
    certificate_on: date
    attachments: tuple[AttachmentId, ...] = ()
    none_excluded: bool = False
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
        "release": NoPayload,
        "pass": NoPayload,
        "return": Return,
        "recall": NoPayload,
        "withdraw": NoPayload,
        "expire": NoPayload,
        "revoke": NoPayload,
        "move": Move,
    }
)
"""Event → what it carries."""
