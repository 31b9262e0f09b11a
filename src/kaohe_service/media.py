"""
JSON and files from outside, read strictly; JSON to outside.

What two parsers could read in two ways is refused: keys that occur twice, numbers that overflow, NaN, half
characters, NUL; so is what only wears a parser out: depth, length, endless digits, compression.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn
from urllib.parse import unquote

import falcon
from falcon.media import BaseHandler, Handlers, MultipartFormHandler
from falcon.typing import ReadableIO

from kaohe_service.errors import BodyMalformed, BodyTooLarge, MediaTypeRefused
from kaohe_workflow.errors import Problem

JSON = "application/json"
PROBLEM = "application/problem+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
PDF = "application/pdf"
ZIP = "application/zip"
JPEG = "image/jpeg"
PNG = "image/png"
BYTES = "application/octet-stream"
FORM = "multipart/form-data"

SHEET_TYPES = {"xlsx": XLSX, "csv": CSV}
"""Format of a sheet → its media type."""

MAXIMUM_JSON = 1024 * 1024
"""Bytes of a JSON body."""

MAXIMUM_DEPTH = 32
"""How deep lists and objects may be nested."""

MAXIMUM_VALUES = 100_000
"""Names and values in a body: a full bulk has a quarter of them, and each may become a problem that is told."""

MAXIMUM_DIGITS = 18
"""Digits of a whole number: it stays within 64 bits, which every store and client can hold."""

MAXIMUM_FILE = 20 * 1024 * 1024
"""Bytes of an uploaded sheet."""

FORM_OVERHEAD = 64 * 1024
"""Bytes that a form may add to the file it carries."""


class JsonHandler(BaseHandler):
    """Falcon's handler for JSON bodies and answers, registered for problems too."""

    def deserialize(self, stream: ReadableIO, content_type: str | None, content_length: int | None) -> Any:
        """
        Read a body.

        Raises:
            BodyTooLarge: more than `MAXIMUM_JSON` bytes; what is beyond is not read.
            BodyMalformed: as `parse`.
            MediaTypeRefused: another charset than UTF-8.
        """
        _, parameters = falcon.parse_header(content_type or JSON)
        if parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            raise MediaTypeRefused(f"{JSON}; charset=utf-8")
        return parse(read_bytes(stream, content_length, MAXIMUM_JSON))

    def serialize(self, media: object, content_type: str) -> bytes:
        """Write an answer: UTF-8 without escapes."""
        return encode(media)


def handlers() -> Handlers:
    """The handlers of this service: JSON alone, for requests and answers."""
    handler = JsonHandler()
    return Handlers({JSON: handler, PROBLEM: handler})


