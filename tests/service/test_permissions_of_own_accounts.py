"""
The permission table over HTTP where the sender's own account is the case: no address names it, the session does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs
import pyotp
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.values.terms import AccountKind
from tests.service.conftest import PASSWORD
from tests.service.permission_plan import OWN_ACCOUNT, pairs, proven_by

if TYPE_CHECKING:
    from tests.service.callers import Caller
    from tests.service.conftest import Site

NEW = "Green-Hill-47"

ROLES: Mapping[str, str] = {
    "physician": "physician",
    "operator": "institution",
    "shared": "institution",
    "agency": "institution",
    "county": "administration",
    "province": "administration",
    "auditor": "auditor",
}
"""Who has an account → the role in which its owner acts on it."""

ELSEWHERE = {"view_photo": "test_faces", "use_first_password": "test_first_password"}
"""Events that take a sitting, or a province with other parameters → where they are asked."""

HERE = OWN_ACCOUNT - set(ELSEWHERE)
ASKED = frozenset(
    (event, state, role, "self")
    for event in HERE
    for state in ("not_activated", "active")
    for role in ROLES.values()
)


def account_of(site: Site, journeys: Journeys, who: str) -> tuple[str, str]:
    """An account that is not activated, and its login; a physician's is the one that there is."""
    traveller = journeys.newcomer(department_id=journeys.department_id)
    if who == "physician":
        filters = {"physician_id": traveller.physician_id}
        return str(
            site.application.lists.page(SYSTEM, "accounts", filters).rows[0]["id"]
        ), traveller.id_number
    world = site.world
    kinds: Mapping[str, tuple[Principal, Mapping[str, object]]] = {
        "operator": (
            world.hospital,
            {"operator_id": "one-operator", "department_ids": (journeys.department_id,)},
        ),
        "shared": (world.hospital, {"shared": True}),
        "agency": (world.agency, {}),
        "county": (world.county, {}),
        "province": (world.province, {}),
        "auditor": (world.county, {"kind": AccountKind.AUDITOR}),
    }
    organisation, more = kinds[who]
    given = {"kind": AccountKind.ORGANISATION, "login": f"{who}-of-this-test"} | dict(more)
    made = CreateAccount(institution_id=str(organisation.organisation_id), **given)  # type: ignore[arg-type]
    return world.send(SYSTEM, "account", None, "create", made).id, f"{who}-of-this-test"


@attrs.define
class Owner:
    """Somebody with an account, and with the session that the last step gave."""

    site: Site
    login: str
    first: str
    person_id: str
    session: Caller

    def _go_on(self, method: str, path: str, body: Mapping[str, str]) -> int:
        told = self.session.ask(method, f"/api/v1/{path}", body)
        if told.status_code == 201 and "token" in told.json:
            self.session = self.site.with_token(told.json["token"])
        return told.status_code

    def _code(self, seconds: int) -> str:
        return pyotp.TOTP(self.first).at(int(self.site.world.clock.now().timestamp()) + seconds)

    def use_code(self) -> int:
        """With an activation code, once."""
        return self._go_on("POST", "activations", {"account": self.login, "code": self.first})

    def set_password(self) -> int:
        """The first one, for who came in with a code."""
        return self._go_on("PUT", "password", {"password": PASSWORD})

    def change_password(self) -> int:
        """Knowing the present one."""
        return self._go_on("PUT", "password", {"old_password": PASSWORD, "password": NEW})

    def log_in(self) -> int:
        """With the password."""
        return self._go_on("POST", "sessions", {"account": self.login, "password": NEW})

    def reveal(self) -> int:
        """The number of a physician who is seen."""
        return self._go_on("POST", f"physicians/{self.person_id}/number", {"reason": "核对证件"})

    def export(self) -> int:
        """The physicians who are seen."""
        return self.session.ask("POST", "/api/v1/exports/physicians", {"filters": {}}).status_code

    def propose_factor(self) -> int:
        """A second factor; its secret is kept."""
        told = self.session.ask("POST", "/api/v1/second-factor", {"password": NEW})
        self.first = told.json["secret"]
        return told.status_code

    def confirm_factor(self) -> int:
        """By a first code."""
        return self._go_on("POST", "second-factor/confirmation", {"code": self._code(0)})

    def remove_factor(self) -> int:
        """By password and another code."""
        return self._go_on("POST", "second-factor/removal", {"password": NEW, "code": self._code(30)})


STEPS: Mapping[str, Callable[[Owner], int]] = {
    "use_code": Owner.use_code,
    "set_password": Owner.set_password,
    "change_password": Owner.change_password,
    "log_in": Owner.log_in,
    "reveal": Owner.reveal,
    "export": Owner.export,
    "propose_factor": Owner.propose_factor,
    "confirm_factor": Owner.confirm_factor,
    "remove_factor": Owner.remove_factor,
}
"""What an owner does, one after the other."""


@proven_by(ASKED, "account")
@pytest.mark.parametrize("who", ROLES)
def test_everybody_may_do_it_to_the_own_account(site: Site, who: str) -> None:
    """Each event that the table gives to the role and ``self`` is done; nobody else can be named."""
    journeys = Journeys.of(site.world)
    id, login = account_of(site, journeys, who)
    person_id = str(site.application.lists.page(SYSTEM, "physicians", {}).rows[0]["id"])
    code = site.application.accounts.issue_code(SYSTEM, id, reason="首次发放").code
    owner = Owner(site, login, code, person_id, site.nobody())
    done = {event: step(owner) for event, step in STEPS.items()}

    assert dict.fromkeys(STEPS, True) == {event: 200 <= status < 300 for event, status in done.items()}, done
    assert [] == [event for event in STEPS if (ROLES[who], "self") not in pairs("account", event)]


def test_every_event_of_the_own_account_is_asked() -> None:
    """Here or in the file that is named."""

    assert set(STEPS) == HERE
    assert set(ELSEWHERE) <= OWN_ACCOUNT
