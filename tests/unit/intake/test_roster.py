"""Physician lists: which rows are good, which are not, and by which of several reasons a row is named."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.application.intake.cells import Cell, Sheet
from kaohe_workflow.application.intake.problems import ROW_CODES
from kaohe_workflow.application.intake.roster import ALREADY_HERE, Taken, preview_roster
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.people_strategies import headings, nonsense_sheets
from kaohe_workflow.values.resident_id import check_character, shorten
from kaohe_workflow.values.terms import Category, IdType, Level, Title
from tests.unit.intake.rosters import TODAY, cells, preview, sheet


def codes(**changes: Cell) -> list[str]:
    """All codes of a row that is right but for these cells."""
    found = preview(cells(0, **changes))
    return [problem.code for row in found.bad for problem in row.problems]


@pytest.mark.manual("S-I6")
@given(st.integers(0, 20_000))
def test_a_person_is_read_as_written(index: int) -> None:
    """Labels become terms, dates days; the row is the sheet's own number."""
    found = preview(cells(index)).good[0]
    wanted = person(index)

    assert (2, wanted.name, IdType.RESIDENT_ID, wanted.id_number, wanted.level, wanted.category) == (
        found.row,
        found.name,
        found.id_type,
        found.id_number,
        found.level,
        found.category,
    )
    assert (wanted.qualified_on, wanted.licensed_on, Title.ATTENDING) == (
        found.qualified_on,
        found.licensed_on,
        found.title,
    )


@pytest.mark.manual("S-48")
def test_everything_but_name_and_number_may_be_blank() -> None:
    """Incomplete master data is normal at this stage (手册 2.2.5); the type is then 居民身份证."""
    row = {"name": "张三", "id_number": person(0).id_number}
    found = preview(row).good[0]

    assert (IdType.RESIDENT_ID, None, None, None, None) == (
        found.id_type,
        found.department,
        found.level,
        found.licensed_on,
        found.title,
    )


@pytest.mark.manual("S-79", "S-40")
@pytest.mark.parametrize("cell", ["18811594425", "188 1159 4425", 18811594425])
def test_a_mobile_number_may_stand_where_a_name_is_unknown(cell: Cell) -> None:
    """It is kept as the telephone number (手册 2.2.9), unless the row has another one: which is kept, is told."""
    found = preview(cells(0, name=cell, phone=None)).good[0]
    two = preview(cells(0, name=cell, phone="13800138000"))

    assert ("", "18811594425") == (found.name, found.phone)
    assert ("", "13800138000") == (two.good[0].name, two.good[0].phone)
    assert ["name-is-phone"] == [note.code for note in two.warnings]
    assert ["name-missing"] == codes(name=None, phone="18811594425")


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("name", None, "name-missing"),
        ("name", "　", "name-missing"),
        ("name", "张\u202e三", "name-control"),
        ("name", "张三1", "name-malformed"),
        ("name", 3.0, "name-malformed"),
        ("id_number", None, "id-missing"),
        ("id_number", 4.50102198001011e17, "id-number-cell"),
        ("id_number", 4501038001011230.0, "id-number-cell"),
        ("id_number", 45010380010112.0, "id-number-cell"),
        ("id_number", 110105491231002.5, "id-number-cell"),
        ("qualification_number", 2.01145110450103e26, "qualification-length"),
        ("licence_number", 1.1e15, "licence-length"),
        ("id_number", "4.50102E+17", "id-malformed"),
        ("id_number", date(2011, 5, 12), "id-malformed"),
        ("id_number", "450102198302301115", "id-birth-date"),
        ("id_number", "450102199112132190", "id-check-digit"),
        ("id_type", "学生证", "id-malformed"),
        ("level", "主任", "level-unknown"),
        ("category", "兽医", "category-unknown"),
        ("qualification_number", "12345", "qualification-length"),
        ("qualification_number", 1.99945e26, "qualification-length"),
        ("licence_number", "11043012200012", "licence-length"),
        ("phone", "1234567", "phone-malformed"),
        ("qualified_on", "2011-02-30", "date-invalid"),
        ("licensed_on", 40675.0, "date-invalid"),
        ("first_registered_on", "昨天", "date-invalid"),
        ("first_registered_on", date(2035, 1, 1), "date-future"),
        ("qualified_on", "2023-11-28", "date-future"),
    ],
)
def test_each_fault_has_its_code(field: str, cell: Cell, code: str) -> None:
    """A cell that is not blank must be valid; the code is stable."""

    assert [code] == codes(**{field: cell})


