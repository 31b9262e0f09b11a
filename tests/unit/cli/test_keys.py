"""Keys that do not fit a database, keys that cannot be had, and a home that is none are told at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.cli import main
from tests.unit.cli.complaints import COMMANDS, OURS, complaint, filled, sqlite_url

pytestmark = pytest.mark.usefixtures("home")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    "other",
    [
        Keys(OURS.index, (("1", b"x" * 32),)),
        Keys(OURS.index, (("2", b"x" * 32),)),
        Keys(b"x" * 32, OURS.seals),
    ],
    ids=["another key", "another name", "another index"],
)
def test_keys_of_another_installation(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    database: str,
    command: list[str],
    other: Keys,
) -> None:
    """Found at once, not by whoever asks first; where the keys came from is told, the keys are not."""
    monkeypatch.setenv("KAOHE_KEYS", other.text)
    told = complaint(capsys, command, database)

    assert "密钥与该数据库不符" in told
    assert "现用密钥：KAOHE_KEYS" in told
    assert "请检查 KAOHE_KEYS 与 KAOHE_HOME" in told
    assert not any(part.partition(":")[2] in told for part in other.text.split())


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database that was written with `OURS`."""
    url = sqlite_url(tmp_path_factory.mktemp("keys") / "ours.sqlite3")
    filled(url, OURS)
    return url


def test_the_right_keys_fit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    """Also beside a newer one, which seals from now on."""
    newer = Keys(OURS.index, (("2", b"n" * 32), *OURS.seals))
    monkeypatch.setenv("KAOHE_KEYS", newer.text)

    assert 0 == main(["sweep", "--database", database]), capsys.readouterr().err


def test_a_file_of_keys_of_the_home_is_named(
    capsys: pytest.CaptureFixture[str], home: Path, database: str
) -> None:
    """Without the variable the home's own keys were tried."""
    home.mkdir(mode=0o700)
    Keys.in_home(home)

    assert f"现用密钥：{home / 'keys'}" in complaint(capsys, ["sweep"], database)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_keys_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, home: Path, command: list[str]
) -> None:
    """A directory of that name."""
    (home / "keys").mkdir(parents=True, mode=0o700)
    path = tmp_path / "new.sqlite3"
    path.touch()
    told = complaint(capsys, command, sqlite_url(path))

    assert f"{home / 'keys'}: 密钥无法读取：这是一个目录" in told


def test_a_pipe_for_keys_is_not_waited_for(
    capsys: pytest.CaptureFixture[str], home: Path, database: str
) -> None:
    """Nobody may ever write to it."""
    home.mkdir(mode=0o700)
    os.mkfifo(home / "keys", mode=0o600)

    assert "这不是普通文件" in complaint(capsys, ["sweep"], database)


@pytest.mark.parametrize("command", ["sweep", "serve", "verify"])
def test_lost_keys_are_told_and_not_made_anew(
    capsys: pytest.CaptureFixture[str], home: Path, database: str, command: str
) -> None:
    """Fresh ones open nothing and would hide what is wrong from the next command."""
    home.mkdir(mode=0o700)

    assert "[keys-missing]" in complaint(capsys, [command], database)
    assert not (home / "keys").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_home_that_is_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, home: Path, command: list[str]
) -> None:
    """A file stands where the folder should be."""
    home.write_text("", encoding="utf-8")
    told = complaint(capsys, command, sqlite_url(tmp_path / "new.sqlite3"))

    assert told.startswith("kaohe: KAOHE_HOME: ")
    assert "[home-unusable]" in told


def test_no_keys_are_made_beside_data_of_others(
    capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path
) -> None:
    """Keys are made for a new database alone: fresh ones beside old data would hide that theirs are lost."""
    database = sqlite_url(tmp_path / "province.sqlite3")
    command = ["province", "--name", "某省卫生健康委员会", "--login", "office", "--database", database]
    assert 0 == main(command)
    (home / "keys").rename(home / "keys.lost")
    capsys.readouterr()

    assert 2 == main(command)
    assert "[keys-missing]" in capsys.readouterr().err
    assert not (home / "keys").exists()
