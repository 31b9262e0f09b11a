"""
What is published about assessment institutions, for anybody (考核办法 第七条).
"""

from __future__ import annotations

from kaohe_service.calls import Answer, Call


def list_agencies(call: Call) -> Answer:
    """
    考核机构名单 of the cycles that run.

    Raises:
        TooManyTries: this network has asked too often.
    """
    application = call.application
    found = application.public.agencies(call.query["cycle_id"], address=call.address)
    items = [application.codec.unstructure(one) | {"kind_label": one.kind.label} for one in found.items]
    return Answer(data={"total": found.total, "items": items})
