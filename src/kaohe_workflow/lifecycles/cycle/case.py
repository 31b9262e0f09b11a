"""
What a cycle (考核周期) keeps between events.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import attrs

from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import CycleWindows


@attrs.frozen
class PassLine:
    """
    A published pass line (合格线): who reaches ``score`` passes.

    ``score`` is 0–100 with at most two places; ``published_at`` is when it, or its correction, became known.
    """

    stage: Stage
    kind: PaperKind
    level: Level
    score: Decimal
    published_at: datetime


@attrs.frozen
class LineHand:
    """A natural person who published, or has corrected, the line of a stage, a paper and a level."""

    stage: Stage
    kind: PaperKind
    level: Level
    person_id: str


@attrs.frozen
class Cycle:
    """
    A cycle of the province.

    ``first_day`` and ``last_day`` (both included) are the span that is assessed: records and years of
    practice are counted in it. The ``windows`` in which it is done usually lie after it. ``delivered`` are
    the stages for which the province has declared that every score has arrived. ``line_hands`` stands beside the
    ``lines``, because everybody may read those: who published a line stays its hand whatever the cycle goes through.
    ``windows_hand`` is the natural person who set the windows last, None under a shared account.
    """

    institution_id: str
    name: str
    first_day: date
    last_day: date
    windows: CycleWindows
    lines: tuple[PassLine, ...] = ()
    delivered: tuple[Stage, ...] = ()
    line_hands: tuple[LineHand, ...] = ()
    windows_hand: str | None = None

    def line(self, stage: Stage, kind: PaperKind, level: Level) -> PassLine | None:
        """Return the line published for a paper of a stage and a level, None before it is."""
        for line in self.lines:
            if (line.stage, line.kind, line.level) == (stage, kind, level):
                return line
        return None
