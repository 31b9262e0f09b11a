"""
What the events of a department carry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.plain_text import plain_text, tidy_line
from kaohe_workflow.values.subjects import subject_code


def _name(text: str) -> str:
    name = tidy_line(plain_text(text, "$.name"))
    if not name:
        raise InputInvalid([Problem("$.name", "name-missing", "请填写科室名称")])
    return name


def _each_once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(subject_code, codes)))


@attrs.frozen
class CreateDepartment:
    """
    A department of ``institution_id``; the name is stored as one tidy line, each subject once, by its code as the list
    has it (see `subject_code`).

    Raises:
        InputInvalid: no name.
    """

    institution_id: str
    name: str = attrs.field(converter=_name)
    subjects: tuple[str, ...] = attrs.field(default=(), converter=_each_once)


@attrs.frozen
class EditDepartment:
    """
    The name from now on, and the subjects, which stay as they are where none are given (None); papers that are assigned
    already stay as they are.

    Raises:
        InputInvalid: no name.
    """

    name: str = attrs.field(converter=_name)
    subjects: tuple[str, ...] | None = attrs.field(
        default=None, converter=attrs.converters.optional(_each_once)
    )


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "create": CreateDepartment,
        "edit": EditDepartment,
        "disable": NoPayload,
        "enable": NoPayload,
        "delete": NoPayload,
    }
)
"""Event → what it carries."""
