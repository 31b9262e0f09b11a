"""
Whether a value is what its class declares, down to the last attribute.

A caller in Python can put anything anywhere, and what is stored must be readable again. Nothing is bent into shape:
text is no term, True is no number, a list is no tuple. Each declared kind is prepared once; afterwards a good
attribute costs one look into a set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import attrs

from kaohe_workflow.application.lines import Item
from kaohe_workflow.errors import Problem, below

Check = Callable[[Any], Sequence[Problem]]
"""What is wrong with a value; each path begins at the value itself, with nothing."""

MAXIMUM_INTEGER = 2**63 - 1
"""What every store and reader of JSON holds, and as much below nought."""

_NOTHING = object()
_INTEGER_DIGITS, _PLACES = 15, 10
"""Digits of a decimal before and after the point, as requests may write it."""


@attrs.frozen
class Kind:
    """A declared kind, prepared: a value of one of the ``plain`` classes is good as it is; ``deeper`` tells of any."""

    plain: frozenset[type]
    deeper: Check


def problems_of(value: Any, declared: Any, path: str = "$") -> list[Problem]:
    """
    Every way in which a value is not of a declared kind, each with its place below ``path``.

    ``declared`` is what stands in an annotation: a class, an optional or other union, `Literal`, a `NewType`,
    ``tuple[X, ...]``, ``frozenset[X]``, `Sequence` or `Mapping` of something, or an attrs class with attributes of
    such kinds. Instants have a zone, whole numbers 64 bits, decimals 15 digits and 10 places. Codes:
    ``text-expected``, ``boolean-expected``, ``integer-expected``, ``decimal-expected``, ``date-expected``,
    ``instant-expected``, ``bytes-expected``, ``none-expected``, ``term-expected``, ``choice-unknown``,
    ``tuple-expected``, ``list-length``, ``set-expected``, ``list-expected``, ``mapping-expected``,
    ``object-expected``.

    Raises:
        TypeError: there is no way to check this kind.

    >>> [str(problem) for problem in problems_of(True, int | None, "limit")]
    ['limit: 应为整数 [integer-expected]']
    """
    return _within(path, _found(kind_of(declared), value))


def payload_problems(items: Sequence[Any], wanted: type, event: str) -> list[Problem]:
    """
    What is wrong with the items of one event, by their numbers: ``$[3].payload.filing.procedure``.

    Beside the codes of `problems_of`: ``payload-class``, where what is carried is of another class than ``wanted``.
    """
    item_kind, payload_kind = kind_of(Item), kind_of(wanted)
    found: list[Problem] = []
    for index, item in enumerate(items):
        problems = item_kind.deeper(item)
        if problems:
            found += _within(f"$[{index}]", problems)
        if not isinstance(item, Item):
            continue
        if type(item.payload) is not wanted:
            message = f"{event} 的内容应为 {wanted.__name__}"
            found.append(Problem(f"$[{index}].payload", "payload-class", message))
        elif problems := payload_kind.deeper(item.payload):
            found += _within(f"$[{index}].payload", problems)
    return found


def _found(kind: Kind, value: Any) -> Sequence[Problem]:
    return () if type(value) in kind.plain else kind.deeper(value)


def _within(path: str, problems: Iterable[Problem]) -> list[Problem]:
    return [Problem(path + problem.path, problem.code, problem.message) for problem in problems]


@cache
def kind_of(declared: Any) -> Kind:
    """The prepared kind of an annotation; raises as `problems_of`."""
    if declared in _LEAVES:
        return _LEAVES[declared]
    if declared in (Any, object):
        return Kind(frozenset(), lambda value: ())
    if isinstance(declared, NewType):
        return kind_of(declared.__supertype__)
    if get_origin(declared) in _OF_SEVERAL:
        return _OF_SEVERAL[get_origin(declared)](get_args(declared))
    if isinstance(declared, type) and issubclass(declared, Enum):
        message = f"应为 {declared.__name__} 中的一项"
        return _leaf(declared, "term-expected", message)
    if isinstance(declared, type) and attrs.has(declared):
        return Kind(frozenset(), _attributes(declared))
    raise TypeError(f"no way to check {declared!r}")


def _leaf(kind: type, code: str, message: str, holds: Callable[[Any], bool] | None = None) -> Kind:
    """A kind without parts; ``holds`` where the class alone does not say that a value is good."""
    problems = (Problem("", code, message),)
    if holds is None:
        return Kind(frozenset({kind}), lambda value: () if type(value) is kind else problems)
    return Kind(frozenset(), lambda value: () if type(value) is kind and holds(value) else problems)


def _is_short(value: Decimal) -> bool:
    """Whether it is a number that reads the same when it has been written out."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_PLACES and value.adjusted() < _INTEGER_DIGITS


