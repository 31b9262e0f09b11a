"""
Finding the table in a workbook: on which sheet, under which row, in which columns.

Sheets of hospitals have a title row or none, other column orders, other names for the same column, and
notes around the table; what counts is one row that holds the headings that are needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from re import Pattern, compile, sub
from unicodedata import normalize

import attrs

from kaohe_workflow.application.intake.cells import Cell, Sheet, is_blank, shown
from kaohe_workflow.errors import InputInvalid, Problem

HEADINGS_WITHIN_ROWS = 50
"""The heading row is looked for in so many rows from the top."""


def _pattern(source: str) -> Pattern[str]:
    return compile(source)


@attrs.frozen
class Column:
    """
    One column that is looked for.

    ``label`` is its heading as we write it; ``pattern`` matches the whole of any heading it may have,
    after `folded`.
    """

    field: str
    label: str
    pattern: Pattern[str] = attrs.field(converter=_pattern)
    required: bool = False


@attrs.frozen
class RowNote:
    """Something about one cell of one row; ``row`` as the sheet counts, ``column`` its heading."""

    row: int
    column: str
    code: str
    message: str


@attrs.frozen
class Table:
    """
    A table found.

    ``columns`` tells where each field stands (from 0), ``headings`` the headings as they are written;
    ``heading_row`` is the sheet's own number, from 1.
    """

    sheet: Sheet
    heading_row: int
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    notes: tuple[RowNote, ...] = ()

    def body(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Give each row below the headings, with the sheet's own row number."""
        yield from enumerate(self.sheet.rows[self.heading_row :], self.heading_row + 1)

    def cell(self, row: tuple[Cell, ...], field: str) -> Cell:
        """Return one field of a row; None where the table has no such column or the row ends before it."""
        place = self.columns.get(field)
        return row[place] if place is not None and place < len(row) else None


def folded(heading: str) -> str:
    """
    Return a heading without width, white space, marks of duty and remarks in brackets.

    >>> folded("*证件号码\\n（必填）：")
    '证件号码'
    """
    text = sub(r"\s", "", normalize("NFKC", heading))
    return sub(r"\([^()]*\)", "", text).strip("*:#★")


def find_table(sheets: Sequence[Sheet], columns: Sequence[Column]) -> Table:
    """
    Return the table of the sheet with the most known headings, of equals the one with the most rows.

    Raises:
        InputInvalid: ``headings-missing``: no row of any sheet has all required headings.
    """
    found = [table for sheet in sheets for table in [_table_of(sheet, columns)] if table is not None]
    if not found:
        wanted = "、".join(column.label for column in columns if column.required)
        message = f"未找到表头：前{HEADINGS_WITHIN_ROWS}行内应有一行含有{wanted}"
        raise InputInvalid([Problem("$", "headings-missing", message)])
    return max(found, key=lambda table: (len(table.columns), len(table.sheet.rows)))


def _table_of(sheet: Sheet, columns: Sequence[Column]) -> Table | None:
    best: Table | None = None
    for number, row in enumerate(sheet.rows[:HEADINGS_WITHIN_ROWS], 1):
        table = _read_headings(sheet, number, row, columns)
        if table is not None and (best is None or len(table.columns) > len(best.columns)):
            best = table
    return best


def _read_headings(
    sheet: Sheet, number: int, row: tuple[Cell, ...], columns: Sequence[Column]
) -> Table | None:
    places: dict[str, int] = {}
    headings: dict[str, str] = {}
    notes = []
    for place, cell in enumerate(row):
        if is_blank(cell):
            continue
        text = folded(shown(cell))
        for column in columns:
            if not column.pattern.fullmatch(text):
                continue
            if column.field in places:
                message = f"“{text}”与“{headings[column.field]}”重复，只读取前一列"
                notes.append(RowNote(number, text, "heading-repeated", message))
            else:
                places[column.field], headings[column.field] = place, text
            break
    if any(column.required and column.field not in places for column in columns):
        return None
    return Table(sheet, number, places, headings, tuple(notes))
