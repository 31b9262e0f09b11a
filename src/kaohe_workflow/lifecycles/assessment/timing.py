"""
Where an instant lies to the windows of filing and review, the refiling deadline among them.

Every function takes the cycle's windows, None where there is no such cycle: then everything is over, so that
nothing is let through on ignorance.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from kaohe_workflow.values.windows import CycleWindows, Position, Window, day_starts_at, local_date

FilingPosition = Literal["before", "open", "makeup", "grace", "over"]
AgencyPosition = Literal["before", "open", "makeup", "over"]


def refiling_deadline(
    windows: CycleWindows, returned_at: datetime, grace_days: int, into_makeup: bool = False
) -> datetime:
    """
    Return until when, exclusive, a returned file may be filed and reviewed again.

    The later of the end of the review window and the end of the last grace day, but never after the end of
    the evaluation window; ``into_makeup``, for who was moved by force where there is a make-up, never after the end of
    its confirmation, if that is set. Grace days are calendar days of China: the day of the return is day 0, day
    ``grace_days`` still counts whole. The deadline holds for physician and institution alike.
    """
    grace_ends = day_starts_at(local_date(returned_at) + timedelta(days=grace_days + 1))
    deadline = max(windows.review.closes_at, grace_ends)
    if not into_makeup:
        return min(deadline, windows.evaluation.closes_at)
    return deadline if windows.makeup_confirm is None else min(deadline, windows.makeup_confirm.closes_at)


def filing_position(
    windows: CycleWindows | None,
    returned_at: datetime | None,
    grace_days: int,
    now: datetime,
    into_makeup: bool = False,
) -> FilingPosition:
    """
    Say where ``now`` lies to 医师报考申报时间.

    ``open`` in the window; ``makeup`` in the province's window for late registration, where it has one;
    ``grace`` after the window of a file that was returned, until its refiling deadline; else before or over.
    """
    if windows is None:
        return "over"
    return _position(windows.registration, windows, returned_at, grace_days, now, into_makeup)


def review_position(
    windows: CycleWindows | None,
    returned_at: datetime | None,
    grace_days: int,
    now: datetime,
    into_makeup: bool = False,
) -> FilingPosition:
    """Say where ``now`` lies to 报名信息审核时间; the values mean the same as those of `filing_position`."""
    if windows is None:
        return "over"
    return _position(windows.review, windows, returned_at, grace_days, now, into_makeup)


def _position(
    window: Window,
    windows: CycleWindows,
    returned_at: datetime | None,
    grace_days: int,
    now: datetime,
    into_makeup: bool,
) -> FilingPosition:
    if window.is_open(now):
        return "open"
    if windows.makeup_registration is not None and windows.makeup_registration.is_open(now):
        return "makeup"
    if window.position(now) is Position.BEFORE:
        return "before"
    if returned_at is not None and now < refiling_deadline(windows, returned_at, grace_days, into_makeup):
        return "grace"
    return "over"


def filing_closes_at(
    windows: CycleWindows | None,
    returned_at: datetime | None,
    grace_days: int,
    now: datetime,
    into_makeup: bool = False,
) -> datetime | None:
    """
    Return from when on who has not filed is overdue: 医师报考申报时间 ends, of a returned file the refiling deadline.

    Who is late already, or within the province's window for late registration then, has until the end of that.
    """
    if windows is None:
        return None
    return _closes_at(windows.registration, windows, returned_at, grace_days, now, into_makeup)


def review_closes_at(
    windows: CycleWindows | None,
    returned_at: datetime | None,
    grace_days: int,
    now: datetime,
    into_makeup: bool = False,
) -> datetime | None:
    """Return from when on the institution's review is overdue, as `filing_closes_at` with 报名信息审核时间."""
    if windows is None:
        return None
    return _closes_at(windows.review, windows, returned_at, grace_days, now, into_makeup)


def _closes_at(
    window: Window,
    windows: CycleWindows,
    returned_at: datetime | None,
    grace_days: int,
    now: datetime,
    into_makeup: bool,
) -> datetime:
    closes_at = window.closes_at
    if returned_at is not None:
        closes_at = max(closes_at, refiling_deadline(windows, returned_at, grace_days, into_makeup))
    late = windows.makeup_registration
    if late is not None and late.is_open(max(now, closes_at)):
        return late.closes_at
    return closes_at


def agency_due_at(windows: CycleWindows | None) -> datetime | None:
    """
    Return from when on the agency's review is overdue: the papers can be sat, or its own window has ended.

    A file that waits at that time keeps its physician from sitting (design).
    """
    return None if windows is None else min(windows.evaluation.opens_at, windows.agency_review.closes_at)


def agency_position(windows: CycleWindows | None, now: datetime) -> AgencyPosition:
    """
    Say where ``now`` lies to 考核机构复核时间.

    ``open`` in the agency's window while the evaluation is not over; ``makeup`` from the end of the
    evaluation to the end of make-up confirmation, which counts as not over while it is not set yet. An
    agency's window that ends before the evaluation is over until the evaluation ends.
    """
    if windows is None:
        return "over"
    if windows.evaluation.position(now) is Position.OVER:
        confirm = windows.makeup_confirm
        return "over" if confirm is not None and confirm.position(now) is Position.OVER else "makeup"
    position = windows.agency_review.position(now)
    if position is Position.BEFORE:
        return "before"
    return "open" if position is Position.OPEN else "over"


def confirm_position(windows: CycleWindows | None, now: datetime) -> Position:
    """Say where ``now`` lies to 确认补考时间; a window that is not set yet is still to come."""
    if windows is None:
        return Position.OVER
    return Position.BEFORE if windows.makeup_confirm is None else windows.makeup_confirm.position(now)
