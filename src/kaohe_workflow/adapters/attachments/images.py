"""
JPEG and PNG: whole to the last byte, of a size that can be shown, and nothing else besides.

A file that is two things at once (an image with an archive, a page or a PDF behind it) is refused: the next program
that opens it may see the other one.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from re import IGNORECASE, compile
from zipfile import is_zipfile
from zlib import crc32

from PIL import Image, UnidentifiedImageError

from kaohe_workflow.adapters.attachments.refusing import too_costly, unreadable, unsafe
from kaohe_workflow.errors import InputInvalid

MAXIMUM_PIXELS = 64_000_000
"""A page of A3 at 600 dots an inch has 70 million; what telephones and scanners make of a certificate has less."""

_HEADER_OF_PDF = 1024
"""Readers of PDF look for its beginning in so many bytes."""

_ACTIVE = compile(rb"<(?:script|html|svg|iframe|!doctype|\?php)", IGNORECASE)
_CHUNK = 12
"""Bytes of a PNG chunk beside its content: length, name, checksum."""


def check_jpeg(content: bytes) -> None:
    """
    Look through a JPEG.

    Raises:
        InputInvalid: as `FileInspector`.
    """
    _decode(content, "JPEG")
    rest = content[_end_of_jpeg(content) :]
    # Telephones put further pictures (a smaller one, the brightness) behind the first one.
    while rest.startswith(b"\xff\xd8\xff"):
        rest = rest[_end_of_jpeg(rest) :]
    _check_alone(content, rest)


def check_png(content: bytes) -> None:
    """
    Look through a PNG; raises as `check_jpeg`.
    """
    _decode(content, "PNG")
    place, name = 8, b""
    while name != b"IEND":
        length, name = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        end = place + length + _CHUNK
        if end > len(content) or crc32(content[place + 4 : end - 4]) != int.from_bytes(
            content[end - 4 : end]
        ):
            raise unreadable()
        place = end
    _check_alone(content, content[place:])


def _decode(content: bytes, format: str) -> None:
    """Read it as whoever opens it does, to the last row; the size is looked at before memory is given to it."""
    try:
        # That a picture is large is an error here, and no warning on the way.
        with warnings.catch_warnings(), Image.open(BytesIO(content), formats=[format]) as image:
            warnings.simplefilter("ignore")
            width, height = image.size
            if width * height > MAXIMUM_PIXELS:
                raise too_costly("图片像素过多，请降低分辨率后上传")
            image.load()
    except InputInvalid:
        raise
    except Image.DecompressionBombError as ex:
        raise too_costly("图片像素过多，请降低分辨率后上传") from ex
    except (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError) as ex:
        raise unreadable() from ex


def _end_of_jpeg(content: bytes) -> int:
    """Where the picture that begins here ends: segments by their lengths, then the scans up to their end mark."""
    place = 2
    while True:
        mark = content[place : place + 2]
        if len(mark) < 2 or mark[0] != 0xFF:
            raise unreadable()
        kind = mark[1]
        if kind == 0xD9:
            return place + 2
        if kind == 0xFF:  # filling
            place += 1
        elif kind == 0x01 or 0xD0 <= kind <= 0xD7:
            place += 2
        else:
            place += 2 + max(int.from_bytes(content[place + 2 : place + 4]), 2)
            if kind == 0xDA:
                place = _end_of_scan(content, place)


def _end_of_scan(content: bytes, place: int) -> int:
    """The next mark that is none of the scan's own: stuffed bytes and restarts belong to it."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            raise unreadable()
        if content[place + 1] != 0 and not 0xD0 <= content[place + 1] <= 0xD7:
            return place
        place += 2


def _check_alone(content: bytes, rest: bytes) -> None:
    if rest.strip(b"\0\r\n\t ") or is_zipfile(BytesIO(content)) or b"%PDF-" in content[:_HEADER_OF_PDF]:
        raise unsafe("图片后附有其他内容，请用看图软件另存后上传")
    if _ACTIVE.search(content):
        raise unsafe("图片中含有网页代码，请用看图软件另存后上传")
