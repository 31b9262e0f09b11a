"""
Plain data from outside into values: nothing is bent into shape, and every problem is named with its place.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from re import ASCII, compile
from typing import Any, NoReturn, get_args, get_origin
from unicodedata import normalize

import attrs
from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)
from cattrs.strategies import configure_union_passthrough

from kaohe_workflow.errors import InputInvalid, Problem, below
from kaohe_workflow.values.plain_text import text_problems
from kaohe_workflow.values.terms import LabelledEnum
from kaohe_workflow.values.windows import Window, WrittenWindow

ValueReader = Callable[[Any, Any], Any]
"""`(plain data, class) -> value`."""

_DATE = compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", ASCII)
_INSTANT = compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})", ASCII
)
_DECIMAL = compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", ASCII)


def refusal(code: str, message: str) -> InputInvalid:
    """One problem of the value at hand; whoever holds the value around it adds the way there."""
    return InputInvalid([Problem("$", code, message)])


@cache
def strict_reader() -> Converter:
    """The converter that takes plain data only as it should be; `problems_of` lists what is wrong."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    for kind, reader in _VALUE_READERS.items():
        converter.register_structure_hook(kind, _or_term(reader))
    configure_union_passthrough(str | int | bool | None, converter)
    converter.register_structure_hook_func(is_term, _term)
    converter.register_structure_hook_factory(_is_sequence, _sequence_reader)
    converter.register_structure_hook_factory(attrs.has, _object_reader)
    converter.register_structure_hook(Window, lambda value, _: _window(converter, value))
    return converter


def _window(converter: Converter, value: Any) -> Window:
    """People write days; what is stored, and told, is instants."""
    return converter.structure(value, WrittenWindow).window


def _or_term(reader: ValueReader) -> ValueReader:
    """cattrs takes a term for what its codes are (text, a number) before it asks whether it is a term."""
    return lambda value, kind: _term(value, kind) if is_term(kind) else reader(value, kind)


def _text(value: Any, _: type) -> str:
    if not isinstance(value, str):
        raise refusal("text-expected", "应为文本")
    if not value.isprintable():
        # A line ends in one way, however it was typed: forms and Windows send CR LF.
        value = value.replace("\r\n", "\n")
        problems = tuple(text_problems(value, "$", maximum=sys.maxsize))
        if problems:
            raise InputInvalid(problems)
    # Stores keep NFC (see `canonical`); what is decided before and after storing must be the same text.
    return normalize("NFC", value)


def _integer(value: Any, _: type) -> int:
    if type(value) is not int:
        raise refusal("integer-expected", "应为整数")
    return value


def _boolean(value: Any, _: type) -> bool:
    if type(value) is not bool:
        raise refusal("boolean-expected", "应为true或false")
    return value


def _decimal(value: Any, _: type) -> Decimal:
    written = str(value) if type(value) is int else value
    if not isinstance(written, str) or not _DECIMAL.fullmatch(written):
        raise refusal("decimal-expected", '应为写作文本的小数，如"87.50"')
    return Decimal(written)


def _day(value: Any, _: type) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise refusal("date-expected", '应为日期，如"2024-01-03"')


def _instant(value: Any, _: type) -> datetime:
    try:
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC)
    except OverflowError as ex:
        raise refusal("instant-expected", "应为公元1年至9999年之间的时刻") from ex
    except ValueError:
        pass
    raise refusal("instant-expected", '应为带时区的时刻，如"2024-01-03T00:00:00Z"')


def _float(value: Any, _: type) -> NoReturn:
    raise refusal("float-refused", "不接受浮点数")


_VALUE_READERS: dict[type, ValueReader] = {
    str: _text,
    int: _integer,
    bool: _boolean,
    Decimal: _decimal,
    date: _day,
    datetime: _instant,
    float: _float,
}


def is_term(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _term(value: Any, kind: type[Enum]) -> Enum:
    for member in kind:
        # True == 1: the class counts as well.
        if value is member or (type(value) is type(member.value) and value == member.value):
            return member
    known = "、".join(
        f"{member.value}({member.label})" if isinstance(member, LabelledEnum) else str(member.value)
        for member in kind
    )
    raise refusal("choice-unknown", f"应为其中之一：{known}")


_SEQUENCES: tuple[type, ...] = (tuple, list, frozenset, set)


def _is_sequence(kind: Any) -> bool:
    return kind in _SEQUENCES or get_origin(kind) in _SEQUENCES


def _sequence_reader(kind: Any, converter: Converter) -> ValueReader:
    make = get_origin(kind) or kind
    of = get_args(kind) or (Any, ...)
    fixed = make is tuple and of[-1] is not Ellipsis

    def structure(value: Any, _: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise refusal("list-expected", "应为列表")
        if fixed and len(of) != len(value):
            raise refusal("list-length", f"应为{len(of)}项")
        return make(_items(value, of if fixed else (of[0],) * len(value), converter))

    return structure


def _items(values: Iterable[Any], kinds: Iterable[Any], converter: Converter) -> list[Any]:
    items: list[Any] = []
    problems: list[Problem] = []
    for index, (value, kind) in enumerate(zip(values, kinds, strict=True)):
        try:
            items.append(converter.structure(value, kind))
        except Exception as ex:
            problems += problems_of(ex, f"$[{index}]")
    if problems:
        raise InputInvalid(problems)
    return items


def _object_reader(kind: Any, converter: Converter) -> ValueReader:
    read = converter.gen_structure_attrs_fromdict(kind)

    def structure(value: Any, wanted: Any) -> Any:
        if not isinstance(value, Mapping):
            raise refusal("object-expected", "应为对象")
        return read(value, wanted)

    return structure


def problems_of(error: BaseException, path: str) -> Iterator[Problem]:
    """Every leaf of what cattrs collected, with the way to it."""
    if isinstance(error, BaseValidationError):
        for part in error.exceptions:
            yield from problems_of(part, path + _step(part))
    elif isinstance(error, InputInvalid):
        for problem in error.problems:
            inner = problem.path.removeprefix("$")
            yield Problem(path + inner, problem.code, problem.message)
    elif isinstance(error, ForbiddenExtraKeysError):
        for name in sorted(map(str, error.extra_fields)):
            yield Problem(below(path, name), "key-unknown", "没有这一项")
    elif isinstance(error, KeyError):
        yield Problem(path, "missing", "缺少这一项")
    else:
        yield Problem(path, "invalid", "内容无效")


def _step(error: BaseException) -> str:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return f".{note.name}"
        if isinstance(note, IterableValidationNote):
            return f"[{note.index}]" if isinstance(note.index, int) else below("", str(note.index))
    return ""
