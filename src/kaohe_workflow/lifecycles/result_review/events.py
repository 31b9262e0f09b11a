"""
What the events of an application for review carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.result_review.case import CorrectedScore, Correction, OpinionItem
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.plain_text import LONG_TEXT, text_problems

MAXIMUM_ENTRIES = 50
"""How many attachments, findings or scores one event may list."""


@attrs.frozen(kw_only=True)
class Apply:
    """
    Whose result is to be looked at again, why, and what proves it; the present version of the result is meant.

    Raises:
        InputInvalid: a text that no store holds; ``text-empty``, grounds that say nothing; ``too-many``.
    """

    assessment_id: str
    grounds: str
    attachments: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := [
            *text_problems(self.grounds, "$.grounds", maximum=LONG_TEXT, required=True),
            *file_problems(self.attachments, "$.attachments"),
        ]:
            raise InputInvalid(problems)


@attrs.frozen(kw_only=True)
class Change:
    """
    What is set right: opinions that become 合格, numbers of findings that do not hold, right scores.

    Raises:
        InputInvalid: ``too-many``, more than 50 of a kind.
    """

    opinions: tuple[OpinionItem, ...] = ()
    findings: tuple[int, ...] = ()
    scores: tuple[CorrectedScore, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = [
            *_too_many("opinions", self.opinions),
            *_too_many("findings", self.findings),
            *_too_many("scores", self.scores),
        ]
        if problems:
            raise InputInvalid(problems)

    @property
    def correction(self) -> Correction:
        """What is kept; the same thing named twice is one."""
        return Correction(
            opinions=tuple(dict.fromkeys(self.opinions)),
            findings=tuple(dict.fromkeys(self.findings)),
            scores=tuple(dict.fromkeys(self.scores)),
        )


def _too_many(name: str, given: tuple[object, ...]) -> list[Problem]:
    if len(given) <= MAXIMUM_ENTRIES:
        return []
    return [Problem(f"$.{name}", "too-many", f"不得超过{MAXIMUM_ENTRIES}项")]


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "apply": Apply,
        "uphold": NoPayload,
        "change": Change,
        "withdraw": NoPayload,
        "escalate": NoPayload,
        "supersede": NoPayload,
    }
)
"""Event → what it carries."""
