"""What people cannot see in a sheet is read or not read, and told either way."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.application.intake.cells import Cell, Merged, Sheet
from kaohe_workflow.application.intake.roster import RosterPreview, preview_roster
from kaohe_workflow.application.intake.scores import preview_scores
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.testing.people import person

TODAY = date(2023, 11, 27)
HEADINGS = ("姓名", "证件号码", "科室", "手机号码")


def row(index: int, department: Cell = None) -> tuple[Cell, ...]:
    return (person(index).name, person(index).id_number, department)


def sheet(*rows: tuple[Cell, ...], headings: tuple[Cell, ...] = HEADINGS) -> Sheet:
    return Sheet("名单", (headings, *rows))


def notes(found: RosterPreview) -> list[tuple[int, str, str, str]]:
    return [(note.row, note.column, note.code, note.message) for note in found.warnings]


LIST = sheet(row(0), row(1))
HIDDEN = attrs.evolve(LIST, name="旧名单", hidden=True)
FORM = Sheet("填报", (HEADINGS,))


@pytest.mark.parametrize("hidden_first", [False, True])
def test_a_hidden_sheet_is_never_the_list(hidden_first: bool) -> None:
    """However many columns it has, it makes nothing ambiguous and is told with its number of rows."""
    sheets = [LIST, HIDDEN]
    found = preview_roster(sheets[::-1] if hidden_first else sheets, TODAY)

    assert "名单" == found.sheet.name
    assert [
        (
            1,
            "旧名单",
            "table-not-read",
            "此工作表是隐藏的，其中有一份表（2行），未读取；如需导入请取消隐藏后另存为文件",
        )
    ] == notes(found)


@pytest.mark.parametrize("others", [(), (FORM,), (Sheet("说明", (("填报说明",),)),)])
def test_a_list_that_is_only_hidden_is_refused(others: tuple[Sheet, ...]) -> None:
    """Nobody has looked at it; the sheet is named, and what to do."""
    with pytest.raises(InputInvalid) as refused:
        preview_roster([*others, HIDDEN], TODAY)
    (problem,) = refused.value.problems

    assert "list-hidden" == problem.code
    assert "隐藏的工作表“旧名单”" in problem.message


def test_a_hidden_sheet_without_a_list_is_not_spoken_of() -> None:
    """Drop-downs take their choices from such sheets."""
    choices = Sheet("字典", (("执业医师",), ("执业助理医师",)), hidden=True)

    assert () == preview_roster([choices, LIST], TODAY).warnings


def test_hidden_rows_are_read_and_told() -> None:
    """A filter hides rows; those with nothing, of the headings and above are not spoken of."""
    rows = [row(index) for index in range(6)]
    rows[3] = ()
    hidden = attrs.evolve(sheet(*rows), hidden_rows=frozenset({1, 3, 5, 6, 7, 99}))
    found = preview_roster([hidden], TODAY)

    assert 5 == len(found.good)
    assert [(1, "名单", "rows-hidden", "第3、6–7行在文件中是隐藏的，也已读取")] == notes(found)


def test_very_many_hidden_rows_are_told_shortly() -> None:
    """Twenty ranges and how many rows there are."""
    rows = [row(index) for index in range(60)]
    hidden = attrs.evolve(sheet(*rows), hidden_rows=frozenset(range(2, 62, 2)))
    (note,) = preview_roster([hidden], TODAY).warnings

    assert "、40等共30行" in note.message


def test_hidden_columns_are_read_and_told() -> None:
    """Those that are read, by their headings; others concern nobody."""
    hidden = attrs.evolve(sheet(row(0), headings=(*HEADINGS, "序号")), hidden_columns=frozenset({1, 2, 4}))
    found = preview_roster([hidden], TODAY)

    assert [(1, "名单", "columns-hidden", "“证件号码”、“科室”列在文件中是隐藏的，也已读取")] == notes(found)


def test_columns_that_nothing_reads_are_told() -> None:
    """A heading that is misspelt or missing loses its column, so it is named; a running number loses nothing."""
    headings = ("序号", "姓名", "证件号码", "手机号吗", None, "空列", "错误说明")
    rows = [("1", *row(0)[:2], "13800138000", "x", " ", "y"), ("2", *row(1)[:2])]
    found = preview_roster([sheet(*rows, headings=headings)], TODAY)

    assert [
        (
            1,
            "名单",
            "columns-not-read",
            "“手机号吗”列、第5列（没有表头）未读取；如需导入，请改用模板中的表头",
        )
    ] == notes(found)


def test_a_merged_cell_stands_for_all_its_rows() -> None:
    """A department that is merged over its people is the department of each, and that is told."""
    rows = [row(0, "内科"), row(1), row(2), row(3), ()]
    merged = attrs.evolve(sheet(*rows), merged=(Merged(2, 2, 4), Merged(2, 5, 6)))
    found = preview_roster([merged], TODAY)

    assert ["内科", "内科", "内科", None] == [person_read.department for person_read in found.good]
    assert [(1, "名单", "cells-merged", "“科室”列有合并单元格，第3–4行按合并的内容读取")] == notes(found)


def test_a_merged_name_is_one_name() -> None:
    """Whose it is in the other rows is not guessed: they are bad rows."""
    rows = [row(0), (None, *row(1)[1:])]
    found = preview_roster([attrs.evolve(sheet(*rows), merged=(Merged(0, 2, 3),))], TODAY)

    assert ([2], [(3, "name-missing")]) == (
        [good.row for good in found.good],
        [(bad.row, bad.code) for bad in found.bad],
    )


def test_merged_headings_are_no_people() -> None:
    """Headings over two rows leave the second of them blank."""
    two = sheet((), row(0))
    found = preview_roster([attrs.evolve(two, merged=(Merged(0, 1, 2), Merged(2, 1, 2)))], TODAY)

    assert ([3], (), ()) == ([good.row for good in found.good], found.bad, found.warnings)


def test_score_files_are_told_alike() -> None:
    """The same notes, of the same table."""
    headings = ("证件号码", "试卷名称", "考核阶段", "成绩", "备注")
    scores = sheet((person(0).id_number, "业务水平专业知识", "首次考核", "80", "x"), headings=headings)
    found = preview_scores([attrs.evolve(scores, hidden_rows=frozenset({2}))])

    assert ["rows-hidden", "columns-not-read"] == [note.code for note in found.warnings]
