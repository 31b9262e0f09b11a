"""
All that somebody can get to know over HTTP, written down so that two worlds can be compared letter by letter.

Names that are drawn at random are no knowledge: each is replaced by the number of its first appearance. Everything
else, numbers of things above all, stays as it was answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs
from falcon import testing

from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.api.lists import SEARCHED
from kaohe_service.api.statistics import HEADINGS
from tests.service.conftest import Caller

RANDOM = re.compile(
    r"\b[0-9a-hjkmnp-tv-z]{26}\b"  # ids
    r"|\b[0-9a-f]{64}\b"  # hashes of history
    r"|\b[0-9A-HJKMNP-TV-Z]{26}\b"  # codes of certificates
)
TRACED = re.compile(r'"trace_id":"[^"]*"')
CURSOR = re.compile(r'"next":"[^"]*"')
NOWHERE = "01he469xm0d20q3yqgwnhqgf8m"


@attrs.define
class Transcript:
    """What somebody asked and was told, line by line."""

    caller: Caller
    lines: list[str] = attrs.field(factory=list)
    _names: dict[str, str] = attrs.field(factory=dict)

    def get(self, path: str, query: str | None = None) -> testing.Result:
        """Ask for something, and write it down."""
        return self._write(f"GET {path}?{query or ''}", self.caller.get(path, query))

    def post(self, path: str, body: Any, version: int | None = None) -> testing.Result:
        """Send something, and write down the answer."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self._write(
            f"POST {path} {sorted(body)}", self.caller.ask("POST", path, body, headers=headers)
        )

    def _write(self, asked: str, told: testing.Result) -> testing.Result:
        text = CURSOR.sub('"next":"…"', TRACED.sub('"trace_id":"…"', told.text))
        line = f"{asked} -> {told.status_code} {told.headers.get('etag', '')} {text}"
        self.lines.append(RANDOM.sub(lambda found: self._name(found.group()), line))
        return told

    def _name(self, drawn: str) -> str:
        return self._names.setdefault(drawn, f"#{len(self._names) + 1}")


def look_around(transcript: Transcript, cycle_id: str) -> None:
    """Ask for everything: home, figures, inbox, every list and page of it, every case with its events and history."""
    for path in ("home", "inbox", "subjects", "sessions/current"):
        transcript.get(f"/api/v1/{path}")
    transcript.get("/api/v1/progress", f"cycle_id={cycle_id}")
    for heading in HEADINGS:
        transcript.get("/api/v1/statistics", f"cycle_id={cycle_id}&by={heading}")
    for collection in COLLECTIONS:
        seen = transcript.get(f"/api/v1/{collection}", "limit=100").json["items"]
        transcript.get(f"/api/v1/{collection}", "limit=1")
        if collection in SEARCHED:
            transcript.post(f"/api/v1/{collection}/search", {"limit": 2})
        for row in seen:
            for part in ("", "/events", "/history"):
                transcript.get(f"/api/v1/{collection}/{row['id']}{part}")


def try_around(transcript: Transcript, moves: list[tuple[str, dict[str, Any], int]]) -> None:
    """Send events to cases that the caller sees, the n-th of the list each time, and write down what becomes of it."""
    for collection, body, index in moves:
        seen = transcript.get(f"/api/v1/{collection}", "limit=100").json["items"]
        if seen:
            case = seen[index % len(seen)]
            version = transcript.caller.get(f"/api/v1/{collection}/{case['id']}").json.get("version", 0)
            transcript.post(f"/api/v1/{collection}/{case['id']}/events", body, version)


def knock(caller: Caller, known: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Of cases that are there and out of sight: how an answer differs from that about nothing; never, it should."""
    for collection, id in known:
        for part in ("", "/events", "/history"):
            there, nowhere = (caller.get(f"/api/v1/{collection}/{one}{part}") for one in (id, NOWHERE))
            answers = [
                (told.status_code, TRACED.sub("", told.text.replace(id, NOWHERE)))
                for told in (there, nowhere)
            ]
            if answers[0] != answers[1]:
                yield f"{collection}{part}", str(answers)
