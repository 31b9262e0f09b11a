"""What holds for every request, whichever route it takes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import falcon
import pytest
from falcon import testing

from kaohe_service.api.sessions import SESSION_COOKIE
from kaohe_service.errors import CrossSite
from kaohe_service.middleware import HEADERS, check_origin
from kaohe_workflow.errors import RecordDamaged

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

HOME = "/api/v1/home"


@pytest.mark.manual("S-6")
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_our_own_names_are_answered(still: Site, host: str) -> None:
    """With a port or without, in any case."""

    assert 401 == still.nobody().ask("GET", HOME, headers={"Host": host}).status_code


@pytest.mark.manual("S-6")
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "[::2]"])
def test_another_name_is_refused(still: Site, host: str) -> None:
    """A rebound name or a confused proxy gets nothing, not even the log-in."""
    answer = still.nobody().ask(
        "POST", "/api/v1/sessions", {"account": "a", "password": "b"}, headers={"Host": host}
    )

    assert (421, "host-unknown") == (answer.status_code, answer.json["code"])


@pytest.mark.parametrize("path", [HOME, "/healthz", "/nowhere"])
@pytest.mark.parametrize(
    "host",
    [
        "localhost:abc",
        "localhost:８０",
        "localhost:65536",
        "localhost:80:80",
        "localhost, evil.example",
        "localhost, localhost",
        "localhost@evil",
        "local host",
        "[::1",
        "http://localhost",
    ],
)
def test_what_is_no_single_host_is_refused(still: Site, path: str, host: str) -> None:
    """A port that is none, or two Host headers, which a server joins by a comma: 400, also for health."""
    answer = still.nobody().ask("GET", path, headers={"Host": host})

    assert (400, "host-malformed") == (answer.status_code, answer.json["code"])


@pytest.mark.parametrize("host", ["localhost:0", "localhost:65535", "localhost:"])
def test_every_port_is_one(still: Site, host: str) -> None:
    """The bounds, and the empty port that the syntax allows."""

    assert 401 == still.nobody().ask("GET", HOME, headers={"Host": host}).status_code


@pytest.mark.parametrize("variable", ["RAW_URI", "REQUEST_URI"])
@pytest.mark.parametrize(
    "sent",
    ["/api/v1%2Fhome", "/api/v1%2fhome", "/api%2Fv1/home?x=1", "http://localhost/api/v1%2Fhome"],
)
def test_an_encoded_slash_makes_no_other_route(still: Site, variable: str, sent: str) -> None:
    """A server decodes %2F before the path is matched; what was one segment stays one: there is no such address."""
    answer = testing.simulate_get(still.app, HOME, host="localhost", extras={variable: sent})

    assert (404, "route-unknown") == (answer.status_code, answer.json["code"])


def test_an_encoded_slash_in_a_query_is_a_character(still: Site) -> None:
    """Only the path is cut at slashes."""
    extras = {"RAW_URI": f"{HOME}?x=a%2Fb"}

    assert 401 == testing.simulate_get(still.app, HOME, host="localhost", extras=extras).status_code


def test_health_is_answered_under_any_name(still: Site) -> None:
    """Whoever watches a process asks by its address."""
    answers = [
        still.nobody().ask("GET", path, headers={"Host": "10.0.0.9"}) for path in ("/healthz", "/readyz")
    ]

    assert [200, 200] == [answer.status_code for answer in answers]


@pytest.mark.parametrize("path", ["/healthz", HOME, "/nowhere", "/docs"])
def test_every_answer_carries_the_safe_headers_and_its_id(still: Site, path: str) -> None:
    """Nothing is stored, framed or guessed, whatever is answered; the ids differ."""
    answers = [still.nobody().get(path) for _ in range(2)]

    for answer in answers:
        assert HEADERS == {name: answer.headers[name.lower()] for name in HEADERS}

    assert 2 == len({answer.headers["x-request-id"] for answer in answers})


def test_transport_security_is_told_where_there_is_some(still: Site) -> None:
    """Only over https, where the proxy says so."""
    plain = testing.simulate_get(still.app, "/healthz", protocol="http")
    secure = testing.simulate_get(still.app, "/healthz", protocol="https")

    assert [False, True] == ["strict-transport-security" in answer.headers for answer in (plain, secure)]


def test_the_id_of_a_problem_is_that_of_its_request(still: Site) -> None:
    """What a person reads out on the telephone finds the line in the log."""
    answer = still.nobody().get(HOME)

    assert answer.headers["x-request-id"] == answer.json["trace_id"]


FORGED = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Referer": "https://evil.example/localhost"},
    {},
]
OURS = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Origin": "https://localhost"},
    {"Referer": "http://localhost/docs"},
]


def _log_out(site: Site, token: str | None, headers: dict[str, str]) -> int:
    cookie = {"Cookie": f"{SESSION_COOKIE}={token}"}
    answer = site.nobody().ask("DELETE", "/api/v1/sessions/current", headers=cookie | headers)
    return answer.status_code


@pytest.mark.parametrize("headers", FORGED)
def test_a_cookie_from_another_sites_page_changes_nothing(
    site: Site, hospital: Caller, headers: dict[str, str]
) -> None:
    """An unsafe request with a cookie must come from a page of ours: 403, and the session still lives."""

    assert 403 == _log_out(site, hospital.token, headers)
    assert 200 == hospital.get(HOME).status_code


@pytest.mark.parametrize("headers", OURS)
def test_a_cookie_from_our_own_page_works(site: Site, hospital: Caller, headers: dict[str, str]) -> None:
    """New browsers say where a request comes from, older ones from which page."""

    assert 204 == _log_out(site, hospital.token, headers)


def test_a_cookie_reads_without_any_such_header(site: Site, hospital: Caller) -> None:
    """Reading changes nothing, so nothing has to be proven."""
    answer = site.nobody().ask("GET", HOME, headers={"Cookie": f"{SESSION_COOKIE}={hospital.token}"})

    assert 200 == answer.status_code


def test_a_token_needs_no_proof_of_origin(hospital: Caller) -> None:
    """No browser adds a bearer token by itself."""

    assert 204 == hospital.ask("DELETE", "/api/v1/sessions/current").status_code


def test_even_the_log_in_is_refused_from_another_site() -> None:
    """Nobody is logged in as somebody else by a page that he visits; a program without a browser may log in."""
    foreign = testing.create_req(method="POST", headers={"Sec-Fetch-Site": "cross-site"})
    with pytest.raises(CrossSite):
        check_origin(foreign, by_cookie=False)

    check_origin(testing.create_req(method="POST"), by_cookie=False)


def test_a_log_line_holds_ids_and_no_query(
    site: Site, hospital: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither what was looked for nor what was found is in the log."""
    caplog.set_level(logging.INFO, "kaohe.service")
    answer = hospital.get("/api/v1/physicians", query="name=%E9%9F%A6%E6%99%93")

    assert 200 == answer.status_code
    assert 1 == len(caplog.messages)
    (line,) = caplog.messages

    assert line.startswith(f"{answer.headers['x-request-id']} GET /api/v1/physicians 200 ")
    assert not any(secret in line for secret in ("name", "韦", str(hospital.token)))


