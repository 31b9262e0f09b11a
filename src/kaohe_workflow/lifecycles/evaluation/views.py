"""
What a paper needs of its surroundings.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

import attrs

from kaohe_workflow.lifecycles.evaluation.ordering import SiblingView
from kaohe_workflow.lifecycles.evaluation.photo_keeping import KnowsPhotos
from kaohe_workflow.values.terms import Category, Level, Procedure, Stage
from kaohe_workflow.values.windows import CycleWindows


@attrs.frozen(kw_only=True)
class AssessmentView:
    """
    The assessment that a paper belongs to; ``level`` and ``category`` are those of its filing.

    ``decided_otherwise`` says that no paper changes its result: an opinion or a finding stands against it (考核办法
    第二十二条, 第二十七条), or it was revoked (第三十一条). ``early`` are the stages that are sat in
    windows of its own.
    """

    state: str
    institution_id: str
    cycle_id: str
    physician_id: str
    procedure: Procedure | None
    level: Level | None
    category: Category | None
    decided_otherwise: bool = False
    early: frozenset[Stage] = frozenset()


class Around(KnowsPhotos, Protocol):
    """What a paper needs of its surroundings; for a paper to be made, what its payload names."""

    @property
    def assessment(self) -> AssessmentView | None:
        """The assessment, None where there is no such case."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The codes of the diagnosis subjects of the filing's department, as they are now; none without one."""

    @property
    def siblings(self) -> Sequence[SiblingView]:
        """The other papers of the assessment and stage, cancelled ones aside."""

    @property
    def windows(self) -> CycleWindows | None:
        """The windows of the cycle, None where there is no such cycle."""

    @property
    def line(self) -> Decimal | None:
        """
        The pass line of this paper: its own, else the published one of its stage, kind and level; None while there is
        none.
        """

    @property
    def delivered(self) -> bool:
        """Whether the province has declared that all scores of this paper's stage have arrived."""

    @property
    def exempt(self) -> bool:
        """Whether an exemption that waives this paper's kind has been granted."""

    @property
    def makeup_begun(self) -> bool:
        """Whether a make-up paper of this assessment has been started or has a result."""

    @property
    def cheating_confirmed(self) -> bool:
        """Whether the province has found that this paper was not sat honestly."""

    @property
    def superseded(self) -> bool:
        """Whether a later paper of the same kind and stage was assigned and not cancelled."""

    @property
    def cheating_in_assessment(self) -> bool:
        """Whether the province has found that any paper of the assessment was not sat honestly."""

    @property
    def cycle_running(self) -> bool:
        """Whether the cycle is published and neither archived nor discarded."""
