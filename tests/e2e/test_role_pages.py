"""The four pages that go through a cycle from one role's chair: their requests, sent as their readers send them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import make_server

import attrs
import pytest

from kaohe_service.app import create_app
from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.testing.journeys import GOOD, HIGH, LOW, Journeys, Traveller
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import START, WINDOWS, World, noon
from kaohe_workflow.values.terms import AccountKind, Stage
from kaohe_workflow.values.windows import CycleWindows
from tests.e2e.pages import follow
from tests.e2e.test_cycle_page import Silent

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "how-to"
MOST_LINES = 150

PRELUDE = """
set -eu
beside() { curl -sf "${api%/api/v1}/$1/$2"; }
"""

Meanwhile = Mapping[str, Callable[[], Any]]
"""What others do, by the words in which a page says so."""


class Chair:
    """A world with the account of whoever sits in the chair, and physicians on their way."""

    def __init__(self, windows: CycleWindows = WINDOWS) -> None:
        self.clock = SettableClock(START)
        application = open_application("memory:", Keys.fresh(), clock=self.clock, printer=PlainPrinter())
        self.world = World.make(application, self.clock, windows=windows)
        self.journeys = Journeys.of(self.world)

    def account(self, organisation: Principal, page: str) -> None:
        """The account of an organisation that a page logs in with, with the page's password."""
        login, password = written(page, "account"), written(page, "password")
        made = CreateAccount(
            institution_id=str(organisation.organisation_id),
            kind=AccountKind.ORGANISATION,
            login=login,
            operator_id=organisation.operator_id,
        )
        account = self.world.send(SYSTEM, "account", None, "create", made).id
        accounts = self.world.application.accounts
        code = accounts.issue_code(SYSTEM, account).code
        accounts.activate(accounts.log_in(login, code).token, password)

    def code_of(self, physician: Traveller) -> str:
        """The code that a physician's institution hands out."""
        self.world.settle()
        rows = self.world.application.lists.page(
            SYSTEM, "accounts", {"physician_id": physician.physician_id}
        ).rows
        return self.world.application.accounts.issue_code(SYSTEM, str(rows[0]["id"])).code

    def enrol(self, *travellers: Traveller) -> None:
        """The hospital confirms that they take part."""
        for one in travellers:
            self.world.send(self.world.hospital, "assessment", one.case_id, "enrol", Enrol())

    def lead(self, state: str, *travellers: Traveller) -> None:
        """Others do what brings them into a state."""
        for one in travellers:
            self.journeys.lead(one, state)

    def score(self, *travellers: Traveller, stage: Stage = Stage.FIRST, failing: bool = False) -> None:
        """The platform delivers scores of 医学人文 and 业务水平; who fails, fails the latter."""
        for one in travellers:
            self.journeys.score(one, stage, humanities=HIGH, professional=LOW if failing else HIGH)


def written(page: str, variable: str) -> str:
    """What a page sets a variable of its shell to."""
    (value,) = re.findall(rf"^{variable}=(\S+)", (PAGES / f"{page}.md").read_text(encoding="utf-8"), re.M)
    return str(value)


@contextmanager
def serving(chair: Chair, meanwhile: Meanwhile) -> Iterator[int]:
    """
    Serve a world in this process; the port.

    ``/on/DAY`` goes to noon of a day, ``/meanwhile/WORDS`` lets others do what the words say; after both the system
    does what is due: with a worker beside it nobody could say what was done first.
    """
    app = create_app(chair.world.application)

    def beside(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode()
        _, what, words = f"{path}//".split("/")[:3]
        if what == "on":
            chair.clock.set(noon(date.fromisoformat(words)))
        elif what == "meanwhile":
            meanwhile[words]()
        else:
            answer: Iterable[bytes] = app(environ, start)
            return answer
        chair.world.settle()
        start("204 No Content", [])
        return []

    with make_server("127.0.0.1", 0, beside, handler_class=Silent) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def follow_page(chair: Chair, name: str, folder: Path, meanwhile: Meanwhile, **given: str) -> None:
    """Every command succeeds on its day, after what others have done; what stands behind an arrow comes out."""
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    for variable, value in given.items():
        page = re.sub(rf"^{variable}=\S*", f"{variable}={value}", page, flags=re.M)
    told = set(re.findall(r"^# 其间：(\S+)$", page, re.M))
    page = re.sub(r"^# (\d{4}-\d\d-\d\d)$", r"beside on \1", page, flags=re.M)
    page = re.sub(r"^# 其间：(\S+)$", r"beside meanwhile \1", page, flags=re.M)
    with serving(chair, meanwhile) as port:
        follow(page.replace("127.0.0.1:8000", f"127.0.0.1:{port}"), PRELUDE, folder)

    assert set(meanwhile) == told
    assert () == chair.world.application.verification.run().findings


pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the pages' commands are those of a Unix shell"
)


@pytest.fixture
def chair() -> Chair:
    return Chair()


