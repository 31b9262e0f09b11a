"""
What the events of a check of a sample carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.lifecycles.spot_check.case import Finding
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.plain_text import LONG_TEXT, text_problems
from kaohe_workflow.values.terms import Procedure

MAXIMUM_SAMPLE = 500
"""So many assessments one sample may have; a person looks at each."""


@attrs.frozen(kw_only=True)
class Draw:
    """
    Whom to check, in which cycle, how many, and of which procedure (None: both).

    Nobody gives a seed: who knows the population could try until one pleases.

    Raises:
        InputInvalid: ``sample-size``, not 1–`MAXIMUM_SAMPLE`.
    """

    institution_id: str
    cycle_id: str
    number: int
    procedure: Procedure | None = None

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.number <= MAXIMUM_SAMPLE:
            raise InputInvalid([Problem("$.number", "sample-size", f"应为1至{MAXIMUM_SAMPLE}的整数")])


@attrs.frozen(kw_only=True)
class RecordFinding:
    """
    What came of looking at one assessment; said again, it takes the place of what was said before.

    Raises:
        InputInvalid: a text or an id that no store holds; ``too-many-files``.
    """

    assessment_id: str
    finding: Finding
    note: str = ""
    evidence: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := [
            *text_problems(self.note, "$.note", maximum=LONG_TEXT),
            *file_problems(self.evidence, "$.evidence"),
        ]:
            raise InputInvalid(problems)


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "draw_opinions": Draw,
        "draw_results": Draw,
        "record_finding": RecordFinding,
        "conclude": NoPayload,
        "abandon": NoPayload,
    }
)
"""Event → what it carries."""
