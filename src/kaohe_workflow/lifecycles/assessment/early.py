"""
提前考核: windows of one physician's own, in the place of the cycle's (考核办法 第十八条).
"""

from __future__ import annotations

from datetime import date, datetime

import attrs

from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import CycleWindows, Window


@attrs.frozen(kw_only=True)
class EarlyWindows:
    """
    When one physician files, is reviewed and sits.

    The agency's review and the exemption go from the beginning of ``review`` to the end of ``evaluation``, as they do
    in a cycle that sets nothing else. The windows of the make-up are the cycle's where None.
    """

    registration: Window
    review: Window
    evaluation: Window
    makeup_confirm: Window | None = None
    makeup: Window | None = None

    def over(self, of_cycle: CycleWindows) -> CycleWindows:
        """The windows of the cycle with these in their place."""
        reviewing = Window(self.review.opens_at, self.evaluation.closes_at)
        return attrs.evolve(
            of_cycle,
            registration=self.registration,
            review=self.review,
            evaluation=self.evaluation,
            agency_review=reviewing,
            exemption=reviewing,
            exemption_review=reviewing,
            makeup_confirm=self.makeup_confirm or of_cycle.makeup_confirm,
            makeup=self.makeup or of_cycle.makeup,
        )

    def fit(self, of_cycle: CycleWindows, now: datetime) -> bool:
        """
        Whether they are in order, also with the cycle's make-up, and the physician can still file.

        Late registration (补报) is ordered by the cycle's registration and make-up, not by these.
        """
        ordered = attrs.evolve(self.over(of_cycle), makeup_registration=None)
        return not ordered.problems() and now < self.registration.closes_at


@attrs.frozen(kw_only=True)
class Early:
    """An early assessment: its windows, and the day, in China, on which it was ordered (提前考核时间)."""

    windows: EarlyWindows
    ordered_on: date

    @property
    def stages(self) -> frozenset[Stage]:
        """The stages that are sat in windows of its own."""
        return frozenset(Stage) if self.windows.makeup is not None else frozenset({Stage.FIRST})
