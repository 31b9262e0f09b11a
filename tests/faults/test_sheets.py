"""Hostile, damaged and odd files: refused with a code, within limits, and the caller lives."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from io import BytesIO
from time import monotonic
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe_workflow.adapters.sheets import limits
from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.application.intake.cells import UNCOMPUTED
from kaohe_workflow.application.intake.roster import preview_roster
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.workbooks import Formula, roster_cells, roster_workbook

TODAY = date(2023, 11, 27)
GOOD = roster_workbook([roster_cells(person(0))])
SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"


def code_of(content: bytes, **options: float) -> str:
    with pytest.raises(InputInvalid) as refused:
        read_sheets(content, **options)
    return refused.value.problems[0].code


def changed(parts: Mapping[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    """The good workbook with some of its parts replaced or added."""
    output = BytesIO()
    with ZipFile(BytesIO(GOOD)) as source, ZipFile(output, "w", compression) as target:
        for name in dict.fromkeys([*source.namelist(), *parts]):
            target.writestr(name, parts[name] if name in parts else source.read(name))
    return output.getvalue()


def with_rows(rows: str) -> bytes:
    return changed({SHEET: f"{HEAD}{rows}{TAIL}".encode()})


def cell(reference: str, value: str = "1") -> str:
    return f'<c r="{reference}"><v>{value}</v></c>'


BOMB = f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("XFD1048576")}</row>'


def test_a_sheet_that_spans_everything_is_refused_at_once() -> None:
    """Cells A1 and XFD1048576 ask a parser for half a terabyte; the answer takes less than 2 seconds."""
    content = with_rows(BOMB)
    started = monotonic()
    code = code_of(content)

    assert "sheet-too-large" == code
    assert monotonic() - started < 2


def test_a_bomb_past_the_scan_ends_only_the_child() -> None:
    """Spelled so that the scan misses it, the same sheet breaks the child, not the caller."""
    content = with_rows(BOMB.replace('r="XFD', 'r = "XFD'))
    started = monotonic()
    code = code_of(content)

    assert "sheet-unreadable" == code
    assert monotonic() - started < 5
    assert 1 == len(read_sheets(GOOD))


def with_cell(reference: str) -> bytes:
    """A sheet with one cell."""
    return with_rows(f'<row r="{row_of(reference)}">{cell(reference)}</row>')


def row_of(reference: str) -> int:
    return int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


@pytest.mark.parametrize("reference", ["AA1", "BL1", "A60000", "BL60000"])
def test_64_columns_and_60000_rows_are_read(reference: str) -> None:
    """Both limits are included."""

    assert row_of(reference) == len(read_sheets(with_cell(reference))[0].rows)


@pytest.mark.parametrize(
    "reference",
    ["BM1", "CA1", "AAA1", "A60001", "A60010", "A60100", "A61000", "A70000", "A100000"],
)
def test_a_column_or_a_row_beyond_is_refused(reference: str) -> None:
    """One more than the limit is too many, however its number is spelled."""

    assert "sheet-too-large" == code_of(with_cell(reference))


def test_empty_styled_cells_far_away_cost_nothing() -> None:
    """Office programs leave styled cells and rows at the end of the sheet."""
    content = with_rows(
        f'<row r="1">{cell("A1")}<c r="XFD1" s="1"/></row>'
        '<row r="1048576" ht="12.8"><c r="A1048576" s="1"/></row>'
    )

    assert ((1.0,),) == read_sheets(content)[0].rows


def test_rows_without_references_are_counted_too() -> None:
    """References are optional in the format; the rows are counted all the same."""

    assert "sheet-too-large" == code_of(with_rows("<row><c><v>1</v></c></row>" * (limits.MAXIMUM_ROWS + 1)))


def test_a_file_that_unpacks_a_thousandfold_is_refused() -> None:
    """20 MB of spaces fit in 20 kB; the ratio tells."""

    assert "sheet-too-large" == code_of(with_rows(" " * 20_000_000))


def test_a_file_that_unpacks_too_far_is_refused() -> None:
    """The sum of all parts counts."""
    parts = {f"xl/media/{number}.bin": bytes(limits.MEBIBYTE) * 21 for number in range(10)}

    assert "sheet-too-large" == code_of(changed(parts))


def test_too_many_parts_are_refused() -> None:
    """256 entries are enough for any list."""

    assert "sheet-too-large" == code_of(changed({f"x/{number}": b"" for number in range(300)}))


def test_too_large_a_file_is_not_opened() -> None:
    """20 MiB are the limit; the content does not matter."""

    assert "sheet-too-large" == code_of(b"PK" + bytes(limits.MAXIMUM_FILE_BYTES - 1))


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
def test_documents_with_a_type_declaration_are_refused(part: str, declaration: bytes) -> None:
    """No entity bomb, no outside file: no declaration at all, in any part."""
    content = changed({part: b'<?xml version="1.0"?>' + declaration + HEAD.encode() + TAIL.encode()})

    assert "sheet-unreadable" == code_of(content)


def test_wide_encodings_do_not_hide_a_declaration() -> None:
    """UTF-16 parts are not looked into but refused."""
    content = changed({SHEET: ('<?xml version="1.0" encoding="UTF-16"?>' + HEAD + TAIL).encode("utf-16")})

    assert "sheet-unreadable" == code_of(content)


def test_a_part_larger_than_it_says_is_refused() -> None:
    """The directory of the archive may lie about sizes."""
    with ZipFile(BytesIO(GOOD)) as source:
        size = source.getinfo(SHEET).file_size
    content = GOOD.replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little"))

    assert "sheet-unreadable" == code_of(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet-unreadable"),
        (b"PK\x03\x04", "sheet-unreadable"),
        (GOOD[: len(GOOD) // 2], "sheet-unreadable"),
        (GOOD[:-30], "sheet-unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheet-unreadable"),
        (b"\xff\xd8\xff\xe0" + bytes(600), "sheet-unreadable"),
        (b"\x81\x20", "sheet-unreadable"),
        (b'a,"' + b"b" * 200_000 + b'"', "sheet-unreadable"),
        (b"a\n" * 60_001, "sheet-too-large"),
        (b"," * 64, "sheet-too-large"),
    ],
)
def test_what_is_no_sheet_is_refused(content: bytes, code: str) -> None:
    """Empty, cut, encrypted, a picture, no text, beyond the limits as CSV."""

    assert code == code_of(content)


def test_other_archives_are_no_workbooks() -> None:
    """A zip without a workbook, one packed otherwise, one with a damaged sheet."""
    other = BytesIO()
    with ZipFile(other, "w") as target:
        target.writestr("a.txt", "a")

    assert ["sheet-unreadable"] * 3 == [
        code_of(other.getvalue()),
        code_of(changed({}, ZIP_BZIP2)),
        code_of(changed({SHEET: b"<worksheet><sheetData><row>"})),
    ]


def test_a_child_that_takes_too_long_is_ended() -> None:
    """The clock of the caller is the last limit."""

    assert "sheet-too-large" == code_of(GOOD, wall_seconds=0.001)


@settings(max_examples=15)
@given(st.data())
def test_damaged_bytes_never_raise_anything_else(data: st.DataObject) -> None:
    """A workbook with some bytes changed is read or refused."""
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InputInvalid):
        preview_roster(read_sheets(bytes(content)), TODAY)


@given(st.binary(max_size=300).filter(lambda content: not content.startswith(b"PK")))
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    """Whatever is uploaded as CSV."""
    with suppress(InputInvalid):
        assert 1 == len(read_sheets(content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_csv_comes_in_the_usual_encodings(encoding: str, delimiter: str) -> None:
    """UTF-8 with and without mark, GB 18030; rows count as a spreadsheet counts, blank ones too."""
    text = delimiter.join(["姓名", "证件号码"]) + "\r\n\r\n" + delimiter.join(["韦𬎆", '"1\n2"', ""]) + "\r\n"

    assert (("姓名", "证件号码"), (), ("韦𬎆", "1\n2", None)) == read_sheets(text.encode(encoding))[0].rows


@pytest.mark.parametrize("mark", ["utf-16", "utf-16-be"])
def test_csv_as_excel_calls_unicode_text(mark: str) -> None:
    """UTF-16 with its mark, columns apart by tabs."""
    text = "姓名\t证件号码\r\n韦𬎆\t1\r\n"
    content = text.encode("utf-16") if mark == "utf-16" else b"\xfe\xff" + text.encode(mark)

    assert (("姓名", "证件号码"), ("韦𬎆", "1")) == read_sheets(content)[0].rows
    assert "sheet-unreadable" == code_of(content + b"\x00")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_first_line_with_columns_says_what_parts_them(delimiter: str) -> None:
    """A title above the headings has none; more of another mark in a later cell changes nothing."""
    lines = ["某院医师名单", f"姓名{delimiter}证件号码", f'甲{delimiter}"1,;2,;3\t4\t"']
    rows = read_sheets("\n".join(lines).encode())[0].rows

    assert (("某院医师名单",), ("姓名", "证件号码"), ("甲", "1,;2,;3\t4\t")) == rows


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_cell_longer_than_a_spreadsheet_holds_is_told(form: str) -> None:
    """32,767 characters are taken; one more is refused with its row: no workbook could hold it."""

    def content(characters: int) -> bytes:
        text = "字" * characters
        if form == "csv":
            return f"姓名,证件号码\n甲,{text}\n".encode()
        return with_rows(f'<row r="2"><c r="B2" t="inlineStr"><is><t>{text}</t></is></c></row>')

    with pytest.raises(InputInvalid) as refused:
        read_sheets(content(32_768))
    (problem,) = refused.value.problems

    assert 32_767 == len(str(read_sheets(content(32_767))[0].rows[1][1]))
    assert ("sheet-too-large", True) == (problem.code, "第2行" in problem.message)


def test_a_formula_is_its_stored_value() -> None:
    """With a stored value it counts as that, without one there is nothing in the cell (the name is missing)."""
    stored = roster_cells(person(1)) | {"name": Formula('=A1&"x"', "李四")}
    unstored = roster_cells(person(2)) | {"name": Formula('=HYPERLINK("http://127.0.0.1/","李四")')}
    number = roster_cells(person(3)) | {"id_number": Formula("=D2+1", 4.5e17)}
    found = preview_roster(read_sheets(roster_workbook([stored, unstored, number])), TODAY)

    assert (["李四"], [(4, "name-missing"), (5, "id-number-cell")]) == (
        [row.name for row in found.good],
        [(row.row, row.code) for row in found.bad],
    )


@pytest.mark.parametrize(
    "uncomputed",
    [
        '<c r="A1"><f>1+1</f></c>',
        '<c r="A1"><f>1+1</f><v></v></c>',
        '<c r="A1" s="1" t="n"><f>"a"&amp;"b"</f><v/></c>',
        "<c r='A1' t='str'><f t='shared' si='0'/></c>",
        '<c r="A1">\n<f t="array" ref="A1:A1">SUM(B1:B2)</f>\n<v />\n</c>',
        '<c r="A1"><f>' + "A1+" * 2700 + "1</f></c>",
    ],
)
def test_a_formula_that_was_never_computed_is_not_blank(uncomputed: str) -> None:
    """Programs that do not compute leave the value out, or empty: what the cell would show is not known."""
    content = with_rows(f'<row r="1">{uncomputed}{cell("B1")}</row>')

    assert ((UNCOMPUTED, 1.0),) == read_sheets(content)[0].rows


@pytest.mark.parametrize(
    ("computed", "value"),
    [
        ('<c r="A1" t="str"><f>IF(B1=1,"","x")</f><v></v></c>', None),
        ('<c r="A1" t="str"><f>IF(B1=1,"","x")</f><v/></c>', None),
        ('<c r="A1" t="str"><f>"x"</f><v>x</v></c>', "x"),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', 2.0),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="A1" s="1"/>', None),
    ],
)
def test_a_formula_that_shows_nothing_is_blank(computed: str, value: str | float | None) -> None:
    """A stored empty text is a value: the formula was computed and shows nothing."""
    content = with_rows(f'<row r="1">{computed}{cell("B1")}</row>')

    assert ((value, 1.0),) == read_sheets(content)[0].rows


def test_names_with_a_prefix_are_the_same_names() -> None:
    """Some writers give every element a prefix."""
    head = '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
    row = '<x:row r="1"><x:c r="A1"><x:f>1+1</x:f><x:v></x:v></x:c><x:c r="B1"><x:v>1</x:v></x:c></x:row>'
    content = changed({SHEET: f"{head}{row}</x:sheetData></x:worksheet>".encode()})

    assert ((UNCOMPUTED, 1.0),) == read_sheets(content)[0].rows


def test_a_row_of_uncomputed_formulas_is_a_bad_row() -> None:
    """It does not vanish among the blank ones, and the reason says what to do."""
    empty = {field: Formula("=A1") for field in roster_cells(person(1))}
    found = preview_roster(read_sheets(roster_workbook([roster_cells(person(0)), empty])), TODAY)

    assert ([3], [(4, "name-missing")]) == (
        [row.row for row in found.good],
        [(row.row, row.code) for row in found.bad],
    )
    assert {"单元格是未计算的公式，请在表格软件中打开并保存后再导入"} == {
        problem.message for problem in found.bad[0].problems
    }


@pytest.mark.parametrize(
    "tags", ["<c <f " * 90_000, "<c" + ' r="BM1"' * 70_000, "<row" + ' hidden="1"' * 50_000]
)
def test_unfinished_tags_do_not_hold_the_reader_up(tags: str) -> None:
    """Half a megabyte of tags that are opened and never closed is refused in less than 5 seconds."""
    content = changed({SHEET: (HEAD + tags).encode()}, ZIP_STORED)
    started = monotonic()

    assert "sheet-unreadable" == code_of(content)
    assert monotonic() - started < 5


def test_rows_are_numbered_as_in_the_sheet() -> None:
    """Leading empty rows, a title, other sheets before: the row is the sheet's own."""
    content = roster_workbook([roster_cells(person(0))], blank_rows_before=3, sheets_before=("说明", "字典"))
    found = preview_roster(read_sheets(content), TODAY)

    assert ("名单", 5, [6]) == (found.sheet.name, found.heading_row, [row.row for row in found.good])


