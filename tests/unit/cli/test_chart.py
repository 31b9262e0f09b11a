"""``kaohe chart``: its output and its exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe_workflow.adapters import policy_files
from kaohe_workflow.adapters.statechart_files import LOCK
from kaohe_workflow.cli import main

CHART = """\
chart: note
version: 1
label: 便笺
initial: none
states:
  kept: {label: 保存}
  gone: {label: 丢弃, final: true}
transitions:
  - {event: write, label: 写, from: none, to: kept, by: [{role: physician, relation: self}]}
  - {event: drop, label: 丢, from: kept, to: gone, by: [{role: physician, relation: self}]}
"""


@pytest.fixture
def charts(tmp_path: Path) -> Path:
    """A folder with one chart."""
    (tmp_path / "note").mkdir()
    (tmp_path / "note" / "v1.yaml").write_text(CHART, encoding="utf-8")
    return tmp_path


def test_a_sound_chart_is_checked_and_said_so(charts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 and one line when nothing is found."""

    assert 0 == main(["chart", "check", str(charts / "note" / "v1.yaml")])
    assert "charts: 1, findings: 0\n" == capsys.readouterr().out


def test_findings_are_printed_with_file_and_line(charts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1 when something is found; each finding has its place, its kind and its witness."""
    path = charts / "note" / "v1.yaml"
    path.write_text(CHART.replace("  gone:", "  lost: {label: 遗失}\n  gone:"), encoding="utf-8")

    assert 1 == main(["chart", "check", str(path)])
    assert [
        f"{path}:7 state lost: is entered by no row [unreachable-state]",
        "charts: 1, findings: 1",
    ] == capsys.readouterr().out.splitlines()


def codes(told: str) -> list[str]:
    """The code at the end of each line."""
    return [line.rpartition("[")[2].rstrip("]") for line in told.splitlines()]


def test_a_chart_that_cannot_be_read_is_wrong_use(charts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2 when the chart itself is wrong, with every problem."""
    path = charts / "note" / "v1.yaml"
    path.write_text(CHART.replace("label: 写,", "").replace("label: 丢,", ""), encoding="utf-8")

    assert 2 == main(["chart", "check", str(path)])
    assert ["missing-key", "missing-key"] == codes(capsys.readouterr().err)


def test_a_chart_of_ones_own_has_words_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Roles, relations and parameters are those of the program that the chart is for; no word of ours is put in their
    place."""
    path = tmp_path / "leave.yml"
    row = "- {event: tidy, label: 清, from: kept, to: gone, by: [{role: staff, relation: own}], when: [old]}"
    guard = "guards: {old: {fact: days, at_least: {parameter: kept_days}, label: 已过期}}"
    fact = "facts: {days: {type: integer, minimum: 0, maximum: 99, label: 天数}}"
    path.write_text(f"{CHART}  {row}\n{fact}\n{guard}\n".replace("physician", "writer"), encoding="utf-8")

    assert 0 == main(["chart", "check", str(path)])
    assert "charts: 1, findings: 0\n" == capsys.readouterr().out
    assert 0 == main(["chart", "table", str(path)])
    assert "| writer (self) |" in capsys.readouterr().out
    assert 0 == main(["chart", "graph", str(path)])
    assert "kept --> gone : 丢 / 清" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["check", "table", "graph"])
def test_a_chart_among_the_shipped_ones_keeps_to_their_words(
    charts: Path, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version that is being written there is told of a role that nobody has, before it is released."""
    monkeypatch.setattr("kaohe_workflow.cli.chart.charts_root", lambda: charts)
    path = charts / "note" / "v1.yaml"
    path.write_text(CHART.replace("physician", "writer"), encoding="utf-8")

    assert 2 == main(["chart", what, str(path)])
    assert ["unknown-name", "unknown-name"] == codes(capsys.readouterr().err)


def test_a_chart_that_is_no_utf_8_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2 and what is wanted, no traceback."""
    path = tmp_path / "note.yaml"
    path.write_text(CHART, encoding="gb18030")

    assert 2 == main(["chart", "check", str(path)])
    assert ["chart-encoding"] == codes(capsys.readouterr().err)


@pytest.mark.parametrize(
    "words", [["table", "nothing"], ["graph", "nothing.yaml"], ["check", "nothing.yaml"]]
)
def test_a_chart_that_is_not_there_is_wrong_use(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """2 when there is no such file and no such lifecycle."""

    assert 2 == main(["chart", *words])
    assert "[chart-missing]" in capsys.readouterr().err


def test_to_check_nothing_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """A check of nothing would say that all is well."""

    assert 2 == main(["chart", "check"])
    assert "--all" in capsys.readouterr().err


def test_the_shipped_charts_are_sound(capsys: pytest.CaptureFixture[str]) -> None:
    """What ships passes its own check, actions and the provinces' parameters included."""

    assert 0 == main(["chart", "check", "--all"]), capsys.readouterr().out


def test_the_shipped_policies_are_checked_with_the_charts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Policies that are gone leave rows of the system that nobody sends: findings like any other."""
    whole = policy_files.load_policies
    monkeypatch.setattr(
        policy_files,
        "load_policies",
        lambda root: tuple(one for one in whole(root) if not one.name.startswith("settle_")),
    )

    code = main(["chart", "check", "--all"])

    told = capsys.readouterr().out

    assert (1, True) == (code, "assessment/v1.yaml:" in told and "assessment.settle" in told)


def test_a_shipped_chart_is_named_by_its_lifecycle(capsys: pytest.CaptureFixture[str]) -> None:
    """Table and diagram take the newest version, with the words for roles that people use."""

    assert 0 == main(["chart", "table", "department"])
    assert "医疗卫生机构 (本机构)" in capsys.readouterr().out
    assert 0 == main(["chart", "graph", "department", "--current", "enabled"])
    assert "class enabled current" in capsys.readouterr().out


def test_a_state_to_fill_must_be_in_the_chart(charts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2 and the states there are, rather than a diagram without it."""

    assert 2 == main(["chart", "graph", str(charts / "note" / "v1.yaml"), "--current", "torn"])
    assert "kept、gone" in capsys.readouterr().err


def test_a_release_is_locked_once(charts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is new is named; a second release has nothing to add."""

    assert 0 == main(["chart", "release", "--yes", str(charts)])
    assert "released note/v1.yaml\n" == capsys.readouterr().out
    assert (charts / LOCK).is_file()
    assert 0 == main(["chart", "release", "--yes", str(charts)])
    assert "" == capsys.readouterr().out


def test_a_release_is_said_before_it_is_made(charts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --yes everything that would be locked is named, and nothing is written; once it is, nothing is named."""
    there = sorted(charts.rglob("*"))

    assert 0 == main(["chart", "release", str(charts)])
    assert [
        "would release note/v1.yaml",
        "nothing was written; with --yes they are released, and never change again",
    ] == capsys.readouterr().out.splitlines()
    assert there == sorted(charts.rglob("*"))

    main(["chart", "release", "--yes", str(charts)])
    capsys.readouterr()

    assert 0 == main(["chart", "release", str(charts)])
    assert "" == capsys.readouterr().out


def test_a_release_of_the_folder_at_hand_is_said_too(
    charts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`kaohe chart release` alone means ``statecharts`` where one stands, and writes no more than any other."""
    home = charts.parent / "checkout"
    home.mkdir()
    charts.rename(home / "statecharts")
    monkeypatch.chdir(home)

    assert 0 == main(["chart", "release"])
    assert capsys.readouterr().out.startswith("would release note/v1.yaml\n")
    assert not (home / "statecharts" / LOCK).exists()


@pytest.mark.parametrize("more", [[], ["--yes"]])
def test_a_wrong_chart_releases_nobody(
    charts: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    """2 where one of several cannot be read, asked or done: the others are not locked either."""
    (charts / "torn").mkdir()
    (charts / "torn" / "v1.yaml").write_text("a: ]", encoding="utf-8")

    assert 2 == main(["chart", "release", *more, str(charts)])
    assert "torn/v1.yaml:1" in capsys.readouterr().err
    assert not (charts / LOCK).exists()
