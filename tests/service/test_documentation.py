"""The description and its page: bundled, unchanged, nothing from elsewhere, for those with a session."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kaohe_service
from kaohe_service.api.documentation import PAGE, POLICY, START

if TYPE_CHECKING:
    from tests.service.conftest import Caller

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


def test_the_page_has_no_script_of_its_own_and_loads_nothing_from_elsewhere() -> None:
    """So the policy can forbid both."""

    assert [] == re.findall(r"<script(?![^>]* src=)|style=|\bon[a-z]+=|https?:|//", PAGE)
    assert [] == re.findall(r"https?:|//", START)
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY


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
