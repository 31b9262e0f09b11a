"""What a run prints at its end: how far people came, what went wrong, and what to type next."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

import attrs
import pytest

from kaohe_workflow.cli import main
from kaohe_workflow.cli.demo import summary
from kaohe_workflow.testing.directories import Shape, directory_of
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.stories import Story
from kaohe_workflow.testing.story_telling import everything_happens

TOO_YOUNG = attrs.evolve(person(900), licensed_on=date(2018, 1, 1))
"""Whose five years are not full on the last day of the cycle."""

STORIES = (
    *everything_happens(),
    Story(person=TOO_YOUNG, procedure="simplified", ground="five_years", first={}),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own, whose name a shell would take apart."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "my home"))
    monkeypatch.delenv("KAOHE_KEYS", raising=False)
    return tmp_path / "my home"


def printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """What a run prints of a directory in which everything happens."""
    folder = directory_of(STORIES, 1, Shape()).write(tmp_path / "input")
    database = f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    assert 0 == main(["demo", "--run", "--input", str(folder), "--database", database, *options])
    return capsys.readouterr().out


def test_who_reads_the_end_of_a_run_understands_it(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everybody who is 合格 has sat or is 免考, and that is said; rows that came to nothing are shown with row and
    reason, a rule's refusal with where the rule stands, the others with how to get them; the commands that come next
    name this database and this home."""
    told = printed(tmp_path, capsys)
    funnel = told[: told.index("  首次合格")]
    steps = {name: int(count) for name, count in re.findall(r"^  (\w+)\s+([0-9]+)  ", funnel, re.MULTILINE)}

    assert ["名单有效", "允许报名", "报名", "审核完成", "免考", "参加测评", "合格"] == [*steps]
    assert steps["合格"] <= steps["参加测评"] + steps["免考"] <= steps["审核完成"]
    assert "免考：免考审核通过" in told
    assert re.search(r"名单无效行（[0-9]+）：\n(  第[0-9]+行：\S+\n){1,5}", told)
    assert re.search(r"  …其余 [0-9]+ 行：运行时加 --report FILE 可得到全部\n", told)
    assert "curl" not in told
    assert re.search(r"\n  名单中的其余人员：(\S+ [0-9]+)(，\S+ [0-9]+)*\n", told)
    place = f"KAOHE_HOME='{home}' kaohe"

    assert f"启动服务：{place} serve --database sqlite:///{tmp_path}/demo.sqlite3\n" in told
    assert f"核对历史：{place} verify --database sqlite:///{tmp_path}/demo.sqlite3\n" in told


def test_with_a_report_the_other_lines_are_there(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file holds all of them; a refused filing tells the article that it did not meet."""
    report = tmp_path / "report.json"

    told = printed(tmp_path, capsys, "--report", str(report))

    assert f"行：见 {report}\n" in told
    assert 0o600 == report.stat().st_mode & 0o777
    assert "《医师定期考核管理办法》第二十一条" in report.read_text(encoding="utf-8")


def test_no_password_is_printed() -> None:
    """Neither where the database is named nor in what to type."""
    url = "postgresql+psycopg://kaohe:secret@db/kaohe"

    assert "secret" not in "".join((summary.database(url), *summary.next_commands(url, None)))


@pytest.mark.parametrize(
    ("called", "printed"),
    [
        (".venv/bin/kaohe", ".venv/bin/kaohe"),
        ("/opt/my kaohe/kaohe", "'/opt/my kaohe/kaohe'"),
        ("pytest", "kaohe"),
    ],
)
def test_what_comes_next_is_typed_as_this_was(
    monkeypatch: pytest.MonkeyPatch, called: str, printed: str
) -> None:
    """The program need not be where a shell looks for it."""
    monkeypatch.setattr(sys, "argv", [called, "demo"])

    lines = list(summary.next_commands("sqlite:///a.sqlite3", None))

    assert [f"启动服务：{printed} serve --database sqlite:///a.sqlite3", lines[1]] == lines
