"""The script of a demonstration: its words, its rows, and what is wrong with it."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe_workflow.application.intake.cells import Sheet
from kaohe_workflow.cli.demo.script import COLUMNS, Makeup, Review, ScriptLine, Waiver, read_script
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.values.terms import Ground, Level, Procedure, RecordLevel

FULL = {
    "id_number": "450103 19800101 123x",
    "department": " 内科 ",
    "level": "执业医师",
    "enrol": "yes",
    "submits": "YES",
    "procedure": "simplified",
    "ground": "five_years",
    "good_record_on": "2021-06-15",
    "good_record_level": "city",
    "simplified_refused_first": "no",
    "institution": "return_then_pass",
    "agency": "pass",
    "exemption": "granted",
    "makeup": "confirmed",
}


def sheet(*lines: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Sheet:
    """A script with these lines."""
    return Sheet("script", (columns, *(tuple(line.get(name) or None for name in columns) for line in lines)))


def test_a_full_line_is_read_into_terms() -> None:
    """Every word becomes its term; the number is normalised."""
    (line,) = read_script(sheet(FULL))

    assert line == ScriptLine(
        row=2,
        id_number="45010319800101123X",
        department="内科",
        level=Level.LICENSED,
        enrol=True,
        submits=True,
        procedure=Procedure.SIMPLIFIED,
        ground=Ground.FIVE_YEARS,
        good_record_on=date(2021, 6, 15),
        good_record_level=RecordLevel.CITY,
        simplified_refused_first=False,
        institution=Review.RETURN_THEN_PASS,
        agency=Review.PASS,
        exemption=Waiver.GRANTED,
        makeup=Makeup.CONFIRMED,
    )


def test_blanks_ask_for_nothing() -> None:
    """A line with a number alone asks for nothing, and "none" is no exemption."""
    (line,) = read_script(sheet({"id_number": "450103198001011233", "exemption": "none"}))

    assert (False, False, None, None, None, None) == (
        line.enrol,
        line.submits,
        line.institution,
        line.agency,
        line.exemption,
        line.makeup,
    )


def test_columns_are_found_in_any_order_among_others() -> None:
    """Answers for tests may stand beside what is read, or be missing."""
    columns = ("expected_state", *reversed(COLUMNS), "humanities")

    assert read_script(sheet(FULL)) == read_script(sheet(FULL, columns=columns))


def test_rows_without_anything_are_left_out_and_counted() -> None:
    """``row`` is the file's own number, whatever stands between."""

    assert [2, 4] == [line.row for line in read_script(sheet(FULL, {}, FULL))]


@pytest.mark.parametrize("column", ["enrol", "submits", "simplified_refused_first", "procedure", "ground"])
def test_a_word_that_is_none_is_refused_with_its_place(column: str) -> None:
    """A slip of the pen must not mean "nothing asked"."""
    with pytest.raises(InputInvalid) as caught:
        read_script(sheet({**FULL, column: "perhaps"}))

    assert [(f"第2行 {column}", "script-word")] == [
        (problem.path, problem.code) for problem in caught.value.problems
    ]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("enrol", "yes、no"),
        ("procedure", "general、simplified"),
        ("institution", "pass、return_then_pass、fail_ethics、fail_work"),
        ("agency", "pass、return_then_pass"),
        ("exemption", "none、granted、refused_by_institution、refused_by_agency"),
        ("makeup", "confirmed、refused"),
        ("level", "执业医师、执业助理医师"),
    ],
)
def test_the_words_of_the_column_are_listed(column: str, words: str) -> None:
    """Whoever wrote a wrong word sees the right ones, without looking for a document."""
    with pytest.raises(InputInvalid) as caught:
        read_script(sheet({**FULL, column: "perhaps"}))
    message = caught.value.problems[0].message

    assert "“perhaps”" in message
    assert words in message


def test_only_the_institution_gives_opinions() -> None:
    """``fail_work`` is a word of the institution's column, not of the agency's."""
    with pytest.raises(InputInvalid) as caught:
        read_script(sheet({**FULL, "agency": "fail_work"}))

    assert "第2行 agency" == caught.value.problems[0].path


def test_all_wrong_words_are_told_at_once() -> None:
    """Nobody corrects a file one word at a time."""
    wrong = {**FULL, "level": "主任医师", "good_record_on": "2021-02-30", "makeup": "maybe"}

    with pytest.raises(InputInvalid) as caught:
        read_script(sheet(wrong, {**FULL, "institution": "fail"}))

    assert ["第2行 level", "第2行 good_record_on", "第2行 makeup", "第3行 institution"] == [
        problem.path for problem in caught.value.problems
    ]


def test_missing_columns_are_named() -> None:
    """A file with other headings is no script."""
    with pytest.raises(InputInvalid) as caught:
        read_script(sheet(FULL, columns=COLUMNS[:-2]))

    assert "缺少列：exemption、makeup" == caught.value.problems[0].message