@pytest.mark.parametrize("cell", [450102198001011e3, "4.50102E+17", "4e+17"])
def test_digits_that_a_spreadsheet_dropped_are_told(cell: Cell) -> None:
    """From the 16th digit on a number cell holds others than those typed, and a CSV made of it as well."""
    (bad,) = preview(cells(0, id_number=cell)).bad

    assert "只保留前15位数字" in bad.message


def test_a_number_cell_of_15_digits_is_an_old_number() -> None:
    """A spreadsheet keeps 15 digits, and a resident's number begins with none that it drops."""
    found = preview(cells(0, id_number=110105491231002.0), cells(1, id_number=11010549123100.0))

    assert [("11010519491231002X", "110105491231002")] == [
        (row.id_number, row.id_original) for row in found.good
    ]
    assert ["id-number-cell"] == [row.code for row in found.bad]
    assert "末几位" not in found.bad[0].message


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        ("台湾居民来往大陆通行证", 12345678.0, None),
        ("台湾居民来往大陆通行证", 1234567.0, "id-number-cell"),
        ("军官证", 12345678.0, "id-number-cell"),
        ("护照", 123456789.0, "id-number-cell"),
    ],
)
def test_a_number_cell_may_have_lost_its_first_zero(kind: str, cell: float, code: str | None) -> None:
    """Where a number may begin with 0 or be of any length, a number cell says too little."""

    assert [code] * (code is not None) == codes(id_type=kind, id_number=cell)


@pytest.mark.parametrize(("field", "cell"), [("qualification_number", 2e26), ("licence_number", 1.1e15)])
def test_certificate_numbers_of_lost_digits_are_told_as_such(field: str, cell: float) -> None:
    """Not by the length of a notation that nobody typed."""
    (bad,) = preview(cells(0, **{field: cell})).bad

    assert "只保留前15位数字" in bad.message


@pytest.mark.parametrize("cell", [TODAY, "2023年11月27日"])
def test_the_day_of_import_is_not_the_future(cell: Cell) -> None:
    """Later than the day of import is the future; the day itself is not."""

    assert [] == codes(first_registered_on=cell)


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("phone", 13800138000.0),
        ("licence_number", 110430122000123.0),
        ("department", 3.0),
        ("phone", "0771-5801234"),
    ],
)
def test_number_cells_that_lose_nothing_count_as_shown(field: str, cell: Cell) -> None:
    """A cell counts as what a spreadsheet shows."""

    assert [] == codes(**{field: cell})


def test_of_several_problems_the_first_of_the_list_names_the_row() -> None:
    """One entry a row; its code follows the order of the codes, not of the columns."""
    found = preview(cells(0, name=None, id_number=None, level="x", category="x", phone="1", qualified_on="x"))
    row = found.bad[0]

    assert ("name-missing", "姓名", 1) == (row.code, row.column, len(found.bad))
    assert sorted(map(ROW_CODES.index, [problem.code for problem in row.problems])) == [
        ROW_CODES.index(problem.code) for problem in row.problems
    ]
    assert 6 == len(row.problems)


def test_the_later_row_of_a_pair_is_the_duplicate() -> None:
    """15 and 18 digits are one number; only numbers are compared."""
    number = person(0).id_number
    found = preview(cells(0), cells(1), cells(0, id_number=shorten(number), name="李四"))

    assert ([2, 3], [(4, "duplicate")]) == (
        [row.row for row in found.good],
        [(row.row, row.code) for row in found.bad],
    )


def test_a_bad_row_makes_no_later_row_a_duplicate() -> None:
    """A duplicate is one of an earlier *good* row."""
    found = preview(cells(0, level="主任"), cells(0), cells(0))

    assert ([3], [(2, "level-unknown"), (4, "duplicate")]) == (
        [row.row for row in found.good],
        [(row.row, row.code) for row in found.bad],
    )


def test_duplicate_comes_before_later_codes() -> None:
    """A duplicate with an unknown level is a duplicate; with a missing name it is a missing name."""
    found = preview(cells(0), cells(0, level="主任"), cells(0, name=None))

    assert [(3, "duplicate"), (4, "name-missing")] == [(row.row, row.code) for row in found.bad]


def test_names_phones_and_certificates_may_repeat() -> None:
    """Only identity numbers are compared."""
    same = {field: cells(0)[field] for field in ("name", "phone", "qualification_number", "licence_number")}

    assert 2 == len(preview(cells(0), cells(1, **same)).good)


