"""
Whether a physician is registered, as far as cancellations tell (医师法 第十六条, 第十七条).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from kaohe_workflow.values.terms import LabelledEnum
from kaohe_workflow.values.windows import day_label


class Registration(LabelledEnum):
    """The registration of a physician who is on the list."""

    VALID = "valid", "有效"
    BARRED = "barred", "注销未满一年"
    CANCELLED = "cancelled", "已注销且尚未重新注册"


def registration_of(barred_until: Collection[date], entered_on: date | None, today: date) -> Registration:
    """
    Return what cancellations leave of a registration.

    ``barred_until`` are the ends of the bars, one for each cancellation that stands: nobody is registered again before
    that day (医师法 第十六条). ``entered_on`` is the day on which an institution took the physician in last, None where
    nobody has since the first entry; from the end of the bar on it means a new registration (design).

    >>> registration_of([date(2027, 8, 15)], None, date(2027, 8, 14)).label
    '注销未满一年'
    >>> registration_of([date(2027, 8, 15)], None, date(2027, 8, 15)).label
    '已注销且尚未重新注册'
    >>> registration_of([date(2027, 8, 15)], date(2027, 8, 15), date(2027, 8, 15)).label
    '有效'
    """
    last = max(barred_until, default=None)
    if last is None:
        return Registration.VALID
    if today < last:
        return Registration.BARRED
    return Registration.VALID if entered_on is not None and entered_on >= last else Registration.CANCELLED


def told_bar(barred_until: Collection[date], registration: Registration) -> str:
    """
    Say until when nobody is registered again, nothing where no bar lasts.

    >>> told_bar([date(2027, 8, 15)], Registration.BARRED)
    '2027年8月15日之前不予注册'
    """
    last = max(barred_until, default=None)
    if last is None or registration is not Registration.BARRED:
        return ""
    return f"{day_label(last)}之前不予注册"
