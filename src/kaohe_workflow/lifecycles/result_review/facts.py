"""
What the guards of an application for review look at.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.result_review.case import (
    Correction,
    OpinionItem,
    ResultReview,
)
from kaohe_workflow.lifecycles.result_review.events import Change
from kaohe_workflow.lifecycles.reviewing import KnowsReviewers, ReviewerFacts
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.values.review_clocks import last_day
from kaohe_workflow.values.scores import in_range
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import day_label, day_starts_at


@attrs.frozen(kw_only=True)
class ResultView:
    """
    The result that is to be looked at again, and what stands against the physician.

    ``assessed_by`` is the organisation that came to it, ``judges`` are those who have decided it. ``failing`` are the
    opinions of 不合格, ``findings`` the numbers of the confirmed ones, ``papers`` those not passed whose line is
    published.
    """

    state: str
    institution_id: str
    cycle_id: str
    physician_id: str
    result_version: int
    assessed_by: str | None = None
    judges: tuple[Decider, ...] = ()
    failing: frozenset[OpinionItem] = frozenset()
    findings: frozenset[int] = frozenset()
    papers: frozenset[tuple[Stage, PaperKind]] = frozenset()


class Around(KnowsReviewers, Protocol):
    """What an application needs of its surroundings; for one to be made, what its payload names."""

    @property
    def result(self) -> ResultView | None:
        """The assessment, None where there is no such case."""

    @property
    def received_on(self) -> date | None:
        """The day on which the physician has received the present version, None while it is not received."""

    @property
    def applied_already(self) -> bool:
        """Whether there is another application for the present version of the result."""


class ResultReviewFacts(ReviewerFacts[ResultReview, Around]):
    """The facts of the chart ``result_review``."""

    @property
    def apply_window(self) -> str:
        """
        Whether 30 days after receipt are over (考核办法 第二十四条): the day of receipt is day 0, day 30 still counts.

        A result that is not received yet may be objected to: the clock has not begun.
        """
        received = self._around.received_on
        return "open" if received is None or self._today <= last_day(received) else "over"

    @property
    def answer_window(self) -> str:
        """
        Whether 30 days after the application are over (考核办法 第二十四条): its day is day 0, day 30 still counts.
        """
        record = self._record
        return "open" if record is None or self._today <= last_day(record.applied_on) else "over"

    @property
    def result_published(self) -> bool:
        """There is a result, which the physician was told in writing (考核办法 第十五条, 第二十四条)."""
        result = self._around.result
        return result is not None and result.state in ("qualified", "unqualified")

    @property
    def applied_already(self) -> bool:
        """There is an application for this version of the result, decided or not (design)."""
        return self._around.applied_already

    @property
    def by_another(self) -> bool:
        """Who sends the event has not taken part in the result (design)."""
        result, sender = self._around.result, self._around.sender
        if result is None or sender is None:
            return False
        return all(sender.is_another(judge) for judge in result.judges)

    @property
    def names_something(self) -> bool:
        """
        What is to be set right is named, and each of it stands against the physician as things are now.

        A score is between 0 and 100 with at most two places, and of a paper whose line is published.
        """
        result = self._around.result
        if result is None or not isinstance(self._payload, Change):
            return False
        correction = self._payload.correction
        return correction.names_something and _stands(result, correction)

    @property
    def result_changed(self) -> bool:
        """The version of the result that the application is about is no longer the present one."""
        result, record = self._around.result, self._record
        return result is not None and record is not None and result.result_version != record.result_version

    @property
    def answer_due_at(self) -> datetime | None:
        """The end of the 30th day after that of the application."""
        record = self._record
        return day_starts_at(last_day(record.applied_on) + timedelta(days=1)) if record is not None else None

    def _told_apply(self) -> str:
        received = self._around.received_on
        if received is None:
            return ""
        return f"于{day_label(received)}收到结果，申请复核的期限到{day_label(last_day(received))}"

    def _told_answer(self) -> str:
        return (
            f"答复的期限到{day_label(last_day(self._record.applied_on))}" if self._record is not None else ""
        )

    _ASIDES: ClassVar = {"apply_window": _told_apply, "answer_window": _told_answer}


def _stands(result: ResultView, correction: Correction) -> bool:
    papers = [(score.stage, score.kind) for score in correction.scores]
    return (
        result.failing.issuperset(correction.opinions)
        and result.findings.issuperset(correction.findings)
        and len(papers) == len(set(papers))
        and result.papers.issuperset(papers)
        and all(in_range(corrected.score) for corrected in correction.scores)
    )
