"""
What people cannot see in a sheet, or see differently than it is stored: hidden rows and columns, columns that nothing
reads, cells merged over rows. A filter hides rows and a narrow screen columns, so they are read all the same and told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from kaohe_workflow.application.intake.cells import Cell, Sheet, is_blank, shown

EXPLANATION = "错误说明"
"""Heading of the column that says what is wrong."""

_RANGES_TOLD = 20
_HEADING_CHARACTERS = 20
_READ_BY_NOBODY = frozenset({"序号", EXPLANATION})


def holds(row: tuple[Cell, ...], places: Collection[int]) -> bool:
    """Whether a row has anything in one of these columns."""
    return any(place < len(row) and not is_blank(row[place]) for place in places)


def spread_cells(
    sheet: Sheet, heading_row: int, places: Collection[int], spread: Collection[int]
) -> Mapping[int, Mapping[int, Cell]]:
    """
    Return what merged cells below the headings say in further rows, by row and place.

    Args:
        places: the columns that are read; a row with nothing of its own in them is no row.
        spread: those of them whose merged cells stand for all their rows.
    """
    found: dict[int, dict[int, Cell]] = {}
    for merged in sheet.merged:
        first = sheet.rows[merged.first - 1]
        if merged.place not in spread or merged.first <= heading_row or not holds(first, (merged.place,)):
            continue
        for number in range(merged.first + 1, merged.last + 1):
            row = sheet.rows[number - 1]
            if holds(row, places) and not holds(row, (merged.place,)):
                found.setdefault(number, {})[merged.place] = first[merged.place]
    return found


def with_cells(row: tuple[Cell, ...], cells: Mapping[int, Cell]) -> tuple[Cell, ...]:
    """Return a row with other cells at these places."""
    wide = max(len(row), *(place + 1 for place in cells))
    return tuple(cells.get(place, row[place] if place < len(row) else None) for place in range(wide))


def layout_notes(
    sheet: Sheet,
    heading_row: int,
    headings: Mapping[int, str],
    spread: Mapping[int, Mapping[int, Cell]],
) -> Iterator[tuple[str, str]]:
    """
    Tell as code and message what of a table is hidden, spread or not read.

    ``headings`` are those of the columns that are read, by place.
    """
    rows = [
        number
        for number in sorted(sheet.hidden_rows)
        if heading_row < number <= len(sheet.rows) and holds(sheet.rows[number - 1], headings)
    ]
    if rows:
        yield "rows-hidden", f"第{_listed(rows)}行在文件中是隐藏的，也已读取"
    hidden = [headings[place] for place in sorted(headings) if place in sheet.hidden_columns]
    if hidden:
        yield "columns-hidden", f"{_quoted(hidden)}列在文件中是隐藏的，也已读取"
    merged = {place for cells in spread.values() for place in cells}
    if merged:
        names = _quoted([headings[place] for place in sorted(merged)])
        yield "cells-merged", f"{names}列有合并单元格，第{_listed(sorted(spread))}行按合并的内容读取"
    unread = _unread(sheet, heading_row, headings)
    if unread:
        yield "columns-not-read", f"{'、'.join(unread)}未读取；如需导入，请改用模板中的表头"


def _unread(sheet: Sheet, heading_row: int, headings: Mapping[int, str]) -> list[str]:
    """The columns that hold anything below the headings and are no known ones, as they are called."""
    body = sheet.rows[heading_row:]
    wide = max(map(len, body), default=0)
    names = [shown(cell).strip() for cell in sheet.rows[heading_row - 1]]
    names += [""] * (wide - len(names))
    return [
        f"“{names[place][:_HEADING_CHARACTERS]}”列" if names[place] else f"第{place + 1}列（没有表头）"
        for place in range(wide)
        if place not in headings and names[place] not in _READ_BY_NOBODY
        if any(holds(row, (place,)) for row in body)
    ]


def _quoted(headings: Sequence[str]) -> str:
    return "、".join(f"“{heading}”" for heading in headings)


def _listed(numbers: Sequence[int]) -> str:
    """
    Return numbers in their order as people list them, the first ranges of very many.

    >>> _listed([3, 7, 8, 9])
    '3、7–9'
    """
    starts = [numbers[0], *(after for before, after in pairwise(numbers) if after != before + 1)]
    ends = [*(before for before, after in pairwise(numbers) if after != before + 1), numbers[-1]]
    ranges = [
        str(start) if start == end else f"{start}–{end}" for start, end in zip(starts, ends, strict=True)
    ]
    told = "、".join(ranges[:_RANGES_TOLD])
    return told if len(ranges) <= _RANGES_TOLD else f"{told}等共{len(numbers)}"
