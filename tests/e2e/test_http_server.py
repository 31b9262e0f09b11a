"""The service as it is run: a process of its own, asked over the network."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import psycopg
import pytest
from sqlalchemy.engine import make_url

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.values.terms import AccountKind, OrganisationKind

LOGIN, PASSWORD = "province-office", "Blue-Hill-47"
PATIENCE = 60.0


class _NoPrinter:
    """Nothing is printed here."""


def _prepare(home: Path, url: str) -> str:
    """A province with one account, in an empty database; gives the activation code."""
    keys = Keys.in_home(home)
    application = open_application(url, keys, printer=_NoPrinter())  # type: ignore[arg-type] # never asked
    send = application.door.send
    made = CreateInstitution(superior_id=None, name="省卫生健康委员会", kind=OrganisationKind.PROVINCE)
    province = send(SYSTEM, "institution", None, "create", made).id
    account = CreateAccount(institution_id=province, kind=AccountKind.ORGANISATION, login=LOGIN)
    account_id = send(SYSTEM, "account", None, "create", account).id
    code = application.accounts.issue_code(SYSTEM, account_id).code
    application.store.close()
    return code


@attrs.define
class Server:
    """A running process and the address it announced."""

    process: subprocess.Popen[str]
    host: str
    port: int
    token: str | None = None

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, str], Any]:
        """Send a request: status, headers and JSON of the answer."""
        connection = HTTPConnection(self.host, self.port, timeout=PATIENCE)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, json.loads(content or b"null")

    def log_in(self, code: str) -> None:
        """Set the first password and log in with it."""
        self.token = self.ask("POST", "/api/v1/activations", {"account": LOGIN, "code": code})[2]["token"]
        self.ask("PUT", "/api/v1/password", {"password": PASSWORD})
        self.token = None
        status, _, session = self.ask("POST", "/api/v1/sessions", {"account": LOGIN, "password": PASSWORD})
        assert 201 == status
        self.token = session["token"]

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def _serving(home: Path, url: str) -> Iterator[Server]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("KAOHE_", "HOST", "PORT"))
    }
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "kaohe_workflow.cli", "serve", "--database", url, "--port", "0"],
            env=environment | {"KAOHE_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    try:
        address = urlsplit(process.stdout.readline().strip())
        assert address.hostname is not None, (home / "log").read_text()
        yield Server(process, address.hostname, address.port or 0)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of an installation."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


def test_it_serves_and_stops_when_told_to(home: Path) -> None:
    """Start, first password, log in, a request; SIGTERM ends it with 0; the log holds no name and no secret."""
    url = f"sqlite:///{home / 'kaohe.sqlite3'}"
    code = _prepare(home, url)
    with _serving(home, url) as server:
        healthy = server.ask("GET", "/readyz")[0]
        server.log_in(code)
        status, headers, shown = server.ask("GET", "/api/v1/institutions")
        ended = server.stop()
    log = (home / "log").read_text()

    assert (200, 200, 0) == (healthy, status, ended)
    assert ["省卫生健康委员会"] == [item["name"] for item in shown["items"]]
    assert "server" not in headers
    assert "GET /api/v1/institutions 200" in log
    assert [] == [secret for secret in (PASSWORD, code, str(server.token), LOGIN, "省卫") if secret in log]
    assert "Traceback" not in log


def test_what_was_written_is_there_after_a_restart(home: Path) -> None:
    """The session as well: it lives in the store, not in the process."""
    url = f"sqlite:///{home / 'kaohe.sqlite3'}"
    code = _prepare(home, url)
    with _serving(home, url) as first:
        first.log_in(code)
        first.stop()
    with _serving(home, url) as second:
        second.token = first.token
        status = second.ask("GET", "/api/v1/home")[0]

    assert 200 == status


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_database_that_goes_away_is_503_until_it_is_back(
    home: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    """While it is gone: 503 with Retry-After, alive but not ready, and nothing is made in its place; when it is back,
    the same session goes on."""
    file = home / "kaohe.sqlite3"
    url = request.getfixturevalue("fresh_postgres") if kind == "postgres" else f"sqlite:///{file}"
    code = _prepare(home, url)
    with _serving(home, url) as server:
        server.log_in(code)
        before = server.ask("GET", "/api/v1/home")[0]
        with _gone(url) if kind == "postgres" else _elsewhere(file):
            status, headers, problem = server.ask("GET", "/api/v1/home")
            written = server.ask("PUT", "/api/v1/password", {"old": PASSWORD, "password": f"{PASSWORD}-8"})[0]
            health = [server.ask("GET", path)[0] for path in ("/healthz", "/readyz")]
        after = [server.ask("GET", path)[0] for path in ("/api/v1/home", "/readyz")]
        ended = server.stop()

    assert (200, 503, "store-unavailable", 503) == (before, status, problem["code"], written)
    assert "5" == headers["retry-after"]
    assert ([200, 503], [200, 200], 0) == (health, after, ended)


@contextmanager
def _elsewhere(file: Path) -> Iterator[None]:
    """Somebody has moved the database's file away; nobody makes another one."""
    away = file.with_name("away")
    file.rename(away)
    yield
    assert not file.exists()
    away.rename(file)


