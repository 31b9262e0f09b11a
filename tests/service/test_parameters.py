"""Every query parameter of every route: what is wrong with it is told by the name that the caller wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from kaohe_service.parameters import RequestParameter
from kaohe_service.route import Route
from kaohe_service.routes import table
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.queries.declared import LISTS

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.conftest import Caller, Site

ROUTES = table(load_catalogue())
QUERIES = [
    (route, parameter) for route in ROUTES for parameter in route.parameters if parameter.place == "query"
]
ENUMERATED = {
    "state",
    "kind",
    "level",
    "category",
    "procedure",
    "stage",
    "exemption_state",
    "result",
    "progress",
}

SOME_ID = "01he469xm0d20q3yqgwnhqgf8m"
SOME_DAY = "2024-01-01"


@pytest.fixture(scope="module")
def office(filled: tuple[Site, Mapping[str, str]]) -> Caller:
    """A session at the province."""
    return filled[0].as_organisation(filled[0].world.province)


def _ask(caller: Caller, route: Route, query: str) -> testing.Result:
    path = route.path.replace("{id}", SOME_ID)
    content = "姓名,证件号码\n".encode() if route.method == "POST" else None
    headers = {"Content-Type": "text/csv"} if content else {}
    return caller.ask(route.method, path, query=query, content=content, headers=headers)


def _wrong(parameter: RequestParameter) -> str:
    """A value that no schema of ours takes."""
    return "x" * 900 if parameter.schema["type"] == "string" else "x"


def _name(value: Any) -> str:
    return value.operation if isinstance(value, Route) else value.name


def _needed(route: Route, besides: str) -> dict[str, str]:
    """What else the route must be given: a word of those that there are, a day, or an id."""
    return {
        p.name: SOME_DAY if p.schema.get("format") == "date" else p.schema.get("enum", [SOME_ID])[0]
        for p in route.parameters
        if p.required and p.name not in (besides, "id")
    }


def _errors(answer: testing.Result) -> Iterator[tuple[str, str, str, str]]:
    for error in answer.json["errors"]:
        yield error["in"], error["pointer"], error["code"], error["message"]


@pytest.mark.parametrize(("route", "parameter"), QUERIES, ids=_name)
def test_a_wrong_value_is_told_by_its_parameters_name(
    office: Caller, route: Route, parameter: RequestParameter
) -> None:
    """422, the place, and a message that names it and says in Chinese what it should be."""
    query = urlencode(_needed(route, parameter.name) | {parameter.name: _wrong(parameter)})
    answer = _ask(office, route, query)
    ((place, pointer, code, message),) = _errors(answer)

    assert (422, "query", f"/{parameter.name}", "parameter-invalid") == (
        answer.status_code,
        place,
        pointer,
        code,
    )
    assert re.match(f"参数“[^”a-z]+”（{parameter.name}）(应为|格式不正确)", message)
    assert all(str(word) in message for word in parameter.schema.get("enum", ()))


@pytest.mark.parametrize(("route", "parameter"), QUERIES, ids=_name)
def test_a_repeated_parameter_is_told_by_its_name(
    office: Caller, route: Route, parameter: RequestParameter
) -> None:
    """Which of two values would hold nobody could say."""
    query = urlencode([*_needed(route, parameter.name).items(), (parameter.name, "1"), (parameter.name, "1")])
    answer = _ask(office, route, query)

    assert [
        ("query", f"/{parameter.name}", "parameter-repeated", f"参数{parameter.called}只能出现一次")
    ] == list(_errors(answer))


@pytest.mark.parametrize(("route", "parameter"), [pair for pair in QUERIES if pair[1].required], ids=_name)
def test_a_missing_parameter_is_told_by_its_name(
    office: Caller, route: Route, parameter: RequestParameter
) -> None:
    """Not by a sentence about its values."""
    answer = _ask(office, route, urlencode(_needed(route, parameter.name)))

    assert [("query", f"/{parameter.name}", "parameter-missing", f"缺少参数{parameter.called}")] == list(
        _errors(answer)
    )


@pytest.mark.parametrize("name", ["foo", "Limit", "a.b", "a[0]", "a/b", "姓名", "query:x", "$"])
def test_an_unknown_parameter_is_told_as_it_was_written(office: Caller, name: str) -> None:
    """Its case and its signs are the caller's; in the pointer a slash is ~1."""
    answer = office.get("/api/v1/physicians", query=urlencode({name: "x"}))
    pointer = f"/{name.replace('/', '~1')}"

    assert [("query", pointer, "parameter-unknown", f"没有参数 {name}")] == list(_errors(answer))


@pytest.mark.parametrize("name", ["foo", "a.b", "a[0]", "a/b", "", "it's", "['x']", "姓名"])
def test_an_unknown_name_in_a_body_is_told_as_it_was_written(office: Caller, name: str) -> None:
    """A key that looks like a path is still one key."""
    search = office.ask("POST", "/api/v1/physicians/search", {"filters": {name: "x"}})
    event = office.ask("POST", "/api/v1/departments", {"event": "create", name: "x"})
    pointer = f"/{name.replace('/', '~1')}"

    assert [f"/filters{pointer}"] == [pointer for _, pointer, _, _ in _errors(search)]
    assert [pointer] == [place for _, place, _, _ in _errors(event)]


@pytest.mark.parametrize(("header", "value"), [("If-Match", "7"), ("Idempotency-Key", "k" * 129)])
def test_a_wrong_header_is_told_by_its_name(office: Caller, header: str, value: str) -> None:
    """As the description spells it."""
    headers = {"If-Match": '"1"'} | {header: value}
    answer = office.ask("POST", "/api/v1/departments/abc/events", {"event": "enable"}, headers=headers)
    ((place, pointer, code, message),) = _errors(answer)

    assert ("header", f"/{header}", "parameter-invalid") == (place, pointer, code)
    assert message.startswith("请求头“")
    assert f"”（{header}）" in message


@pytest.mark.parametrize("collection", LISTS)
def test_what_a_list_can_be_asked_for_by_word_is_a_list_of_words(office: Caller, collection: str) -> None:
    """A word that is none is an error with the allowed ones, and not an empty list; each allowed one is taken."""
    route = next(route for route in ROUTES if route.operation == f"list-{collection}")
    enumerated = {p.name: p.schema["enum"] for p in route.parameters if p.name in ENUMERATED}

    assert {entry.name for entry in LISTS[collection].filters} & ENUMERATED == set(enumerated)
    for name, words in enumerated.items():
        answer = office.get(route.path, query=f"{name}=foo")

        assert (422, f"/{name}") == (answer.status_code, answer.json["errors"][0]["pointer"])
        assert {200} == {office.get(route.path, query=f"{name}={word}").status_code for word in words}


@pytest.mark.parametrize(
    ("name", "words"), [("state", ("attached", "left")), ("level", ("licensed", "assistant"))]
)
def test_a_search_knows_the_same_words(office: Caller, name: str, words: tuple[str, ...]) -> None:
    """In a body as in an address."""
    answer = office.ask("POST", "/api/v1/physicians/search", {"filters": {name: "foo"}})
    ((place, pointer, code, message),) = _errors(answer)

    assert ("body", f"/filters/{name}", "filter-invalid") == (place, pointer, code)
    assert re.match(f"“[^”a-z]+”（{name}）应为其中之一：", message)
    assert all(re.search(f"{word}（[^）a-z]+）", message) for word in words)
