"""The description and its page: bundled, unchanged, nothing from elsewhere, for those with a session."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kaohe_service
from kaohe_service.api import documentation, log_in_page

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

BUNDLED = Path(kaohe_service.__file__).parent / "vendor" / "swagger-ui"


def test_bundled_files_are_as_they_were_published() -> None:
    """Checksums of every file but the list itself and the version."""
    sums = dict(
        reversed(line.split("  ")) for line in (BUNDLED / "SHA256SUMS").read_text("utf-8").splitlines()
    )
    found = {path.name for path in BUNDLED.iterdir()} - {"SHA256SUMS", "VERSION"}

    assert found == set(sums)
    assert {"LICENSE", "NOTICE"} <= found
    assert sums == {name: sha256((BUNDLED / name).read_bytes()).hexdigest() for name in found}


@pytest.mark.parametrize(
    ("page", "script", "policy"),
    [
        (documentation.PAGE, documentation.START, documentation.POLICY),
        (log_in_page.PAGE, log_in_page.SCRIPT, log_in_page.POLICY),
    ],
    ids=["description", "log-in"],
)
def test_a_page_has_no_script_of_its_own_and_loads_nothing_from_elsewhere(
    page: str, script: str, policy: str
) -> None:
    """So the policy can forbid both."""

    assert [] == re.findall(r"<script(?![^>]* src=)|style=|\bon[a-z]+=|https?:|//", page)
    assert [] == re.findall(r"https?:|//", script)
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.manual("S-6")
def test_a_browser_can_log_in_for_the_page(still: Site) -> None:
    """The form and its script answer without a session, with nothing in them but themselves."""
    page, script = still.nobody().get("/log-in"), still.nobody().get("/log-in.js")

    assert (200, log_in_page.POLICY) == (page.status_code, page.headers["content-security-policy"])
    assert (200, "text/javascript; charset=utf-8") == (script.status_code, script.headers["content-type"])
    assert (log_in_page.PAGE, log_in_page.SCRIPT) == (page.text, script.text)


def test_a_browser_finds_the_log_in_from_the_address_alone(still: Site) -> None:
    """The service's address leads to the description, and the description to the log-in; a program is told 401."""
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answers = [still.nobody().ask("GET", path, headers=browser) for path in ("/", "/docs")]
    program = still.nobody().get("/docs")

    assert [(303, "/docs"), (303, "/log-in")] == [
        (answer.status_code, answer.headers["location"]) for answer in answers
    ]
    assert 401 == program.status_code


def test_the_form_asks_for_the_second_factor_where_there_is_one() -> None:
    """An account that has one logs in with the same form: the answer `second-factor-missing` shows the field."""
    assert '<p id="second" hidden>' in log_in_page.PAGE
    assert 'name="code" autocomplete="one-time-code"' in log_in_page.PAGE
    assert 'said.code === "second-factor-missing"' in log_in_page.SCRIPT


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/start.js", "text/javascript; charset=utf-8"),
        ("/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("/docs/swagger-ui.css", "text/css; charset=utf-8"),
        ("/openapi.json", "application/json"),
    ],
)
def test_every_part_of_the_page_is_served(hospital: Caller, path: str, content_type: str) -> None:
    """Each with its type; none is guessed (nosniff)."""
    answer = hospital.get(path)

    assert (200, content_type) == (answer.status_code, answer.headers["content-type"])
    assert "nosniff" == answer.headers["x-content-type-options"]


@pytest.mark.parametrize(
    "name", ["LICENSE", "SHA256SUMS", "..", "%2e%2e%2fsettings.py", "swagger-ui.css.map"]
)
def test_nothing_else_of_the_folder_is_served(hospital: Caller, name: str) -> None:
    """Names are looked up in a table; none is a path."""

    assert 404 == hospital.get(f"/docs/{name}").status_code
