"""
Finding the table in a workbook: on which sheet, under which row, in which columns.

Sheets of hospitals have a title row or none, other column orders, other names for the same column, and
notes around the table; what counts is one row that holds the headings that are needed. What looks like data and is
not read is told: another table as a note, two tables that may both be meant as a refusal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from re import Pattern, compile, sub
from unicodedata import category, normalize

import attrs

from kaohe_workflow.application.intake.cells import UNCOMPUTED, Cell, Sheet, is_blank, shown
from kaohe_workflow.application.intake.layout import layout_notes, spread_cells, with_cells
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

    Of a table as a whole, and of one that was not read: the row of its headings, and the name of its sheet.
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
    that say what a field's column says. ``spread`` is by row and place what a merged cell says in further rows: where
    a column may be blank, it stands for all of them; whose a merged name or number is, is not ours to guess.
    """

    sheet: Sheet
    heading_row: int
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    repeated: Mapping[str, tuple[tuple[int, str], ...]] = attrs.field(factory=dict)
    notes: tuple[RowNote, ...] = ()
    spread: Mapping[int, Mapping[int, Cell]] = attrs.field(factory=dict)

    def body(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Give each row below the headings, with the sheet's own row number."""
        rows = enumerate(self.sheet.rows[self.heading_row :], self.heading_row + 1)
        if not self.spread:
            yield from rows
            return
        for number, row in rows:
            cells = self.spread.get(number)
            yield number, row if cells is None else with_cells(row, cells)

    def holds(self, row: tuple[Cell, ...]) -> bool:
        """Whether a row has anything in a column of ours, the repeated ones included."""
        return any(not is_blank(self.cell(row, field)) for field in self.columns) or any(
            place < len(row) and not is_blank(row[place])
            for repeated in self.repeated.values()
            for place, _ in repeated
        )

    def cell(self, row: tuple[Cell, ...], field: str) -> Cell:
        """Return one field of a row; None where the table has no such column or the row ends before it."""
        place = self.columns.get(field)
        return row[place] if place is not None and place < len(row) else None


@attrs.frozen
class FromTable:
    """What was read from a table."""

    table: Table

    @property
    def sheet(self) -> Sheet:
        """The sheet that was read."""
        return self.table.sheet

    @property
    def heading_row(self) -> int:
        """The row of its headings, from 1."""
        return self.table.heading_row


def folded(heading: str) -> str:
    """
    Return a heading without width, white space, invisible characters, marks of duty and remarks in brackets.

    >>> folded("*证件号码\\n（必填）：")
    '证件号码'
    """
    text = sub(r"\s", "", normalize("NFKC", heading))
    if not text.isprintable():
        text = "".join(char for char in text if category(char) != "Cf")
    return sub(r"\([^()]*\)", "", text).strip("*:#★")


def find_table(sheets: Sequence[Sheet], columns: Sequence[Column]) -> Table:
    """
    Return the table with the most known headings among those that hold any row (or of empty ones, if all are).

    Other tables with rows are told in its notes (``table-not-read``), and what is hidden, merged or not read of it. A
    table on a hidden sheet is never the one: nobody has looked at it.

    Raises:
        InputInvalid: ``headings-missing``: no row of any sheet has all required headings; ``list-hidden``: only
            hidden sheets have; ``tables-ambiguous``: several tables with rows have as many known headings, and
            nothing says which one is meant.
    """
    found = [table for sheet in sheets for table in _tables_of(sheet, columns)]
    if not found:
        wanted = "、".join(column.label for column in columns if column.required)
        message = f"未找到表头：前{HEADINGS_WITHIN_ROWS}行内应有一行含有{wanted}"
        raise InputInvalid([Problem("$", "headings-missing", message)])
    filled = [(table, count) for table in found if (count := _rows_with_data(table, found))]
    candidates = [table for table, _ in filled] or found
    shown_ones = [table for table in candidates if not table.sheet.hidden]
    if not shown_ones:
        names = "、".join(dict.fromkeys(f"“{table.sheet.name}”" for table in candidates))
        message = f"要导入的表在隐藏的工作表{names}中，未读取；请取消隐藏、核对内容后重新导入"
        raise InputInvalid([Problem("$", "list-hidden", message)])
    best = max(shown_ones, key=lambda table: len(table.columns))
    if filled:
        _check_only(best, shown_ones)
    others = [_not_read(table, count) for table, count in filled if table is not best]
    return _laid_out(best, columns, others)


def _check_only(best: Table, filled: Sequence[Table]) -> None:
    equal = [table for table in filled if table is not best and len(table.columns) == len(best.columns)]
    if equal:
        names = "、".join(f"“{table.sheet.name}”第{table.heading_row}行" for table in (best, *equal))
        message = f"文件中有{len(equal) + 1}份同样的表：{names}；请每次只导入一份，其余删除或另存"
        raise InputInvalid([Problem("$", "tables-ambiguous", message)])


def _not_read(table: Table, count: int) -> RowNote:
    message = f"此处另有一份表（{count}行），表头较少，未读取；如需导入请另存为文件"
    if table.sheet.hidden:
        message = f"此工作表是隐藏的，其中有一份表（{count}行），未读取；如需导入请取消隐藏后另存为文件"
    return RowNote(table.heading_row, table.sheet.name, "table-not-read", message)


def _laid_out(table: Table, columns: Sequence[Column], others: Sequence[RowNote]) -> Table:
    """The table with its merged cells spread and with notes of what people may not see."""
    sheet, heading_row = table.sheet, table.heading_row
    optional = {column.field for column in columns if not column.required}
    spread = spread_cells(
        sheet,
        heading_row,
        table.columns.values(),
        {place for field, place in table.columns.items() if field in optional},
    )
    headings = {table.columns[field]: heading for field, heading in table.headings.items()}
    headings |= {place: heading for repeated in table.repeated.values() for place, heading in repeated}
    notes = [
        RowNote(heading_row, sheet.name, code, message)
        for code, message in layout_notes(sheet, heading_row, headings, spread)
    ]
    return attrs.evolve(table, spread=spread, notes=(*table.notes, *others, *notes))


def _rows_with_data(table: Table, found: Collection[Table]) -> int:
    """How many rows hold anything in a known column, down to the next table on the same sheet."""
    ends = [
        other.heading_row
        for other in found
        if other.sheet is table.sheet and other.heading_row > table.heading_row
    ]
    body = table.sheet.rows[table.heading_row : min(ends) - 1 if ends else None]
    return sum(map(table.holds, body))


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
        if not is_blank(cell) and cell != UNCOMPUTED and shown(cell).split() != first:
            yield place, heading, cell
