"""
Files that tests hand in: small ones of every kind, and the short way into a store for those that need no looking into.
"""

from __future__ import annotations

from io import BytesIO
from zlib import compress, crc32

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.stored import Attachment
from kaohe_workflow.values.attachment import AttachmentId

_CATALOG = b"<< /Type /Catalog /Pages 2 0 R %s >>"
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>"


def pdf(*objects: bytes, catalog: bytes = b"", page: bytes = b"", content: bytes = b"0 0 m S") -> bytes:
    """
    A PDF with one page; ``catalog`` and ``page`` are more entries of these two, ``objects`` are numbered from 5 on.
    """
    stream = compress(content)
    drawn = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream)
    out, places = BytesIO(), []
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    for number, body in enumerate((_CATALOG % catalog, _PAGES, _PAGE % page, drawn, *objects), start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, table))
    return out.getvalue()


def png(width: int = 2, height: int = 2) -> bytes:
    """A black picture of so many pixels, packed as small as it gets."""
    header = width.to_bytes(4) + height.to_bytes(4) + bytes([1, 0, 0, 0, 0])
    rows = compress(bytes((1 + (width + 7) // 8) * height), 9)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + name + content + crc32(name + content).to_bytes(4)


def hand_in(
    application: Application, principal: Principal, content: bytes | None = None, *, id: str | None = None
) -> AttachmentId:
    """
    Store a file for somebody as if it had been uploaded, without looking into it; its id.

    ``id`` gives it an id of the test's own: where one that this id names is there already, it is that.
    """
    attachments = application.attachments
    given = pdf() if content is None else content
    known = Attachment(
        id=id or attachments.identifiers.new_id(),
        account_id=principal.account_id,
        institution_id=principal.organisation_id,
        physician_id=principal.physician_id,
        digest=attachments.contents.keep(given),
        kind="pdf",
        size=len(given),
        name="证明材料.pdf",
        at=application.clock.now(),
    )
    with application.store.begin() as unit:
        if known.id not in unit.attachments([known.id]):
            unit.add_attachment(known)
            unit.commit()
    return AttachmentId(known.id)
