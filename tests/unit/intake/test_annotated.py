"""The sheet that comes back, and the empty one that goes out."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from re import findall
from zipfile import ZipFile

from hypothesis import given, settings

from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.adapters.sheets.writing import write_annotated, write_roster_template, write_table
from kaohe_workflow.application.intake.annotated import FORMULA_GONE, annotate
from kaohe_workflow.application.intake.cells import UNCOMPUTED, Sheet
from kaohe_workflow.application.intake.layout import EXPLANATION
from kaohe_workflow.application.intake.roster import preview_roster
from kaohe_workflow.application.intake.roster_columns import ROSTER_COLUMNS
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.people_strategies import nonsense_sheets

TODAY = date(2023, 11, 27)
ROSTER = Sheet(
    "名单",
    (
        ("某院医师名单",),
        ("姓名", "证件号码", "医师级别", "首次注册时间"),
        ("张三", person(0).id_number, "主任", date(2035, 1, 1)),
        ("李四", person(1).id_number, "执业医师", date(2015, 1, 1)),
        (None, 4.5e17),
    ),
)


def test_explanations_stand_beside_wrong_rows() -> None:
    """One column more; wrong cells are marked, empty ones too; right rows are as sent."""
    found = preview_roster([ROSTER], TODAY)
    annotated = annotate(found.sheet, found.heading_row, found.bad)

    assert (4, EXPLANATION, None) == (
        annotated.explanation_place,
        annotated.rows[1][4],
        annotated.rows[3][4],
    )
    assert {(3, 2), (3, 3), (5, 0), (5, 1)} == annotated.marked
    assert "医师级别" in str(annotated.rows[2][4])
    assert "数字格式" in str(annotated.rows[4][4])


def test_a_second_round_replaces_the_first() -> None:
    """Sent again, the sheet reads the same, and its old explanations go."""
    first = preview_roster([ROSTER], TODAY)
    annotated = annotate(first.sheet, first.heading_row, first.bad)
    again = preview_roster(read_sheets(write_annotated(annotated)), TODAY)

    assert (first.good, first.bad) == (again.good, again.bad)
    assert annotated.rows == annotate(again.sheet, again.heading_row, again.bad).rows


@settings(max_examples=15)
@given(nonsense_sheets())
def test_any_sheet_can_be_written_and_reads_the_same(nonsense: Sheet) -> None:
    """Texts that look like formulas, links or numbers stay texts on the way out and back."""
    first = preview_roster([nonsense], TODAY)
    content = write_annotated(annotate(first.sheet, first.heading_row, first.bad))
    try:
        again = preview_roster(read_sheets(content), TODAY)
    except InputInvalid:  # More text in a cell, or an older day, than a workbook can hold.
        return

    assert [row.row for row in first.good] == [row.row for row in again.good]


def test_the_same_sheet_is_the_same_file_at_any_time() -> None:
    """No workbook holds the instant at which it was written: an answer that is repeated is the same."""
    (sheet,) = read_sheets(content := write_table("名单", ("甲",), [("乙",)]))
    annotated = write_annotated(annotate(sheet, 1, []))
    told = [
        ZipFile(BytesIO(one)).read("docProps/core.xml").decode()
        for one in (content, annotated, write_roster_template())
    ]

    assert [{"2000-01-01T00:00:00Z"}] * 3 == [set(findall(r">([-0-9]+T[0-9:]+Z)<", one)) for one in told]


def test_remarks_stand_beside_rows_without_a_wrong_cell() -> None:
    """What is wrong with a whole row is told, and marks no cell; what is wrong with a cell goes before it."""
    found = preview_roster([ROSTER], TODAY)
    annotated = annotate(found.sheet, found.heading_row, found.bad, {2: "x", 3: "y", 4: "被拒绝"})

    assert annotate(found.sheet, found.heading_row, found.bad).marked == annotated.marked
    assert ("错误说明", "被拒绝") == (annotated.rows[1][4], annotated.rows[3][4])
    assert "y" != annotated.rows[2][4]


def test_a_formula_that_is_gone_is_told() -> None:
    """The copy holds texts: what to open and save is the file that was sent, or the cell is filled in here."""
    rows = (
        ("姓名", "证件号码", "手机号码"),
        (UNCOMPUTED, person(0).id_number),
        ("李四", person(1).id_number, UNCOMPUTED),
    )
    found = preview_roster([Sheet("x", rows)], TODAY)
    annotated = annotate(found.sheet, found.heading_row, found.bad, notes=found.warnings)
    (note,) = annotated.notes

    assert str(annotated.rows[1][-1]).endswith(f"；{FORMULA_GONE}")
    assert note.message.endswith(f"；{FORMULA_GONE}")
    assert "原文件" in FORMULA_GONE


def test_texts_never_become_formulas() -> None:
    """=1+1, links and long digits come back as they were typed."""
    texts = ("=1+1", "http://127.0.0.1/", "450102198001011233", "@SUM(A1)", "{=1}")
    (sheet,) = read_sheets(write_table("导出:/名单", ("甲", "乙", "丙", "丁", "戊"), [texts]))

    assert texts == sheet.rows[1]


def test_the_template_is_a_roster_without_people() -> None:
    """All columns are found under their own headings, and nobody is in it."""
    sheets = read_sheets(write_roster_template())
    found = preview_roster(sheets, TODAY)

    assert ((), (), ()) == (found.good, found.bad, found.warnings)
    assert 1 + len(ROSTER_COLUMNS) == len(found.sheet.rows[0])
