"""One table of routes: each row is documented, authorised and tried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kaohe_service.api.collections import COLLECTIONS, LABELS, RESERVED
from kaohe_service.bodies import AttachmentBody, FileBody
from kaohe_service.route import Route
from kaohe_service.routes import by_path, table
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.testing.files import pdf

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.conftest import Caller, Site
    from tests.service.samples import Samples

CHINESE = re.compile("[\u4e00-\u9fff]")
CATALOGUE = load_catalogue()
ROUTES = table(CATALOGUE)
BY_PATH = by_path(CATALOGUE)
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"
SOME_ID = "01he469xm0d20q3yqgwnhqgf8m"
NO_CODE = "A" * 26

PUBLIC = {
    "log-in",
    "show-log-in-page",
    "show-root",
    "show-log-in-script",
    "activate",
    "show-alive",
    "show-ready",
    "verify-certificate",
    "list-agencies",
}
FIRST_PASSWORD = {"show-session", "log-out", "set-password"}
SECOND_FACTOR = {"show-second-factor", "propose-second-factor", "confirm-second-factor"}


def _name(route: Route) -> str:
    return route.operation


def _path(route: Route, id: str = SOME_ID) -> str:
    path = route.path.replace("{id}", id).replace("{file}", SOME_ID)
    return path.replace("{name}", "start.js").replace("{code}", NO_CODE)


def _body_of(route: Route, samples: Samples) -> list[Any]:
    """A body for each alternative that the description names."""
    if route.body is None or isinstance(route.body, FileBody | AttachmentBody):
        return [None]
    operation = samples.document["paths"][route.path][route.method.lower()]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return [samples.of(one) for one in schema.get("oneOf", [schema])]


def _asks(caller: Caller, route: Route, samples: Samples, id: str = SOME_ID) -> Iterator[testing.Result]:
    headers = {"If-Match": '"1"'} if any(p.name == "If-Match" for p in route.parameters) else {}
    query = "mode=preview" if any(p.name == "mode" for p in route.parameters) else None
    content = None
    if isinstance(route.body, AttachmentBody):
        content, headers["Content-Type"] = pdf(), "application/pdf"
    if isinstance(route.body, FileBody):
        content, headers["Content-Type"] = "姓名,证件号码\n".encode(), "text/csv"
    for body in _body_of(route, samples):
        yield caller.ask(route.method, _path(route, id), body, headers=headers, query=query, content=content)


def test_every_list_is_a_collection_of_a_lifecycle() -> None:
    """What can be listed can be opened, past results aside, which may be another's; every lifecycle can be reached."""

    assert set(LISTS) == {*COLLECTIONS, "results", "past-opinions"} == set(LABELS)
    assert set(LIFECYCLES) == set(COLLECTIONS.values())


def test_events_that_go_another_way_exist() -> None:
    """A reserved event is one of its chart, and the way to it is a route."""
    ways = {f"{route.method} {route.path}" for route in ROUTES}

    for lifecycle, events in RESERVED.items():
        assert set(events) <= set(LIFECYCLES[lifecycle].payloads)
        assert set(events.values()) <= ways


def test_operations_have_different_names() -> None:
    """Clients are generated from them."""

    assert len(ROUTES) == len({route.operation for route in ROUTES})
    assert len(ROUTES) == sum(len(routes) for routes in BY_PATH.values())


def test_nothing_but_this_answers_without_a_session() -> None:
    """Log-in, activation, health, 核验; with a session for the first password, only what belongs to it."""

    assert {route.operation for route in ROUTES if route.who == "anyone"} == PUBLIC
    assert {route.operation for route in ROUTES if route.who == "init"} == FIRST_PASSWORD
    assert {route.operation for route in ROUTES if route.who == "factor"} == SECOND_FACTOR


@pytest.mark.parametrize("route", ROUTES, ids=_name)
def test_every_route_is_described(route: Route, samples: Samples) -> None:
    """In the description with all its parameters, and on the reference page with its path and summary."""
    operation = samples.document["paths"][route.path][route.method.lower()]
    line = f"`{route.method} {route.path}`"
    page = REFERENCE.read_text("utf-8").replace("{collection}", route.tag)

    assert (route.operation, route.summary) == (operation["operationId"], operation["summary"])
    assert [p.name for p in route.parameters] == [p["name"] for p in operation.get("parameters", [])]
    assert line in page


