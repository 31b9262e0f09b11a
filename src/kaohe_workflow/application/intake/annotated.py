"""
The uploaded sheet with what is wrong written beside it, as data; an adapter makes the file.

The table comes back as it was sent, cell by cell, with one more column. Sent again after correction it reads
the same: the explanations of an earlier round are dropped, not kept beside the new ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import attrs

from kaohe_workflow.application.intake.cells import UNCOMPUTED, Cell, Sheet, shown
from kaohe_workflow.application.intake.layout import EXPLANATION
from kaohe_workflow.application.intake.problems import BadRow
from kaohe_workflow.application.intake.tables import RowNote, folded

NO_REMARKS: Mapping[int, str] = MappingProxyType({})
"""Every explanation is one of a cell."""

FORMULA_GONE = f"标注后的表格不含公式，请在“{UNCOMPUTED}”处直接填写，或在表格软件中打开原文件并保存后再导入"
"""Told beside a formula that was never computed: opening and saving the copy computes nothing."""


@attrs.frozen
class AnnotatedSheet:
    """
    A sheet to be written.

    ``rows`` are those of the upload with the explanations; ``marked`` the cells to colour, as (row from 1,
    place from 0); ``heading_row`` from 1; ``explanation_place`` the added column's position from 0. ``notes`` stop
    nothing and stand on a sheet of their own.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    heading_row: int
    explanation_place: int
    marked: frozenset[tuple[int, int]]
    notes: tuple[RowNote, ...] = ()


def annotate(
    sheet: Sheet,
    heading_row: int,
    bad: Sequence[BadRow],
    remarks: Mapping[int, str] = NO_REMARKS,
    notes: Sequence[RowNote] = (),
) -> AnnotatedSheet:
    """
    Write the explanations of bad rows into a copy of their sheet.

    ``remarks`` say by row what is wrong with whole rows, of which no cell is marked; ``notes`` are the warnings of
    what was read.
    """
    explanations = {**remarks, **{row.row: _explained(row) for row in bad}}
    place = _explanation_place(sheet, heading_row)
    return AnnotatedSheet(
        name=sheet.name,
        rows=tuple(
            _with_explanation(number, row, place, heading_row, explanations)
            for number, row in enumerate(sheet.rows, 1)
        ),
        heading_row=heading_row,
        explanation_place=place,
        marked=frozenset((row.row, problem.place) for row in bad for problem in row.problems),
        notes=tuple(map(_told_here, notes)),
    )


def _explained(row: BadRow) -> str:
    gone = any(problem.value == UNCOMPUTED for problem in row.problems)
    return f"{row.message}；{FORMULA_GONE}" if gone else row.message


def _told_here(note: RowNote) -> RowNote:
    if note.code != "formula-uncomputed":
        return note
    return attrs.evolve(note, message=f"{note.message}；{FORMULA_GONE}")


def _explanation_place(sheet: Sheet, heading_row: int) -> int:
    for place, cell in enumerate(sheet.rows[heading_row - 1]):
        if folded(shown(cell)) == EXPLANATION:
            return place
    return max(len(row) for row in sheet.rows)


def _with_explanation(
    number: int, row: tuple[Cell, ...], place: int, heading_row: int, explanations: Mapping[int, str]
) -> tuple[Cell, ...]:
    if number < heading_row:
        return row
    text = EXPLANATION if number == heading_row else explanations.get(number)
    before = row[:place] + (None,) * (place - len(row))
    return (*before, text, *row[place + 1 :])
