"""
Between values and text: canonical JSON out, strict structuring in, every problem with its place.

What is read is never bent into shape: text is not a number, a float is nothing at all (scores and dates
travel as text), and a key that the class does not know is refused.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn, TypeVar, get_args, get_origin
from unicodedata import is_normalized, normalize
from uuid import UUID

import msgspec
from cattrs import Converter

from kaohe_workflow.adapters.restoring import trusting_reader
from kaohe_workflow.adapters.structuring import problems_of, refusal, strict_reader
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.plain_text import text_problems

T = TypeVar("T")

_MAXIMUM_DEPTH = 64
_ENCODE = msgspec.json.Encoder(order="sorted").encode
_DECODE = msgspec.json.Decoder().decode


class JsonCodec:
    """
    The port `Codec`.

    A converter writes its code for each class when it first meets one, so the process has one of each kind, which
    all codecs and threads share.
    """

    def __init__(self) -> None:
        self._strict = strict_reader()
        self._trusting = trusting_reader()
        self._plain = _writer()

    def canonical(self, value: Any) -> str:
        """
        Canonical JSON: sorted keys, no white space, NFC, integers only.

        Decimals and instants become text (`2024-01-03T00:00:00.000000Z`), attrs values objects,
        sets sorted lists.

        Raises:
            InputInvalid: ``text-control`` or ``text-surrogate``: a text that not every store holds unchanged.
            TypeError: a float, or something else that is no data.
        """
        return self.written(self._plain.unstructure(value))

    def written(self, plain: Any) -> str:
        """Canonical JSON of what `unstructure` returned; raises as `canonical`."""
        try:
            text = _ENCODE(plain).decode()
        except UnicodeEncodeError:  # a lone surrogate
            return self._checked(plain)
        # A NUL is written as an escape; so is a backslash before "u0000", which the slow way tells apart.
        if "\\u0000" in text or not is_normalized("NFC", text):
            return self._checked(plain)
        return text

    def _checked(self, plain: Any) -> str:
        problems: list[Problem] = []
        composed = _composed(plain, "$", problems)
        if problems:
            raise InputInvalid(problems)
        return _ENCODE(composed).decode()

    def parse(self, text: str) -> Any:
        """
        The plain value of JSON text.

        Raises:
            InputInvalid: ``json-malformed``, ``json-float``, ``json-duplicate-key``, ``json-deep``.
        """
        try:
            value = json.loads(
                text, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_no_duplicates
            )
        except RecursionError as ex:
            raise refusal("json-deep", "嵌套过深") from ex
        except json.JSONDecodeError as ex:
            raise refusal("json-malformed", f"不是有效的JSON(第{ex.lineno}行第{ex.colno}列)") from ex
        if _depth(value) > _MAXIMUM_DEPTH:
            raise refusal("json-deep", "嵌套过深")
        return value

    def unstructure(self, value: Any) -> Any:
        """An attrs value as plain data."""
        return self._plain.unstructure(value)

    def structure(self, data: Any, into: type[T]) -> T:
        """
        Plain data as a value of ``into``; unknown keys are refused.

        Raises:
            InputInvalid: every problem with its path (``$.windows.review.opens_at``).
        """
        try:
            return self._strict.structure(data, into)
        except Exception as ex:
            # Whatever a class's own checks raise belongs to the input's problems.
            raise InputInvalid(list(problems_of(ex, "$"))) from ex

    def restore(self, plain: Any, into: type[T]) -> T:
        """A value of ``into`` from data that `canonical` wrote and a store kept; it is not checked again."""
        return self._trusting.structure(plain, into)


def plain_json(text: str) -> Any:
    """
    The plain value of JSON text that `canonical` wrote, without the checks of `JsonCodec.parse`.

    Raises:
        ValueError: it is no JSON: somebody else wrote it.
    """
    try:
        return _DECODE(text)
    except msgspec.DecodeError as ex:
        raise ValueError(str(ex)) from ex


def _composed(plain: Any, path: str, problems: list[Problem]) -> Any:
    """The same data with every text in NFC; what no store may hold is noted."""
    if isinstance(plain, str):
        problems += [
            problem
            for problem in text_problems(plain, path, maximum=sys.maxsize)
            if problem.code == "text-surrogate" or "\0" in plain
        ]
        return normalize("NFC", plain)
    if isinstance(plain, Mapping):
        return {
            _composed(key, path, problems): _composed(value, f"{path}.{key}", problems)
            for key, value in plain.items()
        }
    if isinstance(plain, list | tuple):
        return [_composed(value, f"{path}[{index}]", problems) for index, value in enumerate(plain)]
    return plain


@cache
def _writer() -> Converter:
    converter = Converter(unstruct_collection_overrides={AbstractSet: _sorted})
    converter.register_unstructure_hook(datetime, instant_text)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(Decimal, _decimal_text)
    converter.register_unstructure_hook(float, _no_float_value)
    for kind in (
        bytes,
        bytearray,
        memoryview,
        time,
        timedelta,
        UUID,
    ):  # the encoder would have a way for each
        converter.register_unstructure_hook(kind, _no_data)
    # A field declared as a whole number may have been given a float by mistake.
    converter.register_unstructure_hook(int, _whole)
    # Unions of plain types would go by the value's class anyway; this says so for all of them.
    converter.register_unstructure_hook_func(_is_primitive_union, converter.unstructure)
    return converter


def instant_text(instant: datetime) -> str:
    """
    An aware instant as `2024-01-03T00:00:00.000000Z`: text of one width, which sorts as time does.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is no number")
    return format(value, "f")


def _no_float_value(value: float) -> NoReturn:
    raise TypeError(f"{value!r} is a float; use Decimal")


def _no_data(value: object) -> NoReturn:
    raise TypeError(f"{value!r} is no data")


def _whole(value: int) -> int:
    return _no_float_value(value) if isinstance(value, float) else value


def _sorted(values: Iterable[Any]) -> list[Any]:
    return sorted(values)


def _is_primitive_union(kind: Any) -> bool:
    return bool(get_args(kind)) and set(get_args(kind)) <= {str, int, bool, type(None)} and _is_union(kind)


def _is_union(kind: Any) -> bool:
    return getattr(get_origin(kind), "__name__", "") in ("Union", "UnionType")


def _no_float(text: str) -> NoReturn:
    raise refusal("json-float", f"数字“{text[:40]}”应写作文本")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise refusal("json-duplicate-key", "同一项出现了两次")
    return found


def _depth(value: Any) -> int:
    """How deep lists and objects are nested, level by level."""
    depth, level = 0, [value]
    while level:
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        depth += 1
    return depth
