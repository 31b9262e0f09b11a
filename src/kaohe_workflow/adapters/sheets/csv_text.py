"""
CSV as office programs save it here: UTF-8 with or without a mark, GB18030, or UTF-16 with its mark (Excel's
“Unicode 文本”); commas, semicolons or tabs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from kaohe_workflow.adapters.sheets.limits import (
    MAXIMUM_CELL_CHARACTERS,
    MAXIMUM_COLUMNS,
    MAXIMUM_ROWS,
    cell_exceeded,
    rows_exceeded,
    unreadable,
)
from kaohe_workflow.application.intake.cells import Cell, Sheet

_ENCODINGS = ("utf-8-sig", "gb18030")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = (",", "\t", ";")


def read_csv(content: bytes, name: str = "CSV") -> Sheet:
    """
    Return the one sheet of a CSV file; every cell is text, empty ones are None.

    Raises:
        InputInvalid: ``sheet-unreadable`` (neither encoding fits, or no text) or ``sheet-too-large``.
    """
    text = _decoded(content)
    if "\x00" in text:
        raise unreadable("文件不是表格，请使用xlsx或CSV")
    try:
        return Sheet(name, tuple(_rows(text)))
    except csv.Error as ex:
        raise unreadable(
            "CSV文件格式不正确（引号不成对或位置不当，或单元格过长），请更正，或另存为xlsx后重试"
        ) from ex


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content.startswith(_WIDE_MARKS) else _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable("文件的文字编码无法识别，请保存为UTF-8或GB18030编码")


def _delimiter(text: str) -> str:
    """What stands most often in the first line that has any of them: a title above the headings has none."""
    for line in StringIO(text):
        found = max(_DELIMITERS, key=line.count)
        if found in line:
            return found
    return ","


def _rows(text: str) -> Iterator[tuple[Cell, ...]]:
    """The records, strictly: a quote that is never closed would swallow all rows after it."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    for number, record in enumerate(reader, 1):
        if number > MAXIMUM_ROWS or len(record) > MAXIMUM_COLUMNS:
            raise rows_exceeded()
        if max(map(len, record), default=0) > MAXIMUM_CELL_CHARACTERS:
            raise cell_exceeded(number)
        yield tuple(cell or None for cell in record)
