"""The demonstration's own course over HTTP: the same driver, a client that logs in as each role in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kaohe_workflow.adapters.clock import FileClock
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.cli import installation
from kaohe_workflow.cli.demo import course, timetable
from kaohe_workflow.cli.demo.calling import Who
from kaohe_workflow.cli.demo.directory import Directory, read_directory
from kaohe_workflow.cli.demo.operating import first_accounts
from kaohe_workflow.cli.demo.organisations import Authorities
from kaohe_workflow.cli.demo.report import Report, report_of
from kaohe_workflow.cli.demo.tracing import traces
from kaohe_workflow.cli.telling import Lines
from kaohe_workflow.errors import ConcurrentTransition
from tests.e2e.demonstrations import GIVEN, check_given, findings
from tests.e2e.http_caller import HttpCaller, Keyring
from tests.e2e.racing_caller import RacingCaller

PROGRAM = Path(__file__).parent / "clocked_server.py"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KAOHE_KEYS", raising=False)
    return installation.home()


def first_code(database: str, clock: FileClock) -> tuple[Who, str]:
    """What the operator does before anybody can log in: the province's account and its code."""
    application = open_application(database, installation.keys(installation.home(), makes=True), clock=clock)
    with closing(application.store):
        province = first_accounts(application)
        return province, application.accounts.issue_code(SYSTEM, province.account_id).code


@contextmanager
def serving(database: str, clock_file: Path) -> Iterator[str]:
    """The service in a process of its own; its address."""
    arguments = [sys.executable, str(PROGRAM), database, str(clock_file)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def report_on(database: str, directory: Directory, authorities: Authorities) -> Report:
    """The report, read from the database when the service is gone."""
    application = open_application(database, installation.keys(installation.home(), makes=True))
    with closing(application.store):
        found = traces(application, authorities.ids["hospital"], authorities.cycle_id)
        return report_of(application, directory, authorities, found)


@pytest.mark.manual(
    "S-I2", "S-62", "S-70", "S-73", "N-1.3", "N-2.2", "N-3.14", "N-3.7", "S-I1", "S-I3", "N-0.2"
)
def test_a_cycle_over_http_ends_as_expected(tmp_path: Path) -> None:
    """Everything that the demonstration does, a client can do over HTTP in the roles that own it, with accounts that
    were activated by real codes; the end is the expected one, and the history proves it."""
    database, clock = f"sqlite:///{tmp_path / 'http.sqlite3'}", FileClock(tmp_path / "clock")
    clock.set(timetable.SET_UP)
    directory = read_directory(GIVEN)
    province, code = first_code(database, clock)

    with serving(database, tmp_path / "clock") as address:
        caller = HttpCaller(address, clock, {province.login: code})
        with closing(caller):
            authorities = course.run(caller, directory, province, Lines(), tmp_path / "certificates")

    report = report_on(database, directory, authorities)
    printed = list((tmp_path / "certificates").glob("*/*.pdf"))
    check_given(json.loads(json.dumps(report.plain)))

    assert report.certificates.printed == len(printed)
    assert () == findings(database)


def test_two_at_once_at_two_services_do_everything_once(tmp_path: Path, fresh_postgres: str) -> None:
    """Two clerks of every institution, each at a service process of its own over one PostgreSQL, do the whole cycle
    at the same time: whoever comes second is told so, nothing is done twice, and the end is the expected one."""
    clock = FileClock(tmp_path / "clock")
    clock.set(timetable.SET_UP)
    directory = read_directory(GIVEN)
    province, code = first_code(fresh_postgres, clock)
    codes, keyring = {province.login: code}, Keyring()

    with (
        serving(fresh_postgres, tmp_path / "clock") as here,
        serving(fresh_postgres, tmp_path / "clock") as there,
    ):
        pair = (HttpCaller(address, clock, codes, keyring) for address in (here, there))
        with closing(RacingCaller(*pair)) as caller:
            authorities = course.run(caller, directory, province, Lines(), tmp_path / "certificates")

    report = report_on(fresh_postgres, directory, authorities)
    printed = list((tmp_path / "certificates").glob("*/*.pdf"))
    check_given(json.loads(json.dumps(report.plain)))

    assert report.certificates.printed == len(printed)
    assert {ConcurrentTransition.code: caller.won.total()} == caller.lost
    assert {0, 1} == set(caller.won)
    assert () == findings(fresh_postgres)
