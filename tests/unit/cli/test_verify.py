"""`kaohe verify` on the command line: it looks, tells what it found, and makes nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.sql.migrating import upgrade
from kaohe_workflow.cli import main
from kaohe_workflow.testing.worlds import World

KEYS = Keys.fresh()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, with keys given in the environment."""
    folder = tmp_path / "home"
    monkeypatch.setenv("KAOHE_HOME", str(folder))
    monkeypatch.setenv("KAOHE_KEYS", KEYS.text)
    monkeypatch.delenv("KAOHE_DATABASE", raising=False)
    return folder


@pytest.fixture
def database(home: Path, tmp_path: Path) -> Path:
    """A small world in a file."""
    path = tmp_path / "world.sqlite3"
    with World.open(f"sqlite:///{path}", KEYS):
        pass
    return path


def change(path: Path, statement: str) -> None:
    """Write past the application."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_what_is_in_order_is_verified(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The numbers of what was proven, and 0."""
    code = main(["verify", "--database", f"sqlite:///{database}"])

    assert (0, "verified") == (code, capsys.readouterr().out.splitlines()[-1])


def test_no_home_is_asked_for(
    database: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who checks a copy with the keys at hand needs no installation: none is made, and one that cannot be does."""
    url = f"sqlite:///{database}"

    assert 0 == main(["verify", "--database", url])
    assert not home.exists()

    taken = tmp_path / "taken"
    taken.touch()
    monkeypatch.setenv("KAOHE_HOME", str(taken / "home"))

    assert 0 == main(["verify", "--database", url])


def test_every_finding_is_told(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line each with its place, and 1; one row that cannot be read stops nothing."""
    change(database, "UPDATE cycle SET record = '{}'")
    change(database, "UPDATE institution SET path = '/' WHERE name = '第一人民医院'")

    code = main(["verify", "--database", f"sqlite:///{database}"])

    _, *findings, last = capsys.readouterr().out.splitlines()

    assert (1, "2 findings") == (code, last)
    assert ["cycle", "institution"] == sorted(finding.split("/")[0] for finding in findings)


def _missing(path: Path) -> None:
    """Nothing is there."""


def _folder(path: Path) -> None:
    path.mkdir()


def _text(path: Path) -> None:
    path.write_text("not a database, and longer than the head of one" * 10, encoding="utf-8")


def _other(path: Path) -> None:
    change(path, "CREATE TABLE notes (text)")


def _version(version: str, path: Path) -> None:
    upgrade(f"sqlite:///{path}")
    change(path, f"UPDATE alembic_version SET version_num = '{version}'")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_missing, "database-missing"),
        (_folder, "database-file"),
        (_text, "database-file"),
        (_other, "schema-unknown"),
        (lambda path: path.touch(), "schema-unknown"),
        (lambda path: _version("0000", path), "schema-unknown"),
        (lambda path: _version("9999", path), "schema-unknown"),
    ],
    ids=["missing", "folder", "text", "another program's", "empty", "older", "newer"],
)
def test_what_is_no_database_of_ours_is_told_and_left_alone(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], make: object, code: str
) -> None:
    """Place and reason in Chinese, exit code 2, and no table made."""
    path = tmp_path / "mistyped.db"

    assert callable(make)
    make(path)
    before = _tables(path)

    assert 2 == main(["verify", "--database", f"sqlite:///{path}"])

    told = capsys.readouterr().err

    assert told.startswith("kaohe: --database: ")
    assert f"[{code}]" in told
    assert before == _tables(path)


def _tables(path: Path) -> list[str] | None:
    """The tables of a database file; None where there is none."""
    if not path.is_file() or path.read_bytes()[:6] not in (b"", b"SQLite"):
        return None
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]


def test_a_server_that_does_not_answer_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither trace nor password."""
    code = main(["verify", "--database", "postgresql://someone:secret@127.0.0.1:1/nowhere"])

    told = capsys.readouterr().err

    assert (2, True, False) == (code, told.startswith("kaohe: --database: "), "secret" in told)


def test_keys_of_another_installation_are_told(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not a finding for each case: where the keys come from, and what to look at."""
    monkeypatch.setenv("KAOHE_KEYS", Keys.fresh().text)

    assert 2 == main(["verify", "--database", f"sqlite:///{database}"])
    assert "KAOHE_KEYS" in capsys.readouterr().err


def test_no_keys_are_made(
    database: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fresh keys would open nothing, and lie in the way of the right ones."""
    monkeypatch.delenv("KAOHE_KEYS")

    assert 2 == main(["verify", "--database", f"sqlite:///{database}"])
    assert "[keys-missing]" in capsys.readouterr().err
    assert not (home / "keys").exists()
