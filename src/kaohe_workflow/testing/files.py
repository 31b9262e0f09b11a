"""
Files that tests hand in: small ones of every kind, and the short way into a store for those that need no looking into.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from io import BytesIO
from typing import Any, get_type_hints
from zlib import compress, crc32

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.attached import finder_of, named_files
from kaohe_workflow.application.attaching import is_own
from kaohe_workflow.application.stored import Attachment
from kaohe_workflow.values.attachment import AttachmentId, file_name
from kaohe_workflow.values.terms import AttachmentKind

FACE = "face"
"""What an id of a test's own speaks of where the file is a picture."""

_PNG = b"\x89PNG\r\n\x1a\n"
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
    return _PNG + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + name + content + crc32(name + content).to_bytes(4)


def hand_in(
    application: Application, principal: Principal, content: bytes | None = None, *, id: str | None = None
) -> AttachmentId:
    """
    Store a file for somebody as if it had been uploaded, without looking into it; its id.

    ``id`` gives it an id of the test's own: where one that this id names is there already, it is that. Without content
    it is a picture where the id speaks of a `FACE`, else a document.
    """
    attachments = application.attachments
    given = content if content is not None else png() if FACE in (id or "") else pdf()
    kind = AttachmentKind.PNG if given.startswith(_PNG) else AttachmentKind.PDF
    known = Attachment(
        id=id or attachments.identifiers.new_id(),
        account_id=principal.account_id,
        institution_id=principal.organisation_id,
        physician_id=principal.physician_id,
        digest=attachments.contents.keep(given),
        kind=kind.value,
        size=len(given),
        name=file_name("证明材料", kind),
        at=application.clock.now(),
    )
    with application.store.begin() as unit:
        if known.id not in unit.attachments([known.id]):
            unit.add_attachment(known)
            unit.commit()
    return AttachmentId(known.id)


def handed_in(
    application: Application, principal: Principal, payload: Any, known: Collection[str] = ()
) -> Any:
    """
    The payload, after its sender has handed in every file that it names and nobody has handed in yet.

    Who names another's file gets one of his own under another id, unless it is among the ``known`` ones, which the case
    names already. The same name is the same file for the same sender.
    """
    named = named_files(payload)
    if not named or principal.is_system:
        return payload
    with application.store.begin(write=False) as unit:
        there = unit.attachments([id for _, id in named])

    def real(name: str) -> AttachmentId:
        if name in known or (name in there and is_own(principal, there[name])):
            return AttachmentId(name)
        return hand_in(application, principal, id=f"{principal.account_id}.{name}" if name in there else name)

    return _renamed(payload, real)


def _renamed(value: Any, real: Callable[[str], AttachmentId]) -> Any:
    if isinstance(value, str):
        return real(value)
    if isinstance(value, tuple):
        return tuple(_renamed(one, real) for one in value)
    if value is None:
        return None
    kinds = get_type_hints(type(value))
    changes = {
        field.name: _renamed(getattr(value, field.name), real)
        for field in attrs.fields(type(value))
        if finder_of(kinds[field.name]) is not None
    }
    return attrs.evolve(value, **changes)
