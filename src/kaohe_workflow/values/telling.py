"""
What people are told of windows, days and lists, in a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kaohe_workflow.values.windows import Position, Window, day_label, local_date


def told(label: str, window: Window | None, now: datetime) -> str:
    """
    Return from when to when a window is open, for somebody who is not in it, and what to do; both days are inside.

    >>> from datetime import UTC, date
    >>> window = Window.of_days(date(2023, 11, 27), date(2023, 12, 27))
    >>> told("医师报考申报时间", window, datetime(2023, 11, 1, tzinfo=UTC))
    '医师报考申报时间从2023年11月27日到2023年12月27日，请到时办理'
    >>> told("补考时间", None, datetime(2023, 11, 1, tzinfo=UTC))
    '补考时间尚未设定，请等待公布'
    """
    if window is None:
        return f"{label}尚未设定，请等待公布"
    days = f"{label}从{window.label.replace('至', '到')}"
    match window.position(now):
        case Position.BEFORE:
            return f"{days}，请到时办理"
        case Position.OPEN:
            return days
    return f"{days}，已经结束；如确需办理，请联系发布考核周期的卫生健康行政部门"


def last_day_before(instant: datetime) -> str:
    """
    Return the last day that lies, at least in part, before an instant, as people write it.

    >>> from datetime import date
    >>> from kaohe_workflow.values.windows import day_starts_at
    >>> last_day_before(day_starts_at(date(2024, 1, 1)))
    '2023年12月31日'
    """
    return day_label(local_date(instant - timedelta(microseconds=1)))


def listed(names: Sequence[str], most: int = 12) -> str:
    """
    Return names in one line, the first of them where there are too many to read.

    >>> listed(["科室", "医师级别"]), listed(["甲", "乙", "丙"], most=2)
    ('科室、医师级别', '甲、乙等3项')
    """
    return "、".join(names[:most]) + (f"等{len(names)}项" if len(names) > most else "")
