"""
What follow-ups leave of a physician's registration and practice.
"""

from __future__ import annotations

from datetime import date

from kaohe_workflow.application.around.batch import Batch
from kaohe_workflow.application.phases import STOPPED_FOLLOW_UP


def barred_until(batch: Batch, physician_id: str | None) -> tuple[date, ...]:
    """The ends of the bars of a physician's cancellations that stand (医师法 第十六条)."""
    found = batch.follow_ups_of_physician.get(physician_id)
    return tuple(
        case.record.barred_until
        for case in found
        if case.state == "cancelled" and case.record.barred_until is not None
    )


def practice_stopped(batch: Batch, physician_id: str | None) -> bool:
    """Whether a physician is suspended, or has not been assessed again since (考核办法 第二十六条)."""
    found = batch.follow_ups_of_physician.get(physician_id)
    return any(case.state in STOPPED_FOLLOW_UP for case in found)
