"""
Score files as an evaluation platform delivers them: a person, a paper, a stage and a score a row.

Whether the person has such a paper open is not known here; the same row twice is, and the first one stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from re import ASCII, compile
from typing import TypeVar

import attrs

from kaohe_workflow.application.intake.cell_readers import check_kind, explained, invalid, read_any_identity
from kaohe_workflow.application.intake.cells import UNCOMPUTED, Cell, Sheet, is_blank, shown
from kaohe_workflow.application.intake.problems import (
    BadRow,
    CellProblem,
    RefusedRow,
    conflicting,
    problem_at,
    ranked,
)
from kaohe_workflow.application.intake.roster_columns import ROSTER_COLUMNS
from kaohe_workflow.application.intake.tables import Column, FromTable, RowNote, Table, find_table
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.values.folding import half_width
from kaohe_workflow.values.plain_text import tidy_line
from kaohe_workflow.values.scores import in_range
from kaohe_workflow.values.terms import PaperKind, Stage

_ID_COLUMN = next(column for column in ROSTER_COLUMNS if column.field == "id_number")
_NAME_COLUMN = attrs.evolve(
    next(column for column in ROSTER_COLUMNS if column.field == "name"), required=False
)

SCORE_COLUMNS: tuple[Column, ...] = (
    _ID_COLUMN,
    _NAME_COLUMN,
    Column("paper", "试卷名称", "(测评|考试)?试卷(名称)?|(考试)?科目(名称)?", required=True),
    Column("stage", "考核阶段", "(考核|考试)?阶段", required=True),
    Column("score", "成绩", "(测评|考试|最终)?(成绩|得分|分数)", required=True),
)
"""The columns of a score file; the name is for people and may be missing."""

NO_OPEN_PAPER = "未找到该人员在此阶段待录入成绩的试卷；请核对证件号码、试卷名称和考核阶段"
"""What is said of a row without a person or an open paper that the caller may know of; the same for all of them."""


_NUMBER = compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", ASCII)
_MISSING = {
    "id_number": "id-missing",
    "paper": "paper-unknown",
    "stage": "stage-unknown",
    "score": "score-missing",
}
_WRONG = {
    "id_number": "id-malformed",
    "paper": "paper-unknown",
    "stage": "stage-unknown",
    "score": "score-malformed",
}
_Value = TypeVar("_Value")


@attrs.frozen(kw_only=True)
class ScoreRow:
    """One score, checked: 0–100 with two places at most; ``id_number`` normalised."""

    row: int
    id_number: str
    name: str
    paper: PaperKind
    stage: Stage
    score: Decimal


@attrs.frozen
class ScorePreview(FromTable):
    """
    Good and bad rows of a score file, in its order; a bad row has one entry.

    ``warnings`` stop nothing: they tell of columns and tables that were not read, and of names that are not those of
    the numbers. ``unknown`` are the rows without a person or an open paper that the caller may know of, ``refused``
    those whose paper the door would not give the score to; a file that was not looked at against a store has neither.
    """

    good: tuple[ScoreRow, ...]
    bad: tuple[BadRow, ...]
    warnings: tuple[RowNote, ...] = ()
    unknown: tuple[int, ...] = ()
    refused: tuple[RefusedRow, ...] = ()

    def bad_row(self, row: ScoreRow, field: str, code: str, message: str) -> BadRow:
        """A row that was read without a problem and has one in the store."""
        cells = self.sheet.rows[row.row - 1]
        return BadRow(row.row, (problem_at(self.table, cells, field, code, message),))

    def note(self, row: ScoreRow, field: str, code: str, message: str) -> RowNote:
        """A warning about one cell of a row."""
        return RowNote(row.row, self.table.headings[field], code, message)


def preview_scores(sheets: Sequence[Sheet]) -> ScorePreview:
    """
    Read the score table of a workbook or CSV file.

    Raises:
        InputInvalid: ``headings-missing``: no sheet has the headings of number, paper, stage and score;
            ``tables-ambiguous``: several have.
    """
    table = find_table(sheets, SCORE_COLUMNS)
    good: list[ScoreRow] = []
    bad: list[BadRow] = []
    first_rows: dict[tuple[str, PaperKind, Stage], int] = {}
    for number, row in table.body():
        if not table.holds(row):
            continue
        problems: list[CellProblem] = []
        score = _read_row(table, number, row, problems)
        if score is not None:
            key = (score.id_number, score.paper, score.stage)
            earlier = first_rows.setdefault(key, number)
            if earlier != number:
                message = f"与第{earlier}行为同一人的同一试卷，以第{earlier}行为准"
                problems.append(problem_at(table, row, "id_number", "duplicate", message))
        if problems:
            bad.append(BadRow(number, ranked(problems)))
        elif score is not None:
            good.append(score)
    return ScorePreview(table, tuple(good), tuple(bad), table.notes)


def _read_row(
    table: Table, number: int, row: tuple[Cell, ...], problems: list[CellProblem]
) -> ScoreRow | None:
    def read(field: str, reader: Callable[[Cell], _Value]) -> _Value | None:
        problems.extend(conflicting(table, row, field))
        cell = table.cell(row, field)
        try:
            check_kind(cell, dates=field == "id_number", wrong=_WRONG[field], missing=_MISSING[field])
            return reader(cell)
        except InputInvalid as ex:
            problems.extend(
                problem_at(table, row, field, item.code, explained(cell, item.message))
                for item in ex.problems
            )
            return None

    identity = read("id_number", read_any_identity)
    paper = read("paper", _read_paper)
    stage = read("stage", _read_stage)
    score = read("score", _read_score)
    if identity is None or paper is None or stage is None or score is None:
        return None
    name = table.cell(row, "name")
    name = "" if name == UNCOMPUTED else tidy_line(shown(name))
    return ScoreRow(row=number, id_number=identity.number, name=name, paper=paper, stage=stage, score=score)


def _read_paper(cell: Cell) -> PaperKind:
    found = PaperKind.find_label(shown(cell))
    if found is None:
        raise invalid("paper-unknown", _one_of(PaperKind, shown(cell)))
    return found


def _read_stage(cell: Cell) -> Stage:
    found = Stage.find_label(shown(cell))
    if found is None:
        raise invalid("stage-unknown", _one_of(Stage, shown(cell)))
    return found


def _one_of(kind: type[PaperKind] | type[Stage], text: str) -> str:
    return f"“{text}”不在可选值中：{'、'.join(term.label for term in kind)}"


def _read_score(cell: Cell) -> Decimal:
    if is_blank(cell):
        raise invalid("score-missing", "成绩不能为空；未参加者不列入成绩表")
    text = half_width(shown(cell))
    if not _NUMBER.fullmatch(text):
        raise invalid("score-malformed", f"“{shown(cell)}”不是成绩，应为0–100的数字；未参加者不列入成绩表")
    score = Decimal(text)
    if not in_range(score):
        raise invalid("score-range", "成绩应在0–100之间，最多两位小数")
    return abs(score)
