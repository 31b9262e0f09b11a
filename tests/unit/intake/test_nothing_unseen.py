"""Physician lists: nothing that stands in a file is passed over in silence, and no cell of another kind goes in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kaohe_workflow.application.intake.cells import UNCOMPUTED, Cell, Sheet, shown
from kaohe_workflow.application.intake.roster import RosterPreview, preview_roster
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.workbooks import ROSTER_FIELDS

pytestmark = pytest.mark.manual("S-48")

TODAY = date(2023, 11, 27)


def cells(index: int = 0, **changes: Cell) -> dict[str, Cell]:
    """One person's cells by field, some of them changed."""
    someone = person(index)
    found: dict[str, Cell] = {field: getattr(someone, field, None) for field in ROSTER_FIELDS}
    found |= {"level": someone.level.label, "category": someone.category.label}
    return found | changes


def sheet(*rows: Mapping[str, Cell], names: Mapping[str, str] = ROSTER_FIELDS) -> Sheet:
    """A sheet of rows by field, under their headings."""
    return Sheet("名单", (tuple(names.values()), *(tuple(row.get(field) for field in names) for row in rows)))


def preview(*rows: Mapping[str, Cell]) -> RosterPreview:
    return preview_roster([sheet(*rows)], TODAY)


def test_the_sheet_with_most_headings_is_the_list() -> None:
    """A sheet with an example of two columns is not read, and that is told with its place."""
    example = Sheet("示例", ((), ("姓名", "证件号码"), ("某某", "1")))
    found = preview_roster([example, sheet(cells(0))], TODAY)

    assert ("名单", [2]) == (found.sheet.name, [row.row for row in found.good])
    assert [(2, "示例", "table-not-read")] == [(note.row, note.column, note.code) for note in found.warnings]
    assert "1行" in found.warnings[0].message


def test_what_stands_above_the_headings_is_told() -> None:
    """People under a first, shorter row of headings on the same sheet are not read, and that is told."""
    above = (("姓名", "证件号码"), ("李四", person(3).id_number), ())
    list_of_one = sheet(cells(0))
    found = preview_roster([Sheet("名单", (*above, *list_of_one.rows))], TODAY)

    assert ([5], [(1, "table-not-read")]) == (
        [row.row for row in found.good],
        [(note.row, note.code) for note in found.warnings],
    )


def test_of_two_lists_none_is_chosen() -> None:
    """Two sheets with the same headings may both be meant: the file is refused, and both are named."""
    other = attrs.evolve(sheet(cells(1), cells(2)), name="外聘")
    with pytest.raises(InputInvalid) as refused:
        preview_roster([sheet(cells(0)), other], TODAY)
    (problem,) = refused.value.problems

    assert "tables-ambiguous" == problem.code
    assert "“名单”第1行" in problem.message
    assert "“外聘”第1行" in problem.message


@pytest.mark.parametrize("empty_first", [False, True])
def test_an_empty_form_is_no_second_list(empty_first: bool) -> None:
    """A form that nobody has filled in stands in nobody's way, wherever it is and however many columns it has."""
    form = Sheet("模板", (tuple(ROSTER_FIELDS.values()), (None, " ")))
    few = {"name": "姓名", "id_number": "证件号码"}
    sheets = [form, sheet(cells(0), names=few)]
    found = preview_roster(sheets if empty_first else sheets[::-1], TODAY)

    assert ("名单", [2], ()) == (found.sheet.name, [row.row for row in found.good], found.warnings)


def test_a_list_of_nobody_is_read_as_one() -> None:
    """Headings alone are a list without people, not a refusal."""

    assert ((), ()) == (preview().good, preview().bad)


@pytest.mark.parametrize(
    ("heading", "second", "codes_told"),
    [
        ("姓名", "李四", ["column-conflict"]),
        ("姓名", "张 三", ["column-conflict"]),
        ("医师姓名", " 张三 ", []),
        ("姓名", None, []),
        ("身份证号", "450102199112132190", ["column-conflict"]),
    ],
)
def test_two_columns_of_one_meaning_must_agree(heading: str, second: Cell, codes_told: list[str]) -> None:
    """A second name or number that says otherwise makes the row bad; one that says the same, or nothing, warns."""
    rows = (("姓名", "证件号码", heading), ("张三", person(0).id_number, second))
    found = preview_roster([Sheet("x", rows)], TODAY)

    assert codes_told == [problem.code for row in found.bad for problem in row.problems]
    assert [(1, "heading-repeated")] == [(note.row, note.code) for note in found.warnings]


def test_a_formula_without_a_value_is_an_empty_cell_that_is_told() -> None:
    """Where a cell may be blank the row is good and warns; a second name of this kind contradicts nothing."""
    found = preview(cells(0, phone=UNCOMPUTED, level=UNCOMPUTED, id_type=UNCOMPUTED))
    rows = (("姓名", "证件号码", "医师姓名"), ("张三", person(0).id_number, UNCOMPUTED))
    twice = preview_roster([Sheet("x", rows)], TODAY)

    assert [(None, None)] == [(row.phone, row.level) for row in found.good]
    assert [(2, heading, "formula-uncomputed") for heading in ("手机号码", "医师级别", "证件类型")] == sorted(
        ((note.row, note.column, note.code) for note in found.warnings),
        key=lambda note: ("手机号码", "医师级别", "证件类型").index(note[1]),
    )
    assert 1 == len(twice.good)


