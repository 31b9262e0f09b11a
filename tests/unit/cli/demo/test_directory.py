"""What stands where a file of a demonstration should, and a report's file, are looked at before anything runs."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from kaohe_workflow.cli import main
from kaohe_workflow.cli.demo.directory import RESULTS, ROSTER, read_directory
from kaohe_workflow.cli.demo.script import SCRIPT
from kaohe_workflow.errors import InputInvalid

NAMES = (ROSTER, SCRIPT, *RESULTS.values())
CHINESE = re.compile("[\u4e00-\u9fff]")
NOBODY = 65534
"""The user that a test becomes whose real one may do everything."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A copy of the shipped directory that others may enter."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    for name in NAMES:
        (made / name).write_bytes(files("kaohe_workflow.cli.demo").joinpath("input", name).read_bytes())
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


def _become_nobody() -> Callable[[], None]:
    """Be somebody whom permissions hold; gives the way back."""
    if os.geteuid() != 0:
        return lambda: None
    os.seteuid(NOBODY)
    return lambda: os.seteuid(0)


def fault(folder: Path) -> tuple[str, str]:
    """Place and code of what is wrong; the message is Chinese."""
    with pytest.raises(InputInvalid) as caught:
        read_directory(folder)
    (problem,) = caught.value.problems
    assert CHINESE.search(problem.message)
    return problem.path, problem.code


def _no_file(path: Path) -> None:
    """Leave nothing there."""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("replace", "code"),
    [
        (_no_file, "file-missing"),
        (Path.mkdir, "file-expected"),
        (os.mkfifo, "file-expected"),
        (lambda path: path.symlink_to(path), "file-expected"),
    ],
    ids=["nothing", "directory", "pipe", "circle"],
)
def test_what_is_no_file_is_told(
    folder: Path, name: str, replace: Callable[[Path], object], code: str
) -> None:
    """A pipe is not waited for, and a directory is not called missing."""
    (folder / name).unlink()
    replace(folder / name)

    assert (f"{folder}/{name}", code) == fault(folder)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_size_is_read_no_further_than_its_limit(folder: Path, name: str) -> None:
    """Three hundred gibibytes, most of them a hole: told at once, without filling the memory."""
    with (folder / name).open("r+b") as file:
        file.truncate(300 << 30)

    assert fault(folder)[0].startswith(name)


def test_a_file_that_may_not_be_read_is_told(folder: Path) -> None:
    """Its permissions are in the way."""
    (folder / ROSTER).chmod(0)
    back = _become_nobody()
    try:
        found = fault(folder)
    finally:
        back()

    assert (f"{folder}/{ROSTER}", "file-unreadable") == found


@pytest.mark.parametrize(("below", "code"), [("", "file-unreadable"), ("further", "directory-unreadable")])
def test_a_directory_that_may_not_be_entered_is_told(folder: Path, below: str, code: str) -> None:
    """Nobody can even look whether the files are there."""
    folder.chmod(0)
    back = _become_nobody()
    try:
        found = fault(folder / below)[1]
    finally:
        back()

    assert code == found


@pytest.mark.parametrize("kind", ["nothing", "file", "pipe"])
def test_a_directory_that_is_none_is_told(tmp_path: Path, kind: str) -> None:
    """A path that leads nowhere, or to something else."""
    path = tmp_path / "input"
    if kind == "file":
        path.touch()
    elif kind == "pipe":
        os.mkfifo(path)

    assert (str(path), "directory-missing") == fault(path)


@pytest.mark.parametrize(
    ("report", "told"),
    [("nowhere/report.json", "所在目录不存在"), (".", "这是一个目录"), ("a\0b", "不允许的字符")],
)
def test_where_no_report_can_be_written_is_told_before_the_run(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    report: str,
    told: str,
) -> None:
    """Nobody waits for a run whose report is lost; no home, no database is made."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))

    assert 2 == main(["demo", "--run", "--report", f"{tmp_path}/{report}"])
    assert told in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_a_setting_of_the_service_that_follows_is_told_before_the_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not when the run is over and it begins to serve."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PORT", "eighty")

    assert 2 == main(["demo"])
    assert "kaohe: PORT: 应为0至65535的整数" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()
