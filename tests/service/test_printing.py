"""A certificate over HTTP: printed by an event, and a file to be saved from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs
import pytest

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.conftest import Caller, Site


def _print(caller: Caller, path: str, version: int | None, **headers: str) -> testing.Result:
    seen = {"If-Match": f'"{version}"'} if version is not None else {}
    return caller.ask("POST", f"{path}/print", headers=seen | headers)


@pytest.mark.manual("S-88", "N-1.6", "S-I3")
def test_a_certificate_is_printed_and_then_a_file(certified: tuple[Site, Mapping[str, str]]) -> None:
    """Printing is an event that numbers; PDF or picture are to be saved and never shown in the page."""
    site, ids = certified
    caller = site.as_physician(ids["physicians"])
    path = f"/api/v1/certificates/{ids['certificates']}"
    printed = _print(caller, path, 1, **{"Idempotency-Key": "k"})
    answers = [caller.get(f"{path}/document", query=query) for query in (None, "as=pdf", "as=png")]
    data = caller.get(path).json["data"]

    assert (200, "print", "generated", '"2"') == (
        printed.status_code,
        printed.json["event"],
        printed.json["state"],
        printed.headers["etag"],
    )
    assert printed.json == _print(caller, path, 1, **{"Idempotency-Key": "k"}).json
    assert "第一人民医院" == data["face"]["institution"]
    assert ["application/pdf", "application/pdf", "image/png"] == [
        answer.headers["content-type"] for answer in answers
    ]
    for answer in answers:
        assert answer.headers["content-disposition"].startswith('attachment; filename="')
        assert "sandbox" == answer.headers["content-security-policy"]

    assert f"%PDF {data['number']} ".encode() in answers[0].content
    assert 422 == caller.get(f"{path}/document", query="as=svg").status_code


@pytest.mark.parametrize(("method", "code"), [("GET", "not-printed"), ("HEAD", None)])
def test_asking_for_the_file_prints_nothing(
    certified: tuple[Site, Mapping[str, str]], method: str, code: str | None
) -> None:
    """Before the first print there is no file: 409, and still no number."""
    site, ids = certified
    caller = site.as_physician(ids["physicians"])
    path = f"/api/v1/certificates/{ids['certificates']}"
    answer = caller.ask(method, f"{path}/document")

    assert (409, code) == (answer.status_code, answer.json["code"] if answer.text else None)
    assert (1, None) == ((case := caller.get(path).json)["version"], case["data"]["number"])


def test_printing_needs_the_version_that_was_seen(filled: tuple[Site, Mapping[str, str]]) -> None:
    """As any other event: 428 without it, 412 with another."""
    site, ids = filled
    caller = site.as_physician(ids["physicians"])
    path = f"/api/v1/certificates/{ids['certificates']}"

    assert [428, 412] == [_print(caller, path, version).status_code for version in (None, 9)]


def test_nobody_else_prints_it(filled: tuple[Site, Mapping[str, str]]) -> None:
    """Another hospital is told that there is no such certificate."""
    site, ids = filled
    path = f"/api/v1/certificates/{ids['certificates']}"
    stranger = site.as_organisation(site.other)

    assert [404, 404] == [stranger.get(f"{path}/document").status_code, _print(stranger, path, 1).status_code]


@pytest.mark.manual("R-15.1", "N-2.9")
def test_a_result_is_told_in_writing(certified: tuple[Site, Mapping[str, str]]) -> None:
    """The physician and the institution save the same file; another hospital is told that there is no such case."""
    site, ids = certified
    path = f"/api/v1/assessments/{ids['assessments']}/written-notice"
    physician, hospital = site.as_physician(ids["physicians"]), site.as_organisation(site.world.hospital)
    answers = [caller.get(path) for caller in (physician, hospital)]

    assert answers[0].content == answers[1].content
    assert "考核结果通知书".encode() in answers[0].content
    assert ["application/pdf"] * 2 == [answer.headers["content-type"] for answer in answers]
    assert all("sandbox" == answer.headers["content-security-policy"] for answer in answers)
    assert 404 == site.as_organisation(site.other).get(path).status_code


@pytest.mark.manual("R-24.1")
def test_an_answer_is_given_in_writing(certified: tuple[Site, Mapping[str, str]]) -> None:
    """Nothing to save before the answer; then the physician saves it, and another hospital learns nothing."""
    site, ids = certified
    path = f"/api/v1/reviews/{ids['reviews']}"
    physician, another = site.as_physician(ids["physicians"]), site.as_organisation(site.other)
    before = physician.get(f"{path}/written-answer")
    world = site.world
    world.send(
        attrs.evolve(world.agency, operator_id="reviewer"),
        "result_review",
        ids["reviews"],
        "uphold",
        reason="成绩无误",
    )
    answer = physician.get(f"{path}/written-answer")

    assert (409, "review-not-answered") == (before.status_code, before.json["code"])
    assert (200, "application/pdf") == (answer.status_code, answer.headers["content-type"])
    assert all(text.encode() in answer.content for text in ("复核答复书", "成绩无误", "维持原考核结果"))
    assert "sandbox" == answer.headers["content-security-policy"]
    assert 404 == another.get(f"{path}/written-answer").status_code
