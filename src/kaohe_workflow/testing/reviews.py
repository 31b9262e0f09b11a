"""
Applications for review for tests: one 不合格 result, and fakes of what lies around it.
"""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.result_review.case import OpinionItem
from kaohe_workflow.lifecycles.result_review.facts import ResultView
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.values.terms import PaperKind, Stage

UNQUALIFIED = ResultView(
    state="unqualified",
    institution_id="hospital",
    cycle_id="cycle",
    physician_id="doctor",
    result_version=1,
    judges=(Decider("agency-account", "judge"),),
    failing=frozenset({OpinionItem.ETHICS}),
    findings=frozenset({2}),
    papers=frozenset({(Stage.FIRST, PaperKind.HUMANITIES)}),
)
"""A result of 不合格, version 1: one opinion, one finding and one paper stand against the physician."""


@attrs.frozen(kw_only=True)
class ResultReviewAround:
    """Around an application for review of that result, which was received on 2024-01-31."""

    result: ResultView | None = UNQUALIFIED
    received_on: date | None = date(2024, 1, 31)
    applied_already: bool = False
    held_off: tuple[Decider, ...] = ()
    sender: Decider | None = attrs.field(factory=lambda: Decider("agency-account", "reviewer"))
