"""
Files that prove something: handed in, and given back as files to be saved, never as pages to be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.calls import Answer, Call
from kaohe_service.media import JPEG, PDF, PNG
from kaohe_service.route import API
from kaohe_workflow.application.attachments import Download
from kaohe_workflow.values.terms import AttachmentKind

TYPES: Mapping[AttachmentKind, str] = {
    AttachmentKind.PDF: PDF,
    AttachmentKind.JPEG: JPEG,
    AttachmentKind.PNG: PNG,
}
"""Kind of file → its type."""


def hand_in(call: Call) -> Answer:
    """Keep a file; its id can be named from now on by whoever has handed it in."""
    found = call.application.attachments.hand_in(call.caller, call.body.name, call.body.content)
    data = {
        "id": found.id,
        "name": found.name,
        "kind": found.kind,
        "size": found.size,
        "digest": found.digest,
        "at": call.application.codec.unstructure(found.at),
    }
    return Answer(status=201, data=data, headers={"Location": f"{API}/attachments/{found.id}"})


def show_own(call: Call) -> Answer:
    """A file that the caller, or a colleague, has handed in."""
    return _download(call.application.attachments.own(call.caller, call.path["id"]))


def show_of_case(collection: str, call: Call) -> Answer:
    """A file that a case names."""
    lifecycle, case_id, id = COLLECTIONS[collection], call.path["id"], call.path["file"]
    return _download(call.application.attachments.of_case(call.caller, lifecycle, case_id, id))


def _download(found: Download) -> Answer:
    kind = AttachmentKind(found.attachment.kind)
    ending = found.attachment.name.rpartition(".")[2]
    plain = f"{found.attachment.id}.{ending}"
    name = quote(found.attachment.name, safe="")
    return Answer(
        content=found.content,
        content_type=TYPES[kind],
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
