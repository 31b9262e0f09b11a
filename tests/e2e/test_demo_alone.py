"""One demonstration at a time on a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe_workflow.cli import main
from kaohe_workflow.cli.demo.exclusive import alone
from kaohe_workflow.testing.directories import Shape, directory_of
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.stories import Story
from tests.e2e.demonstrations import findings, run_demo

SMALL = directory_of([Story(person=person, first={"humanities": "80"}) for person in people(2)], 1, Shape())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of this test's own."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KAOHE_KEYS", raising=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    url: str = request.getfixturevalue("fresh_postgres")
    return url


def test_a_second_run_at_the_same_time_is_refused(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two would make everything twice: the second ends in a word of what is going on, and changes nothing; when the
    first is over, or was cut off, the command works as ever."""
    folder, report = SMALL.write(tmp_path / "input"), tmp_path / "report.json"
    command = ["demo", "--run", "--input", str(folder), "--database", database]

    with alone(database):
        assert 2 == main(command)
    told = capsys.readouterr().err

    assert told.startswith("kaohe: --database: 另一个 kaohe demo 正在该数据库上运行")
    assert told.endswith("[demonstration-running]\n")

    run_demo(folder, database, report)

    assert () == findings(database)
    assert 2 == main(command)
    assert "demonstration-finished" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.run"))
