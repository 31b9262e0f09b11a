"""
What an application for review of a result (复核申请) keeps between events.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import LabelledEnum, PaperKind, Stage


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
