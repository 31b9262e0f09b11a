"""
Certificates and written notices: printing them, and printed ones as files.
"""

from __future__ import annotations

from kaohe_service.api.cases import show_receipt
from kaohe_service.api.preconditions import seen_version, tag
from kaohe_service.calls import Answer, Call

TYPES = {"pdf": "application/pdf", "png": "image/png"}
"""Kind of file → its type."""


def print_certificate(call: Call) -> Answer:
    """
    Print the certificate: the first print gives number and date and fixes the text.

    Raises:
        VersionMissing: the caller does not say which version was seen.
    """
    receipt = call.application.certificates.issue(
        call.caller,
        call.path["id"],
        expected_version=seen_version(call),
        idempotency_key=call.headers["Idempotency-Key"],
    )
    call.service.wake()
    return Answer(data=show_receipt(call, receipt), headers={"ETag": tag(receipt.version)})


def show_document(call: Call) -> Answer:
    """The file of a printed certificate; changes nothing."""
    kind = call.query["as"]
    content = call.application.certificates.document(call.caller, call.path["id"], kind)
    return Answer(
        content=content,
        content_type=TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{call.path["id"]}.{kind}"',
            "Content-Security-Policy": "sandbox",
        },
    )


def show_written_notice(call: Call) -> Answer:
    """The written notice of a result as a file; changes nothing, and is no receipt."""
    return _letter(call, call.application.written_notices.of_result(call.caller, call.path["id"]))


def show_written_answer(call: Call) -> Answer:
    """The written answer to an application for review as a file; changes nothing."""
    return _letter(call, call.application.written_answers.to_review(call.caller, call.path["id"]))


def _letter(call: Call, content: bytes) -> Answer:
    return Answer(
        content=content,
        content_type=TYPES["pdf"],
        headers={
            "Content-Disposition": f'attachment; filename="{call.path["id"]}.pdf"',
            "Content-Security-Policy": "sandbox",
        },
    )