@pytest.mark.parametrize("field", ["name", "level"])
def test_a_row_of_formulas_alone_says_so(field: str) -> None:
    """It is bad, whichever column they stand in, and tells of the formula; other codes name it first."""
    (bad,) = preview({field: UNCOMPUTED}).bad

    assert "name-missing" == bad.code
    assert "未计算的公式" in bad.message


def test_a_second_list_beside_the_first_is_no_blank_row() -> None:
    """A row that holds somebody only under the repeated headings is a bad row, not none."""
    rows = (
        ("姓名", "证件号码") * 2,
        ("张三", person(0).id_number),
        (None, None, "李四", person(1).id_number),
    )
    found = preview_roster([Sheet("x", rows)], TODAY)

    assert ([2], [3]) == ([row.row for row in found.good], [row.row for row in found.bad])
    assert {"name-missing", "id-missing", "column-conflict"} == {
        problem.code for problem in found.bad[0].problems
    }


def test_a_second_column_that_may_be_blank_only_warns() -> None:
    """A second telephone number is another one, not a contradiction: the first column counts, and that is told."""
    rows = (
        ("姓名", "证件号码", "手机", "联系电话"),
        ("张三", person(0).id_number, "13800138000", "0771-5801234"),
    )
    found = preview_roster([Sheet("x", rows)], TODAY)

    assert (["13800138000"], [(1, "联系电话", "heading-repeated")]) == (
        [row.phone for row in found.good],
        [(note.row, note.column, note.code) for note in found.warnings],
    )


@pytest.mark.parametrize("field", ["department", "title", "education", "practice_situation"])
def test_a_text_that_is_too_long_is_never_cut(field: str) -> None:
    """Two hundred characters are taken, one more is a bad row that says so: nothing is dropped or cut silently."""
    found = preview(cells(0, **{field: "科" * 200}), cells(1, **{field: "科" * 201}))
    (bad,) = found.bad

    assert ["科" * 200] == [getattr(row, field) for row in found.good]
    assert (3, "text-too-long", ROSTER_FIELDS[field]) == (bad.row, bad.code, bad.column)
    assert "现为201个字" in bad.message


TRUTH_AND_ERRORS = ("TRUE", "FALSE", " TRUE", "#N/A", "#REF!", "#NAME?", "#DIV/0!", "#VALUE!", "#SPILL!")
TAKES_NUMBERS = {
    "department",
    "title",
    "education",
    "practice_situation",
    "phone",
    "licence_number",
    "qualification_number",
}
TAKES_DATES = {"qualified_on", "licensed_on", "first_registered_on"}
NONE_OF_ITS_VALUES = {
    "name": "name-malformed",
    "id_number": "id-malformed",
    "level": "level-unknown",
    "category": "category-unknown",
    "qualification_number": "qualification-length",
    "licence_number": "licence-length",
    "phone": "phone-malformed",
    **dict.fromkeys(TAKES_DATES, "date-invalid"),
}
"""Field → the code that its column has for a value that is none of its own."""


@given(
    st.sampled_from(sorted(ROSTER_FIELDS)),
    st.one_of(
        st.sampled_from(TRUTH_AND_ERRORS),
        st.floats(allow_nan=False, allow_infinity=False),
        st.dates(),
        st.integers(0, 10**16).map(float),
    ),
)
@example("licence_number", -1e14)
@example("phone", -13800138000.0)
@example("id_number", -110105491231002.0)
@example("id_number", 110105491231002.0)
def test_no_cell_of_another_kind_goes_in_unseen(field: str, cell: Cell) -> None:
    """Truth value, error, number or date in any column: read as what is shown, or a bad row at that very cell."""
    found = preview(cells(0, **{field: cell}))
    told = [problem for row in found.bad for problem in row.problems]

    assert 1 == len(found.good) + len(found.bad)
    assert {ROSTER_FIELDS[field]} >= {problem.column for problem in told}
    if isinstance(cell, str):
        assert [NONE_OF_ITS_VALUES.get(field, "cell-kind")] == [problem.code for problem in told]
    elif isinstance(cell, date):
        assert told or field in TAKES_DATES
    else:
        # Fifteen digits are an old identity number.
        old_number = field == "id_number" and 1e14 <= cell < 1e15
        assert told or old_number or field in TAKES_NUMBERS | TAKES_DATES
    for person_read in found.good:
        value = person_read.id_original if field == "id_number" else getattr(person_read, field)

        assert value == cell or str(value) == shown(cell) or field in TAKES_DATES | {"phone"}


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u200e", "\u202c", "\u00ad", "\x07"])
@pytest.mark.parametrize("field", ["name", "id_number", "phone", "level", "licensed_on", "licence_number"])
def test_characters_that_nobody_sees_are_told(field: str, unseen: str) -> None:
    """A number that looks right and is not says why; its length alone would say something untrue."""
    good = shown(cells(0)[field])
    (bad,) = preview(cells(0, **{field: f"{good[:2]}{unseen}{good[2:]}"})).bad

    assert "零宽" in bad.message
    assert "零宽" not in preview(cells(0, **{field: " #"})).bad[0].message


def test_headings_have_no_characters_that_nobody_sees() -> None:
    """They are found as they look."""
    rows = (("姓\u200b名", "\ufeff证件号码"), ("张三", person(0).id_number))

    assert 1 == len(preview_roster([Sheet("x", rows)], TODAY).good)


def test_a_very_long_cell_makes_no_very_long_message() -> None:
    """Beginning and end are told, what stands between them is what the cell says."""
    (bad,) = preview(cells(0, level="级" * 32_000, licensed_on="日" * 32_000)).bad

    assert 1000 > len(bad.message)
    assert "不在可选值中：执业医师、执业助理医师" in bad.message
