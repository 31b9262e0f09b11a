"""
When an assessment has ended, and until when it is reported.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from kaohe_workflow.lifecycles.result_report.case import last_report_day
from kaohe_workflow.values.parameter_kinds import MakeupMeaning
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.windows import CycleWindows, Window, day_starts_at, local_date


@attrs.frozen(kw_only=True)
class CycleView:
    """The cycle that is reported on: its state and its windows."""

    state: str
    windows: CycleWindows


def last_window(cycle: CycleView, parameters: Parameters) -> Window | None:
    """Return the window that the assessment ends with; None while a make-up is offered and has no window yet."""
    if cycle.windows.makeup is not None:
        return cycle.windows.makeup
    offered = parameters.makeup_offered and parameters.makeup_meaning is MakeupMeaning.PRE_VERDICT
    return None if offered and cycle.state != "archived" else cycle.windows.evaluation


def report_due_at(
    cycle: CycleView | None, returned_at: datetime | None, parameters: Parameters
) -> datetime | None:
    """
    Return from when on a report is overdue, None while the end of the assessment is not known.

    考核办法 第十五条: within 30 days after the assessment work has ended. Read: the day of its end is day 0, day 30
    still counts. What was returned may be given again ``agency_resubmit_days`` after the return, as an application may
    (design).
    """
    window = last_window(cycle, parameters) if cycle is not None else None
    if window is None:
        return None
    due_at = day_starts_at(last_report_day(window.last_day) + timedelta(days=1))
    if returned_at is None:
        return due_at
    grace = local_date(returned_at) + timedelta(days=parameters.agency_resubmit_days + 1)
    return max(due_at, day_starts_at(grace))
