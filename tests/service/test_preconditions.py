"""If-Match by RFC 9110, 13.1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.conftest import Caller, Site


@pytest.fixture
def made(site: Site, hospital: Caller) -> str:
    """The address of a department that the hospital has just made; its tag is ``"1"``."""
    payload = {"institution_id": site.world.hospital.organisation_id, "name": "内科"}
    return str(hospital.send("/api/v1/departments", "create", payload).headers["location"])


def _edit(hospital: Caller, made: str, tag: str) -> testing.Result:
    body = {"event": "edit", "payload": {"name": "外科", "subjects": []}}
    return hospital.ask("POST", f"{made}/events", body, headers={"If-Match": tag})


@pytest.mark.parametrize("tag", ['W/"1"', '"2"', '"x"', '""', '"0"', '"01"', '"1234567890"', '"1000000000"'])
def test_a_tag_that_the_case_does_not_have_matches_nothing(hospital: Caller, made: str, tag: str) -> None:
    """The comparison is strong and of the whole tag: a weak one never matches, nor does one of another make."""
    answer = _edit(hospital, made, tag)

    assert (412, "stale-version", 1) == (answer.status_code, answer.json["code"], answer.json["actual"])
    assert 1 == hospital.get(made).json["version"]


def test_the_tag_of_the_case_matches(hospital: Caller, made: str) -> None:
    """As it was answered."""

    assert 200 == _edit(hospital, made, '"1"').status_code


def test_who_names_no_version_is_told_how(hospital: Caller, made: str) -> None:
    """The header and its form."""
    answer = hospital.send(f"{made}/events", "edit", {"name": "外科", "subjects": []})

    assert 428 == answer.status_code
    assert 'If-Match: "3"' in answer.json["detail"]


def test_an_asterisk_names_no_version(hospital: Caller, made: str) -> None:
    """It is true of every case, so it says as little as no If-Match: 428."""
    answer = _edit(hospital, made, "*")

    assert (428, "version-missing") == (answer.status_code, answer.json["code"])
    assert 1 == hospital.get(made).json["version"]


@pytest.mark.parametrize("tag", ["1", '"1", "2"', '"1', 'w/"1"', "W/1", "**", ""])
def test_what_is_not_one_tag_is_an_error_of_the_request(hospital: Caller, made: str, tag: str) -> None:
    """A list too: nobody decides over two versions."""
    answer = _edit(hospital, made, tag)

    assert (422, "header", "/If-Match") == (
        answer.status_code,
        answer.json["errors"][0]["in"],
        answer.json["errors"][0]["pointer"],
    )
    assert answer.json["detail"].endswith('”（If-Match）格式不正确，应如 "3"')


def test_of_a_case_out_of_scope_no_tag_tells_anything(site: Site, made: str) -> None:
    """404 also with a tag that matches nothing: not whether the case is there."""
    stranger = site.as_organisation(site.other)

    assert [404, 404] == [_edit(stranger, made, tag).status_code for tag in ('W/"1"', '"9"')]
