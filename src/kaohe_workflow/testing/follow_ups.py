"""
Follow-ups for tests: a result of 不合格 that nobody can object to any more, and fakes of what lies around it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from kaohe_workflow.lifecycles.follow_up.facts import ResultView
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.values.terms import PaperKind

RESULT = ResultView(
    state="unqualified",
    institution_id="hospital",
    cycle_id="cycle",
    physician_id="doctor",
    result_version=1,
)
"""A result of 不合格, version 1."""


@attrs.frozen(kw_only=True)
class FollowUpAround:
    """Around the follow-up of that result, which was received on 2026-01-01."""

    result: ResultView | None = RESULT
    received_on: date | None = date(2026, 1, 1)
    review_pending: bool = False
    missed_before: bool = False
    barred_until: tuple[date, ...] = ()
    entered_on: date | None = None
    person_gone: bool = False
    cycle_ends_on: date | None = date(2027, 12, 31)
    papers_again: tuple[PaperKind, ...] = (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)
    held_off: tuple[Decider, ...] = ()
    sender: Decider | None = attrs.field(factory=lambda: Decider("agency-account", "reviewer"))

    def line(self, kind: PaperKind) -> Decimal:
        """Sixty, whatever the paper."""
        return Decimal(60)