def test_the_store_is_asked_once_and_named_otherwise() -> None:
    """A number that the caller may know to be taken is a duplicate too, with another message."""
    asked: list[tuple[str, ...]] = []

    def known(numbers: Sequence[str]) -> Mapping[str, str]:
        asked.append(tuple(numbers))
        return {person(1).id_number: Taken(ALREADY_HERE)}

    found = preview_roster([sheet(cells(0), cells(1), cells(0))], TODAY, known)

    assert [(person(0).id_number, person(1).id_number)] == asked
    assert [(3, "duplicate"), (4, "duplicate")] == [(row.row, row.code) for row in found.bad]
    assert f"证件号码：{ALREADY_HERE}" == found.bad[0].message
    assert "第2行" in found.bad[1].message


def test_invisible_characters_leave_a_department() -> None:
    """Free text is tidied."""

    assert ["内科"] == [row.department for row in preview(cells(0, department=" 内\u200b科\n")).good]


def test_rows_without_a_person_are_no_rows() -> None:
    """Blank rows, and rows with nothing in a known column, are passed over; the numbering stays."""
    found = preview(cells(0), {}, {"name": " "}, cells(1))

    assert ([2, 5], 0) == ([row.row for row in found.good], len(found.bad))


@given(st.data(), headings(), st.integers(0, 5))
def test_order_headings_and_place_do_not_matter(
    data: st.DataObject, names: Mapping[str, str], above: int
) -> None:
    """Shuffled columns, other names, no title, another sheet: the same people."""
    chosen = [cells(index) for index in data.draw(st.lists(st.integers(0, 500), max_size=4, unique=True))]
    kept = [{field: row[field] for field in names} for row in chosen]
    plain = preview_roster([sheet(*kept)], TODAY)
    shuffled = preview_roster(
        [Sheet("说明", (("填报说明",),)), sheet(*kept, names=names, above=above)], TODAY
    )

    assert [attrs.evolve(row, row=row.row + above) for row in plain.good] == list(shuffled.good)
    assert (1 + above, len(plain.bad)) == (shuffled.heading_row, len(shuffled.bad))


@given(nonsense_sheets())
def test_every_row_is_good_or_bad_or_blank(nonsense: Sheet) -> None:
    """Any cells under the headings: one entry a row at most, in the sheet's order, with known codes."""
    found = preview_roster([nonsense], TODAY)
    rows = sorted([row.row for row in found.good] + [row.row for row in found.bad])

    assert sorted(set(rows)) == rows
    assert {row.code for row in found.bad} <= set(ROW_CODES)
    assert all(2 <= row <= len(nonsense.rows) for row in rows)


@given(st.lists(st.lists(st.text(max_size=10), max_size=5).map(tuple), max_size=5).map(tuple))
def test_any_table_is_read_or_refused(rows: tuple[tuple[str, ...], ...]) -> None:
    """No text makes the reader fail otherwise than by InputInvalid."""
    try:
        preview_roster([Sheet("x", rows)], TODAY)
    except InputInvalid as ex:
        found = [problem.code for problem in ex.problems]
    else:
        found = ["headings-missing"]

    assert ["headings-missing"] == found


def test_without_name_or_number_there_is_no_list() -> None:
    """Both headings must stand in one row."""
    with pytest.raises(InputInvalid) as refused:
        preview_roster([Sheet("x", (("姓名",), ("证件号码",)))], TODAY)

    assert "headings-missing" == refused.value.problems[0].code


def test_a_birth_in_the_future_is_no_birth_date() -> None:
    """Nobody is born after the day of import."""
    tomorrow = person(0).id_number[:6] + f"{TODAY + timedelta(days=1):%Y%m%d}" + "111"

    assert ["id-birth-date"] == codes(id_number=tomorrow + check_character(tomorrow))


def test_levels_and_categories_are_terms() -> None:
    """All labels of both lists are read."""
    rows = [
        cells(number, level=level.label, category=category.label)
        for number, (level, category) in enumerate(
            [(level, category) for level in Level for category in Category]
        )
    ]

    assert [(level, category) for level in Level for category in Category] == [
        (row.level, row.category) for row in preview(*rows).good
    ]


def test_the_same_sheet_gives_the_same_preview() -> None:
    """Nothing depends on the order in which good and bad rows are mixed."""
    rows = [cells(index) for index in range(30)] + [cells(40 + index, level="x") for index in range(10)]
    random.Random(1).shuffle(rows)
    first, second = preview(*rows), preview(*rows)

    assert first == second
    assert (30, 10) == (len(first.good), len(first.bad))
