"""
Locked data of a physician: what is changed only by 医师信息修改申请 (手册 2.2.2), and how a new value is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.licence import LicenceNumber, QualificationNumber
from kaohe_workflow.values.person_name import PersonName
from kaohe_workflow.values.terms import Category, LabelledEnum, Level


class LockedField(LabelledEnum):
    """A locked field; the code is the record's attribute."""

    NAME = "name", "姓名"
    ID_NUMBER = "id_number", "证件号码"
    LEVEL = "level", "医师级别"
    CATEGORY = "category", "执业类别"
    QUALIFICATION_NUMBER = "qualification_number", "医师资格证书编码"
    LICENCE_NUMBER = "licence_number", "医师执业证书编码"
    LICENSED_ON = "licensed_on", "执业证取得时间"
    FIRST_REGISTERED_ON = "first_registered_on", "首次注册时间"


IDENTIFYING = frozenset({LockedField.NAME, LockedField.ID_NUMBER})
"""Who somebody is: 姓名 and 证件号码."""

DATED = frozenset({LockedField.LICENSED_ON, LockedField.FIRST_REGISTERED_ON})
"""Fields that hold a day."""


def read_locked(field: LockedField, text: str) -> Any:
    """
    Return the value of a locked field, as the record keeps it, from its text; not that of the identity number.

    A level and a category are given by their code, a day as ISO 8601 writes it.

    Raises:
        InputInvalid: the value is none of its kind; at ``$.value``, with the code of its kind.
    """
    try:
        return _READERS[field](text)
    except InputInvalid as ex:
        raise InputInvalid([Problem("$.value", one.code, one.message) for one in ex.problems]) from ex
    except ValueError as ex:
        raise InputInvalid([Problem("$.value", "value-invalid", f"{field.label}无效")]) from ex


_READERS: Mapping[LockedField, Callable[[str], Any]] = MappingProxyType(
    {
        LockedField.NAME: lambda text: PersonName.parse(text).text,
        LockedField.LEVEL: Level,
        LockedField.CATEGORY: Category,
        LockedField.QUALIFICATION_NUMBER: lambda text: QualificationNumber.parse(text).number,
        LockedField.LICENCE_NUMBER: lambda text: LicenceNumber.parse(text).number,
        LockedField.LICENSED_ON: date.fromisoformat,
        LockedField.FIRST_REGISTERED_ON: date.fromisoformat,
    }
)


def written(value: Any) -> str:
    """
    Return the text of a locked field's value, as `read_locked` reads it; empty for a blank one.

    >>> written(date(2005, 7, 1)), written(Level.LICENSED), written(None)
    ('2005-07-01', 'licensed', '')
    """
    if value is None:
        return ""
    if isinstance(value, LabelledEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else str(value)
