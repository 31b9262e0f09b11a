"""The calendar over HTTP: statutory, entered by the province, assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

DAYS = "/api/v1/working-days"


def test_the_province_enters_days_that_everybody_sees(site: Site, hospital: Caller) -> None:
    """A year that is not known yet is assumed from the weekdays; entered days say so, taken back they are assumed."""
    province = site.as_organisation(site.world.province)
    place = f"/api/v1/institutions/{site.world.province.organisation_id}/events"
    day = {"day": "2030-02-04", "working": False, "name": "春节"}

    def shown() -> list[object]:
        found = hospital.get(DAYS, "first=2030-02-03&last=2030-02-05").json["items"]
        return [(one["working"], one["source"], one["name"]) for one in found]

    assumed = [(False, "assumed", ""), (True, "assumed", ""), (True, "assumed", "")]
    before = shown()
    version = province.get(place.removesuffix("/events")).json["version"]
    entered = province.send(place, "enter_working_days", {"days": [day]}, version=version)
    between = shown()
    taken_back = province.send(
        place, "enter_working_days", {"taken_back": ["2030-02-04"]}, version=version + 1
    )

    assert (200, 200) == (entered.status_code, taken_back.status_code)
    assert assumed == before == shown()
    assert [assumed[0], (False, "provincial", "春节"), assumed[2]] == between


def test_only_the_province_enters_days(site: Site) -> None:
    """For itself: neither a county for its own organisation nor the province for another's."""
    county = site.as_organisation(site.world.county)
    place = f"/api/v1/institutions/{site.world.county.organisation_id}/events"
    days = {"days": [{"day": "2030-02-04", "working": False}]}

    province = site.as_organisation(site.world.province)

    assert [403, 403] == [
        caller.send(place, "enter_working_days", days, version=2).status_code for caller in (county, province)
    ]


def test_a_span_has_bounds(hospital: Caller) -> None:
    """Two years at most, the last day not before the first; days that are none are told."""
    spans = {
        "first=2026-01-01&last=2026-01-01": 200,
        "first=2026-01-02&last=2026-01-01": 422,
        "first=2026-01-01&last=2028-01-02": 200,
        "first=2026-01-01&last=2028-01-03": 422,
        "first=2026-02-30&last=2026-03-01": 422,
    }

    assert spans == {query: hospital.get(DAYS, query).status_code for query in spans}
