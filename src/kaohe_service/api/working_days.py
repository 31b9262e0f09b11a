"""
Which days are worked.
"""

from __future__ import annotations

from datetime import date

from kaohe_service.calls import Answer, Call


def list_working_days(call: Call) -> Answer:
    """
    Every day of a span: whether it is worked, and who says so.

    Raises:
        InputInvalid: the span is none, or too long.
    """
    first, last = (date.fromisoformat(call.query[name]) for name in ("first", "last"))
    days = call.application.working_days.days(first, last)
    return Answer(
        data={
            "items": [
                {
                    "day": one.day.isoformat(),
                    "working": one.working,
                    "source": one.source.value,
                    "source_label": one.source.label,
                    "name": one.name,
                }
                for one in days
            ]
        }
    )
