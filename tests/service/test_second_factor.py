"""The second factor over HTTP: set up, asked for at the log-in, first of all where the province says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pyotp

from kaohe_service.app import create_app
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.testing.provinces import with_parameters

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

PASSWORD = "Blue-Hill-47"
FACTOR = "/api/v1/second-factor"
SESSIONS = "/api/v1/sessions"


def code(site: Site, secret: str, seconds: int = 0) -> str:
    """The code of a second."""
    return pyotp.TOTP(secret).at(int(site.world.clock.now().timestamp()) + seconds)


def set_up(site: Site, caller: Caller) -> tuple[str, list[str]]:
    """A second factor for whoever asks: its secret and the recovery codes."""
    secret = caller.ask("POST", FACTOR, {"password": PASSWORD}).json["secret"]
    told = caller.ask("POST", f"{FACTOR}/confirmation", {"code": code(site, secret)})
    return secret, told.json["recovery_codes"]


def test_the_log_in_asks_for_the_code(site: Site) -> None:
    """401 with its own code once the password is right; with a code it opens, with a used one it says so."""
    account_id, login = site.account_of(site.world.hospital)
    secret, codes = set_up(site, site.session_of(account_id, login))
    given = {"account": login, "password": PASSWORD}
    asked = site.nobody().ask("POST", SESSIONS, given)
    used = site.nobody().ask("POST", SESSIONS, given | {"code": code(site, secret)})
    opened = site.nobody().ask("POST", SESSIONS, given | {"code": code(site, secret, 30)})
    recovered = site.nobody().ask("POST", SESSIONS, given | {"code": codes[0]})
    shown = site.with_token(opened.json["token"]).get(FACTOR)

    assert (401, "second-factor-missing") == (asked.status_code, asked.json["code"])
    assert (401, "second-factor-used") == (used.status_code, used.json["code"])
    assert "动态口令已经用过，请等待下一个动态口令后再试" == used.json["title"]
    assert (201, 201) == (opened.status_code, recovered.status_code)
    assert {"on": True, "proposed": False, "required": False, "recovery_codes": 9} == shown.json


def test_it_is_removed_with_password_and_code(site: Site) -> None:
    """A wrong code takes nothing away."""
    account_id, login = site.account_of(site.world.hospital)
    caller = site.session_of(account_id, login)
    secret, _ = set_up(site, caller)
    wrong = caller.ask("POST", f"{FACTOR}/removal", {"password": PASSWORD, "code": "000000"})
    right = caller.ask("POST", f"{FACTOR}/removal", {"password": PASSWORD, "code": code(site, secret, 30)})

    assert (401, 204) == (wrong.status_code, right.status_code)
    assert False is caller.get(FACTOR).json["on"]


def test_no_secret_leaves_again(site: Site) -> None:
    """Neither case, history nor events of the account tell what the codes are made from."""
    account_id, login = site.account_of(site.world.hospital)
    county = site.as_organisation(site.world.county)
    secret, codes = set_up(site, site.session_of(account_id, login))
    told = "".join(
        county.get(f"/api/v1/accounts/{account_id}{part}").text for part in ("", "/history", "/events")
    )

    assert secret not in told
    assert not [one for one in codes if one in told]


def test_who_must_have_one_reaches_nothing_else(site: Site) -> None:
    """403 everywhere but for the own session, password and second factor, until that is set up."""
    application = site.application
    account_id, login = site.account_of(site.world.hospital)
    token = str(site.session_of(account_id, login).token)
    catalogue = with_parameters(load_catalogue(), {"second_factor_for": ["institution"]})
    door = attrs.evolve(application.door, tools=attrs.evolve(application.door.tools, catalogue=catalogue))
    accounts = attrs.evolve(application.accounts, door=door)
    site.app = create_app(attrs.evolve(application, catalogue=catalogue, door=door, accounts=accounts))
    caller = site.with_token(token)
    held = caller.get("/api/v1/home")
    session = caller.get(f"{SESSIONS}/current")
    set_up(site, caller)

    assert (403, "second-factor-first") == (held.status_code, held.json["code"])
    assert (200, True) == (session.status_code, session.json["factor_due"])
    assert 200 == caller.get("/api/v1/home").status_code
