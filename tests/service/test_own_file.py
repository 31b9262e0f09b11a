"""Who is known to be a physician of the list does not decide on the own file, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe_workflow.testing.journeys import Journeys
from tests.service.conftest import Site

pytestmark = pytest.mark.manual("S-I13")

GOOD = {"work": "qualified", "ethics": "qualified"}


def made(site: Site, listed_as: str | None) -> Any:
    """An account of the hospital, made by the county."""
    payload = {
        "institution_id": site.world.hospital.organisation_id,
        "kind": "organisation",
        "login": "desk-01",
        "operator_id": "li-07",
        "listed_as": listed_as,
    }
    return site.as_organisation(site.world.county).send("/api/v1/accounts", "create", payload)


def test_the_own_file_is_refused_and_a_colleagues_is_not(site: Site) -> None:
    """涉及本人的事项须由本单位其他人员办理, as is said before it is tried; the account and its list say who it is."""
    journeys = Journeys.of(site.world)
    own, other = (journeys.to("awaiting_institution_review") for _ in range(2))
    desk = made(site, own.physician_id).json["id"]
    operator = site.session_of(desk, "desk-01")
    answers = []
    for file in (own, other):
        path = f"/api/v1/assessments/{file.case_id}"
        version = operator.get(path).json["version"]
        answers.append(operator.send(f"{path}/events", "submit_opinion", GOOD, version=version))
    row = next(
        one
        for one in site.as_organisation(site.world.county).get("/api/v1/accounts").json["items"]
        if one["id"] == desk
    )

    events = operator.get(f"/api/v1/assessments/{own.case_id}/events").json["events"]
    told = {
        one["label"] for event in events if event["event"] == "submit_opinion" for one in event["reasons"]
    }

    assert [403, 200] == [answer.status_code for answer in answers]
    assert {"涉及本人的事项须由本单位其他人员办理"} == told
    assert "涉及本人的事项须由本单位其他人员办理" == answers[0].json["detail"]
    assert (None, own.physician_id) == (row["physician_id"], row["listed_as"])


def test_it_is_put_right_by_who_manages_the_account(site: Site) -> None:
    """With the next request; somebody of another house is refused in words."""
    journeys = Journeys.of(site.world)
    own, stranger = journeys.to("awaiting_institution_review"), journeys.newcomer(site.world.agency)
    desk = made(site, None).json["id"]
    county = site.as_organisation(site.world.county)
    path = f"/api/v1/accounts/{desk}"

    def identify(listed_as: str) -> Any:
        version = county.get(path).json["version"]
        return county.send(f"{path}/events", "identify_operator", {"listed_as": listed_as}, version=version)

    refused, told = identify(stranger.physician_id), identify(own.physician_id)

    assert [409, 200] == [refused.status_code, told.status_code]
    assert "所填医师在本单位、所辖单位或由本单位考核的机构在册" in refused.text
    assert own.physician_id == county.get(path).json["data"]["listed_as"]