_LEAVES: Mapping[Any, Kind] = {
    str: _leaf(str, "text-expected", "应为文本"),
    bool: _leaf(bool, "boolean-expected", "应为True或False"),
    bytes: _leaf(bytes, "bytes-expected", "应为字节串"),
    date: _leaf(date, "date-expected", "应为日期"),
    NoneType: _leaf(NoneType, "none-expected", "应为空"),
    None: _leaf(NoneType, "none-expected", "应为空"),
    int: _leaf(int, "integer-expected", "应为整数", lambda value: abs(value) <= MAXIMUM_INTEGER),
    Decimal: _leaf(Decimal, "decimal-expected", "应为小数（Decimal）", _is_short),
    datetime: _leaf(datetime, "instant-expected", "应为带时区的时刻", lambda at: at.utcoffset() is not None),
}


def _attributes(of: type) -> Check:
    kinds = get_type_hints(of)
    parts = [(field.name, kind_of(kinds[field.name])) for field in attrs.fields(of)]
    quick = [(name, kind.plain, kind.deeper) for name, kind in parts]
    wrong = (Problem("", "object-expected", f"应为 {of.__name__}"),)

    def check(whole: Any) -> Sequence[Problem]:
        if type(whole) is not of:
            return wrong
        found: list[Problem] = []
        for name, plain, deeper in quick:
            # What was made around its class may lack an attribute.
            value = getattr(whole, name, _NOTHING)
            if type(value) not in plain and (problems := deeper(value)):
                found += _within(below("", name), problems)
        return found

    return check


def _union(kinds: tuple[Any, ...]) -> Kind:
    prepared = [kind_of(kind) for kind in kinds if kind is not NoneType]
    plain = frozenset[type]().union(*(kind.plain for kind in prepared))
    if NoneType in kinds:
        plain |= {NoneType}

    def check(value: Any) -> Sequence[Problem]:
        if type(value) in plain:
            return ()
        told = [kind.deeper(value) for kind in prepared]
        return () if () in told or [] in told else told[0]

    return Kind(plain, prepared[0].deeper if len(prepared) == 1 else check)


def _literal(values: tuple[Any, ...]) -> Kind:
    problems = (Problem("", "choice-unknown", f"应为其中之一：{'、'.join(map(str, values))}"),)

    def check(value: Any) -> Sequence[Problem]:
        # True == 1: the class counts as well.
        return () if any(type(value) is type(one) and value == one for one in values) else problems

    return Kind(frozenset(), check)


def _tuple(kinds: tuple[Any, ...]) -> Kind:
    wrong = (Problem("", "tuple-expected", "应为元组"),)
    if kinds[-1] is Ellipsis:
        return Kind(frozenset(), _each(kind_of(kinds[0]), lambda value: type(value) is tuple, wrong))
    prepared = [kind_of(kind) for kind in kinds]

    def check(value: Any) -> Sequence[Problem]:
        if type(value) is not tuple:
            return wrong
        if len(value) != len(prepared):
            return (Problem("", "list-length", f"应为{len(prepared)}项"),)
        pairs = enumerate(zip(prepared, value, strict=True))
        return [problem for index, pair in pairs for problem in _within(f"[{index}]", _found(*pair))]

    return Kind(frozenset(), check)


def _each(of: Kind, holds: Callable[[Any], bool], wrong: Sequence[Problem]) -> Check:
    def check(values: Any) -> Sequence[Problem]:
        if not holds(values):
            return wrong
        found: list[Problem] = []
        for index, value in enumerate(values):
            if type(value) not in of.plain and (problems := of.deeper(value)):
                found += _within(f"[{index}]", problems)
        return found

    return check


def _set(kinds: tuple[Any, ...]) -> Kind:
    of, wrong = kind_of(kinds[0]), (Problem("", "set-expected", "应为集合（frozenset）"),)

    def check(values: Any) -> Sequence[Problem]:
        if type(values) is not frozenset:
            return wrong
        return [problem for value in values for problem in _found(of, value)]

    return Kind(frozenset(), check)


def _sequence(kinds: tuple[Any, ...]) -> Kind:
    def holds(value: Any) -> bool:
        return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray | memoryview)

    wrong = (Problem("", "list-expected", "应为列表"),)
    return Kind(frozenset(), _each(kind_of(kinds[0]), holds, wrong))


def _mapping(kinds: tuple[Any, ...]) -> Kind:
    names, of = map(kind_of, kinds)

    def check(whole: Any) -> Sequence[Problem]:
        if not isinstance(whole, Mapping):
            return (Problem("", "mapping-expected", "应为映射"),)
        return [
            problem
            for name, value in whole.items()
            for problem in _within(below("", str(name)), (*_found(names, name), *_found(of, value)))
        ]

    return Kind(frozenset(), check)


_OF_SEVERAL: Mapping[Any, Callable[[tuple[Any, ...]], Kind]] = {
    Union: _union,
    UnionType: _union,
    Literal: _literal,
    tuple: _tuple,
    frozenset: _set,
    Sequence: _sequence,
    Mapping: _mapping,
}
