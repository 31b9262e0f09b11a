"""
What the events of a cycle carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.plain_text import plain_text
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import CycleWindows, Window


def _check(name: str, first_day: date, last_day: date) -> None:
    plain_text(name, "$.name")
    problems = []
    if not name.strip():
        problems.append(Problem("$.name", "name-missing", "请填写考核周期的名称"))
    if last_day < first_day:
        problems.append(Problem("$.last_day", "days-reversed", "截止日期不得早于起始日期"))
    if problems:
        raise InputInvalid(problems)


@attrs.frozen
class CreateCycle:
    """
    The first data of a cycle of the province ``institution_id``; both days included.

    Raises:
        InputInvalid: no name, or the last day is before the first.
    """

    institution_id: str
    name: str
    first_day: date
    last_day: date
    windows: CycleWindows

    def __attrs_post_init__(self) -> None:
        _check(self.name, self.first_day, self.last_day)


@attrs.frozen
class SaveCycle:
    """
    The data of a draft, all of it; both days included.

    Raises:
        InputInvalid: no name, or the last day is before the first.
    """

    name: str
    first_day: date
    last_day: date
    windows: CycleWindows

    def __attrs_post_init__(self) -> None:
        _check(self.name, self.first_day, self.last_day)


@attrs.frozen
class OpenMakeup:
    """The windows of the make-up; None keeps what the cycle has. ``confirmed`` says that a shortening is meant."""

    makeup_confirm: Window | None = None
    makeup: Window | None = None
    makeup_registration: Window | None = None
    confirmed: bool = False


@attrs.frozen
class ChangeWindows:
    """All windows as they are to be; ``confirmed`` says that a shortening is meant."""

    windows: CycleWindows
    confirmed: bool = False


@attrs.frozen
class ExtendEvaluation:
    """
    All windows as they are to be, that of the evaluation open again; ``confirmed`` says that a shortening of another is
    meant.
    """

    windows: CycleWindows
    confirmed: bool = False


@attrs.frozen
class DeclareDelivery:
    """The stage whose scores have all arrived."""

    stage: Stage


@attrs.frozen
class PublishLine:
    """The pass line of a paper for a stage and a level; 0–100, at most two places."""

    stage: Stage
    kind: PaperKind
    level: Level
    score: Decimal


@attrs.frozen
class CorrectLine:
    """What a published pass line should have been; 0–100, at most two places."""

    stage: Stage
    kind: PaperKind
    level: Level
    score: Decimal


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "create": CreateCycle,
        "save": SaveCycle,
        "publish": NoPayload,
        "begin": NoPayload,
        "end_first": NoPayload,
        "open_makeup": OpenMakeup,
        "change_windows": ChangeWindows,
        "extend_evaluation": ExtendEvaluation,
        "declare_delivery": DeclareDelivery,
        "publish_line": PublishLine,
        "correct_line": CorrectLine,
        "archive": NoPayload,
        "discard": NoPayload,
    }
)
"""Event → what it carries."""
