"""OPTIONS tells which methods an address has, to whom the address answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kaohe_service.routes import by_path
from kaohe_workflow.adapters.wiring import load_catalogue

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.conftest import Caller, Site

BY_PATH = by_path(load_catalogue())
OPEN = {path for path, routes in BY_PATH.items() if any(route.who == "anyone" for route in routes.values())}


def _options(caller: Caller, path: str) -> testing.Result:
    return caller.ask(
        "OPTIONS", path.replace("{id}", "01he469xm0d20q3yqgwnhqgf8m").replace("{name}", "start.js")
    )


@pytest.mark.parametrize("path", sorted(set(BY_PATH) - OPEN))
def test_without_a_session_only_open_addresses_answer(still: Site, path: str) -> None:
    """401 as for every other method, and no list of methods."""
    answer = _options(still.nobody(), path)

    assert (401, "session-missing", None) == (
        answer.status_code,
        answer.json["code"],
        answer.headers.get("allow"),
    )


@pytest.mark.parametrize("path", sorted(OPEN))
def test_open_addresses_answer_everybody(still: Site, path: str) -> None:
    """Log-in, activation, the page for it and health."""
    answer = _options(still.nobody(), path)

    assert (204, "") == (answer.status_code, answer.text)
    assert set(BY_PATH[path]) <= set(re.split(", ", answer.headers["allow"]))


def test_with_a_session_the_methods_are_told(still: Site) -> None:
    """What there is, HEAD beside GET."""
    caller = still.as_organisation(still.world.hospital)
    answer = _options(caller, "/api/v1/departments")

    assert (204, "GET, HEAD, OPTIONS, POST") == (answer.status_code, answer.headers["allow"])
