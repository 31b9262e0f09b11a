"""What leaves the system about people: one number with a reason, and sheets, masked and marked."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.application.queries.sheets import EXPORTS
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.lifecycles.assessment.events import OrderEarly
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.windows import Window

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

NUMBER = person(0).id_number
PERSONNEL = (
    "姓名 证件号码 性别 所属机构 考核周期 提前考核时间 业务水平测评 工作成绩 执业道德评定 考核结果 说明"
)
EARLY = OrderEarly(
    registration=Window.of_days(date(2023, 11, 6), date(2023, 11, 8)),
    review=Window.of_days(date(2023, 11, 6), date(2023, 11, 10)),
    evaluation=Window.of_days(date(2023, 11, 13), date(2023, 11, 15)),
)
WORD = {"reason": "核对执业证书原件"}


def number_of(caller: Caller, id: str, body: Mapping[str, str] = WORD) -> tuple[int, dict[str, str]]:
    answer = caller.ask("POST", f"/api/v1/physicians/{id}/number", body)
    return answer.status_code, answer.json


def sheet(caller: Caller, name: str, **filters: object) -> list[tuple[object, ...]]:
    answer = caller.ask("POST", f"/api/v1/exports/{name}", {"filters": filters})

    assert 200 == answer.status_code, answer.text
    return list(read_sheets(answer.content)[0].rows)


@pytest.fixture
def caller(site: Site) -> Caller:
    """The hospital, at the door of the service."""
    return site.as_organisation(site.world.hospital)


@pytest.fixture
def doctor(site: Site) -> str:
    """A physician of the hospital."""
    return str(site.world.physician(NUMBER, person(0).name).physician_id)


def test_a_number_is_told_with_a_reason(site: Site, caller: Caller, doctor: str) -> None:
    """Everywhere else it is masked; who has asked, and why, stands in the account's history."""
    status, told = number_of(caller, doctor)
    account = caller.get("/api/v1/sessions/current").json["account_id"]
    last = site.application.cases.history(SYSTEM, "account", account)[-1]

    assert (200, NUMBER) == (status, told["id_number"])
    assert ("reveal", WORD["reason"]) == (last.event, last.reason)
    assert NUMBER not in caller.get(f"/api/v1/accounts/{account}/history").text


@pytest.mark.parametrize("reason", ["", "   ", "\u200b"])
def test_without_a_reason_nothing_is_told(caller: Caller, doctor: str, reason: str) -> None:
    """What cannot be read is no reason."""
    status, told = number_of(caller, doctor, {"reason": reason})

    assert (422, ["reason-missing"]) == (status, [error["code"] for error in told["errors"]])


def test_only_who_sees_the_person_is_told(site: Site, doctor: str) -> None:
    """For another institution there is no such person."""
    status, _ = number_of(site.as_organisation(site.other), doctor)

    assert 404 == status


def test_fifty_numbers_a_day(site: Site, caller: Caller, doctor: str) -> None:
    """The fifty-first waits for its part of the day; then there is one more."""
    answers = [number_of(caller, doctor)[0] for _ in range(51)]
    site.world.clock.advance(timedelta(minutes=29))
    later = number_of(site.as_organisation(site.world.hospital), doctor)[0]

    assert [200] * 50 + [429] == answers
    assert 200 == later


@pytest.mark.manual("S-40", "S-41", "M: export lists")
def test_a_list_of_physicians_as_a_sheet(caller: Caller, doctor: str) -> None:
    """The columns of the page, the number masked, and whose the sheet is."""
    rows = sheet(caller, "physicians")

    assert (
        "序号",
        "科室",
        "姓名",
        "年龄",
        "证件号码",
        "执业类别",
        "医师级别",
        "执业证取得时间",
        "首次注册时间",
    ) == rows[0]
    assert person(0).name == rows[1][2]
    assert NUMBER not in str(rows)
    assert "导出" in str(rows[-1][0])


@pytest.mark.manual("S-45", "M: export lists")
def test_a_sheet_takes_the_filters_of_its_list(site: Site, caller: Caller, doctor: str) -> None:
    """Whom nobody has asked for is not in it."""
    site.world.physician(person(1).id_number, person(1).name)
    rows = sheet(caller, "assessments", id_number=NUMBER, state="not_enrolled")

    assert [person(0).name] == [row[3] for row in rows[1:] if len(row) > 3]


@pytest.mark.manual("M: export lists", "S-77")
def test_the_progress_as_a_sheet(caller: Caller, doctor: str) -> None:
    """Where each stands, in the words of the page, whether the ground of the filing holds, and what is late."""
    headings, row, *_ = sheet(caller, "assessments")

    assert ("考核程序", "免考状态", "考核状态", "报名依据", "逾期", "考核结果") == headings[-6:]
    assert ("无", "未确认参加", "无") == (row[-5], row[-4], row[-1])


