"""The shipped example of one cycle, against its answers."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.application.intake.roster import preview_roster
from kaohe_workflow.application.intake.scores import preview_scores
from kaohe_workflow.values.terms import Stage

pytestmark = pytest.mark.manual("S-48", "S-49")

INPUT = files("kaohe_workflow").joinpath("cli/demo/input")
ANSWERS = json.loads((Path(__file__).parents[2] / "e2e" / "expected.json").read_text(encoding="utf-8"))
CODES = {
    "a bidirectional control character in the name": "name-control",
    "the same person twice in the file (15 and 18 digits)": "duplicate",
    "the ID number is a number cell: digits are lost": "id-number-cell",
    "30 February is no date of birth": "id-birth-date",
    "the ID number is missing": "id-missing",
    "the check digit is wrong": "id-check-digit",
    "a registration date in the future": "date-future",
    "unknown level": "level-unknown",
    "the qualification number is neither 24 nor 27 characters": "qualification-length",
    "a formula in the name": "name-missing",
    "unknown category": "category-unknown",
    "the name is missing": "name-missing",
}


def test_the_roster_has_the_expected_rows() -> None:
    """126 good and 12 bad rows, each bad one with its row and reason."""
    found = preview_roster(read_sheets(INPUT.joinpath("roster.xlsx").read_bytes()), date(2023, 11, 27))

    assert (ANSWERS["roster_good_rows"], ANSWERS["roster_bad_rows"]) == (len(found.good), len(found.bad))
    assert not {"date-too-early", "date-order"} & {note.code for note in found.warnings}
    assert [(row["row"], CODES[row["why"]]) for row in ANSWERS["bad_rows"]] == [
        (row.row, row.code) for row in found.bad
    ]


def test_the_score_files_are_whole() -> None:
    """GB 18030 files of the platform, every row good, each of one stage."""
    for name, stage, answer in (
        ("results_first.csv", Stage.FIRST, "results_first_rows"),
        ("results_makeup.csv", Stage.MAKEUP, "results_makeup_rows"),
    ):
        found = preview_scores(read_sheets(INPUT.joinpath(name).read_bytes()))

        assert (ANSWERS[answer], 0) == (len(found.good), len(found.bad))
        assert {stage} == {row.stage for row in found.good}
