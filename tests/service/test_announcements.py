"""公告 over HTTP: written by an administration, read by those below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

PATH = "/api/v1/announcements"


@pytest.mark.manual("N-3.15")
def test_an_announcement_goes_from_draft_to_withdrawal(site: Site) -> None:
    """Written, read below once it is published, and by nobody there once it is withdrawn."""
    county, hospital = site.as_organisation(site.world.county), site.as_organisation(site.world.hospital)
    words = {
        "institution_id": site.world.county.organisation_id,
        "title": "关于报名的公告",
        "text": "请按时完成报名。",
    }
    made = county.send(PATH, "create", words)
    one = made.headers["location"]
    drafted = hospital.get(one).status_code
    published = county.send(f"{one}/events", "publish", version=1)
    site.world.settle()
    read = hospital.get(one)
    listed = hospital.get(PATH).json["items"]
    inbox = hospital.get("/api/v1/inbox").json["items"]
    (notice,) = (one for one in inbox if one["kind"] == "announcement")
    told = hospital.ask("POST", f"/api/v1/inbox/{notice['id']}/open").json["text"]
    withdrawn = county.send(f"{one}/events", "withdraw", version=2, reason="日期有误")

    assert (201, 404, 200, 200) == (
        made.status_code,
        drafted,
        published.status_code,
        withdrawn.status_code,
    )
    assert ("已发布", "请按时完成报名。") == (read.json["state_label"], read.json["data"]["text"])
    assert ["关于报名的公告"] == [row["title"] for row in listed]
    assert "区卫生健康局发布公告：关于报名的公告。请在公告中查看全文。" == told
    assert 404 == hospital.get(one).status_code
    assert [] == hospital.get(PATH).json["items"]


@pytest.mark.manual("N-3.15")
def test_files_are_fetched_by_who_reads_it_and_its_history_is_not(
    filled: tuple[Site, Mapping[str, str]],
) -> None:
    """The hospital fetches the file; how the announcement came about is the county's own business."""
    site, ids = filled
    one = f"{PATH}/{ids['announcements']}"
    county, hospital = site.as_organisation(site.world.county), site.as_organisation(site.world.hospital)
    (file,) = hospital.get(one).json["data"]["attachments"]

    def told(caller: Caller) -> list[int]:
        paths = (one, f"{one}/events", f"{one}/history", f"{one}/attachments/{file}")
        return [caller.get(path).status_code for path in paths]

    assert [200, 200, 200, 200] == told(county)
    assert [200, 200, 403, 200] == told(hospital)
    assert [] == [event for event in hospital.get(f"{one}/events").json["events"] if event["allowed"]]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "", "text": "请按时完成报名。"}, "title"),
        ({"title": "报名", "text": ""}, "text"),
        ({"title": "报" * 201, "text": "请按时完成报名。"}, "title"),
    ],
)
def test_what_is_not_to_be_read_is_refused(site: Site, given: dict[str, str], field: str) -> None:
    """422, and the place of what is wrong."""
    county = site.as_organisation(site.world.county)
    answer = county.send(PATH, "create", given | {"institution_id": site.world.county.organisation_id})

    assert 422 == answer.status_code
    assert any(field in error["pointer"] for error in answer.json["errors"])
