"""
Looking up one person by the number, to take them in (调入医师, 手册 2.2.5).
"""

from __future__ import annotations

from kaohe_service.bodies import PersonNumber
from kaohe_service.calls import Answer, Call
from kaohe_service.reasons import ReasonWriter


def look_up_person(call: Call) -> Answer:
    """
    The person of a number, and what brings them here; null if there is none.

    The case need not be one that the caller sees: whoever is let go is seen by nobody but the former institution
    until somebody takes them in.
    """
    body = call.body
    assert isinstance(body, PersonNumber)  # the route says so
    application = call.application
    found = application.people.by_number(call.caller, body.id_number)
    if found is None:
        return Answer(data={"person": None})
    writer = ReasonWriter.of(application.catalogue, "affiliation")
    plain = application.codec.unstructure(found) | {"state_label": writer.state_label(found.state)}
    return Answer(data={"person": plain})
