"""
The process in which workbooks are parsed; started by `reading`, speaks JSON over its two pipes.

In: the file's bytes until the end of standard input. Out: ``{"sheets": […]}``, each with the fields of `Sheet` and
cells as text, number, null or ``[ISO date]``, or ``{"refused": [code, message]}``. Anything else, an abort of the
parser included, ends the process with another exit code than 0. JSON and not pickle, because nothing that
comes back may be able to run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import TypeAlias

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kaohe_workflow.adapters.confining import OUT_OF_MEMORY, confine
from kaohe_workflow.adapters.sheets.layout import Hidden, hidden_by_sheet, merged_rows
from kaohe_workflow.adapters.sheets.limits import (
    MAXIMUM_CELL_CHARACTERS,
    MAXIMUM_COLUMNS,
    MAXIMUM_ROWS,
    MAXIMUM_TEXT_CHARACTERS,
    cell_exceeded,
    check_workbook,
    rows_exceeded,
    too_large,
)
from kaohe_workflow.adapters.sheets.lost_cells import with_lost_cells
from kaohe_workflow.errors import InputInvalid

PlainCell: TypeAlias = str | float | list[str] | None
Row: TypeAlias = list[PlainCell]


def main() -> int:
    """Read one workbook from standard input; return the exit code."""
    confine()
    try:
        answer: object = {"sheets": list(read_workbook(sys.stdin.buffer.read()))}
    except InputInvalid as ex:
        answer = {"refused": [ex.problems[0].code, ex.problems[0].message]}
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
    return 0


def read_workbook(content: bytes) -> Iterator[dict[str, object]]:
    """
    Give each worksheet as the fields of a `Sheet`, row 1 first.

    Raises:
        InputInvalid: beyond a limit, or no workbook.
    """
    scanned = check_workbook(content)
    workbook = CalamineWorkbook.from_filelike(with_lost_cells(content, scanned.losing))
    hidden_by_name = hidden_by_sheet(content, scanned.hidden)
    characters = 0
    for metadata in workbook.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        if sheet.total_height > MAXIMUM_ROWS or sheet.total_width > MAXIMUM_COLUMNS:
            raise rows_exceeded()
        rows = _trimmed([_row(cells) for cells in sheet.to_python(skip_empty_area=False)])
        for number, row in enumerate(rows, 1):
            lengths = [len(cell) for cell in row if type(cell) is str]
            if max(lengths, default=0) > MAXIMUM_CELL_CHARACTERS:
                raise cell_exceeded(number)
            characters += sum(lengths)
        if characters > MAXIMUM_TEXT_CHARACTERS:
            raise too_large("表格中的文字过多，请拆分后分次导入")
        hidden = hidden_by_name.get(metadata.name, Hidden())
        yield {
            "name": metadata.name,
            "rows": rows,
            "hidden": metadata.visible != SheetVisibleEnum.Visible,
            "hidden_rows": sorted(hidden.rows),
            "hidden_columns": sorted(hidden.columns),
            "merged": merged_rows(sheet.merged_cell_ranges, len(rows)),
        }


def _row(cells: Sequence[object]) -> Row:
    row = [_PLAIN[type(cell)](cell) for cell in cells]
    while row and row[-1] is None:
        row.pop()
    return row


def _trimmed(rows: list[Row]) -> list[Row]:
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _day(value: object) -> PlainCell:
    day = value.date() if isinstance(value, datetime) else value
    return [day.isoformat()] if isinstance(day, date) else None


def _number(value: object) -> PlainCell:
    number = float(value) if isinstance(value, (int, float)) else 0.0
    # A file may spell numbers that no sheet shows ("1e999"); they are words.
    return number if isfinite(number) else str(number)


_PLAIN: Mapping[type, Callable[[object], PlainCell]] = {
    str: lambda value: str(value) or None,
    float: _number,
    int: _number,
    bool: lambda value: str(value).upper(),
    datetime: _day,
    date: _day,
    time: str,
    timedelta: str,
}


if __name__ == "__main__":
    sys.exit(main())
