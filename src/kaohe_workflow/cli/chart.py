"""
``kaohe chart``: check charts, write them out for reviewers, lock what is released.

A chart is named by its file, or by the lifecycle it ships for (its newest version). A file outside the folder of the
shipped charts is somebody's own: its roles, relations, parameters and actions are those of another program, and are not
compared with ours.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from kaohe_workflow.adapters.statechart_files import (
    LOCK,
    VOCABULARY,
    charts_root,
    load_charts,
    read_statechart,
    release,
    unreleased,
)
from kaohe_workflow.cli import Subparsers
from kaohe_workflow.cli.causes import cause_of
from kaohe_workflow.cli.chart_pages import add_pages
from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.lifecycles.shape import Lifecycle
from kaohe_workflow.statechart.checking import KINDS, Finding, check
from kaohe_workflow.statechart.model import Statechart
from kaohe_workflow.statechart.rendering import NO_WORDS, mermaid, table

_CHART = "a YAML file, or the name of a shipped chart"
_SUFFIXES = (".yaml", ".yml")


def add(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("chart", help="check and draw statecharts, release a version")
    commands = parser.add_subparsers(metavar="WHAT", required=True)
    _add_check(commands)
    _add_table_and_graph(commands)
    _add_release(commands)
    add_pages(commands)


def _add_check(commands: Subparsers) -> None:
    checking = commands.add_parser(
        "check",
        help="prove that charts are sound; 1 if there are findings",
        description="Prove that charts are sound; 1 if there are findings. A file outside the folder\n"
        "of the shipped charts may name any roles, relations, parameters and actions.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(["findings:", *(f"  {kind:<22}{meaning}" for kind, meaning in KINDS.items())]),
    )
    checking.add_argument("charts", nargs="*", metavar="CHART", help=_CHART)
    checking.add_argument(
        "--all", action="store_true", help="all shipped charts, and the lock on released ones"
    )
    checking.set_defaults(run=check_charts)


def _add_table_and_graph(commands: Subparsers) -> None:
    tabling = commands.add_parser(
        "table",
        help="the rows of a chart as a table",
        description="Print the rows of a chart as a table, and what its guards mean.",
    )
    tabling.add_argument("chart", metavar="CHART", help=_CHART)
    tabling.add_argument("--format", choices=("markdown", "csv"), default="markdown")
    tabling.set_defaults(run=write_table)
    drawing = commands.add_parser(
        "graph",
        help="a chart as a Mermaid state diagram",
        description="Print a chart as a Mermaid state diagram of its states and the moves between them.",
    )
    drawing.add_argument("chart", metavar="CHART", help=_CHART)
    drawing.add_argument("--current", metavar="STATE", help="a state to fill")
    drawing.set_defaults(run=draw)


def _add_release(commands: Subparsers) -> None:
    releasing = commands.add_parser(
        "release",
        help="lock every version that is not locked yet: it never changes again",
        description=f"Print the charts that {LOCK} of the folder does not name yet; with --yes, write the hash of"
        " each into it. From then on a chart that has changed stops every start and every check: what changes is the"
        " next version.",
    )
    releasing.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("statecharts"),
        metavar="FOLDER",
        help="where <lifecycle>/v<version>.yaml lie (default: statecharts)",
    )
    releasing.add_argument(
        "--yes",
        action="store_true",
        help="lock them; without it nothing is written, and only said what would be",
    )
    releasing.set_defaults(run=lock)


def check_charts(arguments: argparse.Namespace) -> int:
    """Print every finding; 0 if there is none, 1 if there is, 2 if nothing was named to be checked."""
    if not arguments.charts and not arguments.all:
        print("kaohe: name charts to check, or --all", file=sys.stderr)
        return 2
    findings = checked = 0
    for place, found in _checked(arguments):
        checked += 1
        for finding in found:
            findings += 1
            print(f"{place}:{finding.line} {finding}" if finding.line else f"{place} {finding}")
    for problem in _problems_between(arguments):
        findings += 1
        print(problem)
    print(f"charts: {checked}, findings: {findings}")
    return 1 if findings else 0


def _problems_between(arguments: argparse.Namespace) -> Iterator[Problem]:
    """What is wrong between shipped charts and the packages that they run on, and with the policies."""
    from kaohe_workflow.adapters.policy_files import load_policies
    from kaohe_workflow.adapters.wiring import policy_problems
    from kaohe_workflow.application.binding import unbound, unbound_chart
    from kaohe_workflow.lifecycles import LIFECYCLES

    if arguments.all:
        charts = load_charts(charts_root(), VOCABULARY)
        yield from unbound(LIFECYCLES, charts)
        yield from policy_problems(load_policies(charts_root()), charts)
        return
    for named in arguments.charts:
        chart = _find(named)
        if _is_ours(named) and chart.name in LIFECYCLES:
            yield from unbound_chart(LIFECYCLES[chart.name], chart)


def _is_file(named: str) -> bool:
    return Path(named).suffix in _SUFFIXES


def _is_ours(named: str) -> bool:
    """Whether a name is that of a shipped chart, or of a file among them, and not of somebody's own."""
    if not _is_file(named):
        return True
    root = charts_root()
    return isinstance(root, Path) and Path(named).resolve().is_relative_to(root.resolve())


