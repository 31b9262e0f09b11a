"""The opinions that an institution has given on somebody who has gone to another one, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.testing.journeys import Journeys

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

pytestmark = pytest.mark.manual("M: physician: end, restore, merge; case: withdraw, reinstate")

PATH = "/api/v1/past-opinions"


def gone(site: Site) -> tuple[Caller, str]:
    """A session of the hospital, and the file of somebody whom the city has moved away after its opinion."""
    journeys = Journeys.of(site.world)
    traveller = journeys.to("awaiting_agency_review")
    target = ForceMove(str(journeys.elsewhere.organisation_id))
    site.world.send(
        site.world.city, "affiliation", traveller.physician_id, "force_move", target, reason="机构注销"
    )
    return site.as_organisation(site.world.hospital), traveller.case_id


def test_from_the_list_to_what_was_said(site: Site) -> None:
    """The row has the id by which the opinion is read, the state in words, and nothing of where the file is now."""
    hospital, case = gone(site)
    told = hospital.get(PATH, "total=true").json
    (row,) = told["items"]
    said = hospital.get(f"/api/v1/assessments/{row['id']}/past-opinions").json["items"]

    assert (1, None, case) == (told["total"], told["next"], row["id"])
    assert ("awaiting_agency_review", "待考核机构复核") == (row["state"], row["state_label"])
    assert [row["given_at"]] == [one["at"] for one in said]
    assert {
        *("id", "state", "state_label", "physician_id", "name", "id_number", "cycle_id", "given_at"),
    } == set(row)
    assert 404 == hospital.get(f"/api/v1/assessments/{case}").status_code


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("given=true", 1),
        ("given=false", 0),
        ("state=awaiting_agency_review", 1),
        ("state=awaiting_registration", 0),
        ("cycle_id=nothing", 0),
    ],
)
def test_it_is_asked_by_filters(site: Site, query: str, found: int) -> None:
    """As any other list."""
    hospital, _ = gone(site)

    assert found == len(hospital.get(PATH, query).json["items"])


def test_it_is_taken_along_as_a_sheet(site: Site) -> None:
    """`POST /api/v1/exports/past-opinions`, with the same filters."""
    hospital, _ = gone(site)
    told = hospital.ask(
        "POST", "/api/v1/exports/past-opinions", {"filters": {"given": True}, "format": "csv"}
    )

    assert 200 == told.status_code
    assert "待考核机构复核" in told.content.decode("utf-8-sig")


def test_the_new_institution_has_no_such_list(site: Site) -> None:
    """Nor has anybody above: they see the file itself."""
    gone(site)
    for who in (site.world.agency, site.world.county, site.world.city, site.world.province):
        assert [] == site.as_organisation(who).get(PATH).json["items"]
