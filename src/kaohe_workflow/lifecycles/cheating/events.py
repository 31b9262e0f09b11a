"""
What the events of a mark carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.shape import Move, NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.plain_text import text_problems
from kaohe_workflow.values.terms import CheatingManner


@attrs.frozen(kw_only=True)
class Mark:
    """
    What is suspected, and the photos and other files that show it.

    ``assessment_id`` and ``evaluation_id`` name the paper when a mark is made; one that is marked again has its paper
    already.

    Raises:
        InputInvalid: a text that no store holds.
    """

    manner: CheatingManner
    evidence: tuple[AttachmentId, ...] = ()
    assessment_id: str | None = None
    evaluation_id: str | None = None

    def __attrs_post_init__(self) -> None:
        if problems := tuple(file_problems(self.evidence, "$.evidence")):
            raise InputInvalid(problems)


@attrs.frozen(kw_only=True)
class StateCase:
    """
    The physician's side, and what proves it.

    Raises:
        InputInvalid: a text that no store holds.
    """

    statement: str
    files: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = [*text_problems(self.statement, "$.statement"), *file_problems(self.files, "$.files")]
        if problems:
            raise InputInvalid(problems)


@attrs.frozen(kw_only=True)
class Confirm:
    """
    The files on which the decision rests, beside those of the mark.

    ``substitute_id`` is the physician who sat in place of the one whom the mark is about, where it is about 替考 and
    that is known; see `facts.CheatingFacts.substitute`.

    Raises:
        InputInvalid: a text that no store holds.
    """

    evidence: tuple[AttachmentId, ...] = ()
    substitute_id: str | None = None

    def __attrs_post_init__(self) -> None:
        named = text_problems(self.substitute_id, "$.substitute_id") if self.substitute_id is not None else ()
        if problems := (*file_problems(self.evidence, "$.evidence"), *named):
            raise InputInvalid(problems)


@attrs.frozen(kw_only=True)
class Carry:
    """The paper of the physician who sat for another, and the mark in whose decision that was found."""

    assessment_id: str
    evaluation_id: str
    finding_id: str


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "mark": Mark,
        "unmark": NoPayload,
        "report": NoPayload,
        "state_case": StateCase,
        "confirm": Confirm,
        "exclude": NoPayload,
        "correct": NoPayload,
        "carry": Carry,
        "fall": NoPayload,
        "move": Move,
    }
)
"""Event → what it carries."""
