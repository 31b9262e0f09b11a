"""
补考管理: by which door somebody comes to the make-up, and the training that a province asks for before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from heapq import heappop, heappush

import attrs

from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import LabelledEnum, Stage


class MakeupDoor(LabelledEnum):
    """Why somebody sits in the make-up: 首次考核不合格 (手册 2.2.9), not sat, filed late, put off, or judged again."""

    FAILED = "failed", "首次测评不合格"
    ABSENT = "absent", "未参加首次测评"
    LATE = "late", "补报"
    DEFERRED = "deferred", "延考"
    OPINION = "opinion", "评定不合格"


@attrs.frozen(kw_only=True)
class Training:
    """
    One training before a make-up: by whom, from when to when, on how many days, and the certificate of its test.

    Both days are included; ``days`` are those on which there was training.
    """

    trainer: str
    first_day: date
    last_day: date
    days: int
    certificate: tuple[AttachmentId, ...]


def trained_days(trainings: Iterable[Training]) -> int:
    """
    Return on how many days somebody has trained: no day counts twice, however many trainings are entered for it.

    Which days of its span a training had is not told. Read: in favour of whoever has trained, as many different days as
    there can have been; each day of the calendar goes to the training that ends first.
    """
    coming = sorted(trainings, key=lambda training: training.first_day.toordinal(), reverse=True)
    open_spans: list[tuple[int, int]] = []
    counted, day = 0, 0
    while coming or open_spans:
        if not open_spans:
            day = max(day, coming[-1].first_day.toordinal())
        while coming and coming[-1].first_day.toordinal() <= day:
            begun = coming.pop()
            heappush(open_spans, (begun.last_day.toordinal(), begun.days))
        last, left = heappop(open_spans)
        until = coming[-1].first_day.toordinal() if coming else last + 1
        days = max(0, min(left, last + 1 - day, until - day))
        counted, day = counted + days, day + days
        if left > days and day <= last:
            heappush(open_spans, (last, left - days))
    return counted


def door_of(papers: Iterable[PaperView], *, deferred: bool, opinions_stand: bool) -> MakeupDoor:
    """
    The door of somebody who comes to the make-up now.

    Read: whoever has failed one paper and missed another has failed; who has no paper of the first stage filed too late
    to get one; an opinion of 不合格 keeps papers from being assigned at all.
    """
    if deferred:
        return MakeupDoor.DEFERRED
    first = {paper.state for paper in papers if paper.stage is Stage.FIRST and paper.state != "cancelled"}
    if not opinions_stand:
        return MakeupDoor.OPINION
    if not first:
        return MakeupDoor.LATE
    return MakeupDoor.FAILED if first & {"failed", "void"} else MakeupDoor.ABSENT
