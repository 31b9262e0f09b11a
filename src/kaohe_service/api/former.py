"""
The opinions that an institution has given on an assessment, be it another institution's by now.
"""

from __future__ import annotations

from kaohe_service.calls import Answer, Call


def show_past_opinions(call: Call) -> Answer:
    """Each with the number of its step in the history; null where what was said is erased."""
    application = call.application
    given = application.past_opinions.given(call.caller, call.path["id"])
    return Answer(data={"items": [application.codec.unstructure(one) for one in given]})
