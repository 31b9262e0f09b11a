"""
What leaves the system about people: one number unmasked with a reason, and sheets of lists.
"""

from __future__ import annotations

from kaohe_service.api.lists import filters_of
from kaohe_service.bodies import ExportQuery, RevealReason
from kaohe_service.calls import Answer, Call
from kaohe_service.media import SHEET_TYPES
from kaohe_workflow.application.queries.sheets import EXPORTS
from kaohe_workflow.values.terms import IdType


def reveal_number(call: Call) -> Answer:
    """
    The whole number of a physician; the account's history keeps who has asked, and why.

    Raises:
        TooManyTries: the account has asked for too many.
    """
    body = call.body
    assert isinstance(body, RevealReason)  # the route says so
    revealed = call.application.disclosure.reveal(call.caller, call.path["id"], body.reason)
    return Answer(
        data={
            "physician_id": revealed.physician_id,
            "id_type": revealed.id_type,
            "id_type_label": IdType(revealed.id_type).label,
            "id_number": revealed.id_number,
            "qualification_number": revealed.qualification_number,
        },
        headers={"Cache-Control": "no-store"},
    )


def export_sheet(sheet: str, call: Call) -> Answer:
    """
    A list as a workbook or as CSV, numbers masked, with whose it is on it.

    Raises:
        TooManyTries: the account has made too many.
    """
    body = call.body
    assert isinstance(body, ExportQuery)  # the route says so
    filters = filters_of(EXPORTS[sheet].listed, call, body.filters)
    content = call.application.disclosure.export(call.caller, sheet, filters, body.format)
    return Answer(
        content=content,
        content_type=SHEET_TYPES[body.format],
        headers={
            "Content-Disposition": f'attachment; filename="{sheet}.{body.format}"',
            "Cache-Control": "no-store",
        },
    )
