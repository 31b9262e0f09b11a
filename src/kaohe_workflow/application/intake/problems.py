"""Bad rows of a sheet: every problem of the row, the one that names it first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from kaohe_workflow.application.intake.cells import Cell, shown
from kaohe_workflow.application.intake.tables import Table, conflicts
from kaohe_workflow.errors import KaoheError

ROW_CODES: tuple[str, ...] = (
    "name-missing",
    "name-control",
    "name-malformed",
    "id-missing",
    "id-number-cell",
    "id-malformed",
    "id-birth-date",
    "id-check-digit",
    "column-conflict",
    "duplicate",
    "cell-kind",
    "level-unknown",
    "category-unknown",
    "qualification-length",
    "licence-length",
    "phone-malformed",
    "date-invalid",
    "date-future",
    "text-too-long",
    "paper-unknown",
    "stage-unknown",
    "score-missing",
    "score-malformed",
    "score-range",
    "cycle-ambiguous",
    "already-scored",
    "formula-uncomputed",
)
"""Every code a bad row may have; of several problems the one listed first here names the row."""

MESSAGE_CHARACTERS = 300
"""Of one cell's problem: a workbook holds 32,767 in a cell, and some messages repeat what stands in theirs."""

NAME_DIFFERS = "与系统中该证件号码的姓名不符，请核对"
"""What is said of a name that is not the one kept under the number, which is not repeated."""

_RANKS = {code: rank for rank, code in enumerate(ROW_CODES)}


def _brief(message: str) -> str:
    """A message whose middle, where it repeats a very long cell, is left out."""
    if len(message) <= MESSAGE_CHARACTERS:
        return message
    half = MESSAGE_CHARACTERS // 2
    return f"{message[: half - 1]}…{message[-half:]}"


@attrs.frozen
class CellProblem:
    """
    One problem of one cell.

    ``column`` is the heading as the sheet writes it, ``place`` its position from 0; ``value`` what stands
    in the cell, for the person who uploaded it (never for logs); ``message`` says in Chinese what to do,
    in `MESSAGE_CHARACTERS` at most.
    """

    column: str
    place: int
    code: str
    message: str = attrs.field(converter=_brief)
    value: str = ""


@attrs.frozen
class BadRow:
    """A row that cannot be imported; ``row`` is the sheet's own number, ``problems`` are never empty."""

    row: int
    problems: tuple[CellProblem, ...]

    @property
    def column(self) -> str:
        """Heading of the first problem."""
        return self.problems[0].column

    @property
    def code(self) -> str:
        """Code of the first problem: the row's reason where only one is told."""
        return self.problems[0].code

    @property
    def value(self) -> str:
        """What stands in the cell of the first problem."""
        return self.problems[0].value

    @property
    def message(self) -> str:
        """All messages, for a column of explanations."""
        return "；".join(dict.fromkeys(f"{problem.column}：{problem.message}" for problem in self.problems))


def problem_at(table: Table, row: tuple[Cell, ...], field: str, code: str, message: str) -> CellProblem:
    """A problem of the cell that a row has of a field."""
    return CellProblem(
        table.headings[field], table.columns[field], code, message, shown(table.cell(row, field))
    )


def conflicting(table: Table, row: tuple[Cell, ...], field: str) -> Iterator[CellProblem]:
    """Find what a further column of the same meaning says otherwise: which one is meant is not ours to guess."""
    for place, heading, cell in conflicts(table, row, field):
        message = f"与“{table.headings[field]}”列同义而内容不同，请只保留一列"
        yield CellProblem(heading, place, "column-conflict", message, shown(cell))


def ranked(problems: Sequence[CellProblem]) -> tuple[CellProblem, ...]:
    """Return the problems in the order of `ROW_CODES`, of equal codes the leftmost column first."""
    return tuple(sorted(problems, key=lambda problem: (_RANKS[problem.code], problem.place)))


def with_problem(problems: Sequence[CellProblem], problem: CellProblem) -> tuple[CellProblem, ...]:
    """Return the problems with one more, in order."""
    return ranked((*problems, problem))


@attrs.frozen
class RefusedRow:
    """A good row that a rule or the state of its case does not let in."""

    row: int
    error: KaoheError
