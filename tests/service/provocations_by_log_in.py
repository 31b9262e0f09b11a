"""What provokes an error by how somebody logs in: passwords, second factors, accounts that are disabled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from falcon import testing
from pyotp import TOTP

from kaohe_service.route import Route
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.testing.provinces import with_parameters
from tests.service.conftest import PASSWORD, Caller
from tests.service.provocations_of_all import NEW_PASSWORD
from tests.service.provoked import Provoked

FACTOR = "/api/v1/second-factor"


def with_factor(it: Provoked) -> tuple[Caller, dict[str, str]]:
    """A session of an account with a second factor, and what it logs in with; its code has been used."""
    account_id, login = it.site.account_of(it.site.world.hospital)
    caller = it.site.session_of(account_id, login)
    secret = caller.ask("POST", FACTOR, {"password": PASSWORD}).json["secret"]
    code = TOTP(secret).at(int(it.site.world.clock.now().timestamp()))
    caller.ask("POST", f"{FACTOR}/confirmation", {"code": code})
    return caller, {"account": login, "password": PASSWORD, "code": code}


def another_factor(it: Provoked, route: Route) -> testing.Result:
    """A second factor for an account that has one."""
    return it.ask(with_factor(it)[0], route, body={"password": PASSWORD})


def no_code(it: Provoked) -> testing.Result:
    """Logging in without the code that the account asks for."""
    _, given = with_factor(it)
    del given["code"]
    return it.as_("nobody").ask("POST", "/api/v1/sessions", given)


def used_code(it: Provoked) -> testing.Result:
    """Logging in with a code that was used."""
    return it.as_("nobody").ask("POST", "/api/v1/sessions", with_factor(it)[1])


def no_factor(it: Provoked) -> testing.Result:
    """An account without the second factor that its province asks for."""
    application = it.site.application
    account_id, login = it.site.account_of(it.site.world.hospital)
    token = str(it.site.session_of(account_id, login).token)
    catalogue = with_parameters(load_catalogue(), {"second_factor_for": ["institution"]})
    door = attrs.evolve(application.door, tools=attrs.evolve(application.door.tools, catalogue=catalogue))
    accounts = attrs.evolve(application.accounts, door=door)
    return it.over(catalogue=catalogue, door=door, accounts=accounts).with_token(token).get("/api/v1/home")


def wrong_old_password(it: Provoked, route: Route) -> testing.Result:
    """The old password is another one."""
    return it.ask(it.as_("city"), route, body=NEW_PASSWORD)


def disabled_account(it: Provoked, route: Route) -> testing.Result:
    """A code for an account that is disabled."""
    account_id, _ = it.site.account_of(it.site.world.hospital)
    it.site.world.send(it.site.world.county, "account", account_id, "disable", reason="停用")
    return it.ask(it.as_("county"), route, id=account_id, version=2, body={"reason": "遗失"})


@attrs.define
class Meanwhile:
    """Something happens before whoever asks is answered."""

    inner: Any
    happen: Callable[[], None]

    def __getattr__(self, name: str) -> Any:
        self.happen()
        return getattr(self.inner, name)


def disabled_meanwhile(it: Provoked, route: Route) -> testing.Result:
    """The account that asks is disabled between the look at its session and the note of what it is told."""
    account_id, login = it.site.account_of(it.site.world.hospital)
    caller, application = it.site.session_of(account_id, login), it.site.application

    def disable() -> None:
        if it.site.world.state_of("account", account_id) == "active":
            it.site.world.send(it.site.world.county, "account", account_id, "disable", reason="停用")

    disclosure = attrs.evolve(
        application.disclosure,
        cases=Meanwhile(application.cases, disable),
        lists=Meanwhile(application.lists, disable),
    )
    return it.ask(attrs.evolve(caller, app=it.over(disclosure=disclosure).app), route)
