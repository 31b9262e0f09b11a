"""The command itself: read the directory, open the database, run or go on, report, and serve."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import count
from pathlib import Path

import attrs

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.application.application import Application
from kaohe_workflow.cli import installation
from kaohe_workflow.cli.demo import course, summary, timetable
from kaohe_workflow.cli.demo.accounts import DemoAccount, activate_accounts
from kaohe_workflow.cli.demo.directory import Directory, read_directory
from kaohe_workflow.cli.demo.in_process import InProcessCaller
from kaohe_workflow.cli.demo.operating import first_accounts, latest_step, stage_of
from kaohe_workflow.cli.demo.organisations import Authorities
from kaohe_workflow.cli.demo.report import Report, report_of
from kaohe_workflow.cli.demo.telling import telling
from kaohe_workflow.cli.demo.tracing import traces
from kaohe_workflow.errors import DefinitionError, InputInvalid, Problem
from kaohe_workflow.values.terms import Role

HOST = "127.0.0.1"
DEFAULT_PORT = "8000"
_CERTIFICATES = "certificates"


def demo(arguments: argparse.Namespace) -> int:
    """
    Run, and serve unless ``--run`` is given.

    Raises:
        InputInvalid: the directory cannot be used, the report not written, or the database is not one to run on;
            each with its place and reason. Nothing was changed then.
        StoreUnavailable: the database does not answer.
    """
    _check_installed(() if arguments.only_run else ("falcon", "waitress"))
    report_file = _writable(arguments.report)
    directory = read_directory(_folder(arguments.input))
    home = installation.home()
    database = arguments.database or _new_database(home)
    _run(directory, database, home, report_file)
    if not arguments.only_run:
        _serve(database)
    return 0


def _check_installed(names: Iterable[str]) -> None:
    missing = [name for name in (*names, "typst") if importlib.util.find_spec(name) is None]
    if missing:
        raise DefinitionError(
            [
                Problem(name, "not-installed", "install kaohe-workflow[service,certificates]")
                for name in missing
            ]
        )


def _folder(given: str | None) -> Traversable:
    return files("kaohe_workflow.cli.demo").joinpath("input") if given is None else Path(given)


def _writable(given: str | None) -> Path | None:
    """The report's file; that it cannot be written is better known before the run than after it."""
    if given is None:
        return None
    path = Path(given).absolute()
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputInvalid(
            [Problem(given, "report-unwritable", "报告无法写入：目录不存在、不可写，或这是一个目录")]
        )
    return path


def _new_database(home: Path) -> str:
    """The URL of a file that was not there before."""
    for number in count(1):
        path = home / f"demo-{number}.sqlite3"
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            continue
        return f"sqlite:///{path}"
    raise AssertionError("count never ends")


@attrs.frozen
class _Outcome:
    """What a run leaves for people to look at."""

    report: Report
    funnel: tuple[str, ...]
    accounts: tuple[DemoAccount, ...]
    certificates: Path


def _run(directory: Directory, database: str, home: Path, report_file: Path | None) -> None:
    clock = SettableClock(timetable.SET_UP)
    application = open_application(database, installation.keys(home), clock=clock)
    if stage_of(application) == "finished":
        message = "该数据库中的演示已经完成：可用 kaohe serve --database 查看，重新演示请换一个数据库"
        raise InputInvalid([Problem("--database", "demonstration-finished", message)])
    outcome = _outcome(application, clock, directory, home / _CERTIFICATES, report_file)
    _tell(outcome, database)


def _outcome(
    application: Application,
    clock: SettableClock,
    directory: Directory,
    certificates: Path,
    report_file: Path | None,
) -> _Outcome:
    """Run to the end; accounts are activated when the report is written, and the run is over with them."""
    clock.set(max(latest_step(application) or timetable.SET_UP, timetable.SET_UP))
    caller = InProcessCaller(application, clock)
    with telling() as teller:
        province = first_accounts(application)
        authorities = course.run(caller, directory, province, teller, certificates)
    report = report_of(application, directory, authorities)
    if report_file is not None:
        _write(report_file, report)
    return _Outcome(
        report,
        _funnel(application, report, authorities),
        activate_accounts(application, caller, authorities),
        certificates / authorities.cycle_id,
    )


def _funnel(application: Application, report: Report, authorities: Authorities) -> tuple[str, ...]:
    known = traces(application, authorities.ids["hospital"], authorities.cycle_id)
    return tuple(summary.funnel(report, known.values()))


def _write(path: Path, report: Report) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_text(json.dumps(report.plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)


def _tell(outcome: _Outcome, database: str) -> None:
    address = f"http://{HOST}:{os.environ.get('PORT') or DEFAULT_PORT}"
    lines = (
        "考核周期演示完成：",
        *outcome.funnel,
        *summary.certificate(outcome.certificates),
        f"数据库：{database}",
        *summary.accounts(outcome.accounts),
        *summary.commands(outcome.accounts, Role.INSTITUTION.label, address),
    )
    print("\n".join(lines), flush=True)


def _serve(database: str) -> None:
    from kaohe_service import wiring
    from kaohe_service.settings import Settings

    environment = dict(os.environ) | {"KAOHE_DATABASE": database, "HOST": HOST}
    settings = Settings.of_environment(environment)
    try:
        wiring.serve(
            wiring.open_from(settings), settings, announce=lambda url: print(f"服务地址：{url}", flush=True)
        )
    except OSError as ex:
        message = f"无法监听{HOST}:{settings.port}：{ex.strerror or ex}"
        raise InputInvalid([Problem("PORT", "port-unusable", message)]) from ex
