"""
What keeps a cycle from being archived: whatever nobody could decide, or object to, once its books are closed.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Generic, Protocol, TypeVar

from kaohe_workflow.lifecycles.cycle.case import Cycle
from kaohe_workflow.lifecycles.shape import Facts
from kaohe_workflow.values.telling import listed
from kaohe_workflow.values.windows import LABELS, Position, day_label

_OF_THE_MAKEUP = ("makeup_registration", "makeup_confirm", "makeup")
"""Windows that are open, or still to come, while the make-up goes on."""


class Unsettled(Protocol):
    """What of a cycle is not settled yet."""

    @property
    def open_assessments(self) -> int:
        """How many cases of the cycle are in 待参加考核, 待确认补考 or 待参加补考."""

    @property
    def undecided_marks(self) -> int:
        """How many marks (疑似作弊) of the cycle's papers are undecided."""

    @property
    def pending_reviews(self) -> int:
        """How many applications for review (复核申请) of results of the cycle are not answered."""

    @property
    def pending_findings(self) -> int:
        """How many cases of the cycle have a finding that is neither confirmed nor dismissed, and none confirmed."""

    @property
    def objections_possible(self) -> bool:
        """Whether the time to apply for review of some result of the cycle is not over."""

    @property
    def objections_end_on(self) -> date | None:
        """The last day, at the latest, on which somebody may apply for review; None where there is no result."""


AroundT = TypeVar("AroundT", bound=Unsettled)


class ArchiveFacts(Facts[Cycle, AroundT], Generic[AroundT]):
    """The facts that the rows of the archive look at."""

    @property
    def makeup_over(self) -> bool:
        """The windows of 补报, 确认补考 and 补考 are over, as far as they are set (手册 2.2.9)."""
        return self._record is not None and not self._still_open

    @property
    def open_cases(self) -> int:
        """How many physicians still wait to sit, for make-up, or for its confirmation."""
        return self._around.open_assessments

    @property
    def undecided_marks(self) -> int:
        """How many marks still wait for a decision: an archive would leave them without one (design)."""
        return self._around.undecided_marks

    @property
    def pending_reviews(self) -> int:
        """How many applications for review wait for their written answer (考核办法 第二十四条)."""
        return self._around.pending_reviews

    @property
    def pending_findings(self) -> int:
        """
        How many physicians have a finding that no agency has decided (考核办法 第二十七条).

        Read: who is 不合格 by one that is confirmed does not wait for another, which would change nothing.
        """
        return self._around.pending_findings

    @property
    def objections_possible(self) -> bool:
        """
        Some physician may still apply for review: 30 days after receipt are not over (考核办法 第二十四条).

        The day of receipt is day 0, day 30 still counts, 合格 or not; what is not received yet may be objected to. A
        version of the result has one application: whoever has made it has no other to wait for.
        """
        return self._around.objections_possible

    @property
    def _still_open(self) -> list[str]:
        windows = self._record.windows if self._record is not None else None
        return [
            f"{LABELS[name]}到{day_label(window.last_day)}"
            for name in _OF_THE_MAKEUP
            if (window := getattr(windows, name, None)) is not None
            and window.position(self._now) is not Position.OVER
        ]

    def _told_objections(self) -> str:
        until = self._around.objections_end_on
        return f"最近作出的考核结果，申请复核的期限至迟到{day_label(until)}" if until is not None else ""

    _ASIDES: ClassVar = {
        "makeup_over": lambda facts: listed(facts._still_open),
        "open_cases": lambda _: "请先办结其考核",
        "undecided_marks": lambda _: "请先由省级认定或排除",
        "pending_reviews": lambda _: "请先由考核机构作出复核",
        "pending_findings": lambda _: "请先由考核机构确认，或认定情形不成立",
        "objections_possible": _told_objections,
    }
