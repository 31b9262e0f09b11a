"""Every operation is described with the answers and headers that it can give, and with no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from kaohe_service.middleware import HEADERS
from kaohe_service.openapi import describe
from kaohe_service.routes import table
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.access import SYSTEM

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.conftest import Caller, Site

ROUTES = {route.operation: route for route in table(load_catalogue())}
OF_EVERY_ANSWER = {name.lower() for name in HEADERS} | {"content-type", "content-length"}


@pytest.fixture(scope="module")
def operations() -> Mapping[str, Any]:
    """The description by operation."""
    paths = describe(load_catalogue())["paths"].values()
    return {one["operationId"]: one for path in paths for one in path.values()}


@pytest.mark.parametrize(
    ("operation", "statuses"),
    [
        ("show-alive", "200 400 422 500"),
        ("show-ready", "200 400 422 500 503"),
        ("show-log-in-page", "200 400 421 422 500"),
        ("show-root", "303 400 421 422 500"),
        ("show-docs", "200 303 400 401 403 421 422 500 503"),
        ("log-in", "201 400 401 403 413 415 421 422 429 500 503"),
        ("show-session", "200 400 401 421 422 500 503"),
        ("log-out", "204 400 401 403 421 422 500 503"),
        ("set-password", "201 400 401 403 409 413 415 421 422 429 500 503"),
        ("issue-code", "201 400 401 403 404 409 412 413 415 421 422 428 429 500 503"),
        ("show-home", "200 400 401 403 421 422 500 503"),
        ("show-progress", "200 400 401 403 404 421 422 500 503"),
        ("show-statistics", "200 400 401 403 404 421 422 500 503"),
        ("list-papers", "200 400 401 403 421 422 500 503"),
        ("show-subjects", "200 400 401 403 421 422 500 503"),
        ("show-department-blockers", "200 400 401 403 404 421 422 500 503"),
        ("search-papers", "200 400 401 403 413 415 421 422 500 503"),
        ("show-papers", "200 400 401 403 404 421 422 500 503"),
        ("create-departments", "201 400 401 403 404 409 413 415 421 422 500 503"),
        ("send-departments", "200 400 401 403 404 409 412 413 415 421 422 428 500 503"),
        ("bulk-departments", "200 400 401 403 413 415 421 422 500 503"),
        ("print-certificate", "200 400 401 403 404 409 412 421 422 428 500 503"),
        ("show-certificate-document", "200 400 401 403 404 409 421 422 500 503"),
        ("verify-certificate", "200 400 404 421 422 429 500 503"),
        ("import-roster", "200 400 401 403 404 413 415 421 422 429 500 503"),
        ("import-scores", "200 400 401 403 413 415 421 422 429 500 503"),
    ],
)
def test_an_operation_has_the_answers_that_follow_from_it(
    operations: Mapping[str, Any], operation: str, statuses: str
) -> None:
    """From who may ask, what comes in, whether a case is named, and what is done."""

    assert statuses.split() == sorted(operations[operation]["responses"])


@pytest.mark.parametrize(
    ("operation", "status", "headers"),
    [
        ("log-in", "201", {"Location", "Set-Cookie"}),
        ("set-password", "201", {"Location", "Set-Cookie"}),
        ("log-out", "204", {"Set-Cookie", "Clear-Site-Data"}),
        ("issue-code", "201", {"ETag"}),
        ("create-departments", "201", {"Location", "ETag"}),
        ("show-departments", "200", {"ETag"}),
        ("list-departments", "200", {"Link"}),
        ("show-roster-template", "200", {"Content-Disposition"}),
        ("import-scores", "200", {"Content-Disposition"}),
        ("log-in", "401", {"WWW-Authenticate"}),
        ("log-in", "429", {"Retry-After"}),
        ("verify-certificate", "429", {"Retry-After"}),
        ("show-ready", "503", {"Retry-After"}),
        ("show-home", "403", set()),
    ],
)
def test_an_answer_has_the_headers_that_are_sent(
    document: Mapping[str, Any], operations: Mapping[str, Any], operation: str, status: str, headers: set[str]
) -> None:
    """Beside the id of the request, which every answer has."""
    assert headers | {"X-Request-Id"} == set(_answer(document, operations, operation, status)["headers"])


@pytest.fixture(scope="module")
def document() -> Mapping[str, Any]:
    """The description."""
    return describe(load_catalogue())


def _answer(document: Mapping[str, Any], operations: Mapping[str, Any], operation: str, status: str) -> Any:
    answer = operations[operation]["responses"][status]
    if "$ref" in answer:
        return document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return answer


def _sent(site: Site, ids: Mapping[str, str]) -> Mapping[str, testing.Result]:
    """A good request of each kind of answer, and some that fail."""
    nobody, hospital = site.nobody(), site.as_organisation(site.world.hospital)
    account_id, login = site.account_of(site.world.hospital)
    code = site.application.accounts.issue_code(SYSTEM, account_id).code
    opened = nobody.ask("POST", "/api/v1/activations", {"account": login, "code": code})
    first: Caller = site.with_token(opened.json["token"])
    password = first.ask("PUT", "/api/v1/password", {"password": "Blue-Hill-47"})
    made = {"institution_id": site.world.hospital.organisation_id, "name": "外科"}
    certificate = f"/api/v1/certificates/{ids['certificates']}"
    return {
        "activate": opened,
        "set-password": password,
        "log-in": nobody.ask("POST", "/api/v1/sessions", {"account": login, "password": "wrong"}),
        "log-out": site.with_token(password.json["token"]).ask("DELETE", "/api/v1/sessions/current"),
        "create-departments": hospital.send("/api/v1/departments", "create", made),
        "list-departments": hospital.get("/api/v1/departments", query="limit=1"),
        "show-home": nobody.get("/api/v1/home"),
        "print-certificate": hospital.ask("POST", f"{certificate}/print", headers={"If-Match": '"1"'}),
        "show-certificate-document": hospital.get(f"{certificate}/document"),
        "show-roster-template": hospital.get("/api/v1/imports/roster/template"),
        "show-alive": nobody.get("/healthz"),
    }


def test_no_answer_has_a_header_that_is_not_described(
    certified: tuple[Site, Mapping[str, str]], document: Mapping[str, Any], operations: Mapping[str, Any]
) -> None:
    """And every header that is described as always sent is there."""
    for operation, result in _sent(*certified).items():
        described = _answer(document, operations, operation, str(result.status_code))["headers"]
        known = {name.lower() for name in described}
        always = {name.lower() for name, header in described.items() if header["required"]}

        assert always <= set(result.headers), operation
        assert set(result.headers) <= known | OF_EVERY_ANSWER, operation
