"""The inbox over HTTP: what was told, read when it is opened."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs
import pytest

from kaohe_workflow.lifecycles.cycle.events import ChangeWindows
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.windows import Window

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

INBOX = "/api/v1/inbox"


@pytest.mark.manual("N-3.15")
def test_a_notice_is_read_when_it_is_opened(site: Site, hospital: Caller) -> None:
    """The list tells its kind; the text comes with the opening, and stands in the list from then on."""
    listed = next(one for one in hospital.get(INBOX).json["items"] if one["kind"] == "schedule")
    before = hospital.get("/api/v1/home").json["unopened_notices"]
    opened = hospital.ask("POST", f"{INBOX}/{listed['id']}/open")
    again = hospital.ask("POST", f"{INBOX}/{listed['id']}/open")

    assert (None, None, "考核安排") == (listed["text"], listed["opened_at"], listed["kind_label"])
    assert 200 == opened.status_code
    assert "第一周期已发布" in opened.json["text"]
    assert opened.json == again.json
    assert opened.json in hospital.get(INBOX).json["items"]
    assert before - 1 == hospital.get("/api/v1/home").json["unopened_notices"]
    assert listed["id"] not in [one["id"] for one in hospital.get(INBOX, "unopened=true").json["items"]]


def test_an_inbox_is_its_owners(site: Site, hospital: Caller) -> None:
    """Another organisation, and whoever is above, neither lists nor opens what lies there."""
    id = hospital.get(INBOX).json["items"][0]["id"]
    stranger = site.as_organisation(site.other)
    county = site.as_organisation(site.world.county)
    listed = [one["id"] for caller in (stranger, county) for one in caller.get(INBOX).json["items"]]

    assert id not in listed
    assert [404, 404] == [
        caller.ask("POST", f"{INBOX}/{id}/open").status_code for caller in (stranger, county)
    ]


def test_an_inbox_is_paged(site: Site, hospital: Caller) -> None:
    """Newest first, by a signed cursor; one that was not written for this list is refused."""
    world = site.world
    for days in (1, 2):
        later = Window(WINDOWS.review.opens_at, WINDOWS.review.closes_at + timedelta(days=days))
        moved = ChangeWindows(attrs.evolve(WINDOWS, review=later))
        world.send(world.province, "cycle", world.cycle_id, "change_windows", moved)
        world.settle()
    first = hospital.get(INBOX, query="limit=2")
    rest = hospital.get(INBOX, query=f"limit=2&cursor={first.json['next']}")
    ids = [one["id"] for page in (first, rest) for one in page.json["items"]]

    assert (2, 2) == (len(first.json["items"]), len(rest.json["items"]))
    assert sorted(ids, reverse=True) == ids
    assert 'rel="next"' in first.headers["link"]
    assert 422 == hospital.get(INBOX, query=f"cursor=a.{'0' * 32}").status_code


def test_a_physician_reads_the_own_inbox(site: Site) -> None:
    """What the enrolment told, and no number of the person."""
    world, one = site.world, person(0)
    world.at(date(2023, 11, 28))
    physician = world.physician(one.id_number, one.name)
    world.file(physician, world.department())
    caller = site.as_physician(str(physician.physician_id))
    (listed,) = caller.get(INBOX).json["items"]
    opened = caller.ask("POST", f"{INBOX}/{listed['id']}/open")

    assert "registration" == listed["kind"]
    assert one.id_number not in opened.text


@pytest.mark.manual("S-I10")
def test_why_a_file_came_back_reaches_its_physician(site: Site) -> None:
    """驳回 by the institution: the physician's inbox tells the reason, and nobody else's does."""
    world, one, reason = site.world, person(0), "执业证书照片不清晰"
    world.at(date(2023, 11, 28))
    hospital, physician = site.as_organisation(world.hospital), world.physician(one.id_number, one.name)
    path = f"/api/v1/assessments/{world.file(physician, world.department())}"
    version = hospital.get(path).json["version"]
    returned = hospital.send(
        f"{path}/events", "return", {"code": "incomplete"}, version=version, reason=reason
    )
    caller = site.as_physician(str(physician.physician_id))
    (listed,) = [item for item in caller.get(INBOX).json["items"] if item["kind"] == "return"]
    opened = caller.ask("POST", f"{INBOX}/{listed['id']}/open")

    assert (200, 200) == (returned.status_code, opened.status_code)
    assert reason in opened.json["text"]
    assert 404 == hospital.ask("POST", f"{INBOX}/{listed['id']}/open").status_code
