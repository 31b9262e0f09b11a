"""Sheets of scores over HTTP: for open papers of a cycle, and never telling who takes part."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from kaohe_service.media import XLSX
from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.application.intake.scores import NO_OPEN_PAPER
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import WINDOWS
from tests.service.sheets import SCORES, csv_of, send_sheet

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

pytestmark = pytest.mark.manual("M: import or deliver scores; declare delivery")


def test_a_score_file_comes_back_annotated(site: Site) -> None:
    """A preview and an import explain the same: bad rows, and those without an open paper."""
    wrong = [[person(0).id_number, "医学人文", "首次考核", score] for score in ("101", "60")]
    sheet = csv_of(["证件号码", "试卷名称", "考核阶段", "成绩"], *wrong)
    caller = site.as_organisation(site.world.province)
    answers = [
        send_sheet(caller, SCORES, f"mode={mode}&annotated=true", sheet) for mode in ("preview", "valid")
    ]
    previewed, imported = (read_sheets(answer.content)[0].rows for answer in answers)

    assert [(200, XLSX)] * 2 == [(one.status_code, one.headers["content-type"]) for one in answers]
    assert ("0–100" in str(previewed[1][-1]), NO_OPEN_PAPER) == (True, previewed[2][-1])
    assert previewed == imported


def test_scores_are_recorded_for_open_papers(site: Site, province: Caller) -> None:
    """Preview, then import, of the same rows; who has no open paper is unknown; the second time the score is there."""
    world = site.world
    department = world.department()
    world.at(date(2023, 11, 28))
    world.review(world.file(world.physician(person(0).id_number), department))
    world.at(date(2024, 1, 4))
    caller = site.as_organisation(world.province)
    sheet = csv_of(
        ["证件号码", "试卷名称", "考核阶段", "成绩"],
        [person(0).id_number, "医学人文", "首次考核", "77.5"],
        [person(9).id_number, "医学人文", "首次考核", "66"],
        [person(0).id_number, "医学人文", "首次考核", "101"],
    )
    preview = send_sheet(caller, SCORES, "mode=preview", sheet)
    first, second = (send_sheet(caller, SCORES, "mode=valid", sheet) for _ in range(2))

    unknown = [{"row": 3, "message": NO_OPEN_PAPER}]

    assert ([2], [4], unknown) == (
        preview.json["good"],
        [row["row"] for row in preview.json["bad"]],
        preview.json["unknown"],
    )
    assert preview.json | {"mode": "valid"} == first.json
    assert ([], unknown) == (second.json["good"], second.json["unknown"])
    assert ["already-scored", "score-range"] == [
        problem["code"] for row in second.json["bad"] for problem in row["problems"]
    ]
    assert province.token != caller.token


@pytest.mark.parametrize("mode", ["preview", "valid", "whole"])
def test_a_score_file_does_not_tell_who_takes_part(site: Site, mode: str) -> None:
    """Somebody of another house with an open paper is as unknown as somebody who is not there."""
    world = site.world
    department = world.department()
    world.at(date(2023, 11, 28))
    world.review(world.file(world.physician(person(0).id_number), department))
    world.at(date(2024, 1, 4))
    rows = [[person(n).id_number, "医学人文", "首次考核", "77.5"] for n in (0, 9)]
    sheet = csv_of(["证件号码", "试卷名称", "考核阶段", "成绩"], *rows)
    answer = send_sheet(site.as_organisation(site.other), SCORES, f"mode={mode}", sheet)

    assert ([], [], [2, 3]) == (
        answer.json["good"],
        answer.json["refused"],
        [row["row"] for row in answer.json["unknown"]],
    )


@pytest.mark.parametrize("mode", ["preview", "valid", "whole"])
def test_an_institution_is_told_that_it_does_not_score(site: Site, mode: str) -> None:
    """Of its own physicians, too, scores are the agency's and the province's: each row says so."""
    world = site.world
    world.at(date(2023, 11, 28))
    world.review(world.file(world.physician(person(0).id_number), world.department()))
    world.at(date(2024, 1, 4))
    sheet = csv_of(["证件号码", "试卷", "阶段", "成绩"], [person(0).id_number, "医学人文", "首次考核", "60"])
    caller = site.as_organisation(world.hospital)
    answer = send_sheet(caller, SCORES, f"mode={mode}", sheet)
    annotated = send_sheet(caller, SCORES, f"mode={mode}&annotated=true", sheet)
    (refused,) = answer.json["refused"]
    told = "仅限省级卫生健康行政部门（辖区内）、考核机构（指派的考核机构）办理"

    assert ([], 2, "not-permitted") == (answer.json["good"], refused["row"], refused["problem"]["code"])
    assert told == refused["problem"]["detail"] == read_sheets(annotated.content)[0].rows[1][-1]


@pytest.mark.parametrize("mode", ["preview", "valid", "whole"])
def test_scores_may_be_for_one_cycle(site: Site, mode: str) -> None:
    """The one that is named: one that is not there, or not running, is 422."""
    world = site.world
    world.at(date(2023, 11, 28))
    world.review(world.file(world.physician(person(0).id_number), world.department()))
    world.at(date(2024, 1, 4))
    caller = site.as_organisation(world.province)
    sheet = csv_of(["证件号码", "试卷", "阶段", "成绩"], [person(0).id_number, "医学人文", "首次考核", "60"])
    payload = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), WINDOWS
    )
    draft = world.send(world.province, "cycle", None, "create", payload).id
    *refused, done = (
        send_sheet(caller, SCORES, f"mode={mode}&cycle_id={id}", sheet)
        for id in ("none", draft, world.cycle_id)
    )

    assert [(422, [("query", "/cycle_id", "cycle-not-running")])] * 2 == [
        (
            answer.status_code,
            [(problem["in"], problem["pointer"], problem["code"]) for problem in answer.json["errors"]],
        )
        for answer in refused
    ]
    assert (200, [2]) == (done.status_code, done.json["good"])
