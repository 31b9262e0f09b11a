"""One demonstration at a time on a database."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from kaohe_workflow.adapters.clock import SystemClock
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.cli import installation, main
from kaohe_workflow.cli.demo.exclusive import alone
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.testing.directories import Shape, directory_of
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.stories import Story
from kaohe_workflow.values.terms import AccountKind
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


def test_a_run_that_the_real_clock_has_overtaken_does_not_go_on(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the clock of a service every window of the demonstration is over: what came of it would be nobody's result."""
    folder = SMALL.write(tmp_path / "input")
    command = ["demo", "--run", "--input", str(folder), "--database", database]

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("kaohe_workflow.cli.demo.command.report_of", cut_off)
        assert 130 == main(command)
    application = installation.open_at(database, tmp_path / "home", SystemClock())
    with closing(application.store):
        made = application.lists.page(SYSTEM, "institutions", {}, limit=1).rows[0]["id"]
        office = CreateAccount(institution_id=made, kind=AccountKind.ORGANISATION, login="another-desk")
        application.door.send(SYSTEM, "account", None, "create", office)

    assert 2 == main(command)
    assert "demonstration-overtaken" in capsys.readouterr().err
