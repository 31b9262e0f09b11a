"""
How long 监考照片 are kept: until so many days after the result, and as long as anything about it is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kaohe_workflow.application.phases import DECIDED, ENDED, PENDING_REVIEW, RUNNING, UNDECIDED_MARK
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.findings import FindingStanding


def concluded_on(assessment: Case, cycle: Case | None) -> date | None:
    """
    The day from which on the photos of an assessment's papers are kept for so long; None before it.

    That of the present verdict. Read (design): who has come to another end, from the last day on which a paper could
    have been sat, once the cycle runs no more.
    """
    record = assessment.record
    if assessment.state in DECIDED:
        decided_on: date | None = record.decided_on
        return decided_on
    if assessment.state not in ENDED or cycle is None or cycle.state in RUNNING:
        return None
    windows = record.windows(cycle.record.windows)
    last: date = max(window.last_day for window in (windows.evaluation, windows.makeup) if window is not None)
    return last


def is_contested(assessment: Case, marks: Iterable[Case], reviews: Iterable[Case]) -> bool:
    """Whether a mark, a reported finding or an application for review is not decided: its photos may be needed."""
    return (
        any(mark.state in UNDECIDED_MARK for mark in marks)
        or any(review.state in PENDING_REVIEW for review in reviews)
        or any(finding.standing is FindingStanding.PENDING for finding in assessment.record.findings)
    )


def evidence_of(marks: Iterable[Case]) -> frozenset[str]:
    """The files by which somebody was suspected: evidence stays as long as the mark, whatever became of it."""
    return frozenset(file for mark in marks for file in mark.record.evidence)
