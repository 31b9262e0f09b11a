"""Logging in and out over HTTP, and what a session may do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from kaohe_service.api.sessions import DEVICE_COOKIE, SESSION_COOKIE
from kaohe_workflow.application.access import SYSTEM

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.conftest import Caller, Site

PASSWORD = "Blue-Hill-47"
HOME = "/api/v1/home"
SESSIONS = "/api/v1/sessions"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"


def _log_in(site: Site, account: str, password: str, **headers: str) -> testing.Result:
    return site.nobody().ask("POST", SESSIONS, {"account": account, "password": password}, headers=headers)


@pytest.fixture
def login(site: Site) -> str:
    """The login of an account that has its password."""
    account_id, name = site.account_of(site.world.hospital)
    site.session_of(account_id, name)
    return name


@pytest.mark.manual("S-9", "S-14")
def test_a_token_opens_what_is_closed_without_it(site: Site, login: str) -> None:
    """Log in, use the token, log out: the token is worth nothing any more."""
    opened = _log_in(site, login, PASSWORD)
    headers = {"Authorization": f"Bearer {opened.json['token']}"}
    seen = [site.nobody().ask("GET", HOME, headers=headers).status_code]
    gone = site.nobody().ask("DELETE", opened.headers["location"], headers=headers)
    seen.append(site.nobody().ask("GET", HOME, headers=headers).status_code)

    assert (201, [200, 401], 204) == (opened.status_code, seen, gone.status_code)
    assert "" == gone.text


def test_the_cookies_are_for_this_host_and_for_no_script(site: Site, login: str) -> None:
    """Session and device cookie: `__Host-` (so Secure, Path=/, no Domain), HttpOnly, SameSite=Lax."""
    answer = _log_in(site, login, PASSWORD)

    assert {SESSION_COOKIE, DEVICE_COOKIE} == set(answer.cookies)
    for cookie in answer.cookies.values():
        assert (True, True, "Lax", "/", None) == (
            cookie.secure,
            cookie.http_only,
            cookie.same_site,
            cookie.path,
            cookie.domain,
        )


def test_logging_out_removes_the_session_cookie(site: Site, login: str) -> None:
    """The browser forgets the session, and what it has kept of its pages."""
    token = _log_in(site, login, PASSWORD).json["token"]
    answer = site.with_token(token).ask("DELETE", f"{SESSIONS}/current")

    assert f"{SESSION_COOKIE}=" in answer.headers["set-cookie"]
    assert "expires=Thu, 01 Jan 1970 00:00:00 GMT" in answer.headers["set-cookie"]
    assert '"cache", "storage"' == answer.headers["clear-site-data"]


def test_a_wrong_password_and_an_unknown_account_are_answered_alike(site: Site, login: str) -> None:
    """Nobody finds out which accounts there are."""
    wrong = _log_in(site, login, "Green-Hill-48")
    unknown = _log_in(site, "nobody-here", "Green-Hill-48")

    def told(answer: testing.Result) -> tuple[int, dict[str, object]]:
        return answer.status_code, {k: v for k, v in answer.json.items() if k != "trace_id"}

    assert 401 == wrong.status_code
    assert told(wrong) == told(unknown)


def test_too_many_tries_say_when_to_come_back(site: Site, login: str) -> None:
    """429 with Retry-After; a known browser of the same account is not slowed down."""
    device = _cookie(_log_in(site, login, PASSWORD), DEVICE_COOKIE)
    answers = [_log_in(site, login, f"Wrong-{n}-pass") for n in range(6)]
    known = _log_in(site, login, PASSWORD, Cookie=f"{DEVICE_COOKIE}={device}")

    assert [401] * 5 + [429] == [answer.status_code for answer in answers]
    assert "30" == answers[-1].headers["retry-after"]
    assert 201 == known.status_code


def _cookie(answer: testing.Result, name: str) -> str:
    return answer.cookies[name].value


@pytest.mark.manual("S-7", "S-11")
def test_an_activation_code_opens_a_session_for_the_first_password_only(site: Site) -> None:
    """Code, then password, then everything; before the password nothing but it and logging out."""
    account_id, login = site.account_of(site.world.agency)
    code = site.application.accounts.issue_code(SYSTEM, account_id).code
    first = site.nobody().ask("POST", "/api/v1/activations", {"account": login, "code": code})
    caller = site.with_token(first.json["token"])
    refused = caller.get(HOME)
    shown = caller.get(f"{SESSIONS}/current")
    weak = caller.ask("PUT", "/api/v1/password", {"password": "short"})
    done = caller.ask("PUT", "/api/v1/password", {"password": PASSWORD})

    assert (201, True) == (first.status_code, first.json["init_only"])
    assert (403, "password-first") == (refused.status_code, refused.json["code"])
    assert (200, True) == (shown.status_code, shown.json["init_only"])
    assert 422 == weak.status_code
    assert (201, False) == (done.status_code, done.json["init_only"])
    assert 200 == site.with_token(done.json["token"]).get(HOME).status_code
    assert 401 == caller.get(HOME).status_code


@pytest.mark.manual("S-15")
def test_a_password_change_ends_every_session_and_opens_a_new_one(site: Site, login: str) -> None:
    """The old password is asked for; whoever had a session without knowing it is out."""
    before = site.with_token(_log_in(site, login, PASSWORD).json["token"])
    without_old = before.ask("PUT", "/api/v1/password", {"password": "Green-Hill-48"})
    with_wrong = before.ask(
        "PUT", "/api/v1/password", {"password": "Green-Hill-48", "old_password": "Red-Hill-49"}
    )
    changed = before.ask("PUT", "/api/v1/password", {"password": "Green-Hill-48", "old_password": PASSWORD})

    assert (422, "/old_password") == (without_old.status_code, without_old.json["errors"][0]["pointer"])
    assert (409, "guard-unmet") == (with_wrong.status_code, with_wrong.json["reasons"][0]["code"])
    assert 201 == changed.status_code
    assert 401 == before.get(HOME).status_code
    assert 200 == site.with_token(changed.json["token"]).get(HOME).status_code


@pytest.mark.manual("S-37")
def test_a_code_is_told_once_and_never_shown_again(
    site: Site, hospital: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """The institution issues it for its physician; neither case nor history holds it."""
    add_physicians(1)
    account = hospital.get("/api/v1/accounts", query="kind=physician").json["items"][0]
    seen = {"If-Match": f'"{account["version"]}"'}
    issued = hospital.ask("POST", f"/api/v1/accounts/{account['id']}/code", {}, headers=seen)
    code = issued.json["code"]
    later = [
        hospital.get(f"/api/v1/accounts/{account['id']}{part}").text for part in ("", "/history", "/events")
    ]

    assert (201, f'"{account["version"] + 1}"') == (issued.status_code, issued.headers["ETag"])
    assert [False] * 3 == [code in text or "quick:" in text for text in later]


def test_a_session_ends_by_itself(site: Site, hospital: Caller) -> None:
    """Half an hour without a request: a moment before it still works, at the half hour it is over."""
    clock = site.world.clock
    clock.advance(timedelta(minutes=29, seconds=59))
    before = hospital.get(HOME).status_code
    clock.advance(timedelta(minutes=30))

    assert (200, 401) == (before, hospital.get(HOME).status_code)


@pytest.mark.parametrize("authorization", ["Basic eDp5", "Bearer", "Bearer ", "Bearer nobody", "token", ""])
def test_another_kind_of_authorization_is_none(still: Site, authorization: str) -> None:
    """Only a bearer token counts, and a wrong one says how to do it right."""
    answer = still.nobody().ask("GET", HOME, headers={"Authorization": authorization})

    assert (401, "Bearer") == (answer.status_code, answer.headers["www-authenticate"])


def test_a_wrong_token_is_not_made_good_by_a_cookie(site: Site, hospital: Caller) -> None:
    """With a bearer token the cookie is not looked at."""
    answer = site.nobody().ask(
        "GET", HOME, headers={"Authorization": "Bearer wrong", "Cookie": f"{SESSION_COOKIE}={hospital.token}"}
    )

    assert 401 == answer.status_code


@pytest.mark.parametrize(
    ("seen", "answered"),
    [
        ({}, (428, "version-missing")),
        ({"If-Match": "*"}, (428, "version-missing")),
        ({"If-Match": '"4"'}, (412, "stale-version")),
        ({"If-Match": '"6"'}, (412, "stale-version")),
    ],
)
def test_a_password_is_reset_only_as_it_was_seen(
    site: Site, province: Caller, login: str, seen: dict[str, str], answered: tuple[int, str]
) -> None:
    """Like every event, the code says which version of the account its sender has seen; else nothing ends."""
    session = _log_in(site, login, PASSWORD)
    account_id = session.json["account_id"]
    path = f"/api/v1/accounts/{account_id}"
    why = {"reason": "忘记密码"}
    answer = province.ask("POST", f"{path}/code", why, headers=seen)

    assert 5 == province.get(path).json["version"]
    assert answered == (answer.status_code, answer.json["code"])
    assert 200 == site.with_token(session.json["token"]).get(HOME).status_code
    assert 201 == province.ask("POST", f"{path}/code", why, headers={"If-Match": '"5"'}).status_code
    assert 401 == site.with_token(session.json["token"]).get(HOME).status_code


@pytest.mark.manual("S-10")
def test_who_logs_in_is_told_who_has_reset_the_password_and_why(
    site: Site, province: Caller, login: str
) -> None:
    """Without a reason nothing is reset; with one it is told with the code, the new password and each log-in after."""
    account_id = _log_in(site, login, PASSWORD).json["account_id"]
    path, seen = f"/api/v1/accounts/{account_id}/code", {"If-Match": '"5"'}
    refused = province.ask("POST", path, {}, headers=seen)
    code = province.ask("POST", path, {"reason": "经办人交接"}, headers=seen).json["code"]
    first = site.nobody().ask("POST", "/api/v1/activations", {"account": login, "code": code})
    site.with_token(first.json["token"]).ask("PUT", "/api/v1/password", {"password": PASSWORD})
    later = _log_in(site, login, PASSWORD)

    assert (409, "reason-missing") == (refused.status_code, refused.json["reasons"][-1]["code"])
    assert {"by": "省卫生健康委员会", "reason": "经办人交接"} == {
        name: first.json["password_reset"][name] for name in ("by", "reason")
    }
    assert first.json["password_reset"] == later.json["password_reset"]


def test_an_account_sees_its_sessions_and_ends_the_others(site: Site) -> None:
    """Each with its instants and which one this is, never a token; afterwards the others open nothing."""
    account_id, login = site.account_of(site.world.hospital)
    first = site.session_of(account_id, login)
    site.world.clock.advance(timedelta(seconds=1))
    second = site.with_token(site.application.accounts.log_in(login, PASSWORD).token)
    listed = second.get("/api/v1/sessions").json["sessions"]
    ended = second.ask("DELETE", "/api/v1/sessions")

    assert [False, True] == [one["current"] for one in listed]
    assert {"created_at", "seen_at", "current"} == set(listed[0])
    assert (200, {"ended": 1}) == (ended.status_code, ended.json)
    assert [401, 200] == [caller.get("/api/v1/sessions/current").status_code for caller in (first, second)]


def test_a_step_records_where_it_came_from(site: Site) -> None:
    """Session, how it was shown, network, browser and organisation; no token, no address, no browser's name."""
    caller = site.as_organisation(site.world.hospital)
    made = caller.send(
        "/api/v1/departments",
        "create",
        {"institution_id": site.world.hospital.organisation_id, "name": "外科"},
        headers={"User-Agent": AGENT},
    ).json
    case = site.application.cases.get(SYSTEM, "department", made["id"])
    with site.application.store.begin(write=False) as unit:
        (row,) = unit.history(case)
    actor = json.loads(row.body)["actor"]
    token = str(caller.token)

    assert {"session": sha256(token.encode()).hexdigest()[:16], "via": "bearer"} == {
        name: actor[name] for name in ("session", "via")
    }
    assert "127.0.0.0/24" == actor["network"]
    assert site.application.accounts.origin(agent=AGENT).agent == actor["agent"]
    assert site.world.hospital.organisation_id == actor["organisation"]
    assert AGENT not in row.body
    assert token not in row.body
    assert "127.0.0.1" not in row.body
    assert () == site.application.verification.run().findings


