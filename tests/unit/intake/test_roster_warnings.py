"""Physician lists: what is odd in a row, is told, and stops nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaohe_workflow.application.intake.roster import preview_roster
from kaohe_workflow.testing.people import person
from tests.unit.intake.rosters import TODAY, cells, preview, sheet

pytestmark = pytest.mark.manual("S-48")


def test_differences_inside_certificate_numbers_warn() -> None:
    """Identity number, year or province inside that differs stops nothing."""
    found = preview(cells(0, qualification_number=person(1).qualification_number))

    assert ([], {"qualification-id-differs"}) == (
        list(found.bad),
        {note.code for note in found.warnings} & {"qualification-id-differs"},
    )


DAYS = {
    "qualified_on": "资格证取得时间",
    "licensed_on": "执业证取得时间",
    "first_registered_on": "首次注册时间",
}
SIXTEENTH = date(1973, 1, 1)
"""Birthday of person 0."""


def day_notes(**days: date | None) -> list[tuple[int, str, str, str]]:
    """The warnings about days of a row that has only these."""
    found = preview(cells(0, qualification_number=None, **(dict.fromkeys(DAYS) | days)))

    assert 1 == len(found.good)
    return [
        (note.row, note.column, note.code, note.message)
        for note in found.warnings
        if note.code.startswith("date-")
    ]


@pytest.mark.parametrize("field", DAYS)
def test_papers_of_a_child_are_told(field: str) -> None:
    """A day before the 16th birthday stops nothing, and both columns are named; the birthday itself is no odd day."""
    message = f"“{DAYS[field]}”早于“证件号码”所示的16周岁生日，请核对这两列"

    assert [(2, DAYS[field], "date-too-early", message)] == day_notes(
        **{field: SIXTEENTH - timedelta(days=1)}
    )
    assert [] == day_notes(**{field: SIXTEENTH})


def test_a_number_without_a_birth_date_tells_no_age() -> None:
    """A passport says nothing of it."""
    found = preview(cells(0, id_type="护照", id_number="E12345678", qualified_on=date(1950, 1, 1)))

    assert [] == [note for note in found.warnings if note.code == "date-too-early"]


@pytest.mark.parametrize("field", ["licensed_on", "first_registered_on"])
def test_a_licence_before_the_qualification_is_told(field: str) -> None:
    """执业 comes after 资格, on the same day at the earliest; it stops nothing, and both columns are named."""
    qualified_on = date(1990, 5, 12)
    message = f"“{DAYS[field]}”早于“资格证取得时间”，请核对这两列"

    assert [(2, DAYS[field], "date-order", message)] == day_notes(
        qualified_on=qualified_on, **{field: qualified_on - timedelta(days=1)}
    )
    assert [] == day_notes(qualified_on=qualified_on, **{field: qualified_on})
    assert [] == day_notes(**{field: qualified_on - timedelta(days=1)})


def test_both_columns_are_called_as_the_sheet_calls_them() -> None:
    """Headings of one's own are repeated."""
    names = {
        "name": "姓名",
        "id_number": "身份证号",
        "qualified_on": "资格证日期",
        "licensed_on": "执业证日期",
    }
    row = {"name": "张三", "id_number": person(0).id_number} | {
        "qualified_on": date(1990, 1, 1),
        "licensed_on": date(1970, 1, 1),
    }
    notes = preview_roster([sheet(row, names=names)], TODAY).warnings

    assert [
        "“执业证日期”早于“身份证号”所示的16周岁生日，请核对这两列",
        "“执业证日期”早于“资格证日期”，请核对这两列",
    ] == [note.message for note in notes]


def test_unknown_wordings_of_titles_are_kept() -> None:
    """职称, 学历 and 执业情况 have no code of their own: the wording stays, with a warning."""
    found = preview(cells(0, title="返聘专家", education="博士后", practice_situation="在编"))

    assert ("返聘专家", "博士后", "在编") == (
        found.good[0].title,
        found.good[0].education,
        found.good[0].practice_situation,
    )
    assert ["term-unknown"] * 3 == [note.code for note in found.warnings]
