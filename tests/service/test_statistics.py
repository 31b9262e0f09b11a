"""总体进度 and 考核统计 over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kaohe_service.api import summaries
from kaohe_service.api.statistics import HEADINGS
from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.application.queries.statistics import COUNTED
from kaohe_workflow.application.queries.summaries import FIGURES
from kaohe_workflow.testing.worlds import WINDOWS

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

PROGRESS = "/api/v1/progress"
STATISTICS = "/api/v1/statistics"


def test_every_heading_has_a_label() -> None:
    """What can be counted by can be asked for."""

    assert set(COUNTED) == set(HEADINGS)


@pytest.mark.manual("S-78", "N-3.12")
def test_progress_names_the_states_as_the_manual_does(
    site: Site, hospital: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """The eight 考核状态 of the manual in its order, each with its number; 0 of 0 has no per cent."""
    add_physicians(2)
    answer = hospital.get(PROGRESS, f"cycle_id={site.world.cycle_id}")
    states = answer.json["states"]

    assert 200 == answer.status_code
    assert [
        "未确认参加",
        "待报名",
        "待报名(被机构驳回)",
        "待医疗卫生机构审核",
        "待医疗卫生机构审核(被考核机构驳回)",
        "待考核机构复核",
        "待参加考核",
        "待确认补考",
        "待参加补考",
    ] == [one["label"] for one in states][:9]
    assert {"state": "not_enrolled", "label": "未确认参加", "number": 2} == states[0]
    assert {"done": 0, "all": 0, "percent": None} == answer.json["registered"]


@pytest.mark.manual("N-3.12")
@pytest.mark.parametrize("by", HEADINGS)
def test_statistics_by_each_heading(still: Site, by: str) -> None:
    """Rows with labels for people, and their total; none says more than numbers."""
    caller = still.as_organisation(still.world.province)
    answer = caller.get(STATISTICS, f"cycle_id={still.world.cycle_id}&by={by}")
    rows, total = answer.json["rows"], answer.json["total"]

    assert 200 == answer.status_code
    assert HEADINGS[by] == answer.json["by_label"]
    assert total["taking_part"] == sum(row["taking_part"] for row in rows) > 0
    assert {"done": 1, "all": 2, "percent": 50} == total["pass_rate"]
    assert all(row["label"] and (row["institution"] is not None) == (by == "department") for row in rows)


@pytest.mark.manual("N-3.12")
def test_statistics_are_turned_by_their_links(still: Site) -> None:
    """A page of organisations a time, until none follows: the rows of all at once; a heading of few rows is whole."""
    caller = still.as_organisation(still.world.province)
    whole = caller.get(STATISTICS, f"cycle_id={still.world.cycle_id}&by=institution").json
    rows, turned, query = [], 0, f"cycle_id={still.world.cycle_id}&by=institution&limit=1"
    while query:
        turned += 1
        answer = caller.get(STATISTICS, query)
        rows += answer.json["rows"]
        link = answer.headers.get("link", "")
        query = link.partition("?")[2].partition(">")[0]

        assert whole["total"] == answer.json["total"]
        assert (answer.json["next"] is None) == (link == "")

    assert whole["rows"] == rows
    assert 1 < turned
    assert whole["next"] is None
    assert "link" not in caller.get(STATISTICS, f"cycle_id={still.world.cycle_id}&by=level&limit=1").headers


def test_a_cursor_of_another_heading_is_refused(still: Site) -> None:
    """422 with its place: a cursor says what it is for."""
    caller = still.as_organisation(still.world.province)
    asked = f"cycle_id={still.world.cycle_id}&limit=1&by="
    cursor = caller.get(STATISTICS, f"{asked}institution").json["next"]
    answer = caller.get(STATISTICS, f"{asked}department&cursor={cursor}")

    assert (422, ["cursor-invalid"]) == (answer.status_code, [one["code"] for one in answer.json["errors"]])


def test_who_has_no_department_is_counted_under_a_label(
    site: Site, hospital: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """未确定, without an id."""
    add_physicians(1)
    rows = hospital.get(STATISTICS, f"cycle_id={site.world.cycle_id}&by=department").json["rows"]

    assert [(None, "未确定", "第一人民医院")] == [
        (row["id"], row["label"], row["institution"]) for row in rows
    ]


def test_an_unknown_heading_or_a_missing_cycle_is_told(site: Site, hospital: Caller) -> None:
    """422 with the parameter and the headings that there are."""
    answers = [hospital.get(STATISTICS, f"cycle_id={site.world.cycle_id}&by=age"), hospital.get(PROGRESS)]

    assert [422, 422] == [answer.status_code for answer in answers]
    assert [("/by", "parameter-invalid"), ("/cycle_id", "parameter-missing")] == [
        (error["pointer"], error["code"]) for answer in answers for error in answer.json["errors"]
    ]


def test_a_draft_is_answered_as_if_it_were_not_there(site: Site, hospital: Caller, province: Caller) -> None:
    """404, as for a cycle that there is not; the province sees it with nobody in it."""
    payload = {
        "institution_id": site.world.province.organisation_id,
        "name": "第二周期",
        "first_day": "2023-01-01",
        "last_day": "2025-12-31",
        "windows": site.application.codec.unstructure(WINDOWS),
    }
    draft = province.send("/api/v1/cycles", "create", payload).headers["location"].rpartition("/")[2]
    asked = [(PROGRESS, ""), (STATISTICS, "&by=level")]

    assert [404] * 4 == [
        hospital.get(path, f"cycle_id={id}{more}").status_code
        for path, more in asked
        for id in (draft, "none")
    ]
    assert [200] * 2 == [province.get(path, f"cycle_id={draft}{more}").status_code for path, more in asked]


def cells(content: bytes) -> list[tuple[object, ...]]:
    """The rows of a workbook's only sheet."""
    (sheet,) = read_sheets(content)
    return [tuple(row) for row in sheet.rows]


