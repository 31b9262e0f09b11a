"""
The script of a demonstration: what each physician of the roster goes through, a line a person.

Columns are found by name, in any order. Those that only tests read (the end states and the scores by person) are
not looked at, so they may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

import attrs

from kaohe_workflow.application.intake.cells import Cell, Sheet, shown
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.dates import parse_date
from kaohe_workflow.values.plain_text import SHORT_TEXT, tidy_line
from kaohe_workflow.values.resident_id import normalise
from kaohe_workflow.values.terms import Ground, LabelledEnum, Level, Procedure, RecordLevel

SCRIPT = "cycle_script.csv"

COLUMNS = (
    "id_number",
    "department",
    "level",
    "enrol",
    "submits",
    "procedure",
    "ground",
    "good_record_on",
    "good_record_level",
    "simplified_refused_first",
    "institution",
    "agency",
    "exemption",
    "makeup",
)
"""The columns that a run reads; all must be there."""

_Value = TypeVar("_Value")
_Term = TypeVar("_Term", bound=LabelledEnum)


class Review(LabelledEnum):
    """What the institution does with a file, or the agency: the first two only."""

    PASS = "pass", "通过"
    RETURN_THEN_PASS = "return_then_pass", "驳回一次后通过"
    FAIL_ETHICS = "fail_ethics", "职业道德不合格"
    FAIL_WORK = "fail_work", "工作成绩不合格"


class Waiver(LabelledEnum):
    """What becomes of an application for exemption."""

    GRANTED = "granted", "通过"
    REFUSED_BY_INSTITUTION = "refused_by_institution", "机构驳回"
    REFUSED_BY_AGENCY = "refused_by_agency", "考核机构驳回"


class Makeup(LabelledEnum):
    """What the province says to a make-up."""

    CONFIRMED = "confirmed", "确认补考"
    REFUSED = "refused", "不允许补考"


@attrs.frozen(kw_only=True)
class ScriptLine:
    """
    One person's line; ``row`` counts the file's rows from 1, the headings being the first.

    ``id_number`` is normalised. What is blank is None: nothing is asked for. ``exemption`` None is "none".
    """

    row: int
    id_number: str
    department: str | None
    level: Level | None
    enrol: bool
    submits: bool
    procedure: Procedure | None
    ground: Ground
    good_record_on: date | None
    good_record_level: RecordLevel | None
    simplified_refused_first: bool
    institution: Review | None
    agency: Review | None
    exemption: Waiver | None
    makeup: Makeup | None


def read_script(sheet: Sheet) -> tuple[ScriptLine, ...]:
    """
    Read the lines of a script; rows without anything are left out.

    Raises:
        InputInvalid: ``headings-missing`` for each column that is not there, or ``script-word`` for each cell that
            is none of the words of its column, with row and column.
    """
    places = _places(sheet)
    lines, problems = [], []
    for number, row in enumerate(sheet.rows[1:], 2):
        if not any(shown(cell).strip() for cell in row):
            continue
        reading = _LineReading(number, row, places)
        line = reading.line()
        problems += reading.problems
        if line is not None:
            lines.append(line)
    if problems:
        raise InputInvalid(problems)
    return tuple(lines)


def _places(sheet: Sheet) -> Mapping[str, int]:
    headings = [shown(cell).strip().lower() for cell in sheet.rows[0]] if sheet.rows else []
    missing = [name for name in COLUMNS if name not in headings]
    if missing:
        raise InputInvalid([Problem("第1行", "headings-missing", f"缺少列：{'、'.join(missing)}")])
    return {name: headings.index(name) for name in COLUMNS}


class _LineReading:
    """Reads one row and collects its problems; used once."""

    def __init__(self, number: int, row: tuple[Cell, ...], places: Mapping[str, int]) -> None:
        self.number = number
        self.row = row
        self.places = places
        self.problems: list[Problem] = []

    def line(self) -> ScriptLine | None:
        fields: dict[str, Any] = {
            "department": self._text("department"),
            "level": self._read("level", Level.from_label),
            "enrol": self._flag("enrol"),
            "submits": self._flag("submits"),
            "procedure": self._term("procedure", Procedure),
            "ground": self._term("ground", Ground) or Ground.NONE,
            "good_record_on": self._read("good_record_on", parse_date),
            "good_record_level": self._term("good_record_level", RecordLevel),
            "simplified_refused_first": self._flag("simplified_refused_first"),
            "institution": self._term("institution", Review),
            "agency": self._term("agency", Review, without=(Review.FAIL_ETHICS, Review.FAIL_WORK)),
            "exemption": self._waiver(),
            "makeup": self._term("makeup", Makeup),
        }
        if self.problems:
            return None
        return ScriptLine(row=self.number, id_number=normalise(self._cell("id_number")), **fields)

    def _cell(self, column: str) -> str:
        place = self.places[column]
        return shown(self.row[place]).strip() if place < len(self.row) else ""

    def _read(self, column: str, reader: Callable[[str], _Value]) -> _Value | None:
        text = self._cell(column)
        if not text:
            return None
        try:
            return reader(text)
        except InputInvalid as ex:
            self.problems.append(
                Problem(f"第{self.number}行 {column}", "script-word", ex.problems[0].message)
            )
            return None

    def _flag(self, column: str) -> bool:
        return bool(self._read(column, _flag))

    def _term(self, column: str, kind: type[_Term], without: tuple[_Term, ...] = ()) -> _Term | None:
        words = {term.value: term for term in kind if term not in without}
        return self._read(column, lambda text: _word(text, words))

    def _waiver(self) -> Waiver | None:
        words: dict[str, Waiver | None] = {"none": None, **{term.value: term for term in Waiver}}
        return self._read("exemption", lambda text: _word(text, words))

    def _text(self, column: str) -> str | None:
        return tidy_line(self._cell(column))[:SHORT_TEXT] or None


def _flag(text: str) -> bool:
    return _word(text, {"yes": True, "no": False})


def _word(text: str, words: Mapping[str, _Value]) -> _Value:
    if text.lower() not in words:
        message = f"“{text}”不是该列可用的词，可用的有：{'、'.join(words)}，或留空"
        raise InputInvalid([Problem("$", "script-word", message)])
    return words[text.lower()]
