"""
What the events of a paper carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.terms import PaperKind, Stage


@attrs.frozen
class Assign:
    """The assessment, the kind and stage of the paper, and how often this paper is assigned now, from 1."""

    assessment_id: str
    kind: PaperKind
    stage: Stage
    round: int = 1


@attrs.frozen
class RecordScore:
    """A score, 0–100 with at most two places."""

    score: Decimal


@attrs.frozen
class ConfirmAbsence:
    """``reminded``: the sender attests that the physician was reminded of the paper."""

    reminded: bool = False


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "assign": Assign,
        "start": NoPayload,
        "exempt": NoPayload,
        "hand_in": NoPayload,
        "time_over": NoPayload,
        "record_score": RecordScore,
        "judge": NoPayload,
        "close": NoPayload,
        "confirm_absence": ConfirmAbsence,
        "refute_absence": NoPayload,
        "excuse_absence": NoPayload,
        "void": NoPayload,
        "restore": NoPayload,
        "cancel": NoPayload,
        "exemption_revoked": NoPayload,
    }
)
"""Event → what it carries."""
