"""What a run prints at its end: the funnel, what went wrong, a certificate, accounts and commands to go on with."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from kaohe_workflow.cli.demo.accounts import DemoAccount
from kaohe_workflow.cli.demo.report import Report
from kaohe_workflow.cli.demo.tracing import Trace
from kaohe_workflow.statechart.model import Statechart
from kaohe_workflow.values.terms import Stage

SHOWN = 5
"""How many lines of each kind of trouble are printed; the report holds all."""

_WIDTH = 40


def funnel(report: Report, traces: Iterable[Trace], chart: Statechart) -> Iterator[str]:
    """
    The way from the roster to the results, a line a step; who sat nothing and why is told below.

    Args:
        chart: of the assessment, whose words for the states are used.
    """
    known = list(traces)
    waived = sum(_waived(trace) for trace in known)
    failed = sum(trace.has("confirm_fail") for trace in known)
    absent = sum(trace.has("pass") and not _sat(trace) and not _waived(trace) for trace in known)
    yield "考核周期演示完成（人数）："
    steps = [
        ("名单有效", report.roster_good_rows),
        ("允许报名", report.enrolled),
        ("报名", report.submitted),
        ("审核完成", sum(trace.has("pass", "confirm_fail") for trace in known)),
        *([("免考", waived)] if waived else []),
        ("参加测评", sum(map(_sat, known))),
        ("合格", report.end_states.get("qualified", 0)),
    ]
    most = max(*(number for _, number in steps), 1)
    for label, number in steps:
        yield f"  {label.ljust(5, '　')}{number:>6}  {'█' * round(number * _WIDTH / most)}"
    if waived:
        yield "  免考：免考审核通过，没有应测的试卷，不参加测评即可合格；所以合格可多于参加测评"
    if failed or absent:
        yield f"  审核完成而未参加测评的，除免考外：审核不合格 {failed}，缺考或无成绩 {absent}"
    yield (
        f"  首次合格 {report.qualified_first}，补考合格 {report.qualified_makeup}，"
        f"不合格 {report.end_states.get('unqualified', 0)}，证书 {report.certificates.printed}"
    )
    others = [
        f"{chart.by_name[state].label} {number}"
        for state, number in report.end_states.items()
        if state not in ("qualified", "unqualified")
    ]
    if others:
        yield f"  名单中的其余人员：{'，'.join(others)}"


def _sat(trace: Trace) -> bool:
    return any(stage is Stage.FIRST for _, stage in trace.scores)


def _waived(trace: Trace) -> bool:
    return "granted" in trace.exemption and not _sat(trace)


def troubles(report: Report, unprintable: Sequence[int], report_file: Path | None) -> Iterator[str]:
    """
    What of the directory did not come to anything: the first lines of each kind, and where the others are.

    Args:
        unprintable: rows of the roster whose certificates could not be printed.
    """
    font = "证书中有现有字体不支持的字：可用 KAOHE_FONT_DIR 指定字体目录"
    kinds = (
        ("名单无效行", [f"第{bad.row}行：{bad.reason}" for bad in report.bad_rows]),
        ("未能打印的证书", [f"名单第{row}行：{font}" for row in unprintable]),
        ("与脚本或成绩不符", [f"{one.file} 第{one.row}行：{one.reason}" for one in report.unexpected]),
    )
    where = f"见 {report_file}" if report_file is not None else "运行时加 --report FILE 可得到全部"
    for label, lines in kinds:
        if lines:
            yield f"{label}（{len(lines)}）："
            yield from (f"  {line}" for line in lines[:SHOWN])
        if len(lines) > SHOWN:
            yield f"  …其余 {len(lines) - SHOWN} 行：{where}"


def certificate(folder: Path) -> Iterator[str]:
    """Where one of the certificates is, and that its address for looking it up is none."""
    files = sorted(folder.glob("*.pdf"))
    if files:
        yield f"证书示例：{files[0]}"
        yield "证书上的核验网址为示例，部署时用 KAOHE_VERIFICATION_BASE 设置"


def accounts(known: Iterable[DemoAccount]) -> Iterator[str]:
    """Every account with its password."""
    yield "演示账户（密码只显示这一次）："
    for account in known:
        yield f"  {account.holder.ljust(12, '　')}  {account.login:<20} {account.password}"


def commands(known: Iterable[DemoAccount], institution: str, address: str) -> Iterator[str]:
    """Lines for a shell, for the account of the institution."""
    for account in known:
        if account.holder == institution:
            login = f'{{"account":"{account.login}","password":"{account.password}"}}'
            bearer = '-H "Authorization: Bearer $TOKEN"'
            yield f"接口说明（浏览器）：{address}/log-in"
            yield "试用接口："
            yield f"  TOKEN=$(curl -s {address}/api/v1/sessions -H 'Content-Type: application/json' \\"
            yield f"""    -d '{login}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')"""
            yield f"  curl -s {bearer} {address}/api/v1/home"
            yield f"  curl -s {bearer} '{address}/api/v1/assessments?state=qualified&limit=3'"
            yield f"  curl -s {bearer} '{address}/api/v1/certificates?state=generated&limit=1'"


def database(url: str) -> str:
    """An address as it may be printed: without its password."""
    return url if url == "memory:" else sa.make_url(url).render_as_string(hide_password=True)


def next_commands(url: str, home: str | None) -> Iterator[str]:
    """
    Lines for a shell that serve and verify what a run has left.

    Args:
        home: what KAOHE_HOME says; None where it says nothing.
    """
    yield f"启动服务：{_place(home)}{program()} serve --database {shlex.quote(database(url))}"
    yield verifying(url, home)


def verifying(url: str, home: str | None) -> str:
    """
    A line for a shell that verifies what a run has left.

    Args:
        home: as for `next_commands`.
    """
    return f"核对历史：{_place(home)}{program()} verify --database {shlex.quote(database(url))}"


def _place(home: str | None) -> str:
    return f"KAOHE_HOME={shlex.quote(home)} " if home else ""


def program() -> str:
    """This program as it was called, where that was by its own name: it need not be where a shell looks for it."""
    called = sys.argv[0]
    return shlex.quote(called) if Path(called).name == "kaohe" else "kaohe"
