"""
The inbox: what the caller was told, and the opening of it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from kaohe_service.api.cursors import Cursors
from kaohe_service.calls import Answer, Call
from kaohe_workflow.application.stored import Notice


def list_notices(call: Call) -> Answer:
    """A page of the caller's notices, newest first; what nobody has opened yet comes without its text."""
    application, query = call.application, call.query
    cursors = Cursors(application.codec, application.lists.secrets, "inbox", "-id")
    before = cursors.read(query["cursor"])[1] if query["cursor"] else None
    page = application.inbox.page(
        call.caller, before=before, limit=query["limit"], unopened=query["unopened"]
    )
    following = cursors.write(("", page.next)) if page.next is not None else None
    data = {"items": [_shown(call, notice) for notice in page.notices], "next": following}
    if following is None:
        return Answer(data=data)
    kept = {"unopened": str(query["unopened"]).lower(), "limit": query["limit"], "cursor": following}
    return Answer(data=data, headers={"Link": f'<{call.target}?{urlencode(kept)}>; rel="next"'})


def open_notice(call: Call) -> Answer:
    """
    Open a notice and read its text; the first time is the receipt.

    Raises:
        NotFound: no such notice, or none of the caller's.
    """
    return Answer(data=_shown(call, call.application.inbox.open(call.caller, call.path["id"])))


def _shown(call: Call, notice: Notice) -> dict[str, Any]:
    plain: dict[str, Any] = call.application.codec.unstructure(
        {
            "id": notice.id,
            "kind": notice.kind.value,
            "kind_label": notice.kind.label,
            "recipient": notice.recipient.kind.value,
            "text": notice.text if notice.opened_at is not None else None,
            "lifecycle": notice.lifecycle,
            "case_id": notice.case_id,
            "created_at": notice.created_at,
            "delivered_at": notice.delivered_at,
            "opened_at": notice.opened_at,
        }
    )
    return plain
