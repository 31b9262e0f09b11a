"""A chart that names what no code answers to is refused at the start, with file and line, before any request."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaohe_workflow.adapters import wiring
from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.binding import unbound
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.cli import chart as chart_command
from kaohe_workflow.cli import main
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.lifecycles import LIFECYCLES

ROWS = """
  - event: suspend
    label: 中止
    from: under_way
    by: [{role: province, relation: own}]
    when: [suspended]
    do: [note_suspension]
    cites: [design]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped charts; somebody has added an event, with an action and a fact, to that of the cycle."""
    root = charts_root()
    assert isinstance(root, Path)
    shutil.copytree(root, tmp_path / "statecharts")
    path = tmp_path / "statecharts" / "cycle" / "v1.yaml"
    fact = "  suspended: {type: boolean, label: 已中止, cites: [design]}\n"
    text = path.read_text(encoding="utf-8").replace("\nguards:\n", f"{fact}\nguards:\n")
    path.write_text(text.rstrip() + "\n" + ROWS.lstrip("\n"), encoding="utf-8")
    return tmp_path / "statecharts"


@pytest.fixture
def started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The changed folder in the place of the shipped one."""
    load_catalogue.cache_clear()
    for module in (wiring, chart_command):
        monkeypatch.setattr(module, "charts_root", lambda: folder)
    yield folder
    load_catalogue.cache_clear()


def expected(folder: Path) -> list[tuple[str, str]]:
    lines = (folder / "cycle" / "v1.yaml").read_text(encoding="utf-8").splitlines()
    row = lines.index("  - event: suspend") + 1
    fact = next(number for number, line in enumerate(lines, start=1) if line.startswith("  suspended:"))
    return [
        (f"cycle/v1.yaml:{row} cycle.suspend", "payload-missing"),
        (f"cycle/v1.yaml:{row} cycle.suspend", "action-missing"),
        (f"cycle/v1.yaml:{fact} cycle.suspended", "fact-missing"),
    ]


def test_the_shipped_charts_and_packages_know_each_other() -> None:
    """Nothing is unbound in what ships."""

    assert () == unbound(LIFECYCLES, load_charts(charts_root(), VOCABULARY))


def test_what_no_code_answers_to_is_found_where_it_is_written(folder: Path) -> None:
    """Event, action and fact, each with file and line."""
    problems = unbound(LIFECYCLES, load_charts(folder, VOCABULARY))

    assert expected(folder) == [(problem.path, problem.code) for problem in problems]


def test_a_start_is_refused(started: Path) -> None:
    """Whatever opens the application is told every problem before anything runs."""
    with pytest.raises(DefinitionError) as refused:
        load_catalogue()

    assert expected(started) == [(problem.path, problem.code) for problem in refused.value.problems]


def test_no_catalogue_is_made_of_them(folder: Path) -> None:
    """Who wires an application of their own is refused as well."""
    sound = load_catalogue()
    with pytest.raises(DefinitionError) as refused:
        Catalogue(LIFECYCLES, load_charts(folder, VOCABULARY), sound.timeline, sound.policies)

    assert expected(folder) == [(problem.path, problem.code) for problem in refused.value.problems]


def test_the_check_finds_them(started: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`kaohe chart check --all` says so: 1, and a line for each."""

    assert 1 == main(["chart", "check", "--all"])
    told = capsys.readouterr().out.splitlines()

    assert [path for path, _ in expected(started)] == [line.partition(": ")[0] for line in told[:-1]]


@pytest.mark.parametrize("named", ["cycle", "{}/cycle/v1.yaml"])
def test_the_check_of_one_shipped_chart_finds_them(
    started: Path, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Named by its lifecycle or by its file; a chart of somebody's own runs on no package."""
    copy = started.parent / "copy.yaml"
    shutil.copy(started / "cycle" / "v1.yaml", copy)

    assert 1 == main(["chart", "check", named.format(started)])
    told = capsys.readouterr().out.splitlines()

    assert [path for path, _ in expected(started)] == [line.partition(": ")[0] for line in told[:-1]]
    assert 0 == main(["chart", "check", str(copy)])


def test_an_event_in_many_rows_is_told_once(folder: Path) -> None:
    """One class is missing, however many rows there are."""
    path = folder / "cycle" / "v1.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + ROWS.lstrip("\n").replace("under_way", "draft"), encoding="utf-8"
    )

    assert expected(folder) == [
        (problem.path, problem.code) for problem in unbound(LIFECYCLES, load_charts(folder, VOCABULARY))
    ]


def test_one_without_the_other_is_found() -> None:
    """A chart without a package and a package without a chart."""
    charts = load_charts(charts_root(), VOCABULARY)
    fewer = {name: lifecycle for name, lifecycle in LIFECYCLES.items() if name != "cycle"}
    without = {name: versions for name, versions in charts.items() if name != "cycle"}

    assert [("cycle/v1.yaml", "lifecycle-missing")] == [
        (problem.path, problem.code) for problem in unbound(fewer, charts)
    ]
    assert [("cycle", "chart-missing")] == [
        (problem.path, problem.code) for problem in unbound(LIFECYCLES, without)
    ]
