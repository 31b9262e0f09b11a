"""
All that somebody can get to know over HTTP, written down so that two worlds can be compared letter by letter.

Every operation of the description is asked, or stands in `NOT_ASKED` with the reason. Names that are drawn at random
are no knowledge: each is replaced by the number of its first appearance. Everything else, numbers of things above all,
stays as it was answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import attrs
from falcon import testing

from kaohe_service.api.statistics import HEADINGS
from kaohe_service.bodies import AttachmentBody, FileBody
from kaohe_service.media import XLSX
from kaohe_service.middleware import HEADERS
from kaohe_service.openapi import describe
from kaohe_service.route import Route
from kaohe_service.routes import table
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.testing.files import pdf
from kaohe_workflow.testing.people import person
from tests.service.conftest import Caller
from tests.service.samples import Samples

RANDOM = re.compile(
    r"(?<![0-9A-Za-z_])[0-9a-hjkmnp-tv-z]{26}(?![0-9A-Za-z_])"  # ids, also between characters of Chinese
    r"|\b[0-9a-f]{64}\b"  # hashes of history
    r"|\b[0-9A-HJKMNP-TV-Z]{26}\b"  # codes of certificates
)
TRACED = re.compile(r'"trace_id":"[^"]*"')
CURSOR = re.compile(r'("next":"|cursor=)[^"&>]*')
NOWHERE = "01he469xm0d20q3yqgwnhqgf8m"
NO_FILE = "01he469xm0d20q3yqgwnhqgf9n"
NO_CODE = "A" * 26
NO_VERSION = 999
"""A version that no case has: what is sent to it changes nothing."""

FIRST_HIDDEN = 500
"""From this number on are the people who live where the caller does not see."""

NOT_ASKED: Mapping[str, str] = {
    "log-in": "makes sessions: how it keeps silent about accounts is tested with the throttle",
    "activate": "as log-in",
    "set-password": "changes the account that asks, and nothing else is told",
    "log-out": "ends the session that asks",
    "end-other-sessions": "tells of the caller's own sessions alone, and ends them",
    "look-up-physician": "tells of one person whose whole number the caller knows: that is what it is for",
    "show-log-in-page": "the same bytes for everybody, without a look at anything",
    "show-log-in-script": "as the page",
    "show-docs": "as the page",
    "show-docs-asset": "as the page",
    "show-document": "as the page",
}
"""Operation → why two worlds are not compared by it."""

UNTOLD = {name.lower() for name in HEADERS} | {"x-request-id", "content-length"}
"""Headers that are the same for everybody, that number the request, or that follow from the rest."""

ROUTES = table(load_catalogue())


@cache
def samples() -> Samples:
    """Sample bodies."""
    return Samples(describe(load_catalogue()))


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

    def ask(self, route: Route, id: str, query: str | None, file: str = NO_FILE) -> testing.Result:
        """Ask an operation with a body that is in order and changes nothing, and write down the answer."""
        path = route.path.replace("{id}", id).replace("{file}", file).replace("{code}", NO_CODE)
        headers = {"If-Match": f'"{NO_VERSION}"'} if _takes(route, "If-Match") else {}
        content, body = None, _body(route)
        if isinstance(route.body, FileBody | AttachmentBody):
            content = _file(route)
            headers["Content-Type"] = "text/csv" if isinstance(route.body, FileBody) else "application/pdf"
        told = self.caller.ask(route.method, path, body, headers=headers, query=query, content=content)
        return self._write(f"{route.method} {path}?{query or ''}", told)

    def _write(self, asked: str, told: testing.Result) -> testing.Result:
        headers = "; ".join(
            f"{name}={value}" for name, value in sorted(told.headers.items()) if name not in UNTOLD
        )
        told_text = CURSOR.sub("…", TRACED.sub('"trace_id":"…"', f"{headers} {_text(told)}"))
        self.lines.append(
            RANDOM.sub(lambda found: self._name(found.group()), f"{asked} -> {told.status_code} {told_text}")
        )
        return told

    def _name(self, drawn: str) -> str:
        return self._names.setdefault(drawn, f"#{len(self._names) + 1}")


def _takes(route: Route, name: str) -> bool:
    return any(parameter.name == name for parameter in route.parameters)


def _text(told: testing.Result) -> str:
    """What an answer says; of a file that is not text, its digest, and of a workbook its parts."""
    kind = told.headers.get("content-type", "")
    if kind == XLSX:
        with ZipFile(BytesIO(told.content)) as archive:
            return " ".join(f"{one}:{archive.read(one).decode()}" for one in archive.namelist())
    if "json" in kind or kind.startswith("text/") or not told.content:
        return told.text
    return sha256(told.content).hexdigest()[:40]


def _body(route: Route) -> Any:
    if route.body is None or isinstance(route.body, FileBody | AttachmentBody):
        return None
    operation = samples().document["paths"][route.path][route.method.lower()]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return samples().of(schema.get("oneOf", [schema])[0])


def _file(route: Route) -> bytes:
    """A list with somebody of the own side, somebody who is perhaps out of sight, and somebody who is nowhere."""
    if isinstance(route.body, AttachmentBody):
        return pdf()
    numbers = [person(index).id_number for index in (0, FIRST_HIDDEN, FIRST_HIDDEN + 400)]
    return "\n".join(["姓名,证件号码", *(f"张三,{number}" for number in numbers)]).encode()


def _queries(route: Route, cycle_id: str) -> list[str | None]:
    """The queries that a route is asked with: all rows and one row of a list, each heading of the figures."""
    if route.path.startswith("/api/v1/statistics"):
        paged = ["&limit=1"] if _takes(route, "limit") else []
        return [f"cycle_id={cycle_id}&by={heading}{more}" for heading in HEADINGS for more in ("", *paged)]
    if route.operation.startswith("list-") and _takes(route, "limit"):
        total = "&total=true" if _takes(route, "total") else ""
        return [f"limit=100{total}", "limit=1", *_filtered(route)]
    given = {
        "cycle_id": cycle_id,
        "mode": "preview",
        "first": "2024-01-01",
        "last": "2024-01-31",
        "year": "2024",
    }
    required = [one.name for one in route.parameters if one.place == "query" and one.required]
    return ["&".join(f"{name}={given[name]}" for name in required) or None]


def _filtered(route: Route) -> list[str]:
    """What is counted by the words of queues, and where no agency is assigned."""
    words = {"review": "reviewed", "agency_assigned": "false"}
    words |= dict.fromkeys(("institution_queue", "agency_queue", "administration_queue"), "reviewed")
    return [f"{name}={words[name]}&limit=1&total=true" for name in words if _takes(route, name)]


PLACES = ("area_id", "superior_id", "agency_id", "institution_id")
"""Filters by an organisation, which may be one that the caller does not see."""


def look_around(transcript: Transcript, cycle_id: str) -> None:
    """Ask everything of the description: what has no id first, then each case, notice and job that was seen."""
    asked = [route for route in ROUTES if route.operation not in NOT_ASKED]
    seen: dict[str, list[str]] = {}
    for route in asked:
        if "{id}" not in route.path:
            for query in _queries(route, cycle_id):
                seen.setdefault(route.path, []).extend(_ids(transcript.ask(route, "", query)))
    files: dict[str, list[str]] = {}
    for route in asked:
        base, _, part = route.path.partition("/{id}")
        if "{id}" in route.path and "{file}" not in part:
            for id in _known(route, seen.get(base, [])):
                told = transcript.ask(route, id, None)
                files.setdefault(id, []).extend(_files(told))
    for route in (route for route in asked if "{file}" in route.path):
        for id in _known(route, seen[route.path.partition("/{id}")[0]]):
            for file in dict.fromkeys((*files[id], NO_FILE)):
                transcript.ask(route, id, None, file)


def _known(route: Route, ids: list[str]) -> list[str]:
    """The cases that a route is asked about, and one that there is not; what does something, of the first alone."""
    each = list(dict.fromkeys(ids))
    return [*(each if route.method == "GET" else each[:1]), NOWHERE]


def _ids(told: testing.Result) -> list[str]:
    """The ids of the rows of a list."""
    is_json = "json" in told.headers.get("content-type", "") and isinstance(told.json, dict)
    return [str(row["id"]) for row in told.json.get("items", ()) if "id" in row] if is_json else []


def _files(told: testing.Result) -> Iterator[str]:
    """The files that a case names, as far as the answer tells."""
    if "json" in told.headers.get("content-type", ""):
        data = told.json.get("data", {})
        for name in ("attachments", "evidence"):
            yield from (one for one in data.get(name) or () if isinstance(one, str))


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
        for route in ROUTES:
            if route.path.startswith(f"/api/v1/{collection}/{{id}}"):
                quiet, busy = Transcript(caller), Transcript(caller)
                for transcript, one in ((busy, id), (quiet, NOWHERE)):
                    transcript.ask(route, one, None)
                answers = [transcript.lines[0].replace("#1", "#") for transcript in (busy, quiet)]
                if answers[0] != answers[1]:
                    yield route.operation, str(answers)


def knock_at(caller: Caller, organisations: list[str]) -> Iterator[tuple[str, str]]:
    """Of organisations out of sight: how a list or a total that is asked for by one differs from that by nobody."""
    for route in ROUTES:
        for name in PLACES if route.operation.startswith("list-") else ():
            if _takes(route, name):
                told = []
                for id in (*organisations, NOWHERE):
                    transcript = Transcript(caller)
                    transcript.ask(route, "", f"{name}={id}&total=true")
                    told.append(transcript.lines[0])
                if len(set(told)) > 1:
                    yield f"{route.operation} {name}", str(told)