def test_every_figure_of_a_report_has_a_heading() -> None:
    """In the same order, so that a sheet is read as the data is."""

    assert list(FIGURES) == list(summaries.HEADINGS)


@pytest.mark.manual("N-3.12")
@pytest.mark.parametrize("by", HEADINGS)
def test_statistics_as_a_sheet(still: Site, by: str) -> None:
    """The rows of the JSON, in its order, and the total."""
    caller = still.as_organisation(still.world.province)
    query = f"cycle_id={still.world.cycle_id}&by={by}"
    told, sheet = caller.get(STATISTICS, query).json, caller.get(f"{STATISTICS}/sheet", query)
    headings, *rows = cells(sheet.content)
    place = headings.index("参加人数")

    assert HEADINGS[by] == headings[place - 1]
    assert [*(row["label"] for row in told["rows"]), "合计"] == [row[place - 1] for row in rows]
    assert [row["taking_part"] for row in (*told["rows"], told["total"])] == [row[place] for row in rows]
    assert 'attachment; filename="statistics.xlsx"' == sheet.headers["content-disposition"]


@pytest.mark.manual("N-3.12")
def test_a_report_as_data_and_as_a_sheet(still: Site) -> None:
    """Cycle and year tell the same of a year with one cycle; the sheet indents what lies below."""
    caller = still.as_organisation(still.world.province)
    of_cycle = caller.get(f"/api/v1/summaries/cycles/{still.world.cycle_id}")
    of_year = caller.get("/api/v1/summaries/years", "year=2024")
    sheets = [
        caller.get(f"/api/v1/summaries/cycles/{still.world.cycle_id}/sheet"),
        caller.get("/api/v1/summaries/years/sheet", "year=2024"),
    ]
    areas, total = of_cycle.json["areas"], of_cycle.json["total"]

    assert [200] * 4 == [one.status_code for one in (of_cycle, of_year, *sheets)]
    assert areas[0]["depth"] == 0 < total["taking_part"] == areas[0]["taking_part"]
    assert of_cycle.json == of_year.json
    for sheet in sheets:
        headings, *rows = cells(sheet.content)
        assert [*("　" * area["depth"] + area["name"] for area in areas), "合计"] == [row[0] for row in rows]
        assert total["overdue"] == rows[-1][headings.index("逾期未办")]


@pytest.mark.parametrize("year", ["1999", "2101", "x"])
def test_a_year_out_of_bounds_is_told(province: Caller, year: str) -> None:
    """422 from 2000 to 2100, both included."""
    answers = [province.get("/api/v1/summaries/years", f"year={one}") for one in (year, "2000", "2100")]

    assert [422, 200, 200] == [answer.status_code for answer in answers]
