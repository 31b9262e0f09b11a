"""
What a store kept, back into values: quickly, and without asking again whether it is allowed.

A record was checked when it was made. Were it checked again, a rule made stricter since would make old cases
unreadable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, NoReturn, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.strategies import configure_union_passthrough

ValueReader = Callable[[Any, Any], Any]
"""`(plain data, class) -> value`."""

_PUT = object.__setattr__


@cache
def trusting_reader() -> Converter:
    """The converter for data that `JsonCodec.canonical` wrote."""
    converter = Converter(detailed_validation=False)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_structure_hook(Decimal, lambda text, _: Decimal(text))
    # cattrs looks up hooks anew for every value; found once, a record is back in a third of the time.
    converter.register_structure_hook_factory(_is_tuple_of_one_kind, _tuple_of_one_kind)
    converter.register_structure_hook_factory(_is_optional, _optional)
    converter.register_structure_hook_factory(_is_plain_class, _object)
    configure_union_passthrough(str | int | bool | None, converter)
    return converter


def _wrong(value: Any) -> NoReturn:
    raise TypeError(f"{type(value).__name__} stands where something else was written")


def _is_term(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _value_reader(kind: Any, converter: Converter) -> ValueReader:
    if _is_term(kind):
        # Asked for here, because cattrs takes a term that is a str for text.
        members = {member.value: member for member in kind}
        return lambda code, _: members[code]
    return converter.get_structure_hook(kind)


def _is_tuple_of_one_kind(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis


def _tuple_of_one_kind(kind: Any, converter: Converter) -> ValueReader:
    of = get_args(kind)[0]
    read = _value_reader(of, converter)

    def structure(values: list[Any], _: Any) -> tuple[Any, ...]:
        # Text would come apart into its characters.
        return tuple([read(value, of) for value in values]) if type(values) is list else _wrong(values)

    return structure


def _is_optional(kind: Any) -> bool:
    union = getattr(get_origin(kind), "__name__", "") in ("Union", "UnionType")
    return union and len(get_args(kind)) == 2 and type(None) in get_args(kind)


def _present(kind: Any) -> Any:
    """The class of an optional value when it is there."""
    return next(each for each in get_args(kind) if each is not type(None)) if _is_optional(kind) else kind


def _optional(kind: Any, converter: Converter) -> ValueReader:
    of = _present(kind)
    read = _value_reader(of, converter)
    return lambda value, _: None if value is None else read(value, of)


def _is_plain_class(kind: Any) -> bool:
    return isinstance(kind, type) and attrs.has(kind) and all(field.init for field in attrs.fields(kind))


def _object(kind: type, converter: Converter) -> ValueReader:
    """Put the attributes in place as unpickling does, without the class's own checks and conversions."""
    attrs.resolve_types(kind)
    whole: ValueReader = converter.gen_structure_attrs_fromdict(kind)
    kinds = [(field.name, _present(field.type)) for field in attrs.fields(kind)]
    parts = [
        (name, None if of in (str, int, bool) else _value_reader(of, converter), of) for name, of in kinds
    ]
    make: Callable[[type], Any] = object.__new__

    def structure(plain: Mapping[str, Any], _: Any) -> Any:
        made = make(kind)
        try:
            for name, read, of in parts:
                value = plain[name]
                # What is not there, text and numbers are in JSON as they are in the record.
                if value is not None:
                    if read is not None:
                        value = read(value, of)
                    elif type(value) is not of:
                        _wrong(value)
                _PUT(made, name, value)
        except KeyError:
            # Kept before the class had all of today's attributes: their defaults are needed.
            return whole(plain, kind)
        return made

    return structure
