"""
What the streams of a PDF become, unpacked filter by filter and no further than there is room.

Nothing is passed over: a filter that is not unpacked here could hide one behind it that becomes gigabytes.
"""

from __future__ import annotations

import warnings
import zlib
from base64 import a85decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from struct import error

from PIL import Image, UnidentifiedImageError
from pypdf.generic import DictionaryObject, NullObject, StreamObject

from kaohe_workflow.adapters.attachments.images import MAXIMUM_PIXELS
from kaohe_workflow.adapters.attachments.references import told, told_each
from kaohe_workflow.adapters.attachments.refusing import too_costly, unreadable

_PORTION = 1024 * 1024
_SPACE = b"\0\t\n\f\r "
_NOT_HEX = bytes(set(range(256)) - set(b"0123456789abcdefABCDEF"))
_CLEAR, _END, _FIRST = 256, 257, 258
_LONGEST_CODE = 12
_FAX = frozenset({"/CCITTFaxDecode", "/CCF"})
_PICTURES = _FAX | {"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode"}
_FAX_COLUMNS = 1728
"""How wide a fax is that does not say so."""


def unpacked(stream: StreamObject, room: int) -> int:
    """
    How many bytes the filters of a stream make of it, each after the other.

    Raises:
        InputInvalid: ``attachment-too-large``: more than ``room``, or a picture of too many pixels;
            ``attachment-unreadable``: a filter that is not known, or stands where it makes no sense.
    """
    names, settings = _filters(stream)
    data, total = stream._data, 0
    for place, (name, setting) in enumerate(zip(names, settings, strict=True), start=1):
        last = place == len(names)
        if name in _PICTURES and last:
            _check_picture(stream, name, setting, data)
            break
        # What a predictor leaves is smaller than what it had; before another filter it would have to be worked out.
        if name not in _STEPS or (not last and told(setting, "/Predictor") not in (None, 1)):
            raise unreadable()
        data = _STEPS[name](data, room - total, setting)
        total += len(data)
        if total > room:
            raise too_costly()
    return total


def _filters(stream: StreamObject) -> tuple[list[str], list[DictionaryObject]]:
    """The filters of a stream, first the one that is taken off first, each with its settings."""
    names = told_each(stream, "/Filter")
    if len(names) == 1 and isinstance(names[0], NullObject | None):
        names = []
    if not all(isinstance(name, str) for name in names):
        raise unreadable()
    given = told_each(stream, "/DecodeParms")
    found = [each if isinstance(each, DictionaryObject) else DictionaryObject() for each in given]
    return names, (found + [DictionaryObject()] * len(names))[: len(names)]


def _check_picture(stream: StreamObject, name: str, setting: DictionaryObject, data: bytes) -> None:
    """A picture says how large it is, where a reader of PDF looks and inside as well."""
    width, height = told(stream, "/Width"), told(stream, "/Height")
    if not (isinstance(width, int) and isinstance(height, int)):
        raise unreadable()
    if name in _FAX:
        columns, rows = told(setting, "/Columns") or _FAX_COLUMNS, told(setting, "/Rows") or height
        sizes = [(max(columns, width), max(rows, height))]
    else:
        sizes = [(width, height), _size_inside(data)]
    if any(wide * high > MAXIMUM_PIXELS for wide, high in sizes):
        raise too_costly("PDF中的图片像素过多，请降低分辨率后上传")


def _size_inside(data: bytes) -> tuple[int, int]:
    try:
        # A size is all that is asked for; that it is large is an answer here, and no warning.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=["JPEG", "JPEG2000"]) as image:
                return image.size
    except Image.DecompressionBombError:
        return MAXIMUM_PIXELS, MAXIMUM_PIXELS
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        error,
    ):  # Readers leave the place of such a picture blank.
        return 0, 0


def _inflated(data: bytes, room: int, _: DictionaryObject) -> bytes:
    unpacker, parts, size = zlib.decompressobj(), [], 0
    while data:
        before = unpacker.copy()
        try:
            part = unpacker.decompress(data, _PORTION)
        except zlib.error:  # Readers take what they could unpack; so nothing more comes of it, but that does.
            parts.append(_up_to_the_fault(before, data))
            break
        size += len(part)
        if size > room:
            raise too_costly()
        parts.append(part)
        if not part and not unpacker.unconsumed_tail:
            break
        data = unpacker.unconsumed_tail
    return b"".join(parts)


def _up_to_the_fault(unpacker: zlib._Decompress, data: bytes) -> bytes:
    """What comes before the byte that is wrong, less than a portion."""
    parts = []
    with suppress(zlib.error):
        for place in range(len(data)):
            parts.append(unpacker.decompress(data[place : place + 1]))
    return b"".join(parts)


def _from_hex(data: bytes, room: int, _: DictionaryObject) -> bytes:
    digits = data.partition(b">")[0].translate(None, _NOT_HEX)
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _from_base_85(data: bytes, room: int, _: DictionaryObject) -> bytes:
    digits = data.translate(None, _SPACE).removeprefix(b"<~").partition(b"~")[0]
    if 4 * (len(digits) + 4 * digits.count(b"z")) // 5 > room:  # A z is four bytes, as five others are.
        raise too_costly()
    return a85decode(digits)


def _run(data: bytes, room: int, _: DictionaryObject) -> bytes:
    out, place = bytearray(), 0
    while place < len(data) and data[place] != 128:
        count = data[place] + 1
        if count <= 128:
            out += data[place + 1 : place + 1 + count]
            place += 1 + count
        else:
            out += data[place + 1 : place + 2] * (258 - count)
            place += 2
        if len(out) > room:
            raise too_costly()
    return bytes(out)


def _from_lzw(data: bytes, room: int, setting: DictionaryObject) -> bytes:
    early = 0 if told(setting, "/EarlyChange") == 0 else 1
    words: list[bytes] = []
    out, before = bytearray(), b""
    for code in _codes(data, lambda: _FIRST + len(words) + early):
        if code == _END:
            break
        if code == _CLEAR:
            words.clear()
            before = b""
            continue
        word = _word(code, words, before)
        if before and _FIRST + len(words) < 1 << _LONGEST_CODE:
            words.append(before + word[:1])
        before = word
        out += word
        if len(out) > room:
            raise too_costly()
    return bytes(out)


def _word(code: int, words: list[bytes], before: bytes) -> bytes:
    if code < _CLEAR:
        return bytes([code])
    place = code - _FIRST
    if place < len(words):
        return words[place]
    if place > len(words) or not before:
        raise unreadable()
    return before + before[:1]


def _codes(data: bytes, following: Callable[[], int]) -> Iterator[int]:
    """The codes of LZW; they grow with the number of the next word when each of them is read."""
    held = bits = 0
    for byte in data:
        held, bits = held << 8 | byte, bits + 8
        while bits >= (length := min(max(following().bit_length(), 9), _LONGEST_CODE)):
            bits -= length
            yield held >> bits
            held &= (1 << bits) - 1


_STEPS: Mapping[str, Callable[[bytes, int, DictionaryObject], bytes]] = {
    **dict.fromkeys(("/FlateDecode", "/Fl"), _inflated),
    **dict.fromkeys(("/ASCIIHexDecode", "/AHx"), _from_hex),
    **dict.fromkeys(("/ASCII85Decode", "/A85"), _from_base_85),
    **dict.fromkeys(("/RunLengthDecode", "/RL"), _run),
    **dict.fromkeys(("/LZWDecode", "/LZW"), _from_lzw),
}
"""What each filter but those of pictures makes of bytes, within so much room, by its settings."""
