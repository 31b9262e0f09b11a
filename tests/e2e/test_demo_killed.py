"""A demonstration that is killed, at any point, and started again ends in the same report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.cli import installation, main
from kaohe_workflow.cli.demo.course import STAGES
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.testing.directories import Shape, directory_of, random_stories
from kaohe_workflow.testing.story_telling import everything_happens
from kaohe_workflow.values.terms import OrganisationKind
from tests.e2e.demonstrations import findings, run_demo, told

PROGRAM = Path(__file__).parent / "killable.py"
SMALL = directory_of([*everything_happens(), *random_stories(3, 6)], 3, Shape())
NUMBER_OF_STAGES = len(STAGES) + 3
"""Set-up and import of the roster come first, the accounts last."""

NEVER = "999:end"
"""A point that no run reaches."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KAOHE_KEYS", raising=False)
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small directory in which something happens in every stage."""
    return SMALL.write(tmp_path / "input")


def run_killed(folder: Path, database: str, report: Path, points: Sequence[str]) -> list[str]:
    """Start a run for each point, kill it there; what each one came to."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), database, str(report), *points],
        check=True,
        capture_output=True,
        text=True,
        env=dict(os.environ),
    )
    return [line for line in done.stdout.splitlines() if line in ("killed", "ended")]


def run_through(folder: Path, tmp_path: Path) -> dict[str, Any]:
    """The report of a run that nobody kills."""
    return run_demo(folder, f"sqlite:///{tmp_path / 'whole.sqlite3'}", tmp_path / "whole.json")


def test_killed_in_the_middle_and_at_the_end_of_every_stage(tmp_path: Path, folder: Path) -> None:
    """Killed in each stage and again behind it, one database after all comes to the report of a run in one go."""
    database, report = f"sqlite:///{tmp_path / 'demo.sqlite3'}", tmp_path / "report.json"
    points = [f"{number}:{where}" for number in range(NUMBER_OF_STAGES) for where in ("middle", "end")]

    ends = run_killed(folder, database, report, [*points, NEVER])

    whole = run_through(folder, tmp_path)

    assert [*["killed"] * len(points), "ended"] == ends
    assert whole == json.loads(report.read_text(encoding="utf-8"))
    assert SMALL.outcome == told(whole)
    assert () == findings(database)


def test_killed_between_any_two_statements(tmp_path: Path, folder: Path) -> None:
    """Killed within units of work, before a statement that is not the last of its unit: nothing of it is left, and
    the run that goes on comes to the same report."""
    database, report = f"sqlite:///{tmp_path / 'demo.sqlite3'}", tmp_path / "report.json"

    # The first ones fall into the making of the tables.
    points = [*range(5, 90, 21), *range(90, 4000, 61)]

    ends = run_killed(folder, database, report, [str(number) for number in points])

    assert [*["killed"] * (len(ends) - 1), "ended"] == ends
    assert len(ends) > 10
    assert run_through(folder, tmp_path) == json.loads(report.read_text(encoding="utf-8"))
    assert () == findings(database)


def test_every_qualified_physician_has_a_whole_certificate_after_kills(
    tmp_path: Path, folder: Path, home: Path
) -> None:
    """A certificate whose number was given before the kill gets its file afterwards, and no file is cut short."""
    database, report = f"sqlite:///{tmp_path / 'demo.sqlite3'}", tmp_path / "report.json"
    printing = NUMBER_OF_STAGES - 2

    ends = run_killed(folder, database, report, [f"{printing}:middle", f"{printing}:middle", NEVER])

    printed = json.loads(report.read_text(encoding="utf-8"))["certificates"]["printed"]
    files = sorted((home / "certificates").glob("*/*.pdf"))

    assert ["killed", "killed", "ended"] == ends
    assert printed == len(files)
    assert all(file.read_bytes().rstrip().endswith(b"%%EOF") for file in files)


def test_killed_on_postgresql(tmp_path: Path, folder: Path, fresh_postgres: str) -> None:
    """The same on PostgreSQL, whose connections die with the process."""
    report = tmp_path / "report.json"

    assert make_url(fresh_postgres).get_backend_name() == "postgresql"

    ends = run_killed(folder, fresh_postgres, report, ["4:middle", "15:end", "19:middle", NEVER])

    assert ["killed", "killed", "killed", "ended"] == ends
    assert run_through(folder, tmp_path) == json.loads(report.read_text(encoding="utf-8"))
    assert () == findings(fresh_postgres)


def test_another_directory_is_refused_on_a_database_that_was_begun(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run goes on with the people that it began with, or not at all."""
    database, report = f"sqlite:///{tmp_path / 'demo.sqlite3'}", tmp_path / "report.json"
    other = directory_of(random_stories(9, 5), 9, Shape()).write(tmp_path / "other")
    run_killed(folder, database, report, ["3:end"])

    code = main(["demo", "--run", "--input", str(other), "--database", database])

    assert 2 == code
    assert "another-directory" in capsys.readouterr().err


def test_a_database_of_something_else_is_refused(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A demonstration does not mix with the data of an installation."""
    database = f"sqlite:///{tmp_path / 'real.sqlite3'}"
    application = open_application(database, installation.keys(installation.home(), makes=True))
    with closing(application.store):
        payload = CreateInstitution(
            superior_id=None, name="某省卫生健康委员会", kind=OrganisationKind.PROVINCE
        )
        application.door.send(SYSTEM, "institution", None, "create", payload)

    code = main(["demo", "--run", "--input", str(folder), "--database", database])

    assert 2 == code
    assert "not-a-demonstration" in capsys.readouterr().err
