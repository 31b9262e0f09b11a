"""
What an application for review of a result (复核申请) keeps between events.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import LabelledEnum, PaperKind, Stage

REVIEW_DAYS = 30
"""Both clocks of 考核办法 第二十四条: days to apply after receipt, and days to answer after the application."""


class OpinionItem(LabelledEnum):
    """The two opinions of an institution (考核办法 第十三条)."""

    WORK = "work", "工作成绩"
    ETHICS = "ethics", "职业道德"


@attrs.frozen
class CorrectedScore:
    """The right score of the present paper of a stage and kind, 0–100 with at most two places."""

    stage: Stage
    kind: PaperKind
    score: Decimal


@attrs.frozen(kw_only=True)
class Correction:
    """
    What a review sets right: opinions that become 合格, findings (by number) that do not hold, scores.
    """

    opinions: tuple[OpinionItem, ...] = ()
    findings: tuple[int, ...] = ()
    scores: tuple[CorrectedScore, ...] = ()

    @property
    def names_something(self) -> bool:
        """Whether anything is to be set right."""
        return bool(self.opinions or self.findings or self.scores)


@attrs.frozen(kw_only=True)
class ResultReview:
    """
    A physician's application for review of one version of a result.

    ``received_on`` is the day on which the result was received, None if the application came before; ``applied_on``
    that of the application, both days of China. ``assessed_by`` is the organisation that came to that result, to which
    the application went, whatever is assigned or decided afterwards. ``grounds`` says why, ``attachments`` are ids of
    stored files. ``answer`` is the written answer, given on ``answered_on``; ``correction`` what a change sets right.
    """

    institution_id: str
    assessment_id: str
    cycle_id: str
    physician_id: str
    result_version: int
    received_on: date | None
    applied_on: date
    grounds: str
    assessed_by: str | None = None
    attachments: tuple[AttachmentId, ...] = ()
    answer: str = ""
    answered_on: date | None = None
    correction: Correction | None = None


def last_day(day: date) -> date:
    """
    Return the last day of a clock that begins with ``day``: that is day 0, day 30 still counts.

    >>> last_day(date(2024, 1, 31))
    datetime.date(2024, 3, 1)
    """
    return day + timedelta(days=REVIEW_DAYS)


def first_day_of_objections(today: date) -> date:
    """
    Return the day of receipt from which on ``today`` a review may still be applied for; see `last_day`.

    >>> first_day_of_objections(date(2024, 3, 1))
    datetime.date(2024, 1, 31)
    """
    return today - timedelta(days=REVIEW_DAYS)