def test_a_physician_goes_through_a_cycle(chair: Chair, tmp_path: Path) -> None:
    """From the first log-in to the result in writing (手册 2.2.7, 2.2.9)."""
    physician = chair.journeys.newcomer()
    meanwhile = {
        "机构确认该医师参加考核": lambda: chair.enrol(physician),
        "机构评定和考核机构复核均已通过": lambda: chair.world.review(physician.case_id),
        "测评平台送达成绩": lambda: chair.score(physician),
        "省级定考办公布合格线": lambda: chair.journeys.publish(Stage.FIRST),
        "机构打印证书": lambda: chair.world.application.certificates.issue(
            chair.world.hospital, *chair.journeys.certificates(physician)
        ),
    }
    follow_page(
        chair,
        "physician",
        tmp_path,
        meanwhile,
        account=physician.id_number,
        code=chair.code_of(physician),
    )

    assert "qualified" == chair.journeys.state(physician)
    assert (tmp_path / "notice.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF")


def test_an_institution_goes_through_a_cycle(chair: Chair, tmp_path: Path) -> None:
    """From its list of physicians to their certificates (手册 2.2.5, 2.2.6): also of who stands on a later page of the
    list, and of whose case something has been before."""
    chair.account(chair.world.hospital, "institution")
    chair.world.at(date(2023, 11, 27))
    before = chair.journeys.newcomer()
    chair.enrol(before)
    chair.world.send(chair.world.hospital, "assessment", before.case_id, "cancel_enrolment", reason="误报")
    filed: list[Traveller] = []

    def file() -> None:
        rows = chair.world.application.lists.page(
            SYSTEM, "assessments", {"state": "awaiting_registration"}
        ).rows
        for row in rows:
            person = str(row["physician_id"])
            principal = Principal(
                account_id=f"account-of-{person}",
                kind=AccountKind.PHYSICIAN,
                organisation_id=chair.world.hospital.organisation_id,
                physician_id=person,
                operator_id=person,
            )
            one = Traveller(principal, str(row["id"]), "")
            chair.lead("awaiting_institution_review", one)
            filed.append(one)

    def passed() -> None:
        for one in filed:
            chair.world.send(chair.world.agency, "assessment", one.case_id, "pass")

    meanwhile = {
        "医师填报并提交": file,
        "考核机构复核通过": passed,
        "测评平台送达成绩": lambda: chair.score(*filed),
        "省级定考办公布合格线": lambda: chair.journeys.publish(Stage.FIRST),
    }
    follow_page(chair, "institution", tmp_path, meanwhile, rows="2")

    assert ["qualified"] * 3 == [chair.journeys.state(one) for one in filed]
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF")


def test_an_assessment_institution_goes_through_a_cycle(chair: Chair, tmp_path: Path) -> None:
    """From the files that wait for it to its report (手册 2.2.8; 考核办法 第十五条)."""
    chair.account(chair.world.agency, "assessment-institution")
    first, second = chair.journeys.newcomer(), chair.journeys.newcomer()
    meanwhile = {
        "两名医师已提交，所在机构已评定": lambda: chair.lead("awaiting_agency_review", first, second),
        "所在机构重新评定": lambda: chair.world.send(
            chair.world.hospital, "assessment", second.case_id, "submit_opinion", GOOD
        ),
        "省级定考办公布合格线": lambda: chair.journeys.publish(Stage.FIRST),
    }
    follow_page(
        chair, "assessment-institution", tmp_path, meanwhile, first=first.id_number, second=second.id_number
    )

    assert ["qualified"] * 2 == [chair.journeys.state(one) for one in (first, second)]


def test_an_administration_goes_through_a_cycle(tmp_path: Path) -> None:
    """From the progress of the cycle to its archive (手册 2.2.2, 2.2.9), with the windows of the make-up left to its
    opening, as the page on cycles leaves them."""
    chair = Chair(attrs.evolve(WINDOWS, makeup_confirm=None, makeup=None))
    chair.account(chair.world.province, "administration")
    good, weak = chair.journeys.newcomer(), chair.journeys.newcomer()
    meanwhile = {
        "两名医师报名并经审核、复核": lambda: chair.lead("awaiting_assessment", good, weak),
        "测评平台送达成绩": lambda: (chair.score(good), chair.score(weak, failing=True)),
        "测评平台送达补考成绩": lambda: chair.journeys.score(weak, Stage.MAKEUP, professional=HIGH),
    }
    follow_page(chair, "administration", tmp_path, meanwhile)

    assert ["qualified"] * 2 == [chair.journeys.state(one) for one in (good, weak)]
    assert "archived" == chair.world.state_of("cycle", chair.world.cycle_id)


@pytest.mark.parametrize("name", ["institution", "assessment-institution", "administration"])
def test_a_page_goes_on_with_a_login_of_the_installation(name: str) -> None:
    """Whoever has installed as the page before says can follow this one as it stands; its commands name no other."""
    page, installation = ((PAGES / f"{one}.md").read_text(encoding="utf-8") for one in (name, "install"))
    login, password = re.escape(written(name, "account")), re.escape(written(name, "password"))

    assert re.search(rf"\$\(activate {login} .* {password}\)$", installation, re.M)
    assert {'"$account" "$password"'} == set(re.findall(r"^log_in ([^({\n]*)$", page, re.M))


@pytest.mark.parametrize("name", ["physician", "institution", "assessment-institution", "administration"])
def test_a_page_is_short_and_linked(name: str) -> None:
    """Whoever comes finds the page of the own role, and can read it in one go."""
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")

    assert len(page.splitlines()) <= MOST_LINES
    assert all(
        f"how-to/{name}.md" in (ROOT / place).read_text(encoding="utf-8")
        for place in ("README.md", "README.zh-CN.md", "docs/README.md")
    )
