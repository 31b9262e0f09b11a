"""
PDF: readable, closed to the last byte, and unable to do anything.

Everything that its table of objects names is looked at, whether a page refers to it or not: scripts, files inside,
what starts programs, sends data or opens a page by itself, films, what lies in other files, and forms with code of
their own. Streams are unpacked piece by piece, so that a small file that becomes a large one is found before it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import is_zipfile

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from kaohe_workflow.adapters.attachments.images import MAXIMUM_PIXELS
from kaohe_workflow.adapters.attachments.references import resolved, told, told_each
from kaohe_workflow.adapters.attachments.refusing import too_costly, unreadable, unsafe
from kaohe_workflow.adapters.attachments.unpacking import unpacked
from kaohe_workflow.errors import InputInvalid

MAXIMUM_OBJECTS = 200_000
MAXIMUM_PAGES = 1_000
MAXIMUM_ACTIONS = 1_000
"""That follow each other without a click; more go round in a circle."""

MAXIMUM_UNPACKED_BYTES = 256 * 1024 * 1024
"""Of all streams together: what a reader may have to hold."""

_TAIL = 1024
_HEAD = 1024
_ACTIVE_NAMES = frozenset(
    {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/AF", "/RichMediaContent", "/RichMediaSettings"}
)
_ACTIVE_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition"),
        # Within a file it scrolls, as /GoTo does; into another one it opens that. Nobody writes it any more.
        "/Thread",
        *("/Sound", "/Movie", "/RichMediaExecute", "/GoTo3DView", "/Trans3D"),
    }
)
_QUIET_ACTIONS = frozenset({"/GoTo", "/Named"})
"""What may happen by itself: the file is shown somewhere. Everything else waits until somebody clicks."""

_ACTIVE_NOTES = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_MESSAGE = "PDF中含有脚本、附件或多媒体，请打印为PDF或扫描后重新上传"


def check_pdf(content: bytes) -> None:
    """
    Look through a PDF.

    Raises:
        InputInvalid: as `FileInspector`.
    """
    _check_ends(content)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise unreadable("PDF已加密，请取消密码后上传")
        if not 1 <= len(reader.pages) <= MAXIMUM_PAGES:
            raise unreadable(f"PDF应有1至{MAXIMUM_PAGES}页")
        room = MAXIMUM_UNPACKED_BYTES
        for found in _objects(reader):
            _check_object(found)
            if isinstance(found, StreamObject):
                room -= unpacked(found, room)
    except InputInvalid:
        raise
    except (PyPdfError, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as ex:
        raise unreadable() from ex


def _check_ends(content: bytes) -> None:
    """Nothing before the first and behind the last line: neither an archive nor a page."""
    tail = content[-_TAIL:].rstrip(b"\0\r\n\t ")
    if b"%%EOF" not in tail:
        raise unreadable()
    if not tail.endswith(b"%%EOF") or is_zipfile(BytesIO(content)):
        raise unsafe("PDF后附有其他内容，请打印为PDF后重新上传")
    if any(mark in content[:_HEAD].lower() for mark in (b"<script", b"<html", b"<svg", b"<?php")):
        raise unsafe("PDF中含有网页代码，请打印为PDF后重新上传")


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object that the file's tables name or its trailer leads to, each once, with what lies inside it."""
    waiting: list[Any] = [reader.trailer]
    for generation, places in reader.xref.items():
        waiting += [IndirectObject(number, generation, reader) for number in places]
    waiting += [IndirectObject(number, 0, reader) for number in reader.xref_objStm]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = one.get_object()
        count += 1
        if count > MAXIMUM_OBJECTS:
            raise too_costly()
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [
                value
                for value in one.values()
                if isinstance(value, IndirectObject | DictionaryObject | ArrayObject)
            ]
        elif isinstance(one, ArrayObject):
            waiting += [
                value for value in one if isinstance(value, IndirectObject | DictionaryObject | ArrayObject)
            ]


def _check_object(found: DictionaryObject) -> None:
    if not _ACTIVE_NAMES.isdisjoint(found):
        raise unsafe(_MESSAGE)
    if told(found, "/S") in _ACTIVE_ACTIONS or told(found, "/Subtype") in _ACTIVE_NOTES:
        raise unsafe(_MESSAGE)
    if any(told(value, "/S") not in _QUIET_ACTIONS for value in _happening_by_itself(found)):
        raise unsafe(_MESSAGE)
    if isinstance(found, StreamObject) and _leads_out(found):
        raise unsafe(_MESSAGE)
    width, height = told(found, "/Width"), told(found, "/Height")
    if isinstance(width, int | float) and isinstance(height, int | float) and width * height > MAXIMUM_PIXELS:
        raise too_costly("PDF中的图片像素过多，请降低分辨率后上传")


def _happening_by_itself(found: DictionaryObject) -> Iterator[DictionaryObject]:
    """The actions that a file, a page or a field takes without a click, with those that follow them."""
    opened, moments = told(found, "/OpenAction"), told(found, "/AA")
    waiting = [opened, *(moments.values() if isinstance(moments, DictionaryObject) else ())]
    for _ in range(MAXIMUM_ACTIONS):
        if not waiting:
            return
        action = resolved(waiting.pop())
        # An array says where to begin; under a name like these a page may keep a font or a picture as well.
        if isinstance(action, DictionaryObject) and "/S" in action:
            yield action
            waiting += told_each(action, "/Next")
    raise too_costly()


def _leads_out(stream: StreamObject) -> bool:
    """Whether its bytes lie in another file, a page of another file stands for it, or it is a program."""
    return (
        told(stream, "/F") is not None
        or isinstance(told(stream, "/Ref"), DictionaryObject)
        or "/PS" in (told(stream, "/Subtype"), told(stream, "/Subtype2"))
    )
