"""What time alone decides, from the command line: one task's failure is no reason to leave the other undone."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import attrs
import pytest

from kaohe_workflow.application.photo_retention import DuePhotos
from kaohe_workflow.application.retention import Expired
from kaohe_workflow.cli import main
from kaohe_workflow.errors import KaoheError, RecordDamaged, StoreUnavailable


@attrs.define
class Timers:
    """Timers of which the sweep fails, as the application's do when all but one case are done."""

    error: KaoheError
    worked: int = 0

    def sweep(self) -> int:
        """Fail at the end."""
        raise self.error

    def work(self) -> int:
        """Do the jobs that wait."""
        self.worked += 3
        return 3


def swept(monkeypatch: pytest.MonkeyPatch, error: KaoheError) -> tuple[int, Timers]:
    timers = Timers(error)
    attachments = SimpleNamespace(clear_away=lambda: 2)
    application = SimpleNamespace(
        timers=timers,
        attachments=attachments,
        photo_retention=SimpleNamespace(clear_away=lambda: 1),
        retention=SimpleNamespace(clear_away=lambda: 4),
        orphans=SimpleNamespace(clear_away=lambda: 5),
    )
    monkeypatch.setattr("kaohe_workflow.cli.sweep.open_from", lambda _: application)
    return main(["sweep"]), timers


def test_jobs_are_done_though_a_case_is_damaged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was done is printed, then what is wrong is told: 2."""
    code, timers = swept(monkeypatch, RecordDamaged("evaluation", "e1"))
    told = capsys.readouterr()

    assert (2, 3, "3 jobs, 1 photos, 2 files, 4 expired, 5 orphans\n") == (code, timers.worked, told.out)
    assert "evaluation e1 的记录读不出来" in told.err


def test_a_database_that_does_not_answer_is_asked_no_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Jobs would fail alike."""
    code, timers = swept(monkeypatch, StoreUnavailable("gone"))

    assert (2, 0) == (code, timers.worked)
    assert "数据库没有响应" in capsys.readouterr().err


def test_a_dry_run_counts_files_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What would go, each sort by its number, and nothing is done."""
    application = SimpleNamespace(
        timers=Timers(StoreUnavailable("never asked")),
        attachments=SimpleNamespace(count_unused=lambda: 3),
        photo_retention=SimpleNamespace(due=lambda: [DuePhotos("paper", 7, date(2024, 1, 13))]),
        retention=SimpleNamespace(expired=lambda: Expired(1, 2)),
        orphans=SimpleNamespace(count=lambda: 4),
    )
    monkeypatch.setattr("kaohe_workflow.cli.sweep.open_from", lambda _: application)
    code = main(["sweep", "--dry-run"])

    assert (0, 0) == (code, application.timers.worked)
    assert [
        "1 results of bulk jobs and 2 dispatches would go",
        "photos of 1 papers would go",
        "  paper: 7 photos, of a result of 2024-01-13",
        "3 files that no case names and 4 that nothing knows would go",
    ] == capsys.readouterr().out.splitlines()
