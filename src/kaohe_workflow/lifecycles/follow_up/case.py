"""
What the follow-up of a result of 不合格 keeps between events.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.months import months_after
from kaohe_workflow.values.scores import in_range
from kaohe_workflow.values.terms import PaperKind, Verdict

BAR_MONTHS = 12
"""Nobody is registered again within one year of 注销注册 (医师法 第十六条)."""

REPORT_DAYS = 30
"""Within so many days an institution reports that a registration is to be cancelled (医师法 第十七条)."""


@attrs.frozen(kw_only=True)
class Training:
    """培训: by whom, from which day to which, both included; ``evidence`` are ids of stored files."""

    trainer: str
    first_day: date
    last_day: date
    evidence: tuple[AttachmentId, ...] = ()


@attrs.frozen(kw_only=True)
class PaperResult:
    """
    What came of one paper of the re-assessment: a score of 0–100 with at most two places, or, of a 述职报告, a verdict.

    Neither of them says that the physician did not sit it (缺考).
    """

    kind: PaperKind
    score: Decimal | None = None
    verdict: Verdict | None = None

    def met(self, line: Decimal) -> bool:
        """Whether the paper is passed: found 合格, or at its line, which itself is enough."""
        if self.kind is PaperKind.STATEMENT:
            return self.verdict is Verdict.QUALIFIED
        return self.score is not None and self.score >= line

    @property
    def readable(self) -> bool:
        """Whether it has what its kind is judged by, and nothing else."""
        if self.kind is PaperKind.STATEMENT:
            return self.score is None
        return self.verdict is None and (self.score is None or in_range(self.score))


@attrs.frozen(kw_only=True)
class FollowUp:
    """
    The follow-up of one version of a result.

    ``order_from`` is the day from which the suspension can be ordered, once the physician lets the time to object pass;
    None where it is not to be ordered. The suspension lasts from ``starts_on`` to ``ends_on``, both included.
    ``papers`` are those that the order has sat again, none where the second verdict rests on no paper; ``results`` what
    came of them.
    ``assessed_again_on`` is the day of the second verdict; whoever passed has no 评优 and no 晋升 until
    ``no_honours_until``, that day included. ``ground_known_on`` is the day since which the
    registration is to be cancelled: the institution reports it within 30 days of that day, which is day 0 (医师法
    第十七条). ``reported_on`` is the day on which it has reported, ``reported_late`` whether that was after the
    last one, ``cancelled_on`` the day of the cancellation; until ``barred_until``, that day not included, nobody is
    registered again.
    """

    institution_id: str
    assessment_id: str
    cycle_id: str
    physician_id: str
    result_version: int
    order_from: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    trainings: tuple[Training, ...] = ()
    papers: tuple[PaperKind, ...] = ()
    results: tuple[PaperResult, ...] = ()
    assessed_again_on: date | None = None
    no_honours_until: date | None = None
    ground_known_on: date | None = None
    reported_on: date | None = None
    reported_late: bool = False
    cancelled_on: date | None = None
    barred_until: date | None = None

    @property
    def reported(self) -> bool:
        """Whether the institution has reported that the registration is to be cancelled (医师法 第十七条)."""
        return self.reported_on is not None

    @property
    def report_due_on(self) -> date | None:
        """The last day on which the institution reports in time, None while there is nothing to report."""
        known = self.ground_known_on
        return known + timedelta(days=REPORT_DAYS) if known is not None else None


def bar_ends(cancelled_on: date) -> date:
    """
    Return the day on which one year has passed since the cancellation; the bar holds until then, exclusive.

    >>> bar_ends(date(2026, 8, 15)), bar_ends(date(2028, 2, 29))
    (datetime.date(2027, 8, 15), datetime.date(2029, 2, 28))
    """
    return months_after(cancelled_on, BAR_MONTHS)
