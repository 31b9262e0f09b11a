"""Sheets as callers send them."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.conftest import Caller

ROSTER = "/api/v1/imports/roster"
SCORES = "/api/v1/imports/scores"


def csv_of(*rows: list[str]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def send_sheet(
    caller: Caller, path: str, query: str, content: bytes, content_type: str = "text/csv", **headers: str
) -> testing.Result:
    return caller.ask(
        "POST", path, query=query, content=content, headers={"Content-Type": content_type} | headers
    )