@pytest.mark.parametrize("route", [route for route in ROUTES if route.who != "anyone"], ids=_name)
def test_every_other_route_asks_for_a_session(still: Site, route: Route, samples: Samples) -> None:
    """Without one: 401, whatever is sent; HEAD as GET."""
    answers = list(_asks(still.nobody(), route, samples))
    if route.method == "GET":
        answers.append(still.nobody().ask("HEAD", _path(route)))

    assert {401} == {answer.status_code for answer in answers}


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.who in ("factor", "session")], ids=_name
)
def test_a_session_for_the_first_password_reaches_nothing_else(
    filled: tuple[Site, Mapping[str, str]], route: Route, samples: Samples, first_password: Caller
) -> None:
    """Whoever has shown an activation code sets a password, and nothing else: 403."""
    answers = list(_asks(first_password, route, samples))

    assert {(403, "password-first")} == {(answer.status_code, answer.json["code"]) for answer in answers}


@pytest.fixture(scope="module")
def first_password(filled: tuple[Site, Mapping[str, str]]) -> Caller:
    """A session of somebody who has not set the first password."""
    return filled[0].init_only(filled[0].world.agency)


@pytest.fixture(scope="module")
def stranger(filled: tuple[Site, Mapping[str, str]]) -> Caller:
    """A session of somebody at another hospital."""
    return filled[0].as_organisation(filled[0].other)


@pytest.fixture(scope="module")
def insider(filled: tuple[Site, Mapping[str, str]]) -> Caller:
    """A session of somebody at the hospital."""
    return filled[0].as_organisation(filled[0].world.hospital)


FOR_MANY = ("cycles", "announcements")
"""What is meant for many organisations; whose announcements nobody reads is tested with them."""


def _of_one_case() -> list[Route]:
    return [
        route
        for route in ROUTES
        if "{id}" in route.path and route.tag in COLLECTIONS and route.tag not in FOR_MANY
    ]


@pytest.mark.parametrize("route", _of_one_case(), ids=_name)
def test_nobody_reaches_into_another_institution(
    filled: tuple[Site, Mapping[str, str]], route: Route, samples: Samples, stranger: Caller
) -> None:
    """Each route with the ids of one institution, asked from another: 404, whatever is sent."""
    site, ids = filled
    before = site.application.cases.get(SYSTEM, COLLECTIONS[route.tag], ids[route.tag])
    statuses = {answer.status_code for answer in _asks(stranger, route, samples, ids[route.tag])}

    assert {404} == statuses
    assert before == site.application.cases.get(SYSTEM, COLLECTIONS[route.tag], ids[route.tag])


@pytest.mark.parametrize("collection", [name for name in COLLECTIONS if name not in FOR_MANY])
def test_nobody_reaches_into_another_institution_in_bulk(
    filled: tuple[Site, Mapping[str, str]], samples: Samples, stranger: Caller, collection: str
) -> None:
    """Every row of a bulk is declined as the single event would be."""
    ids = filled[1]
    route = next(route for route in ROUTES if route.operation == f"bulk-{collection}")
    for body in _body_of(route, samples):
        body["items"] = [item | {"id": ids[collection], "version": 1} for item in body["items"]]
        answer = stranger.ask("POST", route.path, body)

        assert 0 == answer.json["done"]
        assert [404] * len(body["items"]) == [one["problem"]["status"] for one in answer.json["results"]]


@pytest.mark.parametrize("collection", [name for name in COLLECTIONS if name not in FOR_MANY])
def test_no_list_shows_another_institution(
    filled: tuple[Site, Mapping[str, str]], stranger: Caller, insider: Caller, collection: str
) -> None:
    """The hospital finds its own case in the list, the other hospital does not."""
    id = filled[1][collection]
    found = [
        id in {item["id"] for item in caller.get(f"/api/v1/{collection}", query="limit=200").json["items"]}
        for caller in (insider, stranger)
    ]

    assert [True, False] == found


