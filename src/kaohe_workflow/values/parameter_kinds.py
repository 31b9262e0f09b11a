"""
The kinds of value a parameter may have, and how each is read from a file's plain data.

A reader takes what a strict file loader gives (text, whole numbers, true and false, lists, mappings) or a
value already typed, and answers the typed value; it is therefore also the check of a typed one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from re import ASCII, fullmatch

import attrs

from kaohe_workflow.values.terms import LabelledEnum


class MakeupMeaning(LabelledEnum):
    """Whether the make-up is a second chance before the verdict, or the statutory re-assessment."""

    PRE_VERDICT = "pre_verdict", "结论前补考"
    STATUTORY = "statutory", "法定再次考核"


class ScoreRule(LabelledEnum):
    """Which score of several attempts at a paper counts."""

    BEST = "best", "取最高成绩"
    LAST = "last", "取最后一次成绩"


class SimilarityMeasure(LabelledEnum):
    """By which figure of a sitting's photos the province's mark asks for a second look."""

    MINIMUM = "minimum", "最低值"
    MEAN = "mean", "平均值"


class DeferralOffice(LabelledEnum):
    """Who puts a deferral (延考) on record."""

    AGENCY = "agency", "考核机构"
    PROVINCE = "province", "省级定考办"


class InitialPasswordPolicy(LabelledEnum):
    """What opens a new account: a code of its own, or one password that everybody knows (手册 2.2.1)."""

    CODE = "code", "每个账户各自的激活码"
    FIXED = "fixed", "统一的初始密码"


class FactorHolder(LabelledEnum):
    """Whose accounts must log in with a second factor."""

    ADMINISTRATION = "administration", "卫生行政部门"
    AGENCY = "agency", "考核机构"
    INSTITUTION = "institution", "医疗卫生机构"
    AUDITOR = "auditor", "审计员"
    PHYSICIAN = "physician", "医师"


class MakeupDelegate(LabelledEnum):
    """Which administrations confirm or refuse the make-up on the province's behalf."""

    NONE = "none", "不授权"
    CITY = "city", "市级卫生健康行政部门"
    COUNTY = "county", "县级卫生健康行政部门"


@attrs.frozen
class ProvincialGround:
    """One 情形 of a province's list, with what does not count and what proves it."""

    code: str
    label: str
    exclusions: tuple[str, ...] = ()
    evidence: str = ""


@attrs.frozen
class ParameterKind:
    """
    How one parameter is called and read.

    ``read`` raises ValueError, with an English reason, for a value that is none of this kind.
    """

    label: str
    read: Callable[[object], object]
    unit: str = ""


def integer(label: str, unit: str, minimum: int, maximum: int) -> ParameterKind:
    """Return the kind of a whole number, both bounds included."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{value!r} is no whole number")
        if not minimum <= value <= maximum:
            raise ValueError(f"{value} is outside {minimum}–{maximum}")
        return value

    return ParameterKind(label, read, unit)


def flag(label: str) -> ParameterKind:
    """Return the kind of a yes or no, written ``true`` or ``false``."""

    def read(value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise ValueError(f"{value!r} is neither true nor false")

    return ParameterKind(label, read)


def optional_day(label: str) -> ParameterKind:
    """Return the kind of a day, written ``2022-12-31``, or ``none``."""

    def read(value: object) -> date | None:
        if value is None or value == "none":
            return None
        if isinstance(value, str):
            return date.fromisoformat(value)
        if isinstance(value, date):
            return value
        raise ValueError(f"{value!r} is no day")

    return ParameterKind(label, read)


def term(label: str, kind: type[LabelledEnum]) -> ParameterKind:
    """Return the kind of one code of a code list."""

    def read(value: object) -> LabelledEnum:
        if isinstance(value, str):
            return kind(value)
        raise ValueError(f"{value!r} is none of {', '.join(kind)}")

    return ParameterKind(label, read)


def terms(label: str, kind: type[LabelledEnum], *, required: bool = False) -> ParameterKind:
    """Return the kind of a list of codes, none twice; ``required`` wants one at least."""
    one = term(label, kind).read

    def read(value: object) -> tuple[object, ...]:
        found = tuple(one(item) for item in _items(value))
        if len(set(found)) != len(found):
            raise ValueError(f"{value!r} names one twice")
        if required and not found:
            raise ValueError("at least one is needed")
        return found

    return ParameterKind(label, read)


def text(label: str) -> ParameterKind:
    """Return the kind of a line of text, 1–100 characters."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= 100 or not value.isprintable():
            raise ValueError(f"{value!r} is no line of 1–100 characters")
        return value

    return ParameterKind(label, read)


def grounds(label: str) -> ParameterKind:
    """Return the kind of a province's list of grounds, each with its own code."""

    def read(value: object) -> tuple[ProvincialGround, ...]:
        found = tuple(_ground(item) for item in _items(value))
        if len({ground.code for ground in found}) != len(found):
            raise ValueError("two grounds have one code")
        return found

    return ParameterKind(label, read)


def _ground(value: object) -> ProvincialGround:
    if isinstance(value, ProvincialGround):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} is no ground")
    unknown = set(value) - {"code", "label", "exclusions", "evidence"}
    if unknown:
        raise ValueError(f"unknown keys of a ground: {', '.join(sorted(map(str, unknown)))}")
    code, label = value.get("code"), value.get("label")
    if not isinstance(code, str) or not fullmatch(r"[a-z][a-z0-9_]*", code, ASCII):
        raise ValueError(f"{code!r} is no snake_case code of a ground")
    if not isinstance(label, str) or not label:
        raise ValueError(f"the ground {code!r} has no label")
    exclusions = tuple(str(item) for item in _items(value.get("exclusions", ())))
    return ProvincialGround(code, label, exclusions, str(value.get("evidence", "")))


def _items(value: object) -> tuple[object, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(value)
    raise ValueError(f"{value!r} is no list")
