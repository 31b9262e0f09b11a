"""A password opens a session at one address, an activation code at the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kaohe_workflow.application.access import SYSTEM

if TYPE_CHECKING:
    from tests.service.conftest import Site

pytestmark = pytest.mark.manual("S-11")

PASSWORD = "Blue-Hill-47"
SESSIONS, ACTIVATIONS = "/api/v1/sessions", "/api/v1/activations"


def _try(site: Site, path: str, login: str, secret: str) -> tuple[int, str | None]:
    member = {SESSIONS: "password", ACTIVATIONS: "code"}[path]
    answer = site.nobody().ask("POST", path, {"account": login, member: secret})
    return answer.status_code, answer.json.get("code")


def test_a_password_is_no_code(site: Site) -> None:
    """The right password is refused where a code is asked for, and nothing is said beyond that."""
    account_id, login = site.account_of(site.world.hospital)
    site.session_of(account_id, login)

    assert (401, "log-in-refused") == _try(site, ACTIVATIONS, login, PASSWORD)
    assert (201, None) == _try(site, SESSIONS, login, PASSWORD)


def test_a_code_is_no_password(site: Site) -> None:
    """The right code is refused where a password is asked for, and is good afterwards where it belongs."""
    account_id, login = site.account_of(site.world.hospital)
    code = site.application.accounts.issue_code(SYSTEM, account_id).code

    assert (401, "log-in-refused") == _try(site, SESSIONS, login, code)
    assert (201, None) == _try(site, ACTIVATIONS, login, code)


@pytest.mark.parametrize("path", [SESSIONS, ACTIVATIONS])
def test_the_wrong_kind_counts_as_any_wrong_secret(site: Site, path: str) -> None:
    """Five failures, then a wait: nobody gets free tries at the other address."""
    account_id, login = site.account_of(site.world.hospital)
    code = site.application.accounts.issue_code(SYSTEM, account_id).code.replace("-", "")
    if path == ACTIVATIONS:
        site.session_of(account_id, login)
    secret = {SESSIONS: code, ACTIVATIONS: PASSWORD}[path]

    assert [401] * 5 + [429] == [_try(site, path, login, secret)[0] for _ in range(6)]