def encode(value: object) -> bytes:
    """
    Plain data as JSON text in UTF-8.

    Raises:
        ValueError: NaN or infinity: no answer of ours has one.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def parse(body: bytes) -> Any:
    """
    The plain value of a JSON text.

    Raises:
        BodyMalformed: ``json-malformed``, ``json-encoding``, ``json-deep``, ``json-values``,
            ``json-number``, ``json-duplicate-key``, ``json-text`` (a NUL or half a character), ``json-empty``.
    """
    if not body.strip():
        raise _malformed("json-empty", "缺少JSON内容")
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            parse_int=_whole,
            parse_float=_finite,
            parse_constant=_no_constant,
            object_pairs_hook=_without_duplicates,
        )
    except UnicodeDecodeError as ex:
        raise _malformed("json-encoding", f"第{ex.start + 1}字节不是UTF-8") from ex
    except RecursionError as ex:
        raise _malformed("json-deep", f"嵌套超过{MAXIMUM_DEPTH}层") from ex
    except json.JSONDecodeError as ex:
        raise _malformed("json-malformed", f"不是有效的JSON（第{ex.lineno}行第{ex.colno}列）") from ex
    _check(value)
    return value


def _malformed(code: str, message: str) -> BodyMalformed:
    return BodyMalformed(Problem("$", code, message))


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > MAXIMUM_DIGITS:
        raise _malformed("json-number", f"数字不得超过{MAXIMUM_DIGITS}位")
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _malformed("json-number", "数字过大")
    return value


def _no_constant(text: str) -> NoReturn:
    raise _malformed("json-number", f"{text}不是数字")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed("json-duplicate-key", "同一项出现了两次")
    return found


def _check(value: Any) -> None:
    """Walk level by level: how deep, how many, and whether every text can be kept by every store."""
    level, depth, count = [value], 0, 0
    while level:
        count += len(level)
        if count > MAXIMUM_VALUES:
            raise _malformed("json-values", f"内容超过{MAXIMUM_VALUES}项")
        if depth == MAXIMUM_DEPTH and any(isinstance(one, dict | list) for one in level):
            raise _malformed("json-deep", f"嵌套超过{MAXIMUM_DEPTH}层")
        inner: list[Any] = []
        for one in level:
            if isinstance(one, str):
                _check_text(one)
            elif isinstance(one, dict):
                inner += one.keys()
                inner += one.values()
            elif isinstance(one, list):
                inner += one
        level, depth = inner, depth + 1


def _check_text(text: str) -> None:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise _malformed("json-text", "含有NUL或不完整的字符")


def read_bytes(stream: ReadableIO, length: int | None, maximum: int) -> bytes:
    """
    The whole body.

    Raises:
        BodyTooLarge: it is longer than ``maximum``, by its own word or in truth.
    """
    if length is not None and length > maximum:
        raise BodyTooLarge(maximum)
    body: bytes = stream.read(maximum + 1)
    if len(body) > maximum:
        raise BodyTooLarge(maximum)
    return body


def check_json(request: falcon.Request) -> None:
    """Raise `MediaTypeRefused` unless the body is said to be JSON."""
    if _media_type(request) != JSON:
        raise MediaTypeRefused(JSON)


def read_json(request: falcon.Request) -> Any:
    """
    The JSON body of a request.

    Raises:
        MediaTypeRefused: the body is of another type.
        BodyTooLarge, BodyMalformed: as `JsonHandler.deserialize`.
    """
    check_json(request)
    # Not by Falcon's table of handlers, which takes types to be case-sensitive.
    return JsonHandler().deserialize(request.bounded_stream, request.content_type, request.content_length)


def read_file(request: falcon.Request, types: Sequence[str]) -> bytes:
    """The file of a request, up to `MAXIMUM_FILE`; raises as `read_named_file`."""
    return read_named_file(request, types, MAXIMUM_FILE)[1]


def read_named_file(request: falcon.Request, types: Sequence[str], maximum: int) -> tuple[str, bytes]:
    """
    The file of a request, with its name: the body itself, or the part ``file`` of a form.

    The name is empty where none was told; a body by itself tells it in Content-Disposition.

    Raises:
        MediaTypeRefused: the body is of none of the ``types``.
        BodyTooLarge: the file is longer than ``maximum``; what is beyond is not read.
        BodyMalformed: no file, or a form that cannot be read.
    """
    kind = _media_type(request)
    if kind not in types:
        raise MediaTypeRefused(*types)
    if kind == FORM:
        name, content = _file_of_form(request, maximum)
    else:
        name = _name_in(request.get_header("Content-Disposition"))
        content = read_bytes(request.bounded_stream, request.content_length, maximum)
    if not content:
        raise _malformed("file-missing", "缺少文件")
    return name, content


def _media_type(request: falcon.Request) -> str:
    return falcon.parse_header(request.content_type or "")[0].strip().lower()


def _name_in(disposition: str | None) -> str:
    """The name of a file in a Content-Disposition header (RFC 6266), the international one before the plain one."""
    given = falcon.parse_header(disposition or "")[1]
    charset, _, rest = given.get("filename*", "").partition("'")
    if charset.lower() == "utf-8":
        return unquote(rest.partition("'")[2], errors="replace")
    return given.get("filename", "")


def _file_of_form(request: falcon.Request, maximum: int) -> tuple[str, bytes]:
    if request.content_length is None:
        raise _malformed("file-missing", "缺少文件")
    if request.content_length > maximum + FORM_OVERHEAD:
        raise BodyTooLarge(maximum)
    try:
        name, content = _only_part(request, maximum)
    except (falcon.HTTPError, ValueError) as ex:
        raise _malformed("form-malformed", "表单无法读取") from ex
    if len(content) > maximum:
        raise BodyTooLarge(maximum)
    return name, content


def _only_part(request: falcon.Request, maximum: int) -> tuple[str, bytes]:
    reader = MultipartFormHandler()
    reader.parse_options.max_body_part_buffer_size = maximum + FORM_OVERHEAD
    parts = iter(reader.deserialize(request.bounded_stream, request.content_type, request.content_length))
    part = next(parts, None)
    if part is None:
        raise _malformed("file-missing", "缺少文件")
    if part.name != "file":
        raise _malformed("form-part-unknown", "表单只应有一项“file”")
    content: bytes = part.get_data()
    name = part.filename or ""
    # The end of the form is read, and checked, only by asking for another part.
    if next(parts, None) is not None:
        raise _malformed("form-part-unknown", "表单只应有一项“file”")
    return name, content
