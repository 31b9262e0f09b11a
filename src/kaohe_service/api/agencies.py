"""
What is published about assessment institutions, for anybody (考核办法 第七条), and who sits in their committees.
"""

from __future__ import annotations

from kaohe_service.api.cursors import Cursors
from kaohe_service.calls import Answer, Call


def list_agencies(call: Call) -> Answer:
    """
    考核机构名单 of the cycles that run.

    Raises:
        TooManyTries: this network has asked too often.
    """
    application = call.application
    cursors = Cursors(application.codec, application.lists.secrets, "agencies", "institution_name")
    cursor = call.query["cursor"]
    found = application.public.agencies(
        call.query["cycle_id"],
        address=call.address,
        after=cursors.read(cursor, "query:cursor") if cursor else None,
        limit=call.query["limit"],
    )
    following = cursors.write(found.next) if found.next is not None else None
    items = [application.codec.unstructure(one) | {"kind_label": one.kind.label} for one in found.items]
    return Answer(data={"total": found.total, "items": items, "next": following})


def show_assessors(call: Call) -> Answer:
    """
    The committee that may come to review an assessment.

    Raises:
        NotFound: no such assessment, or none that the caller may know of.
    """
    application = call.application
    found = application.assessors.of(call.caller, call.path["id"])
    items = [
        application.codec.unstructure(one) | {"position_label": one.position.label} for one in found.members
    ]
    return Answer(data={"agency_id": found.agency_id, "items": items})
