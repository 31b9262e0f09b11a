"""The command: what it is called with, how it ends, and what it says then."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.cli import COMMANDS, exit_code_of, main
from kaohe_workflow.errors import InputInvalid, NotFound, Problem, RecordDamaged, StoreUnavailable


def test_help_lists_every_command_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    """``kaohe --help`` names every command; nobody waits for a database driver to read it."""
    listing = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from kaohe_workflow.cli import main\n"
            "try: main(['--help'])\n"
            "finally: print('imported:', *{'sqlalchemy', 'falcon', 'typst', 'yaml'} & {*sys.modules})",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert [] == [name for name in COMMANDS if f"    {name}" not in listing]
    assert "imported:" == listing.splitlines()[-1]


def test_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    """``kaohe --version`` prints name and version and ends with 0."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])

    assert (0, "kaohe 0.1.0\n") == (caught.value.code, capsys.readouterr().out)


def test_an_unknown_command_is_wrong_use() -> None:
    """What argparse cannot read ends with 2."""
    with pytest.raises(SystemExit) as caught:
        main(["no-such-command"])

    assert 2 == caught.value.code


def test_the_code_of_the_command_is_the_code_of_the_process() -> None:
    """A command that looked and found something says 1, and ``kaohe`` does too."""

    assert 1 == exit_code_of(lambda: 1)


def test_every_problem_of_an_input_gets_its_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    """An error of ours ends with 2 and no traceback; each problem keeps its place and code."""

    def run() -> int:
        raise InputInvalid([Problem("第2行", "missing", "缺少姓名"), Problem("第3行", "missing", "缺少性别")])

    assert 2 == exit_code_of(run)
    assert (
        "kaohe: 第2行: 缺少姓名 [missing]\nkaohe: 第3行: 缺少性别 [missing]\n"  # both at once, in order
        == capsys.readouterr().err
    )


def test_any_other_error_of_ours_shows_message_and_code(capsys: pytest.CaptureFixture[str]) -> None:
    """An error of ours ends with 2; the message comes with the stable code."""

    def run() -> int:
        raise NotFound("certificate", "DK1")

    assert 2 == exit_code_of(run)
    assert "kaohe: 没有找到 certificate 'DK1' [not-found]\n" == capsys.readouterr().err


def test_an_interrupt_ends_quietly_with_130() -> None:
    """Ctrl-C is the user's right: the shell's code for SIGINT, no traceback."""

    def run() -> int:
        raise KeyboardInterrupt

    assert 130 == exit_code_of(run)


def test_a_reader_that_left_ends_quietly_with_141() -> None:
    """``kaohe … | head -1`` ends with the shell's code for SIGPIPE and no traceback."""
    script = (
        "import sys; from kaohe_workflow.cli import exit_code_of\n"
        "sys.exit(exit_code_of(lambda: print('x' * 1_000_000) or 0))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )

    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()

    assert (141, "") == (process.wait(), complaint)


@pytest.mark.parametrize(
    "command",
    [
        ["demo", "--run"],
        ["serve", "--port", "0"],
        ["sweep"],
        ["verify"],
        ["chart", "check", "--all"],
        ["chart", "table", "account"],
    ],
    ids=" ".join,
)
def test_a_slip_in_the_name_of_a_setting_ends_every_command(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: list[str],
) -> None:
    """It must not mean the default, say another database; the value is not shown."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAOHE_DATABSE", "postgresql://u:secret@host/x")

    assert 2 == main(command)
    told = capsys.readouterr().err

    assert told.startswith("kaohe: KAOHE_DATABSE: 没有这个设置；可用的有")
    assert "KAOHE_DATABASE" in told
    assert "secret" not in told
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["demo", "--run"],
        ["demo"],
        ["serve"],
        ["province", "--login", "office"],
        ["sweep"],
        ["verify"],
    ],
    ids=" ".join,
)
def test_malformed_keys_are_told_in_chinese_by_every_command(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: list[str],
) -> None:
    """Which entry it is and where from, what a key looks like, what to do; nothing of the key, no database made."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAOHE_KEYS", "index:c2VjcmV0 seal-1")
    monkeypatch.setenv("PORT", "0")

    assert 2 == main(command)
    told = capsys.readouterr().err

    assert told.startswith("kaohe: KAOHE_KEYS[1]: 这一项不是密钥")
    assert "kaohe: KAOHE_KEYS[2]: " in told
    assert "请从密钥的备份中完整复制" in told
    assert "c2VjcmV0" not in told
    assert [] == list(tmp_path.rglob("*.sqlite3"))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gb2312"])
