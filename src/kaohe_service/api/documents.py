"""
Certificates as files.
"""

from __future__ import annotations

from kaohe_service.calls import Answer, Call

TYPES = {"pdf": "application/pdf", "png": "image/png"}
"""Kind of file → its type."""


def print_certificate(call: Call) -> Answer:
    """Print the certificate; the first print gives it number and date."""
    kind = call.query["as"]
    content = call.application.certificates.print(call.caller, call.path["id"], kind)
    call.service.wake()
    return Answer(
        content=content,
        content_type=TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{call.path["id"]}.{kind}"',
            "Content-Security-Policy": "sandbox",
        },
    )
