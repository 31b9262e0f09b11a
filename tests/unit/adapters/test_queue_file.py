"""The file of the queue: as closed to others as the database that it lies beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.durable_jobs import DurableJobs, close_to_others, jobs_database
from kaohe_workflow.testing.contracts import NOW


@pytest.mark.parametrize("before", [None, 0o644])
def test_the_queue_is_closed_to_others(tmp_path, before):
    """Nobody else on the machine reads it, be it new or made by an earlier version."""
    url = f"sqlite:///{tmp_path / 'kaohe.sqlite3'}"
    path = tmp_path / "kaohe-jobs.sqlite3"
    if before is not None:
        path.touch()
        path.chmod(before)
    jobs = DurableJobs(None, url, name="test", clock=SettableClock(NOW))
    jobs.start()
    try:
        modes = {found.name: found.stat().st_mode & 0o777 for found in tmp_path.iterdir()}
    finally:
        jobs.stop(1)

    assert path.name in modes
    assert {0o600} == set(modes.values())


def test_a_server_has_no_file_to_close():
    """The queue of PostgreSQL lies in its database, and nothing is made beside it."""
    before = sorted(Path.cwd().iterdir())
    close_to_others(jobs_database("postgresql+psycopg://nobody@localhost/kaohe"))

    assert before == sorted(Path.cwd().iterdir())
