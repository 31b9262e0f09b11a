"""What a workbook hides and merges comes with its sheets."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.workbook import Workbook

from kaohe_workflow.adapters.sheets.layout import merged_rows
from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.adapters.sheets.writing import write_annotated
from kaohe_workflow.application.intake.annotated import annotate
from kaohe_workflow.application.intake.cells import UNCOMPUTED, Merged, Sheet
from kaohe_workflow.application.intake.tables import RowNote


def sheets_of(fill: Callable[[Workbook], None]) -> tuple[Sheet, ...]:
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
        fill(workbook)
    return read_sheets(output.getvalue())


@pytest.mark.parametrize("way", ["hide", "very_hidden"])
def test_hidden_sheets_are_read_as_hidden(way: str) -> None:
    """Hidden by a click, or so that no click shows them again."""

    def fill(workbook: Workbook) -> None:
        workbook.add_worksheet("甲").write_string(0, 0, "a")
        getattr(workbook.add_worksheet("乙&<"), way)()

    assert [("甲", False), ("乙&<", True)] == [(sheet.name, sheet.hidden) for sheet in sheets_of(fill)]


def test_hidden_rows_and_columns_are_those_of_their_sheet() -> None:
    """Rows from 1, columns from 0, on the sheet where they are."""

    def fill(workbook: Workbook) -> None:
        workbook.add_worksheet("甲&乙").write_string(0, 0, "a")
        sheet = workbook.add_worksheet("丙&“丁”")
        sheet.write_column(0, 0, ["a"] * 8)
        for row in (2, 6):
            sheet.set_row(row, None, None, {"hidden": True})
        sheet.set_column(1, 2, None, None, {"hidden": True})
        sheet.set_column(5, 16_000, None, None, {"hidden": True})

    first, second = sheets_of(fill)

    assert (frozenset(), frozenset()) == (first.hidden_rows, first.hidden_columns)
    assert (frozenset({3, 7}), frozenset({1, 2, *range(5, 64)})) == (
        second.hidden_rows,
        second.hidden_columns,
    )


def test_a_sheet_may_lie_anywhere_in_the_file() -> None:
    """Where a sheet's part is, its relation says, from the workbook or from the top."""
    output, moved = BytesIO(), BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("甲")
        sheet.write_formula(1, 0, "=1+1", None, "")
        sheet.set_row(1, None, None, {"hidden": True})
    with ZipFile(output) as source, ZipFile(moved, "w") as target:
        for name in source.namelist():
            part = source.read(name).replace(b"worksheets/sheet1.xml", b"/data/one.xml")
            target.writestr("data/one.xml" if name.endswith("sheet1.xml") else name, part)
    (found,) = read_sheets(moved.getvalue())

    assert (((), (UNCOMPUTED,)), frozenset({2})) == (found.rows, found.hidden_rows)


def test_a_filter_hides_rows_that_are_told() -> None:
    """A filter that is on hides rows like a person does."""

    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet("甲")
        sheet.write_column(0, 0, ["科室", "内科", "外科"])
        sheet.autofilter(0, 0, 2, 0)
        sheet.filter_column(0, "x == 内科")
        sheet.set_row(2, None, None, {"hidden": True})

    assert frozenset({3}) == sheets_of(fill)[0].hidden_rows


def test_cells_merged_over_rows_are_told() -> None:
    """Those of one column; a title over many columns stands for no row."""

    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet("甲")
        sheet.merge_range(0, 0, 0, 3, "标题")
        sheet.merge_range(1, 2, 3, 2, "内科")
        sheet.merge_range(4, 2, 60_000, 2, "外科")
        sheet.write_string(6, 0, "末行")

    assert (Merged(2, 2, 4), Merged(2, 5, 7)) == sheets_of(fill)[0].merged


@given(
    st.lists(st.tuples(*[st.tuples(st.integers(0, 9), st.integers(0, 2))] * 2), max_size=20),
    st.integers(0, 8),
)
def test_no_row_is_merged_twice(ranges: list[tuple[tuple[int, int], tuple[int, int]]], rows: int) -> None:
    """Ranges that overlap are what hostile files have; whatever they say, each cell is looked at once."""
    cells = [
        (place, row) for place, first, last in merged_rows(ranges, rows) for row in range(first, last + 1)
    ]

    assert len(set(cells)) == len(cells)
    assert all(1 <= row <= rows for _, row in cells)


def test_notes_stand_on_a_second_sheet() -> None:
    """The table itself is as it was sent; without notes there is no second sheet."""
    sheet = Sheet("提示", (("姓名",), ("甲",)))
    note = RowNote(1, "提示", "rows-hidden", "第2行在文件中是隐藏的，也已读取")
    told = read_sheets(write_annotated(annotate(sheet, 1, [], notes=[note])))

    assert [("提示", 2), ("提示2", 2)] == [(one.name, len(one.rows)) for one in told]
    assert (1.0, "提示", "第2行在文件中是隐藏的，也已读取") == told[1].rows[1]
    assert 1 == len(read_sheets(write_annotated(annotate(sheet, 1, []))))
