"""
What the events of a follow-up carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.follow_up.case import PaperResult, Training
from kaohe_workflow.lifecycles.shape import Move, NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.plain_text import text_problems


@attrs.frozen
class Open:
    """The assessment, and the version of its result."""

    assessment_id: str
    result_version: int


@attrs.frozen
class OrderSuspension:
    """How many months practice is suspended (3 to 6), and the first day; None is today."""

    months: int
    starts_on: date | None = None


@attrs.frozen(kw_only=True)
class RecordTraining:
    """
    A training: by whom, its first and last day, and what proves it.

    Raises:
        InputInvalid: a text that no store holds; ``too-many-files``.
    """

    trainer: str
    first_day: date
    last_day: date
    evidence: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := [
            *text_problems(self.trainer, "$.trainer"),
            *file_problems(self.evidence, "$.evidence"),
        ]:
            raise InputInvalid(problems)

    @property
    def training(self) -> Training:
        """What is kept."""
        return Training(
            trainer=self.trainer, first_day=self.first_day, last_day=self.last_day, evidence=self.evidence
        )


@attrs.frozen
class Reassess:
    """What came of each paper that the re-assessment asks for."""

    results: tuple[PaperResult, ...]


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "open": Open,
        "order_suspension": OrderSuspension,
        "record_training": RecordTraining,
        "end_suspension": NoPayload,
        "miss_again": NoPayload,
        "pass": NoPayload,
        "fail": NoPayload,
        "reassess": Reassess,
        "report_ground": NoPayload,
        "cancel": NoPayload,
        "lift": NoPayload,
        "move": Move,
        "close": NoPayload,
    }
)
"""Event → what it carries."""