@contextmanager
def _gone(url: str) -> Iterator[None]:
    """Nobody gets into the database, and whoever was in it is thrown out."""
    where = make_url(url)
    host = str(where.query["host"])
    with psycopg.connect(host=host, user=where.username, dbname="postgres", autocommit=True) as server:
        server.execute(f"ALTER DATABASE {where.database} ALLOW_CONNECTIONS false")
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (where.database,)
        )
        yield
        server.execute(f"ALTER DATABASE {where.database} ALLOW_CONNECTIONS true")


SMUGGLED = {
    "a length and chunks": b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
    "no host": b"GET /api/v1/home HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET /api/v1/home HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n",
    "another host in the first line": b"GET http://localhost/api/v1/home HTTP/1.1\r\nHost: evil\r\n"
    b"Connection: close\r\n\r\n",
    "a header without end": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
    "a body without end": b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 99999999999\r\nConnection: close\r\n\r\n",
    "a forged address": b"GET /api/v1/home HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil\r\n"
    b"X-Forwarded-For: 1.2.3.4\r\nConnection: close\r\n\r\n",
}
ANSWERED = {
    "a length and chunks": 415,
    "no host": 421,
    "two hosts": 400,
    "another host in the first line": 421,
    "a header without end": 431,
    "a body without end": 413,
    "a forged address": 401,
}
"""The status of each: none opens anything, none breaks the service."""


def test_odd_requests_open_nothing(home: Path) -> None:
    """What proxies and servers read differently is refused, or answered as what it is: never with 2xx or 5xx."""
    url = f"sqlite:///{home / 'kaohe.sqlite3'}"
    _prepare(home, url)
    with _serving(home, url) as server:
        answers = {name: _raw(server, request) for name, request in SMUGGLED.items()}
        server.stop()

    assert ANSWERED == {name: int(line.split(" ")[1]) for name, line in answers.items()}


def _raw(server: Server, request: bytes) -> str:
    """The status line of whatever comes back."""
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        with connection.makefile("r", encoding="latin-1") as answer:
            return answer.readline().strip()


@pytest.mark.parametrize(
    ("variable", "value"), [("KAOHE_TRUSTED_PROXY", "proxy"), ("KAOHE_KEYS", "secret-key"), ("PORT", "x")]
)
def test_a_wrong_setting_ends_it_before_it_begins(home: Path, variable: str, value: str) -> None:
    """Exit code 2 and a line with the name of the setting; never its value."""
    done = subprocess.run(
        [sys.executable, "-m", "kaohe_workflow.cli", "serve"],
        env={"PATH": os.environ["PATH"], "KAOHE_HOME": str(home), variable: value},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )

    assert (2, "") == (done.returncode, done.stdout)
    assert variable in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told_as_such(home: Path) -> None:
    """Exit code 2 and a line, no traceback."""
    (home / "kaohe.sqlite3").touch()
    Keys.in_home(home)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            [sys.executable, "-m", "kaohe_workflow.cli", "serve", "--port", str(taken.getsockname()[1])],
            env={"PATH": os.environ["PATH"], "KAOHE_HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    assert 2 == done.returncode
    assert "port-unusable" in done.stderr
    assert "Traceback" not in done.stderr
