"""
Between values and text: canonical JSON out, strict structuring in, every problem with its place.

What is read is never bent into shape: text is not a number, a float is nothing at all (scores and dates
travel as text), and a key that the class does not know is refused.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from re import ASCII, compile
from typing import Any, NoReturn, TypeVar, get_args, get_origin
from unicodedata import is_normalized, normalize

import attrs
from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)
from cattrs.strategies import configure_union_passthrough

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.plain_text import text_problems
from kaohe_workflow.values.terms import LabelledEnum

T = TypeVar("T")

_DATE = compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", ASCII)
_INSTANT = compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})", ASCII
)
_DECIMAL = compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", ASCII)
_MAXIMUM_DEPTH = 64


class JsonCodec:
    """The port `Codec`; its converters are built once and shared by all threads."""

    def __init__(self) -> None:
        self._strict = _reader(Converter(forbid_extra_keys=True, detailed_validation=True))
        self._trusting = _trusting()
        self._plain = _writer()
        self._encode = json.JSONEncoder(
            ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
        ).encode

    def canonical(self, value: Any) -> str:
        """
        Canonical JSON: sorted keys, no white space, NFC, integers only.

        Decimals and instants become text (`2024-01-03T00:00:00.000000Z`), attrs values
        objects, sets sorted lists.

        Raises:
            InputInvalid: ``text-control`` or ``text-surrogate``: a text that not every store holds unchanged.
            TypeError: a float, or something else that is no data.
        """
        return self.written(self._plain.unstructure(value))

    def written(self, plain: Any) -> str:
        """Canonical JSON of what `unstructure` returned; raises as `canonical`."""
        text = self._encode(plain)
        if text.isascii():
            # A NUL is written as an escape; so is a backslash before "u0000", which the slow way tells apart.
            return text if "\\u0000" not in text else self._checked(plain)
        # A lone surrogate counts as normalised; only encoding finds it.
        if "\\u0000" in text or not is_normalized("NFC", text) or not _encodable(text):
            return self._checked(plain)
        return text

    def _checked(self, plain: Any) -> str:
        problems: list[Problem] = []
        composed = _composed(plain, "$", problems)
        if problems:
            raise InputInvalid(problems)
        return self._encode(composed)

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
            raise _refusal("json-deep", "嵌套过深") from ex
        except json.JSONDecodeError as ex:
            raise _refusal("json-malformed", f"不是有效的JSON(第{ex.lineno}行第{ex.colno}列)") from ex
        if _depth(value) > _MAXIMUM_DEPTH:
            raise _refusal("json-deep", "嵌套过深")
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
            raise InputInvalid(list(_problems(ex, "$"))) from ex

    def restore(self, plain: Any, into: type[T]) -> T:
        """A value of ``into`` from data that `canonical` wrote and a store kept; it is not checked again."""
        return self._trusting.structure(plain, into)


def plain_json(text: str) -> Any:
    """The plain value of JSON text that `canonical` wrote; nothing is checked."""
    return json.loads(text)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refusal(code: str, message: str) -> InputInvalid:
    return InputInvalid([Problem("$", code, message)])


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


# What is written


def _writer() -> Converter:
    converter = Converter(unstruct_collection_overrides={AbstractSet: _sorted})
    converter.register_unstructure_hook(datetime, instant_text)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(Decimal, _decimal_text)
    converter.register_unstructure_hook(float, _no_float_value)
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
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is no number")
    return format(value, "f")


def _no_float_value(value: float) -> NoReturn:
    raise TypeError(f"{value!r} is a float; use Decimal")


def _whole(value: int) -> int:
    return _no_float_value(value) if isinstance(value, float) else value


def _sorted(values: Iterable[Any]) -> list[Any]:
    return sorted(values)


def _is_primitive_union(kind: Any) -> bool:
    return bool(get_args(kind)) and set(get_args(kind)) <= {str, int, bool, type(None)} and _is_union(kind)


def _is_union(kind: Any) -> bool:
    return getattr(get_origin(kind), "__name__", "") in ("Union", "UnionType")


# What is read back from a store


def _trusting() -> Converter:
    converter = Converter(detailed_validation=False)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_structure_hook(Decimal, lambda text, _: Decimal(text))
    configure_union_passthrough(str | int | bool | None, converter)
    return converter


# What is read from outside


def _reader(converter: Converter) -> Converter:
    for kind, hook in _HOOKS.items():
        converter.register_structure_hook(kind, hook)
    configure_union_passthrough(str | int | bool | None, converter)
    converter.register_structure_hook_func(_is_term, _term)
    converter.register_structure_hook_factory(_is_sequence, _sequence_hook)
    converter.register_structure_hook_factory(attrs.has, _object_hook)
    return converter


def _text(value: Any, _: type) -> str:
    if not isinstance(value, str):
        raise _refusal("text-expected", "应为文本")
    if not value.isprintable():
        problems = tuple(text_problems(value, "$", maximum=sys.maxsize))
        if problems:
            raise InputInvalid(problems)
    # Stores keep NFC (see `canonical`); what is decided before and after storing must be the same text.
    return normalize("NFC", value)


def _integer(value: Any, _: type) -> int:
    if type(value) is not int:
        raise _refusal("integer-expected", "应为整数")
    return value


def _boolean(value: Any, _: type) -> bool:
    if type(value) is not bool:
        raise _refusal("boolean-expected", "应为true或false")
    return value


def _decimal(value: Any, _: type) -> Decimal:
    written = str(value) if type(value) is int else value
    if not isinstance(written, str) or not _DECIMAL.fullmatch(written):
        raise _refusal("decimal-expected", '应为写作文本的小数，如"87.50"')
    return Decimal(written)


def _day(value: Any, _: type) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _refusal("date-expected", '应为日期，如"2024-01-03"')


def _instant(value: Any, _: type) -> datetime:
    try:
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _refusal("instant-expected", '应为带时区的时刻，如"2024-01-03T00:00:00Z"')


def _float(value: Any, _: type) -> NoReturn:
    raise _refusal("float-refused", "不接受浮点数")


_HOOKS: dict[type, Callable[[Any, Any], Any]] = {
    str: _text,
    int: _integer,
    bool: _boolean,
    Decimal: _decimal,
    date: _day,
    datetime: _instant,
    float: _float,
}


def _is_term(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _term(value: Any, kind: type[Enum]) -> Enum:
    for member in kind:
        # True == 1: the type counts as well.
        if member.value == value and isinstance(value, str) == isinstance(member.value, str):
            return member
    known = "、".join(
        f"{member.value}({member.label})" if isinstance(member, LabelledEnum) else str(member.value)
        for member in kind
    )
    raise _refusal("choice-unknown", f"应为其中之一：{known}")


_SEQUENCES: tuple[type, ...] = (tuple, list, frozenset, set)


def _is_sequence(kind: Any) -> bool:
    return kind in _SEQUENCES or get_origin(kind) in _SEQUENCES


def _sequence_hook(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    make = get_origin(kind) or kind
    of = get_args(kind) or (Any, ...)
    fixed = make is tuple and of[-1] is not Ellipsis

    def structure(value: Any, _: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise _refusal("list-expected", "应为列表")
        if fixed and len(of) != len(value):
            raise _refusal("list-length", f"应为{len(of)}项")
        return make(_items(value, of if fixed else (of[0],) * len(value), converter))

    return structure


def _items(values: Iterable[Any], kinds: Iterable[Any], converter: Converter) -> list[Any]:
    items: list[Any] = []
    problems: list[Problem] = []
    for index, (value, kind) in enumerate(zip(values, kinds, strict=True)):
        try:
            items.append(converter.structure(value, kind))
        except Exception as ex:
            problems += _problems(ex, f"$[{index}]")
    if problems:
        raise InputInvalid(problems)
    return items


def _object_hook(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    read = converter.gen_structure_attrs_fromdict(kind)

    def structure(value: Any, wanted: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _refusal("object-expected", "应为对象")
        return read(value, wanted)

    return structure


def _problems(error: BaseException, path: str) -> Iterator[Problem]:
    """Every leaf of what cattrs collected, with the way to it."""
    if isinstance(error, BaseValidationError):
        for part in error.exceptions:
            yield from _problems(part, path + _step(part))
    elif isinstance(error, InputInvalid):
        for problem in error.problems:
            inner = problem.path.removeprefix("$")
            yield Problem(path + inner, problem.code, problem.message)
    elif isinstance(error, ForbiddenExtraKeysError):
        for name in sorted(map(str, error.extra_fields)):
            yield Problem(f"{path}.{name}", "key-unknown", "没有这一项")
    elif isinstance(error, KeyError):
        yield Problem(path, "missing", "缺少这一项")
    else:
        yield Problem(path, "invalid", "内容无效")


def _step(error: BaseException) -> str:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return f".{note.name}"
        if isinstance(note, IterableValidationNote):
            return f"[{note.index}]" if isinstance(note.index, int) else f".{note.index}"
    return ""


# JSON text


def _no_float(text: str) -> NoReturn:
    raise _refusal("json-float", f"数字“{text[:40]}”应写作文本")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refusal("json-duplicate-key", "同一项出现了两次")
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
