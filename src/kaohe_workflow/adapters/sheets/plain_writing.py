"""
Tables as plain text for people and for systems: CSV, which spreadsheets open as they open a workbook.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from types import MappingProxyType

from kaohe_workflow.adapters.sheets.writing import write_table
from kaohe_workflow.application.disclosure import WriteTable
from kaohe_workflow.application.intake.cells import Cell

_FORMULAS = tuple("=+-@\t\r\n＝＋－＠")
"""What a text begins with that a spreadsheet would run as a formula, the full-width forms too."""


def write_csv(_: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]], mark: str = "") -> bytes:
    """
    Return the headings and the rows as CSV: UTF-8 with its mark, so that Excel reads Chinese, and CRLF.

    A text that a spreadsheet would run has an apostrophe before it; days are ISO 8601. A ``mark`` that says whose the
    file is stands in the last line, after an empty one.
    """
    output = StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow([_text(heading) for heading in headings])
    writer.writerows([_text(cell) for cell in row] for row in rows)
    if mark:
        writer.writerows([[], [_text(mark)]])
    return output.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if not isinstance(cell, str):
        return str(cell)
    return f"'{cell}" if cell.lstrip().startswith(_FORMULAS) or cell.startswith(_FORMULAS) else cell


TABLE_WRITERS: Mapping[str, WriteTable] = MappingProxyType({"xlsx": write_table, "csv": write_csv})
"""Format of a file → what writes a table in it."""