@pytest.mark.parametrize(
    ("command", "code"),
    [
        pytest.param(["--help"], 0, id="help"),
        pytest.param(["chart", "table", "account"], 0, id="table"),
        pytest.param(["verify"], 2, id="complaint"),
    ],
)
def test_a_terminal_that_cannot_show_a_character_gets_its_number(
    tmp_path: Path, encoding: str, command: list[str], code: int
) -> None:
    """Whatever a terminal is able to show, no command fails for it, and nothing else is left out."""

    def run(its: str) -> tuple[int, bytes]:
        ended = subprocess.run(
            [sys.executable, "-m", "kaohe_workflow.cli", *command],
            env={**os.environ, "PYTHONIOENCODING": its, "KAOHE_HOME": str(tmp_path / "home")},
            capture_output=True,
            check=False,
        )
        return ended.returncode, ended.stdout + ended.stderr

    able, whole = run("utf-8:strict")

    assert code == able
    assert (code, whole.decode().encode(encoding, "backslashreplace")) == run(f"{encoding}:strict")


@pytest.mark.parametrize(
    "command",
    [[name] for name in COMMANDS if name != "chart"]
    + [["chart", what] for what in ("check", "table", "graph", "release", "pages")],
    ids=" ".join,
)
def test_help_says_what_a_command_does(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    """A sentence between how it is called and its options."""
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    _, _, rest = capsys.readouterr().out.partition("\n\n")
    described, _, _ = rest.partition("\n\n")

    assert described.endswith(".")


@pytest.mark.parametrize(
    "command", [["province", "--login", "office", "--name", "省卫生健康委员会"], ["serve"]]
)
def test_a_province_without_parameters_is_told_in_chinese(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    """Which there are, and which setting names one."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path))
    monkeypatch.setenv("KAOHE_PROVINCE", "beijing")
    (tmp_path / "kaohe.sqlite3").touch()
    Keys.in_home(tmp_path)

    assert 2 == main(command)
    assert (
        "kaohe: beijing: 没有这个省份的参数，现有：gansu、guangxi、sichuan；"
        "省份由 KAOHE_PROVINCE 指定 [province-unknown]\n" == capsys.readouterr().err
    )


def test_help_is_given_whatever_the_environment_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has made a slip of the pen can still read how it is done."""
    monkeypatch.setenv("KAOHE_DATABSE", "x")

    with pytest.raises(SystemExit) as caught:
        main(["sweep", "--help"])

    assert 0 == caught.value.code


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("the store does not answer: database is locked", "数据库正被另一进程占用"),
        ("the store does not answer: database or disk is full", "磁盘空间不足"),
        ("the store does not answer: something new", "原因不明"),
    ],
)
def test_a_database_that_stops_answering_is_told_in_chinese(
    capsys: pytest.CaptureFixture[str], said: str, cause: str
) -> None:
    """In the middle of a command as well: the cause, that nothing was half done, and the stable code."""

    def run() -> int:
        raise StoreUnavailable(said)

    assert 2 == exit_code_of(run)
    told = capsys.readouterr().err

    assert told.startswith(f"kaohe: 数据库没有响应：{cause}")
    assert told.endswith("请排除后再试 [store-unavailable]\n")


def test_a_record_that_cannot_be_read_is_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    """Which one it is, and what to do."""

    def run() -> int:
        raise RecordDamaged("account", "01h")

    code = exit_code_of(run)

    assert 2 == code
    assert "kaohe: account 01h 的记录读不出来：请用 kaohe verify" in capsys.readouterr().err


def test_an_error_of_the_program_is_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    """One line says where it comes from and nothing of what it says, which may be about a person; 1 means findings."""

    def broken() -> int:
        raise KeyError("韦晓梅 450102195701010012")

    assert 70 == exit_code_of(broken)
    told = capsys.readouterr().err

    assert told.startswith("kaohe: 内部错误 KeyError（test_main.py:")
    assert "韦晓梅" not in told


def test_what_cannot_be_written_is_told() -> None:
    """A full disk under the output is neither a finding nor a traceback."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kaohe_workflow.cli", "chart", "graph", "cycle"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert (2, True) == (done.returncode, done.stderr.startswith("kaohe: "))
    assert "Traceback" not in done.stderr
