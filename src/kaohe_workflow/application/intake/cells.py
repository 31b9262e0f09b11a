"""
Spreadsheets as plain values.

A cell counts as what a spreadsheet shows: a formula is its stored value, and without one the mark `UNCOMPUTED`.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import attrs

Cell: TypeAlias = str | float | date | None
"""Text, number, date or nothing. Text is kept as typed; numbers are those a spreadsheet computes with."""

UNCOMPUTED = "#公式未计算"
"""
Stands in place of a formula that was stored without a value.

Such a cell is empty, so what may be blank is; but its row is none of the blank ones, and people are told.
"""


@attrs.frozen
class Merged:
    """One cell that stands for the rows ``first`` to ``last`` (from 1) of the column at ``place`` (from 0)."""

    place: int
    first: int
    last: int


@attrs.frozen
class Sheet:
    """
    One sheet: ``rows[0]`` is the sheet's row 1, leading empty rows included.

    Rows are as long as their last cell that holds something, so they differ in length. ``hidden`` sheets, rows (from
    1) and columns (from 0) are those that a spreadsheet does not show; ``merged`` are in the order of columns and rows
    and never overlap.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Merged, ...] = ()


def shown(cell: Cell) -> str:
    """
    Return the text that stands in the cell, "" for an empty one.

    >>> shown(13800138000.0), shown(74.5), shown(date(2011, 5, 12)), shown(None)
    ('13800138000', '74.5', '2011-05-12', '')
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    # Fifteen digits are all that a spreadsheet keeps of a number.
    return str(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else f"{cell:.15g}"


def is_blank(cell: Cell) -> bool:
    """True for an empty cell and for one that holds only spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())