@pytest.mark.manual("S-77")
@pytest.mark.parametrize(
    ("lost", "overdue", "shown"),
    [(False, False, ["", ""]), (True, False, ["已不成立", ""]), (False, True, ["", "逾期"])],
)
def test_what_is_lost_or_late_is_marked(site: Site, lost: bool, overdue: bool, shown: list[str]) -> None:
    """What the list finds by its filters, the sheet tells of each."""
    columns = EXPORTS["assessments"]
    row = dict.fromkeys(LISTS["assessments"].shows) | {
        "state": "awaiting_agency_review",
        "ground_lost": lost,
        "overdue": overdue,
    }
    (cells,) = columns.cells(site.application.store, [row])
    told = dict(zip(columns.headings, cells, strict=True))

    assert ["待考核机构复核", *shown] == [told[name] for name in ("考核状态", "报名依据", "逾期")]


@pytest.mark.manual("M: export lists", "S-I8")
def test_past_results_as_a_sheet(certified: tuple[Site, Mapping[str, str]]) -> None:
    """Cycle, where it was earned and what it was; whose cycle has not ended is not in it; the number is masked."""
    site, _ = certified
    listed = site.as_organisation(site.world.hospital)
    headings, *rows = sheet(listed, "results", result="qualified")

    assert (
        *("序号", "姓名", "证件号码", "考核周期", "考核时所在机构"),
        *("执业类别", "医师级别", "考核程序", "考核阶段", "考核结果"),
    ) == headings
    assert [(person(0).name, "2020-2022", "第一人民医院", "合格")] == [
        (row[1], row[3], row[4], row[9]) for row in rows if len(row) > 9
    ]
    assert NUMBER not in str(rows)


@pytest.mark.manual("M: export lists")
def test_a_sheet_for_personnel_systems(caller: Caller, doctor: str) -> None:
    """The eleven columns that they take in."""
    headings, row, *_ = sheet(caller, "personnel")

    assert PERSONNEL == " ".join(str(heading) for heading in headings)
    assert ("2020-2022", "无") == (row[4], row[9])


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+86", "-2+3", '=HYPERLINK("http://x")'])
def test_no_cell_is_a_formula(site: Site, caller: Caller, name: str) -> None:
    """A department may be called anything; the sheet says it as text."""
    department = site.world.department(name)
    physician = site.world.physician(NUMBER, person(0).name)
    payload = EditPhysician(department_id=department)
    site.world.send(site.world.hospital, "affiliation", str(physician.physician_id), "edit", payload)
    answer = caller.ask("POST", "/api/v1/exports/physicians", {"filters": {}})
    with ZipFile(BytesIO(answer.content)) as parts:
        written = parts.read("xl/worksheets/sheet1.xml").decode()

    assert "<f>" not in written
    assert "<hyperlink" not in written
    assert name == read_sheets(answer.content)[0].rows[1][1]


@pytest.mark.manual("S-40")
@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+86", "-2+3", "＝1+1"])
def test_plain_text_has_no_formula_either(site: Site, caller: Caller, doctor: str, name: str) -> None:
    """In CSV an apostrophe stands before what a spreadsheet would run; the file says whose it is."""
    department = site.world.department(name)
    payload = EditPhysician(department_id=department)
    site.world.send(site.world.hospital, "affiliation", doctor, "edit", payload)
    answer = caller.ask("POST", "/api/v1/exports/physicians", {"filters": {}, "format": "csv"})
    headings, row, empty, mark = csv.reader(StringIO(answer.content.decode("utf-8-sig")))

    assert "text/csv" == answer.headers["content-type"].partition(";")[0]
    assert ["序号", "科室", "姓名"] == headings[:3]
    assert ["1", f"'{name}", person(0).name] == row[:3]
    assert NUMBER not in answer.text
    assert ([], True) == (empty, mark[0].startswith("账户"))


@pytest.mark.manual("M: export lists")
def test_a_file_of_another_format_is_refused(caller: Caller) -> None:
    """Two formats, named by the description."""
    answer = caller.ask("POST", "/api/v1/exports/physicians", {"filters": {}, "format": "pdf"})

    assert (422, "/format") == (answer.status_code, answer.json["errors"][0]["pointer"])


@pytest.mark.manual("S-45", "M: export lists")
def test_the_day_of_an_early_assessment(site: Site, doctor: str) -> None:
    """提前考核时间 is the day on which it was ordered; who files with the cycle has none."""
    world = site.world
    rows = site.application.lists.page(SYSTEM, "assessments", {"physician_id": doctor}).rows
    world.physician(person(1).id_number, person(1).name)
    world.at(date(2023, 11, 6))
    world.send(world.county, "assessment", str(rows[0]["id"]), "order_early", EARLY, reason="拟变更执业地点")
    caller = site.as_organisation(world.hospital)
    days = {row[0]: row[5] for row in sheet(caller, "personnel")[1:3]}

    assert date(2023, 11, 6) == days[person(0).name]
    assert days[person(1).name] in (None, "")


def test_nobody_elses_people_are_in_a_sheet(site: Site, doctor: str) -> None:
    """The sheet of another hospital does not know the person."""

    assert person(0).name not in str(sheet(site.as_organisation(site.other), "physicians"))


def test_a_filter_that_the_list_does_not_have_is_told(caller: Caller) -> None:
    """By its place in the body."""
    answer = caller.ask("POST", "/api/v1/exports/physicians", {"filters": {"colour": "red"}})

    assert (422, "/filters/colour") == (answer.status_code, answer.json["errors"][0]["pointer"])