def test_a_log_in_and_its_password_are_recorded_with_where_they_came_from(site: Site) -> None:
    """Over HTTP: the code, the first password, the log-in, the change; each with network and browser."""
    account_id, login = site.account_of(site.world.hospital)
    code = site.application.accounts.issue_code(SYSTEM, account_id).code
    headers = {"User-Agent": AGENT}
    first = (
        site.nobody()
        .ask("POST", "/api/v1/activations", {"account": login, "code": code}, headers=headers)
        .json["token"]
    )
    asked = {"password": PASSWORD}
    site.with_token(first).ask("PUT", "/api/v1/password", asked, headers=headers)
    token = _log_in(site, login, PASSWORD, **headers).json["token"]
    changed = {"password": "Green-Lake-58", "old_password": PASSWORD}
    last = site.with_token(token).ask("PUT", "/api/v1/password", changed, headers=headers).json["token"]
    refused = _log_in(site, login, PASSWORD, **headers)
    with site.application.store.begin(write=False) as unit:
        account = unit.read("account", [account_id])[account_id]
        steps = [json.loads(row.body) for row in unit.history(account)]
        lines = [json.loads(row.body) for row in unit.refusals(account_id)]
    events = ("use_code", "set_password", "log_in", "change_password")
    actors = [step["actor"] for step in steps if step["event"] in events]
    agent = site.application.accounts.origin(agent=AGENT).agent

    assert 401 == refused.status_code
    assert list(events) == [step["event"] for step in steps if step["event"] in events]
    assert [("127.0.0.0/24", agent)] * 5 == [
        (actor["network"], actor["agent"]) for actor in (*actors, lines[-1]["actor"])
    ]
    assert [name_of(one) for one in (first, token, last)] == [actors[i]["opens"] for i in (0, 2, 3)]
    assert [name_of(one) for one in (first, token)] == [actors[i]["session"] for i in (1, 3)]


def name_of(token: str) -> str:
    """What the record calls a session."""
    return sha256(token.encode()).hexdigest()[:16]
