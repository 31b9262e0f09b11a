"""What a newcomer is told who calls the command wrongly: in Chinese, with where to read more, and no traceback."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from kaohe_workflow.cli import COMMANDS, main
from kaohe_workflow.cli.parsing import told

CHINESE = re.compile("[\u4e00-\u9fff]")
DEEPER = {
    "chart": ("check", "table", "graph", "release", "pages"),
    "platform": ("add", "rotate", "end", "list"),
}
EVERY = [[name] for name in COMMANDS] + [[name, what] for name, deeper in DEEPER.items() for what in deeper]


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is said on stderr of a command line that ends with 2."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    complaint = capsys.readouterr().err

    assert 2 == ended.value.code
    assert "Traceback" not in complaint
    return complaint


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The same of a command that was read, and cannot do what it is asked for."""
    assert 2 == main(words)
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert CHINESE.search(told)
    return told


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own, so that nothing of whoever runs the tests is touched."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))


def test_help_tells_the_first_steps_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """Each step names a command that there is; each code says what it means."""
    with pytest.raises(SystemExit):
        main(["--help"])
    _, _, steps = capsys.readouterr().out.partition("first steps:")

    assert {"demo", "province", "serve", "verify"} == set(re.findall("kaohe ([a-z]+)", steps)) & set(COMMANDS)
    assert ["0", "1", "2", "70", "130", "141"] == re.findall("^  ([0-9]+) ", steps, re.MULTILINE)


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_an_option_that_there_is_not_is_told_with_where_to_read_more(
    capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    """By every command: in Chinese, and the help of that very command is named."""
    last = refused(capsys, *command, "--no-such-option").splitlines()[-1]

    assert re.fullmatch(rf"kaohe.*: .*[\u4e00-\u9fff].*；用法见 kaohe( {command[0]}.*)? --help", last)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "kaohe: 缺少 COMMAND；用法见 kaohe --help"),
        (["fly"], "kaohe: COMMAND 没有 'fly'，可用的有："),
        (["province"], "kaohe province: 缺少 --login；用法见 kaohe province --help"),
        (["chart", "fly"], "kaohe chart: WHAT 没有 'fly'，可用的有："),
        (["serve", "--port"], "kaohe serve: --port 后面须写出值；用法见 kaohe serve --help"),
        (["verify", "x"], "kaohe: 没有这样的参数：x；用法见 kaohe --help"),
        (["demo", "--run=1"], "kaohe demo: --run 不带值，而写了 '1'；用法见 kaohe demo --help"),
        (["demo", "--r"], "kaohe demo: --r 不明确，可能是 --run, --report；用法见 kaohe demo --help"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_is_wrong_with_a_command_line_is_told(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """What is missing, what there is instead."""
    assert refused(capsys, *words).splitlines()[-1].startswith(said)


@pytest.mark.parametrize("message", ["argument --x: something new", ""])
def test_what_argparse_learns_later_is_told_as_it_says_it(message: str) -> None:
    """Nothing is lost for want of a translation."""
    assert message == told(message)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chart", "check", "no.yaml"], "kaohe: no.yaml: 路径不存在 [chart-missing]"),
        (["chart", "table", "fly"], "kaohe: fly: 没有这个流程图，现有：account、"),
        (["chart", "graph", "assessment", "--current", "fly"], "kaohe: 没有状态 'fly'，现有："),
        (["demo", "--run", "--input", "no-folder"], "no-folder"),
        (["verify"], "所在目录不存在"),
        (["sweep"], "没有数据库文件"),
        (["serve"], "没有数据库文件"),
        (["platform", "list"], "没有数据库文件"),
        (["verify", "--database", "mysql://x"], "不是可用的数据库地址"),
        (["seed", "--province", "--share", "2"], "不是大于0、不超过1的数"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_cannot_be_used_is_told(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    """A missing file, a wrong address, a database that nobody has made."""
    assert said in complaint(capsys, *words)


def test_bad_yaml_is_told_with_its_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What the library of YAML says stands behind what it is."""
    path = tmp_path / "bad.yaml"
    path.write_text("a: [\n", encoding="utf-8")

    assert f"kaohe: {path}:2: YAML语法有误：" in complaint(capsys, "chart", "check", str(path))


def test_a_folder_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """An error of the system says which path it is about."""
    file = tmp_path / "file"
    file.touch()

    assert str(file) in complaint(capsys, "chart", "pages", str(file / "pages"))


def test_a_port_in_use_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the demonstration as by the service."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        monkeypatch.setenv("PORT", port)
        said = complaint(capsys, "demo", "--database", f"sqlite:///{tmp_path / 'demo.sqlite3'}")

    assert f"127.0.0.1:{port}" in said
    assert "端口已被占用" in said
