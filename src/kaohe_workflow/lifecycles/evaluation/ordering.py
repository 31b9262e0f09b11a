"""
Papers that open only when the one before is passed (`papers_in_order`; design).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import attrs

from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.terms import PaperKind, Stage

Prerequisite = Literal["met", "waiting", "lost"]

_PASSED = frozenset({"passed", "exempt_pass"})
_LOST = frozenset({"failed", "absent", "void", "not_opened"})


@attrs.frozen
class SiblingView:
    """Another paper of the same assessment and stage, cancelled ones aside."""

    kind: PaperKind
    state: str


def prerequisite(
    kind: PaperKind,
    stage: Stage,
    sitter: Sitter,
    siblings: Iterable[SiblingView],
    parameters: Parameters,
) -> Prerequisite:
    """
    Say what the papers before this one, in the province's order, leave open.

    ``met`` when all are passed or waived, and always where the province has no order; ``lost`` as soon as one is
    closed otherwise, so that what comes after it is not sat in this stage; else ``waiting``.
    """
    if not parameters.papers_in_order:
        return "met"
    order = order_of(stage, sitter, parameters)
    place = order.index(kind) if kind in order else len(order)
    before = {one.state for one in siblings if one.kind in order[:place]}
    if before & _LOST:
        return "lost"
    return "met" if before <= _PASSED else "waiting"


def order_of(stage: Stage, sitter: Sitter, parameters: Parameters) -> tuple[PaperKind, ...]:
    """The order of the papers of a stage: as the province lists them, the make-up's own list first."""
    first = parameters.papers(sitter)
    if stage is Stage.FIRST:
        return first
    return tuple(dict.fromkeys((*parameters.makeup_papers(sitter), *first)))