@pytest.mark.parametrize(
    ("value", "code"), [("1e999", "id-malformed"), ("-1e999", "name-malformed"), ("NaN", "id-malformed")]
)
def test_numbers_that_no_sheet_shows_are_words(value: str, code: str) -> None:
    """They can be spelled in the file; nothing breaks on them."""
    content = with_rows(
        '<row r="1"><c r="A1" t="str"><v>姓名</v></c><c r="B1" t="str"><v>证件号码</v></c></row>'
        f'<row r="2">{cell("A2", value)}{cell("B2", value)}</row>'
    )
    found = preview_roster(read_sheets(content), TODAY)

    assert [(2, code)] == [(row.row, row.code) for row in found.bad]


def test_a_cell_that_shows_an_error_is_not_blank() -> None:
    """A look-up that failed shows #N/A; that is no level, and not a level left blank."""
    content = with_rows(
        '<row r="1"><c r="A1" t="e"><f>VLOOKUP(1,B:B,1)</f><v>#N/A</v></c>' + cell("B1") + "</row>"
    )

    assert (("#N/A", 1.0),) == read_sheets(content)[0].rows


def test_a_quote_that_is_never_closed_is_told() -> None:
    """It would swallow every row after it: the file is refused, no part of it goes in."""
    lines = ["姓名,证件号码", "甲,450103198001011233", '"乙,450103198001011225', "丙,450103198001011217"]

    assert "sheet-unreadable" == code_of("\n".join(lines).encode())
