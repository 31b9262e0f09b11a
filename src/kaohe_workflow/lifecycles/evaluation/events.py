"""
What the events of a paper carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

import attrs

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.evaluation.photos import Photo
from kaohe_workflow.lifecycles.shape import Move, NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.plain_text import LONG_TEXT, text_problems
from kaohe_workflow.values.terms import PaperKind, Stage, Verdict
from kaohe_workflow.values.windows import Window


@attrs.frozen
class Assign:
    """The assessment, the kind and stage of the paper, and how often this paper is assigned now, from 1."""

    assessment_id: str
    kind: PaperKind
    stage: Stage
    round: int = 1


@attrs.frozen
class RecordScore:
    """
    A score, 0–100 with at most two places.

    ``delivery`` is whose delivery it is and the platform's own name of it, empty for a person's score. No input can set
    it; see `named_delivery`.
    """

    score: Decimal
    delivery: str = attrs.field(default="", init=False)


@attrs.frozen
class ConfirmAbsence:
    """
    ``reminded``: the sender attests that the physician was reminded of the paper; ``delivered``: and, of one that is
    sat early, that no score of it is on its way.
    """

    reminded: bool = False
    delivered: bool = False


@attrs.frozen
class GiveLine:
    """The pass line of one paper that is sat early, 0–100 with at most two places."""

    score: Decimal


@attrs.frozen(kw_only=True)
class DeliverStart:
    """
    When a paper was started on an evaluation platform, and whether the platform has checked who sits.

    ``delivery`` as in `RecordScore`.
    """

    started_at: datetime
    identity_checked: bool = False
    delivery: str = attrs.field(default="", init=False)


@attrs.frozen(kw_only=True)
class DeliverHandIn:
    """When a paper was handed in on an evaluation platform; ``delivery`` as in `RecordScore`."""

    handed_in_at: datetime
    delivery: str = attrs.field(default="", init=False)


_Delivery = TypeVar("_Delivery", RecordScore, DeliverStart, DeliverHandIn)


def named_delivery(payload: _Delivery, delivery: str) -> _Delivery:
    """Return what a platform delivers under the name of its delivery, which is signed beside it and in no body."""
    named = attrs.evolve(payload)
    object.__setattr__(named, "delivery", delivery)
    return named


@attrs.frozen(kw_only=True)
class RecordPhoto:
    """
    A photo of the sitting; the fields are those of a kept `Photo`.

    Raises:
        InputInvalid: a text that no store holds.
    """

    taken_at: datetime
    name: str
    similarity: Decimal | None = None
    source: str = ""
    file: AttachmentId | None = None
    against: AttachmentId | None = None

    def __attrs_post_init__(self) -> None:
        if problems := (*text_problems(self.name, "$.name"), *text_problems(self.source, "$.source")):
            raise InputInvalid(problems)

    @property
    def photo(self) -> Photo:
        """The photo as it is kept."""
        return Photo(
            taken_at=self.taken_at,
            name=self.name,
            similarity=self.similarity,
            source=self.source,
            file=self.file,
            against=self.against,
        )


@attrs.frozen(kw_only=True)
class HandInStatement:
    """
    The 述职报告, and files that go with it.

    Raises:
        InputInvalid: a text that no store holds.
    """

    statement: str
    files: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := [
            *text_problems(self.statement, "$.statement", maximum=LONG_TEXT),
            *file_problems(self.files, "$.files"),
        ]:
            raise InputInvalid(problems)


@attrs.frozen
class AssessStatement:
    """Whether a 述职报告 is 合格."""

    verdict: Verdict


@attrs.frozen(kw_only=True)
class ReportForceMajeure:
    """
    What happened, and the files that prove it.

    Raises:
        InputInvalid: a text that no store holds.
    """

    text: str
    evidence: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := [*text_problems(self.text, "$.text"), *file_problems(self.evidence, "$.evidence")]:
            raise InputInvalid(problems)


@attrs.frozen(kw_only=True)
class GrantResit:
    """When the paper is sat again; None: within the time of its stage."""

    window: Window | None = None


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "assign": Assign,
        "start": NoPayload,
        "exempt": NoPayload,
        "hand_in": NoPayload,
        "deliver_start": DeliverStart,
        "deliver_hand_in": DeliverHandIn,
        "record_photo": RecordPhoto,
        "drop_photos": NoPayload,
        "hand_in_statement": HandInStatement,
        "assess_statement": AssessStatement,
        "time_over": NoPayload,
        "record_score": RecordScore,
        "correct_score": RecordScore,
        "give_line": GiveLine,
        "correct_line": GiveLine,
        "judge": NoPayload,
        "close": NoPayload,
        "lose_turn": NoPayload,
        "confirm_absence": ConfirmAbsence,
        "refute_absence": NoPayload,
        "excuse_absence": NoPayload,
        "report_force_majeure": ReportForceMajeure,
        "grant_resit": GrantResit,
        "void": NoPayload,
        "restore": NoPayload,
        "cancel": NoPayload,
        "exemption_revoked": NoPayload,
        "move": Move,
    }
)
"""Event → what it carries."""
