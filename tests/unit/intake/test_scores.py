"""Score files: 0–100 with two places, known papers and stages, the first of two rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.application.intake.cells import UNCOMPUTED, Cell, Sheet
from kaohe_workflow.application.intake.scores import ScorePreview, preview_scores
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.people_strategies import any_cells
from kaohe_workflow.values.resident_id import shorten
from kaohe_workflow.values.terms import PaperKind, Stage

pytestmark = pytest.mark.manual("M: import or deliver scores; declare delivery")

HEADINGS = ("证件号码", "姓名", "试卷名称", "考核阶段", "成绩")
NUMBER = person(0).id_number


def preview(*rows: tuple[Cell, ...]) -> ScorePreview:
    return preview_scores([Sheet("成绩", (HEADINGS, *rows))])


def row(
    score: Cell = "74", paper: Cell = "医学人文", stage: Cell = "首次考核", number: Cell = NUMBER
) -> tuple[Cell, ...]:
    return (number, "张三", paper, stage, score)


@pytest.mark.parametrize(
    ("cell", "score"),
    [
        ("0", "0"),
        ("100", "100"),
        (74.0, "74"),
        (59.99, "59.99"),
        ("59.9", "59.9"),
        ("８０", "80"),
        ("-0", "0"),
        ("74.500", "74.5"),
    ],
)
def test_scores_go_from_0_to_100(cell: Cell, score: str) -> None:
    """Both bounds included, two places at most, as text or number."""

    assert [Decimal(score)] == [good.score for good in preview(row(cell)).good]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("-0.01", "score-range"),
        ("100.01", "score-range"),
        ("59.999", "score-range"),
        ("缺考", "score-malformed"),
        (None, "score-missing"),
        ("1e1", "score-malformed"),
        ("²", "score-malformed"),
        ("59,5", "score-malformed"),
    ],
)
def test_other_scores_are_refused(cell: Cell, code: str) -> None:
    """Outside the bounds, a third place, no number."""

    assert [(2, code)] == [(bad.row, bad.code) for bad in preview(row(cell)).bad]


def test_what_is_no_score_says_what_to_do() -> None:
    """An absence is no row of a score file; it is confirmed elsewhere."""

    assert ["成绩：“缺考”不是成绩，应为0–100的数字；未参加者不列入成绩表"] == [
        bad.message for bad in preview(row("缺考")).bad
    ]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (row(paper="英语"), "paper-unknown"),
        (row(paper=None), "paper-unknown"),
        (row(stage="复考"), "stage-unknown"),
        (row(stage=UNCOMPUTED), "stage-unknown"),
        (row(number=UNCOMPUTED), "id-missing"),
        (row(UNCOMPUTED), "score-missing"),
        (row(number=None), "id-missing"),
        (row(number=4.5e17), "id-number-cell"),
        (row(number="1"), "id-malformed"),
        (row(number="450102199112132190"), "id-check-digit"),
    ],
)
def test_who_what_and_when_must_be_known(wrong: tuple[Cell, ...], code: str) -> None:
    """Number, paper and stage are checked like any other cell."""

    assert [code] == [bad.code for bad in preview(wrong).bad]


def test_an_old_number_may_be_a_number_cell() -> None:
    """Fifteen digits are exact, as in a physician list."""
    found = preview(row(number=float(str(shorten(NUMBER)))))

    assert [NUMBER] == [good.id_number for good in found.good]


def test_the_first_of_two_scores_stands() -> None:
    """The same person, paper and stage again is a duplicate; another paper or stage is not."""
    found = preview(
        row("60"),
        row("90", number=shorten(NUMBER)),
        row("70", stage="补考"),
        row("80", paper="业务水平专业知识"),
    )

    assert [(2, Decimal(60)), (4, Decimal(70)), (5, Decimal(80))] == [
        (good.row, good.score) for good in found.good
    ]
    assert [(3, "duplicate")] == [(bad.row, bad.code) for bad in found.bad]


def test_a_wrong_first_row_does_not_take_the_place() -> None:
    """Only good rows make later ones duplicates."""
    found = preview(row("101"), row("60"))

    assert ([3], [2]) == ([good.row for good in found.good], [bad.row for bad in found.bad])


def test_names_are_for_people() -> None:
    """The name column may be missing and is not checked."""
    found = preview_scores(
        [Sheet("x", (("身份证号", "试卷", "阶段", "得分"), (NUMBER, "医学人文", "补考", "60")))]
    )

    assert [("", PaperKind.HUMANITIES, Stage.MAKEUP)] == [
        (good.name, good.paper, good.stage) for good in found.good
    ]


def test_other_documents_are_known_by_their_shape() -> None:
    """A score file tells no kind of document."""

    assert ["E12345678"] == [good.id_number for good in preview(row(number="e12345678")).good]


@given(st.lists(st.lists(any_cells(), max_size=6).map(tuple), max_size=5))
def test_every_row_is_good_or_bad_or_blank(rows: list[tuple[Cell, ...]]) -> None:
    """Any cells: one entry a row at most."""
    found = preview(*rows)
    numbers = sorted([good.row for good in found.good] + [bad.row for bad in found.bad])

    assert sorted(set(numbers)) == numbers


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("cell", ["TRUE", "#N/A", "#DIV/0!", date(1900, 3, 15), 1e300])
def test_cells_of_another_kind_are_bad_rows(place: int, cell: Cell) -> None:
    """A truth value, an error, a date or an endless number in any column that is read makes the row bad."""
    cells = list(row())
    cells[place] = cell
    found = preview(tuple(cells))
    read = HEADINGS[place] != "姓名"

    assert (read, not read) == (bool(found.bad), bool(found.good))


def test_two_columns_of_scores_must_agree() -> None:
    """成绩 and 得分 side by side: where they differ nobody knows which is meant; where they agree that is told."""
    wide = (*HEADINGS, "得分")
    found = preview_scores([Sheet("x", (wide, (*row("60"), "60"), (*row("60", stage="补考"), "70")))])

    assert ([2], [(3, "column-conflict", "得分")]) == (
        [good.row for good in found.good],
        [(bad.row, bad.code, bad.column) for bad in found.bad],
    )
    assert [(1, "heading-repeated")] == [(note.row, note.code) for note in found.warnings]


def test_of_two_score_sheets_none_is_chosen() -> None:
    """Two sheets of scores may both be meant: the file is refused."""
    with pytest.raises(InputInvalid) as refused:
        preview_scores([Sheet("上午", (HEADINGS, row())), Sheet("下午", (HEADINGS, row("80")))])

    assert ["tables-ambiguous"] == [problem.code for problem in refused.value.problems]
