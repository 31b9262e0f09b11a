"""
What a report of results (考核结果报告) keeps between events.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import LabelledEnum

REPORT_DAYS = 30
"""Days to report after the assessment has ended (考核办法 第十五条)."""


class Outcome(LabelledEnum):
    """How one physician's assessment stands in a report."""

    QUALIFIED = "qualified", "合格"
    UNQUALIFIED = "unqualified", "不合格"
    MISSED = "missed", "未完成"
    DEFERRED = "deferred", "延考"
    PENDING = "pending", "尚无结果"


class Cause(LabelledEnum):
    """Why a result is 不合格, or that somebody was absent (考核办法 第二十二条, 第二十七条, 第三十一条)."""

    WORK = "work", "工作成绩不合格"
    ETHICS = "ethics", "职业道德不合格"
    PAPER = "paper", "业务水平测评不合格"
    ABSENCE = "absence", "缺考"
    CHEATING = "cheating", "考试作弊"
    FINDING = "finding", "直接认定不合格情形"
    MAKEUP_REFUSED = "makeup_refused", "不允许补考"
    REVOCATION = "revocation", "结果被撤销"


@attrs.frozen(kw_only=True)
class Count:
    """How many physicians of one institution stand so."""

    institution_id: str
    outcome: Outcome
    number: int


@attrs.frozen(kw_only=True)
class Exceptional:
    """One assessment that is not simply 合格, or whose physician was absent from a paper, with the reasons."""

    assessment_id: str
    institution_id: str
    outcome: Outcome
    causes: tuple[Cause, ...] = ()


@attrs.frozen(kw_only=True)
class Results:
    """
    What is reported: everybody who took part, counted by institution, and by name whoever is not simply 合格.

    Both are in the order of their ids, so that two of the same are equal.
    """

    counts: tuple[Count, ...] = ()
    exceptional: tuple[Exceptional, ...] = ()

    def total(self, outcome: Outcome) -> int:
        """How many stand so."""
        return sum(one.number for one in self.counts if one.outcome is outcome)


@attrs.frozen(kw_only=True)
class ResultReport:
    """
    One assessment institution's report of one cycle; ``institution_id`` is the assessment institution.

    ``work`` tells of the work done (考核工作情况), ``attachments`` are ids of stored files. ``taken_on`` are the
    assessments with a result of an institution that reports no more, which this report carries. ``results`` are those
    of the instant of submission, None before the first one. ``edition`` counts the submissions. ``overdue`` marks what
    is not reported in time, ``late`` that the first submission came late. ``registered_edition`` is the edition whose
    results were entered into the registration information (注册信息), 0 before that. ``submitted_at``, ``returned_at``,
    ``filed_at`` and ``registered_at`` are the last ones.
    """

    institution_id: str
    cycle_id: str
    work: str = ""
    attachments: tuple[AttachmentId, ...] = ()
    taken_on: tuple[str, ...] = ()
    results: Results | None = None
    edition: int = 0
    overdue: bool = False
    late: bool = False
    submitted_at: datetime | None = None
    returned_at: datetime | None = None
    filed_at: datetime | None = None
    registered_edition: int = 0
    registered_at: datetime | None = None

    @property
    def registered(self) -> bool:
        """Whether the results that were submitted last have been entered into the registration information."""
        return self.registered_edition == self.edition > 0


def last_report_day(ended_on: date) -> date:
    """
    Return the last day of the report: the day on which the assessment ends is day 0, day 30 still counts.

    >>> last_report_day(date(2024, 1, 26))
    datetime.date(2024, 2, 25)
    """
    return ended_on + timedelta(days=REPORT_DAYS)
