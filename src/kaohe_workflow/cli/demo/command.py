"""The command itself: read the directory, open the database, run or go on, report, and serve."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.application.application import Application
from kaohe_workflow.cli import installation
from kaohe_workflow.cli.causes import cause_of, may
from kaohe_workflow.cli.databases import check_database
from kaohe_workflow.cli.demo import course, summary, timetable
from kaohe_workflow.cli.demo.accounts import Activation
from kaohe_workflow.cli.demo.directory import Directory, read_directory
from kaohe_workflow.cli.demo.exclusive import alone
from kaohe_workflow.cli.demo.in_process import InProcessCaller
from kaohe_workflow.cli.demo.operating import first_accounts, latest_step, stage_of
from kaohe_workflow.cli.demo.report import Report, report_of, unprintable_rows
from kaohe_workflow.cli.demo.tracing import traces
from kaohe_workflow.cli.telling import Telling, telling
from kaohe_workflow.errors import DefinitionError, InputInvalid, Problem
from kaohe_workflow.values.terms import Role

if TYPE_CHECKING:
    from kaohe_service.settings import Settings

HEADING = "各阶段办理的件数（含规则未予通过的；没有要办的阶段不列）："
"""Stands above the stages: what they count is tries, and not what came of them."""

HOST = "127.0.0.1"
DEFAULT_PORT = "8000"
_CERTIFICATES = "certificates"


def demo(arguments: argparse.Namespace) -> int:
    """
    Run, and serve unless ``--run`` is given.

    Raises:
        InputInvalid: the directory cannot be used, the report not written, or the database is not one to run on;
            each with its place and reason. Nothing was changed then.
        DefinitionError: a setting of the service that is to follow is wrong.
    """
    _check_installed(() if arguments.only_run else ("dbos", "falcon", "waitress"))
    if not arguments.only_run:
        _settings(arguments.database or "")
        if arguments.database == "memory:":
            message = "内存中的数据随演示结束而消失，无法接着提供服务：请加 --run，或换一个数据库"
            raise InputInvalid([Problem(installation.OPTION, "database-in-memory", message)])
    report_file = _writable(arguments.report)
    directory = read_directory(_folder(arguments.input))
    home = installation.home()
    database = arguments.database or _new_database(home)
    run(directory, database, home, report_file, partial(telling, HEADING), served=not arguments.only_run)
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
    try:
        fault = _fault_of(path)
    except OSError as ex:
        fault = cause_of(ex)
    if fault is not None:
        raise _unwritable(given, fault)
    return path.resolve()  # a link is written through, not replaced


def _fault_of(path: Path) -> str | None:
    if "\0" in str(path):
        return "路径中有不允许的字符"
    if path.is_dir():
        return "这是一个目录，请写出文件名"
    if path.exists() and not path.is_file():
        return "这不是普通文件，请更正路径"
    if not path.parent.is_dir():
        return "所在目录不存在，请先建立目录或更正路径"
    writable = may(path.parent, os.W_OK | os.X_OK)
    return None if writable else "对所在目录没有写入权限"


def _unwritable(place: str, fault: str) -> InputInvalid:
    return InputInvalid([Problem(place, "report-unwritable", f"报告无法写入：{fault}")])


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


def run(
    directory: Directory,
    database: str,
    home: Path,
    report_file: Path | None,
    telling: Callable[[], AbstractContextManager[Telling]],
    *,
    served: bool = False,
) -> None:
    """
    Run a cycle, or go on with it; write the report and print what came of it.

    ``served`` says that it is served next, so that how to ask is printed; otherwise how to serve it is.

    Raises:
        InputInvalid: the database cannot be used, holds a finished run, or something else; or another run is at work.
        StoreUnavailable: the database has stopped answering.
    """
    check_database(database, installation.OPTION, makes=True)
    with alone(database), _opened(database, home) as (application, caller):
        certificates = home / _CERTIFICATES
        with telling() as teller:
            province = first_accounts(application)
            _check_not_overtaken(application)
            authorities = course.run(caller, directory, province, teller, certificates)
            found = traces(application, authorities.ids["hospital"], authorities.cycle_id)
            report = report_of(application, directory, authorities, found)
            unprintable = unprintable_rows(application, directory, authorities.cycle_id)
            if report_file is not None:
                _write(report_file, report)
            activation = Activation.of(application, authorities)
            activation.begin(teller)
        charts = application.catalogue.charts["assessment"]
        lines = (
            *summary.funnel(report, found.values(), charts[max(charts)]),
            *summary.troubles(report, unprintable, report_file),
            *summary.certificate(certificates / authorities.cycle_id),
            *_invitation(database, activation, served=served),
        )
        print("\n".join(lines), flush=True)
        # The last account: everything is written and printed, and the run is over.
        activation.finish()


def _invitation(database: str, activation: Activation, *, served: bool) -> Iterator[str]:
    address = f"http://{HOST}:{os.environ.get('PORT') or DEFAULT_PORT}"
    yield f"数据库：{summary.database(database)}"
    yield from summary.accounts(activation.accounts)
    home = os.environ.get("KAOHE_HOME")
    if not served:
        yield from summary.next_commands(database, home)
        return
    yield summary.verifying(database, home)
    yield from summary.commands(activation.accounts, Role.INSTITUTION.label, address)


@contextmanager
def _opened(database: str, home: Path) -> Iterator[tuple[Application, InProcessCaller]]:
    """The application on a database whose run is not over, with its clock where the run was cut off."""
    clock = SettableClock(timetable.SET_UP)
    application = installation.open_at(database, home, clock, makes=True)
    with closing(application.store):
        if stage_of(application) == "finished":
            message = "该数据库中的演示已经完成：可用 kaohe serve --database 查看，重新演示请换一个数据库"
            raise InputInvalid([Problem(installation.OPTION, "demonstration-finished", message)])
        clock.set(max(latest_step(application) or timetable.SET_UP, timetable.SET_UP))
        yield application, InProcessCaller(application, clock)


def _check_not_overtaken(application: Application) -> None:
    if application.door.clock.now() > timetable.CERTIFICATES_PRINTED:
        message = (
            f"该数据库中有演示日程（至{timetable.CERTIFICATES_PRINTED:%Y-%m-%d}）之后的操作，"
            "例如运行过 kaohe serve 或 kaohe sweep，不能再接着演示：请换一个数据库"
        )
        raise InputInvalid([Problem(installation.OPTION, "demonstration-overtaken", message)])


def _write(path: Path, report: Report) -> None:
    """Put the report in its place when it is whole; it has full ID numbers, so it is closed to others."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(report.plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(path)
    except OSError as ex:
        raise _unwritable(str(path), f"{cause_of(ex)}；请排除后再运行一次，演示会接着写") from ex


def _settings(database: str) -> Settings:
    """
    How the service will run afterwards.

    Raises:
        DefinitionError: a setting is wrong; better known before the run than after it.
        InputInvalid: ``port-unusable``, for the same reason.
    """
    from kaohe_service.settings import Settings

    settings = Settings.of_environment(dict(os.environ) | {"KAOHE_DATABASE": database, "HOST": HOST})
    try:
        with socket.create_server((HOST, settings.port)):
            return settings
    except OSError as ex:
        raise _port_unusable(settings.port, ex) from ex


def _port_unusable(port: int, error: OSError) -> InputInvalid:
    return InputInvalid([Problem("PORT", "port-unusable", f"无法监听 {HOST}:{port}：{cause_of(error)}")])


def _serve(database: str) -> None:
    from kaohe_service import wiring

    settings = _settings(database)
    application = wiring.open_from(settings)
    with closing(application.store):
        try:
            wiring.serve(application, settings, announce=lambda url: print(f"服务地址：{url}", flush=True))
        except OSError as ex:
            raise _port_unusable(settings.port, ex) from ex