@pytest.mark.parametrize("route", [route for route in ROUTES if route.operation != "log-out"], ids=_name)
def test_no_route_fails_on_a_plain_request(
    filled: tuple[Site, Mapping[str, str]], route: Route, samples: Samples, insider: Caller
) -> None:
    """
    Tried with a sample of each body: an answer that the description knows, in Chinese, never an error of ours.
    """
    documented = samples.document["paths"][route.path][route.method.lower()]["responses"]
    id = filled[1].get(route.tag, SOME_ID)

    for answer in _asks(insider, route, samples, id):
        assert str(answer.status_code) in documented
        assert answer.status_code < 500
        assert [] == [text for text in _told(answer) if not CHINESE.search(text)]


def _told(answer: testing.Result) -> list[str]:
    """Everything in a problem that is meant for people."""
    if answer.status_code < 400:
        return []
    problem = answer.json
    errors = [error["message"] for error in problem.get("errors", ())]
    reasons = [reason["label"] for reason in problem.get("reasons", ())]
    return [problem["title"], problem["detail"], *errors, *reasons]


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "GET"], ids=_name)
def test_head_is_get_without_a_body(
    filled: tuple[Site, Mapping[str, str]], route: Route, insider: Caller
) -> None:
    """The same status and headers (but the request's id), nothing else."""
    path = _path(route, filled[1].get(route.tag, SOME_ID))
    get, head = (insider.ask(method, path) for method in ("GET", "HEAD"))

    def headers(answer: testing.Result) -> dict[str, str]:
        return {name: value for name, value in answer.headers.items() if name != "x-request-id"}

    assert (get.status_code, "") == (head.status_code, head.text)
    assert headers(get) == headers(head)


def _everything(site: Site) -> list[Any]:
    """Every case with its history, every refusal, and the numbers that would be given next."""
    store = site.application.store
    with store.begin() as unit:
        cases = [case for name in LIFECYCLES for case in unit.every_case(name, after="", limit=1000)]
        histories = [unit.history(case) for case in cases]
        refusals = [unit.refusals(id) for id in unit.every_refusing_account()]
        numbers = [unit.next_number(f"certificate-{year}") for year in range(2023, 2026)]  # never committed
    return [cases, histories, refusals, numbers]


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "GET"], ids=_name)
def test_reading_changes_nothing(
    filled: tuple[Site, Mapping[str, str]], route: Route, insider: Caller
) -> None:
    """Whatever is asked with GET or HEAD: no case, no history and no number is another afterwards."""
    site, ids = filled
    before = _everything(site)
    woken = len(site.woken)
    for method in ("GET", "HEAD"):
        insider.ask(method, _path(route, ids.get(route.tag, SOME_ID)))

    assert before == _everything(site)
    assert woken == len(site.woken)


@pytest.mark.parametrize("path", BY_PATH)
def test_other_methods_are_refused_as_a_problem(still: Site, path: str) -> None:
    """405 with the methods that there are."""
    answer = still.nobody().ask(
        "PATCH", path.replace("{id}", SOME_ID).replace("{file}", SOME_ID).replace("{name}", "start.js")
    )

    assert (405, "application/problem+json", "method-refused") == (
        answer.status_code,
        answer.headers["content-type"],
        answer.json["code"],
    )
    assert set(BY_PATH[path]) <= set(re.split(", ", answer.headers["allow"]))


@pytest.mark.parametrize(
    "path", ["/api", "/api/v1", "/api/v1/nothing", "/api/v1/home/", "/docs/../settings.py", "/%2e%2e/"]
)
def test_an_unknown_address_is_a_problem_too(insider: Caller, path: str) -> None:
    """404 as a problem."""
    answer = insider.get(path)

    assert (404, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


@pytest.mark.parametrize("id", ["A", "x" * 65, "%00", "..", "%F0%9F%98%80", "a%20b", "-", "'"])
def test_an_id_that_is_none_is_not_found(insider: Caller, id: str) -> None:
    """What cannot be an id never reaches the store."""

    assert 404 == insider.get(f"/api/v1/physicians/{id}").status_code
