"""
Parameters of requests: declared once, documented and checked by the same JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import attrs

from kaohe_workflow.errors import InputInvalid, Problem

Place = Literal["path", "query", "header"]
Schema = Mapping[str, Any]

_KINDS: Mapping[Place, str] = {"path": "路径参数", "query": "参数", "header": "请求头"}
"""What people call a parameter, by its place; it is named as callers write it."""

_BRIEF = re.compile(r"[^（：；，]*")
"""Of what a parameter means, the words before any explanation."""

MAXIMUM_TEXT = 200
"""Characters of a text in a query."""

_VISIBLE = "^[^\\u0000-\\u001f\\u007f]+$"
_INTEGER = "^-?[0-9]{1,9}$"
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

TEXT: Schema = MappingProxyType(
    {"type": "string", "minLength": 1, "maxLength": MAXIMUM_TEXT, "pattern": _VISIBLE}
)
BOOLEAN: Schema = MappingProxyType({"type": "boolean"})
DATE: Schema = MappingProxyType({"type": "string", "format": "date", "pattern": _DATE})
ID: Schema = MappingProxyType({"type": "string", "pattern": "^[0-9a-z][0-9a-z_-]{0,63}$"})


def is_id(text: str) -> bool:
    """
    Whether a text can be the id of a case.

    >>> is_id("01he469xm0d20q3yqgwnhqgf8m"), is_id("A"), is_id("a/b")
    (True, False, False)
    """
    return _matches(ID["pattern"], text)


def integer(minimum: int, maximum: int) -> Schema:
    """The schema of a whole number, both bounds included."""
    return {"type": "integer", "minimum": minimum, "maximum": maximum}


def choice(*values: str) -> Schema:
    """The schema of one of several words."""
    return {"type": "string", "enum": list(values)}


@attrs.frozen
class RequestParameter:
    """
    One parameter: where it is, what it means in Chinese, which values it has, and what it is when left out.

    ``example`` is a value for those whose form has to be shown; ``words`` are what people call the values of a choice,
    by their codes.
    """

    name: str
    place: Place
    label: str
    schema: Schema = TEXT
    required: bool = False
    default: Any = None
    example: str = ""
    words: Mapping[str, str] = MappingProxyType({})

    @property
    def called(self) -> str:
        """
        What an error calls the parameter: what it means, and as callers write it.

        >>> RequestParameter("level", "query", "医师级别（licensed=执业医师）").called
        '“医师级别”（level）'
        """
        return f"“{_BRIEF.match(self.label)[0]}”（{self.name}）"  # type: ignore[index]  # matches any text

    def read(self, text: str) -> Any:
        """
        The value of a text.

        Raises:
            ValueError: the schema does not allow it.
        """
        kind = self.schema["type"]
        if kind == "boolean":
            return _boolean(text)
        if kind == "integer":
            return _integer(text, self.schema)
        if "enum" in self.schema and text not in self.schema["enum"]:
            raise ValueError(f"应为其中之一：{'、'.join(map(self._called, self.schema['enum']))}")
        return _text(text, self.schema, self.example)

    def _called(self, code: str) -> str:
        return f"{code}（{self.words[code]}）" if code in self.words else code


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("应为true或false")
    return text == "true"


def _integer(text: str, schema: Schema) -> int:
    if not _matches(_INTEGER, text) or not schema["minimum"] <= int(text) <= schema["maximum"]:
        raise ValueError(f"应为{schema['minimum']}至{schema['maximum']}的整数")
    return int(text)


def _text(text: str, schema: Schema, example: str) -> str:
    if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text)):
        raise ValueError(f"应为{schema.get('minLength', 0)}至{schema['maxLength']}个字符")
    if "pattern" in schema and not _matches(schema["pattern"], text):
        raise ValueError(_malformed(schema, example))
    if schema.get("format") == "date":
        try:
            date.fromisoformat(text)
        except ValueError as ex:
            raise ValueError("没有这一天") from ex
    return text


def _malformed(schema: Schema, example: str) -> str:
    if schema.get("format") == "date":
        return "应为日期，如2024-01-03"
    return f"格式不正确，应如 {example}" if example else "格式不正确"


def _matches(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # JSON Schema's $ is the very end of the text; Python's is also before a last line break.
    return re.compile(pattern.removeprefix("^").removesuffix("$"), re.ASCII)


def read_query(
    parameters: Sequence[RequestParameter],
    given: Mapping[str, str | list[str]],
    elsewhere: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """
    The values of a query by name; what was left out has its default.

    ``elsewhere`` tells of parameters that are not declared where they belong instead.

    Raises:
        InputInvalid: all of ``parameter-unknown``, ``parameter-repeated``, ``parameter-missing``,
            ``parameter-invalid``.
    """
    declared = {parameter.name: parameter for parameter in parameters if parameter.place == "query"}
    problems = [
        Problem(f"query:{name}", "parameter-unknown", elsewhere.get(name, f"没有参数 {name}"))
        for name in given
        if name not in declared
    ]
    found: dict[str, Any] = {}
    for name, parameter in declared.items():
        text = given.get(name)
        if isinstance(text, list):
            problems.append(
                Problem(f"query:{name}", "parameter-repeated", f"参数{parameter.called}只能出现一次")
            )
        else:
            found[name] = _read(parameter, text, problems)
    if problems:
        raise InputInvalid(problems)
    return found


def read_headers(parameters: Sequence[RequestParameter], given: Mapping[str, str]) -> dict[str, Any]:
    """
    The values of the declared headers by name; ``given`` has upper-case names.

    Raises:
        InputInvalid: all of ``parameter-missing`` and ``parameter-invalid``.
    """
    problems: list[Problem] = []
    found = {
        parameter.name: _read(parameter, given.get(parameter.name.upper()), problems)
        for parameter in parameters
        if parameter.place == "header"
    }
    if problems:
        raise InputInvalid(problems)
    return found


def _read(parameter: RequestParameter, text: str | None, problems: list[Problem]) -> Any:
    place = f"{parameter.place}:{parameter.name}"
    if text is None:
        if parameter.required:
            problems.append(
                Problem(place, "parameter-missing", f"缺少{_KINDS[parameter.place]}{parameter.called}")
            )
        return parameter.default
    try:
        return parameter.read(text)
    except ValueError as ex:
        problems.append(
            Problem(place, "parameter-invalid", f"{_KINDS[parameter.place]}{parameter.called}{ex}")
        )
        return None
