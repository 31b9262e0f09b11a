"""The page about a cycle with dates of one's own, followed day by day from where the installation ends."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from kaohe_service.app import create_app
from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.application import Application
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.testing.files import pdf
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import START, noon
from kaohe_workflow.values.terms import OrganisationKind
from tests.e2e.pages import follow

pytestmark = pytest.mark.manual("N-3.4", "S-18")

PAGES = Path(__file__).parents[2] / "docs" / "how-to"

PRELUDE = """
set -eu
on() { curl -sf "${api%/api/v1}/on/$1"; }
"""

Start = Callable[..., Any]


class Silent(WSGIRequestHandler):
    """Writes no line a request."""

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nobody reads it."""


@contextmanager
def serving(application: Application, clock: SettableClock) -> Iterator[int]:
    """
    Serve an application in this process; the port.

    A request to ``/on/DAY`` goes to noon of a day and lets the system do what is due: with a worker beside it nobody
    could say what was done first.
    """
    app = create_app(application)

    def with_days(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        _, on, day = f"{environ['PATH_INFO']}//".split("/")[:3]
        if on != "on":
            answer: Iterable[bytes] = app(environ, start)
            return answer
        clock.set(noon(date.fromisoformat(day)))
        application.timers.sweep()
        application.timers.work()
        start("204 No Content", [])
        return []

    with make_server("127.0.0.1", 0, with_days, handler_class=Silent) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def code_of_the_province(application: Application) -> str:
    """What ``kaohe province --name … --login office`` prints."""
    made = CreateInstitution(
        superior_id=None,
        name="省卫生健康委员会",
        kind=OrganisationKind.PROVINCE,
        login="office",
        shared=False,
    )
    province = application.door.send(SYSTEM, "institution", None, "create", made).id
    with application.store.begin(write=False) as unit:
        (account,) = unit.find("account", [])
    assert account.record.institution_id == province
    return application.accounts.issue_code(SYSTEM, account.id).code


@pytest.mark.skipif(sys.platform == "win32", reason="the page's commands are those of a Unix shell")
def test_a_cycle_comes_to_its_end_as_the_page_says(tmp_path: Path) -> None:
    """From the draft to the archive: every command succeeds on its day, what stands behind an arrow is in the output,
    and every step can be decided again."""
    clock = SettableClock(START)
    application = open_application("memory:", Keys.fresh(), clock=clock, printer=PlainPrinter())
    installation = (PAGES / "install.md").read_text(encoding="utf-8")
    section = installation[installation.index("## From the province") : installation.index("## In operation")]
    page = section + (PAGES / "cycle.md").read_text(encoding="utf-8")
    page = re.sub(r"code=QTR3\S*", f"code={code_of_the_province(application)}", page)
    page = re.sub(r"^# on (\S+)$", r"on \1", page, flags=re.M)
    for name in re.findall(r"`(\w+\.pdf)`", page):  # those that the page asks its reader for
        (tmp_path / name).write_bytes(pdf())
    with serving(application, clock) as port:
        follow(page.replace("127.0.0.1:8000", f"127.0.0.1:{port}"), PRELUDE, tmp_path)
    cycles = application.lists.page(SYSTEM, "cycles", {}).rows

    assert ["archived"] == [row["state"] for row in cycles]
    assert () == application.verification.run().findings


@pytest.mark.parametrize("page", sorted(PAGES.parent.rglob("*.md")), ids=lambda page: page.stem)
def test_no_command_hides_what_went_wrong(page: Path) -> None:
    """A file that is not there, or a service that does not run, is said: curl is silent about its progress alone."""
    assert [] == re.findall(r".*\bcurl -s .*", page.read_text(encoding="utf-8"))