class _Broken:
    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        raise RuntimeError("韦晓梅 450102195701010012")


def test_what_goes_wrong_inside_is_told_to_nobody(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """500 with an id; the log says what kind of error and where, not with which data."""
    site.app.add_route("/broken", _Broken())

    answer = site.nobody().get("/broken")

    assert (500, "internal") == (answer.status_code, answer.json["code"])
    assert {"type", "title", "status", "code", "detail", "trace_id"} == set(answer.json)
    (line,) = (message for message in caplog.messages if "RuntimeError" in message)

    assert answer.json["trace_id"] in line
    assert "test_middleware.py" in line
    assert "450102" not in line


class _Damaged:
    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        raise RecordDamaged("assessment", "01x") from KeyError("韦晓梅 450102195701010012")


def test_a_damaged_record_is_told_with_what_to_do(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """500 with a code of its own and the command that tells more; which case it is stands in the log alone."""
    site.app.add_route("/damaged", _Damaged())

    answer = site.nobody().get("/damaged")

    assert (500, "record-damaged") == (answer.status_code, answer.json["code"])
    assert "kaohe verify" in answer.json["detail"]
    assert "01x" not in answer.text
    (line,) = (message for message in caplog.messages if "RecordDamaged" in message)

    assert f"{answer.json['trace_id']} RecordDamaged assessment/01x [record-damaged]" == line
    assert "450102" not in line


def test_what_the_framework_refuses_first_is_answered_as_all_else(still: Site) -> None:
    """A method that it will not hear of: no error of ours, with an id like every answer."""
    environ = testing.create_environ("/healthz", method="GET", host="localhost")
    environ["REQUEST_METHOD"] = "WEBSOCKET"
    told = testing.StartResponseMock()
    body = b"".join(still.app(environ, told))

    assert (True, True) == (told.status.startswith("4"), bool(told.headers_dict["x-request-id"]))
    assert b"trace_id" in body
