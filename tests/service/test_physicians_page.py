"""医师列表 over HTTP, button by button (手册 2.2.5): two tabs, from adding a physician to taking back an enrolment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.testing.people import person

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

PHYSICIANS, ASSESSMENTS = "/api/v1/physicians", "/api/v1/assessments"
PHONE = "13807710001"


@attrs.frozen
class Page:
    """The page of the hospital on a day when physicians may be enrolled."""

    caller: Caller
    institution_id: str

    def add(self, index: int, **more: Any) -> str:
        """【新增医师】; gives the physician's id."""
        one = person(index)
        payload = {"institution_id": self.institution_id, "name": one.name, "id_number": one.id_number}
        answer = self.caller.send(PHYSICIANS, "add", payload | more)

        assert 201 == answer.status_code, answer.text
        return str(answer.headers["location"]).rpartition("/")[2]

    def tab(self, enrolment: str, query: str = "") -> list[dict[str, Any]]:
        """The rows of a tab."""
        answer = self.caller.get(ASSESSMENTS, query=f"enrolment={enrolment}&{query}".strip("&"))

        assert 200 == answer.status_code
        return list(answer.json["items"])

    def enrol(self, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
        """【批量参加】."""
        items = [{"id": row["id"], "version": row["version"], "payload": {}} for row in rows]
        answer = self.caller.ask("POST", f"{ASSESSMENTS}/events", {"event": "enrol", "items": items})

        assert 200 == answer.status_code
        return dict(answer.json)


@pytest.fixture
def page(site: Site) -> Page:
    """The page, on a day within the registration window."""
    site.world.at(date(2023, 11, 28))
    hospital = site.world.hospital
    return Page(site.as_organisation(hospital), str(hospital.organisation_id))


def names(rows: list[dict[str, Any]]) -> set[str]:
    return {row["name"] for row in rows}


@pytest.mark.manual("S-38", "S-40", "S-41", "S-48")
def test_whoever_is_added_is_in_the_first_tab(page: Page) -> None:
    """The row has the page's columns, blank where nothing is known; the number is masked."""
    page.add(0)
    page.add(1, level="licensed", category="clinical", licensed_on="2019-03-28")
    blank, known = sorted(page.tab("unconfirmed"), key=lambda row: row["name"] != person(0).name)
    columns = ("department", "age", "category", "level", "licensed_on", "first_registered_on")

    assert [None, None, None, None] == [blank[name] for name in ("department", *columns[2:5])]
    assert ("clinical", "licensed", "2019-03-28") == tuple(
        known[name] for name in ("category", "level", "licensed_on")
    )
    assert isinstance(known["age"], int)
    assert person(1).id_number not in str(known)
    assert [] == page.tab("confirmed")


@pytest.mark.manual("S-43", "S-44", "S-46")
def test_ticked_rows_are_enrolled_and_come_back(page: Page) -> None:
    """批量参加 moves who may take part to the second tab, and says who may not; 取消报名 brings a row back."""
    ids = [page.add(index) for index in range(3)]
    rows = sorted(page.tab("unconfirmed"), key=lambda row: ids.index(row["physician_id"]))
    version = page.caller.get(f"{PHYSICIANS}/{ids[2]}").json["version"]
    page.caller.send(f"{PHYSICIANS}/{ids[2]}/events", "leave", {"reason_code": "resigned"}, version=version)
    done = page.enrol(rows)
    confirmed = page.tab("confirmed")
    back = next(row for row in confirmed if row["physician_id"] == ids[0])
    cancelled = page.caller.send(
        f"{ASSESSMENTS}/{back['id']}/events", "cancel_enrolment", version=back["version"]
    )

    assert (2, 1) == (done["done"], done["declined"])
    assert [None, None, 409] == [(one["problem"] or {}).get("status") for one in done["results"]]
    assert {person(0).name, person(1).name} == names(confirmed)
    assert 200 == cancelled.status_code
    assert {person(1).name} == names(page.tab("confirmed"))
    assert {person(0).name, person(2).name} == names(page.tab("unconfirmed"))


@pytest.mark.manual("S-39", "S-45")
def test_a_tab_is_narrowed_and_exported(page: Page) -> None:
    """Filters and 导出 hold within the tab: the sheet has the rows of the page and no others."""
    page.add(0, level="licensed")
    page.add(1, level="assistant")
    page.enrol(page.tab("unconfirmed", "level=licensed"))
    body = {"filters": {"enrolment": "confirmed"}, "format": "xlsx"}
    answer = page.caller.ask("POST", "/api/v1/exports/assessments", body)
    headings, *rows = read_sheets(answer.content)[0].rows

    assert {person(1).name} == names(page.tab("unconfirmed"))
    assert [] == page.tab("unconfirmed", "level=licensed")
    assert {"执业证取得时间", "首次注册时间"} <= set(headings)
    assert [person(0).name] == [row[3] for row in rows if len(row) > 3]


@pytest.mark.manual("S-42", "S-37")
def test_the_buttons_of_a_row(page: Page) -> None:
    """允许报名 of the case, 调离 and 删除 of the person: open before the enrolment, and closed after it."""
    id = page.add(0)
    (row,) = page.tab("unconfirmed")

    def buttons() -> dict[str, bool]:
        told = [
            *page.caller.get(f"{ASSESSMENTS}/{row['id']}/events").json["events"],
            *page.caller.get(f"{PHYSICIANS}/{id}/events").json["events"],
        ]
        return {one["event"]: one["allowed"] for one in told}

    before = buttons()
    page.enrol([row])
    after = buttons()
    wanted = ("enrol", "cancel_enrolment", "leave", "delete")

    assert [True, False, True, True] == [before.get(name, False) for name in wanted]
    assert [False, True, False, False] == [after.get(name, False) for name in wanted]


@pytest.mark.manual("S-79", "S-40")
def test_a_physician_is_entered_by_the_telephone(page: Page) -> None:
    """No name: the mobile number stands in its place, masked in the list, and is found by no part of it."""
    page.add(0, name="", phone=PHONE)
    (row,) = page.tab("unconfirmed")

    assert "138****0001" == row["name"]
    assert PHONE not in str(row)
    for part in ("1", "138", "138077", PHONE, "138%2A", "0001"):
        assert [] == page.tab("unconfirmed", f"name={part}"), part