def _checked(arguments: argparse.Namespace) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """
    Place of each chart that is to be checked, and what is found there; only of shipped charts the actions are known.
    One that is not there is told with the package that lacks it.
    """
    from kaohe_workflow.lifecycles import LIFECYCLES

    for name, versions in (load_charts(charts_root(), VOCABULARY) if arguments.all else {}).items():
        for version, chart in versions.items():
            lifecycle = LIFECYCLES.get(name)
            # Old versions may well do without actions that a newer one needs.
            actions = _actions(lifecycle, chart) if lifecycle and version == max(versions) else None
            yield f"{name}/v{version}.yaml", check(chart, VOCABULARY, _parameter_values(), actions)
    for named in arguments.charts:
        chart = _find(named)
        yield named, check(chart, VOCABULARY, _parameter_values()) if _is_ours(named) else check(chart)


def _actions(lifecycle: Lifecycle, chart: Statechart) -> frozenset[str]:
    return frozenset(lifecycle.actions) | {action for row in chart.transitions for action in row.do}


def _parameter_values() -> Mapping[str, set[int]]:
    """Every parameter → its values in any province at any time."""
    from kaohe_workflow.adapters.parameter_files import load_parameters

    values: dict[str, set[int]] = {}
    for timeline in load_parameters(charts_root()).values():
        for _, parameters in timeline.versions():
            for name, value in parameters.integers.items():
                values.setdefault(name, set()).add(value)
    return values


def _find(named: str) -> Statechart:
    """
    The chart of a file, or the newest shipped one of a lifecycle.

    Raises:
        DefinitionError: there is neither, or the chart is wrong.
    """
    if _is_file(named):
        if Path(named).exists() and not Path(named).is_file():
            raise DefinitionError([Problem(named, "chart-missing", "这不是普通文件")])
        try:
            text = Path(named).read_text(encoding="utf-8")
        except OSError as ex:
            raise DefinitionError([Problem(named, "chart-missing", cause_of(ex))]) from ex
        except UnicodeDecodeError as ex:
            raise DefinitionError([Problem(named, "chart-encoding", "文件须为UTF-8编码")]) from ex
        return read_statechart(text, named, VOCABULARY if _is_ours(named) else None)
    charts = load_charts(charts_root(), VOCABULARY)
    if named not in charts:
        message = f"没有这个流程图，现有：{'、'.join(charts)}；文件名须以 .yaml 或 .yml 结尾"
        raise DefinitionError([Problem(named, "chart-missing", message)])
    return charts[named][max(charts[named])]


def write_table(arguments: argparse.Namespace) -> int:
    """Print a chart as a table; that of a shipped one has the Chinese words for roles and relations."""
    from kaohe_workflow.values.terms import RELATIONS, ROLES

    words = {**ROLES, **RELATIONS} if _is_ours(arguments.chart) else NO_WORDS
    print(table(_find(arguments.chart), arguments.format, words), end="")
    return 0


def draw(arguments: argparse.Namespace) -> int:
    """Print a chart as a diagram; 2 if the state to fill is not in it."""
    chart = _find(arguments.chart)
    if arguments.current is not None and arguments.current not in chart.leaves:
        print(f"kaohe: 没有状态 {arguments.current!r}，现有：{'、'.join(chart.leaves)}", file=sys.stderr)
        return 2
    print(mermaid(chart, arguments.current), end="")
    return 0


def lock(arguments: argparse.Namespace) -> int:
    """
    Lock the versions of a folder that are not locked yet, and print their names; without --yes only print them.

    A released version is never changed again, so nobody releases one by a command that was typed to see what it does.
    """
    if arguments.yes:
        for place in release(arguments.folder):
            print(f"released {place}")
        return 0
    waiting = unreleased(arguments.folder)
    for place in waiting:
        print(f"would release {place}")
    if waiting:
        print("nothing was written; with --yes they are released, and never change again")
    return 0
