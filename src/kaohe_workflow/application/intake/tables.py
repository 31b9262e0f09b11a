"""
Finding the table in a workbook: on which sheet, under which row, in which columns.

Sheets of hospitals have a title row or none, other column orders, other names for the same column, and
notes around the table; what counts is one row that holds the headings that are needed. What looks like data and is
not read is told: another table as a note, two tables that may both be meant as a refusal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    """
    Something about one cell of one row; ``row`` as the sheet counts, ``column`` its heading.

    Of a table that was not read: the row of its headings, and the name of its sheet.
    """

    row: int
    column: str
    code: str
    message: str


@attrs.frozen
class Table:
    """
    A table found.

    ``columns`` tells where each field stands (from 0), ``headings`` the headings as they are written;
    ``heading_row`` is the sheet's own number, from 1. ``repeated`` are the further columns, with their headings,
    that say what a field's column says.
    """

    sheet: Sheet
    heading_row: int
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    repeated: Mapping[str, tuple[tuple[int, str], ...]] = attrs.field(factory=dict)
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
    Return the table with the most known headings among those that hold any row (or of empty ones, if all are).

    Other tables with rows are told in its notes (``table-not-read``).

    Raises:
        InputInvalid: ``headings-missing``: no row of any sheet has all required headings; ``tables-ambiguous``:
            several tables with rows have as many known headings, and nothing says which one is meant.
    """
    found = [table for sheet in sheets for table in _tables_of(sheet, columns)]
    if not found:
        wanted = "、".join(column.label for column in columns if column.required)
        message = f"未找到表头：前{HEADINGS_WITHIN_ROWS}行内应有一行含有{wanted}"
        raise InputInvalid([Problem("$", "headings-missing", message)])
    filled = [(table, count) for table in found if (count := _rows_with_data(table, found))]
    if not filled:
        return max(found, key=lambda table: len(table.columns))
    best, _ = max(filled, key=lambda pair: len(pair[0].columns))
    others = [(table, count) for table, count in filled if table is not best]
    equal = [table for table, _ in others if len(table.columns) == len(best.columns)]
    if equal:
        names = "、".join(f"“{table.sheet.name}”第{table.heading_row}行" for table in (best, *equal))
        message = f"文件中有{len(equal) + 1}份同样的表：{names}；请每次只导入一份，其余删除或另存"
        raise InputInvalid([Problem("$", "tables-ambiguous", message)])
    return attrs.evolve(best, notes=(*best.notes, *(_not_read(table, count) for table, count in others)))


def _not_read(table: Table, count: int) -> RowNote:
    message = f"此处另有一份表（{count}行），表头较少，未读取；如需导入请另存为文件"
    return RowNote(table.heading_row, table.sheet.name, "table-not-read", message)


def _rows_with_data(table: Table, found: Collection[Table]) -> int:
    """How many rows hold anything in a known column, down to the next table on the same sheet."""
    ends = [
        other.heading_row
        for other in found
        if other.sheet is table.sheet and other.heading_row > table.heading_row
    ]
    body = table.sheet.rows[table.heading_row : min(ends) - 1 if ends else None]
    return sum(any(not is_blank(table.cell(row, field)) for field in table.columns) for row in body)


def _tables_of(sheet: Sheet, columns: Sequence[Column]) -> list[Table]:
    """
    The table with the most headings of a sheet, the first of equals, and any that stand above it.

    Below it all is its body, where headings that stand again are a bad row.
    """
    rows = enumerate(sheet.rows[:HEADINGS_WITHIN_ROWS], 1)
    found = [
        table for number, row in rows if (table := _read_headings(sheet, number, row, columns)) is not None
    ]
    if not found:
        return []
    best = max(found, key=lambda table: len(table.columns))
    return [table for table in found if table.heading_row <= best.heading_row]


def _read_headings(
    sheet: Sheet, number: int, row: tuple[Cell, ...], columns: Sequence[Column]
) -> Table | None:
    places: dict[str, int] = {}
    headings: dict[str, str] = {}
    repeated: dict[str, tuple[tuple[int, str], ...]] = {}
    notes = []
    for place, cell in enumerate(row):
        text = folded(shown(cell))
        column = next((column for column in columns if column.pattern.fullmatch(text)), None)
        if column is None:
            continue
        if column.field in places:
            repeated[column.field] = (*repeated.get(column.field, ()), (place, text))
            message = f"“{text}”与“{headings[column.field]}”重复，只读取前一列"
            notes.append(RowNote(number, text, "heading-repeated", message))
        else:
            places[column.field], headings[column.field] = place, text
    if any(column.required and column.field not in places for column in columns):
        return None
    return Table(sheet, number, places, headings, repeated, tuple(notes))


def conflicts(table: Table, row: tuple[Cell, ...], field: str) -> Iterator[tuple[int, str, Cell]]:
    """Give place, heading and cell of each further column of a field that says something else than the first one."""
    first = shown(table.cell(row, field)).split()
    for place, heading in table.repeated.get(field, ()):
        cell = row[place] if place < len(row) else None
        if not is_blank(cell) and shown(cell).split() != first:
            yield place, heading, cell
