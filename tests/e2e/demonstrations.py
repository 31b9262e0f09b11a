"""Running the demonstration as a command, and what its report says, for the tests of this folder."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from pathlib import Path
from typing import Any

from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.cli import installation, main
from kaohe_workflow.testing.directories import Outcome

GIVEN = Path(__file__).parents[2] / "src/kaohe_workflow/cli/demo/input"
"""The package's own directory."""

COUNTED = (
    "roster_good_rows",
    "enrolled",
    "submitted",
    "end_states",
    "qualified_first",
    "qualified_makeup",
    "entered_awaiting_makeup_approval",
    "refused_simplified_attempts",
)
"""What a report counts."""

KEYS = {*COUNTED, "bad_rows", "certificates", "physicians", "unexpected"}
"""What a report holds."""

EXPECTED = json.loads((Path(__file__).parent / "expected.json").read_text(encoding="utf-8"))
"""What comes of it."""


def answers() -> dict[str, tuple[str, str | None]]:
    """End state and stage of each physician, from the columns of the script that a run does not read."""
    with (GIVEN / "cycle_script.csv").open(encoding="utf-8-sig", newline="") as file:
        return {
            line["id_number"]: (line["expected_state"], line["expected_stage"] or None)
            for line in csv.DictReader(file)
        }


def run_demo(folder: Path, database: str, report: Path) -> dict[str, Any]:
    """Run to the end; the report."""
    code = main(["demo", "--run", "--input", str(folder), "--database", database, "--report", str(report)])
    assert code == 0
    read: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return read


def findings(database: str) -> tuple[object, ...]:
    """What ``kaohe verify`` finds in a database."""
    home = installation.home()
    folder = installation.attachment_folder(database, home)
    application = open_application(database, installation.keys(home), attachment_folder=folder)
    with closing(application.store):
        return application.verification.run().findings


def told(report: dict[str, Any]) -> Outcome:
    """A report as the generator of directories says it."""
    return Outcome(
        bad_rows=frozenset((bad["row"], bad["code"]) for bad in report["bad_rows"]),
        physicians={one["id_number"]: (one["state"], one["stage"]) for one in report["physicians"]},
        unexpected=frozenset((entry["file"], entry["row"]) for entry in report["unexpected"]),
        enrolled=report["enrolled"],
        submitted=report["submitted"],
        entered_awaiting_makeup_approval=report["entered_awaiting_makeup_approval"],
        refused_simplified_attempts=report["refused_simplified_attempts"],
    )


def check_given(report: dict[str, Any]) -> None:
    """Compare a report of the given directory with what is expected of it."""
    rows = [bad["row"] for bad in EXPECTED["bad_rows"]]
    certificates = report["certificates"]

    assert KEYS == report.keys()
    assert {name: EXPECTED[name] for name in COUNTED} == {name: report[name] for name in COUNTED}
    assert {"printed", "unprintable"} == certificates.keys()
    assert all({"row", "code", "reason"} == bad.keys() for bad in report["bad_rows"])
    assert rows == [bad["row"] for bad in report["bad_rows"]]
    assert answers() == told(report).physicians
    assert [] == report["unexpected"]
    assert EXPECTED["end_states"]["qualified"] == certificates["printed"] + certificates["unprintable"]
    assert EXPECTED["certificates_unprintable_without_rare_glyph_font"] == certificates["unprintable"]
