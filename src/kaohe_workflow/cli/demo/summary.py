"""What a run prints at its end: the funnel, a certificate, accounts and commands to try them with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kaohe_workflow.cli.demo.accounts import DemoAccount
from kaohe_workflow.cli.demo.report import Report
from kaohe_workflow.cli.demo.tracing import Trace
from kaohe_workflow.values.terms import Stage

_WIDTH = 40


def funnel(report: Report, traces: Iterable[Trace]) -> Iterator[str]:
    """The way from the roster to the results, a line a step."""
    known = list(traces)
    yield "考核周期演示完成："
    steps = (
        ("名单有效", report.roster_good_rows),
        ("允许报名", report.enrolled),
        ("报名", report.submitted),
        ("审核完成", sum(trace.has("pass", "confirm_fail") for trace in known)),
        ("参加测评", sum(any(stage is Stage.FIRST for _, stage in trace.scores) for trace in known)),
        ("合格", report.end_states.get("qualified", 0)),
    )
    most = max(*(number for _, number in steps), 1)
    for label, number in steps:
        yield f"  {label.ljust(5, '　')}{number:>6}  {'█' * round(number * _WIDTH / most)}"
    yield (
        f"  其中首次合格 {report.qualified_first}，补考合格 {report.qualified_makeup}，"
        f"不合格 {report.end_states.get('unqualified', 0)}"
    )
    yield (
        f"  名单无效行 {len(report.bad_rows)}，与脚本不符 {len(report.unexpected)}，"
        f"证书 {report.certificates.printed}（姓名含暂不支持的字 {report.certificates.unprintable}）"
    )


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
        yield f"  {account.role.ljust(12, '　')}  {account.login:<20} {account.password}"


def commands(known: Iterable[DemoAccount], institution_role: str, address: str) -> Iterator[str]:
    """Lines for a shell, for the account of the institution."""
    for account in known:
        if account.role == institution_role:
            login = f'{{"account":"{account.login}","password":"{account.password}"}}'
            bearer = '-H "Authorization: Bearer $TOKEN"'
            yield f"接口说明（浏览器）：{address}/log-in"
            yield "试用接口："
            yield f"  TOKEN=$(curl -s {address}/api/v1/sessions -H 'Content-Type: application/json' \\"
            yield f"""    -d '{login}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')"""
            yield f"  curl -s {bearer} {address}/api/v1/home"
            yield f"  curl -s {bearer} '{address}/api/v1/assessments?state=qualified&limit=3'"
            yield f"  curl -s {bearer} '{address}/api/v1/certificates?state=generated&limit=1'"
