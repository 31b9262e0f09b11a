"""
The kinds of value a parameter may have, and how each is read from a file's plain data.

A reader takes what a strict file loader gives (text, whole numbers, true and false, lists, mappings) or a
value already typed, and answers the typed value; it is therefore also the check of a typed one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from re import ASCII, fullmatch
from typing import TypeVar

import attrs

from kaohe_workflow.values.terms import Category, LabelledEnum, Level, PaperKind, Procedure, Stage

_Term = TypeVar("_Term", bound=LabelledEnum)


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


class PasswordRule(LabelledEnum):
    """Which passwords are accepted, by the name of the rule."""

    MANUAL = "manual", "操作手册的规则"


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
class Sitter:
    """Who sits papers, as far as a province asks: by which procedure, at which level, of which category."""

    procedure: Procedure
    level: Level | None = None
    category: Category | None = None


@attrs.frozen(kw_only=True)
class PaperRow:
    """
    Papers that a province has some sit instead of those of the procedure and stage.

    ``level`` and ``category`` say whom, None for all of them; one of the two is given.
    """

    procedure: Procedure
    stage: Stage
    papers: tuple[PaperKind, ...]
    level: Level | None = None
    category: Category | None = None

    @property
    def label(self) -> str:
        """The row in words."""
        whom = "".join(one.label for one in (self.category, self.level) if one is not None)
        papers = "、".join(kind.label for kind in self.papers)
        return f"{self.procedure.label}{self.stage.label}{whom}：{papers}"

    def is_of(self, sitter: Sitter, stage: Stage) -> bool:
        """Say whether the row is about somebody; whose level or category is not known is none of a row that asks."""
        wanted = ((self.level, sitter.level), (self.category, sitter.category))
        fits = all(one is None or one is given for one, given in wanted)
        return fits and (self.procedure, self.stage) == (sitter.procedure, stage)


def of_some(rows: Iterable[PaperRow], sitter: Sitter, stage: Stage) -> tuple[PaperKind, ...]:
    """Return the papers of the first row that is about somebody, none where no row is."""
    return next((row.papers for row in rows if row.is_of(sitter, stage)), ())


@attrs.frozen
class ParameterKind:
    """
    How one parameter is called and read.

    ``read`` raises ValueError, with a reason in Chinese, for a value that is none of this kind.
    """

    label: str
    read: Callable[[object], object]
    unit: str = ""


def integer(label: str, unit: str, minimum: int, maximum: int) -> ParameterKind:
    """Return the kind of a whole number, both bounds included."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{value!r}不是整数")
        if not minimum <= value <= maximum:
            raise ValueError(f"{value}不在{minimum}–{maximum}之间")
        return value

    return ParameterKind(label, read, unit)


def flag(label: str) -> ParameterKind:
    """Return the kind of a yes or no, written ``true`` or ``false``."""

    def read(value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise ValueError(f"{value!r}不是true或false")

    return ParameterKind(label, read)


def optional_day(label: str) -> ParameterKind:
    """Return the kind of a day, written ``2022-12-31``, or ``none``."""

    def read(value: object) -> date | None:
        if value is None or value == "none":
            return None
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise ValueError(f"{value!r}不是日期（如2020-01-01）") from None
        if isinstance(value, date):
            return value
        raise ValueError(f"{value!r}不是日期")

    return ParameterKind(label, read)


def term(label: str, kind: type[LabelledEnum]) -> ParameterKind:
    """Return the kind of one code of a code list."""

    return ParameterKind(label, lambda value: _one_of(kind, value))


def _one_of(kind: type[_Term], value: object) -> _Term:
    if isinstance(value, str):
        return kind(value)
    raise ValueError(f"{value!r}不是以下之一：{'、'.join(kind)}")


def terms(label: str, kind: type[LabelledEnum], *, required: bool = False) -> ParameterKind:
    """Return the kind of a list of codes, none twice; ``required`` wants one at least."""
    one = term(label, kind).read

    def read(value: object) -> tuple[object, ...]:
        found = tuple(one(item) for item in _items(value))
        if len(set(found)) != len(found):
            raise ValueError(f"{value!r}有重复")
        if required and not found:
            raise ValueError("至少须有一项")
        return found

    return ParameterKind(label, read)


def text(label: str) -> ParameterKind:
    """Return the kind of a line of text, 1–100 characters."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= 100 or not value.isprintable():
            raise ValueError(f"{value!r}不是一行1–100个字")
        return value

    return ParameterKind(label, read)


def optional_text(label: str) -> ParameterKind:
    """Return the kind of a line of text, 1–100 characters, or ``none``."""
    line = text(label)
    return ParameterKind(label, lambda value: None if value in (None, "none") else line.read(value))


def grounds(label: str) -> ParameterKind:
    """Return the kind of a province's list of grounds, each with its own code."""

    def read(value: object) -> tuple[ProvincialGround, ...]:
        found = tuple(_ground(item) for item in _items(value))
        if len({ground.code for ground in found}) != len(found):
            raise ValueError("两种情形的代码相同")
        return found

    return ParameterKind(label, read)


def paper_rows(label: str) -> ParameterKind:
    """Return the kind of a table of papers, no two rows for the same people."""

    def read(value: object) -> tuple[PaperRow, ...]:
        found = tuple(_paper_row(item) for item in _items(value))
        if len({(row.procedure, row.stage, row.level, row.category) for row in found}) != len(found):
            raise ValueError("两行针对同样的医师")
        return found

    return ParameterKind(label, read)


def _paper_row(value: object) -> PaperRow:
    if isinstance(value, PaperRow):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r}不是一行试卷")
    unknown = set(value) - {"procedure", "stage", "papers", "level", "category"}
    if unknown:
        raise ValueError(f"一行试卷没有这些项：{'、'.join(sorted(map(str, unknown)))}")
    row = PaperRow(
        procedure=_one_of(Procedure, value.get("procedure")),
        stage=_one_of(Stage, value.get("stage")),
        papers=tuple(_one_of(PaperKind, kind) for kind in _items(value.get("papers"))),
        level=_one_of(Level, value["level"]) if "level" in value else None,
        category=_one_of(Category, value["category"]) if "category" in value else None,
    )
    if not row.papers or len(set(row.papers)) != len(row.papers):
        raise ValueError(f"{value!r}没有写明试卷，或有重复")
    if row.level is None and row.category is None:
        raise ValueError(f"{value!r}针对所有医师：请写在papers_general和papers_simplified中")
    return row


def _ground(value: object) -> ProvincialGround:
    if isinstance(value, ProvincialGround):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r}不是一种情形")
    unknown = set(value) - {"code", "label", "exclusions", "evidence"}
    if unknown:
        raise ValueError(f"一种情形没有这些项：{'、'.join(sorted(map(str, unknown)))}")
    code, label = value.get("code"), value.get("label")
    if not isinstance(code, str) or not fullmatch(r"[a-z][a-z0-9_]*", code, ASCII):
        raise ValueError(f"{code!r}不是情形的代码：须为小写字母、数字和下划线，以字母开头")
    if not isinstance(label, str) or not label:
        raise ValueError(f"情形{code!r}没有名称（label）")
    exclusions = tuple(str(item) for item in _items(value.get("exclusions", ())))
    return ProvincialGround(code, label, exclusions, str(value.get("evidence", "")))


def _items(value: object) -> tuple[object, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(value)
    raise ValueError(f"{value!r}不是列表")
