"""CSV as office programs save it here: UTF-8 with or without a mark, or GB18030; commas or tabs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from kaohe_workflow.adapters.sheets.limits import (
    MAXIMUM_COLUMNS,
    MAXIMUM_ROWS,
    rows_exceeded,
    unreadable,
)
from kaohe_workflow.application.intake.cells import Cell, Sheet

_ENCODINGS = ("utf-8-sig", "gb18030")


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
        raise unreadable("CSV文件格式不正确（引号不成对或位置不当），请更正，或另存为xlsx后重试") from ex


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable("文件的文字编码无法识别，请保存为UTF-8或GB18030编码")


def _rows(text: str) -> Iterator[tuple[Cell, ...]]:
    """The records, strictly: a quote that is never closed would swallow all rows after it."""
    first_line = text.partition("\n")[0]
    delimiter = "\t" if first_line.count("\t") > first_line.count(",") else ","
    for number, record in enumerate(
        csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
    ):
        if number > MAXIMUM_ROWS or len(record) > MAXIMUM_COLUMNS:
            raise rows_exceeded()
        yield tuple(cell or None for cell in record)
