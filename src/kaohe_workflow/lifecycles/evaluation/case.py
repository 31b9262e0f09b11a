"""
What a paper (测评) of one physician keeps between events.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import attrs

from kaohe_workflow.values.terms import Category, Level, PaperKind, Stage


@attrs.frozen(kw_only=True)
class Evaluation:
    """
    One paper of one stage.

    ``round`` counts from 1: a paper that was cancelled and is assigned anew is a new round. ``level`` and
    ``category`` are those of the filing on the day of assignment and stay. ``score`` is 0–100 with at most
    two places, None until one is recorded.
    """

    institution_id: str
    assessment_id: str
    cycle_id: str
    physician_id: str
    kind: PaperKind
    stage: Stage
    round: int = 1
    level: Level | None = None
    category: Category | None = None
    score: Decimal | None = None
    started_at: datetime | None = None
