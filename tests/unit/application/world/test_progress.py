"""考核进度, 测评进度 (手册 2.2.9) and files to review: each filter of the manual finds whom it names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs
import pytest

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.queries.filters import ENROLMENT
from kaohe_workflow.lifecycles.assessment.events import Submit
from kaohe_workflow.testing.journeys import SIMPLIFIED, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import World, filing
from kaohe_workflow.values.terms import Category, Level


@attrs.frozen
class Two:
    """Somebody who is through, and somebody of another kind in every respect who waits for the make-up or an answer."""

    world: World
    through: Traveller
    other: Traveller
    department: str


@pytest.fixture
def two(journeys: Journeys) -> Two:
    """
    The first: 一般程序, 执业医师, 临床, registered in 1992, two papers passed.

    The second: 简易程序, 执业助理医师, 口腔, registered in 2012, with an application for exemption, and nothing sat.
    """
    other_department = journeys.world.department("口腔科")
    through = journeys.newcomer()
    other = journeys.newcomer(
        level=Level.ASSISTANT, category=Category.DENTAL, first_registered_on=date(2012, 5, 3)
    )
    journeys.lead(other, "awaiting_registration")
    filed = filing(other_department, **SIMPLIFIED, level=Level.ASSISTANT, category=Category.DENTAL)
    journeys.world.send(other.principal, "assessment", other.case_id, "submit", Submit(filed))
    journeys.lead(other, "awaiting_assessment")
    journeys.lead(through, "awaiting_assessment")
    journeys.apply_for_exemption(other)
    journeys.world.at(SITTING_DAY)
    journeys.lead(through, "qualified")
    return Two(journeys.world, through, other, journeys.department_id)


def asked(two: Two) -> Mapping[str, Mapping[str, str]]:
    """What is asked by the words of the manual → the filters that find the first of the two alone."""
    known = person(0)
    return {
        "科室": {"department_id": two.department},
        "科室名称": {"department": "内"},
        "姓名": {"name": known.name},
        "证件号码": {"id_number": known.id_number},
        "首次注册时间": {"first_registered_from": "1992-12-31", "first_registered_to": "1992-12-31"},
        "执业类别": {"category": "clinical"},
        "医师级别": {"level": "licensed"},
        "考核程序": {"procedure": "general"},
    }


OF_ASSESSMENTS = {
    "考核状态": {"state": "qualified"},
    "考核结果": {"result": "qualified"},
    "免考状态": {"exemption_state": "none"},
}
OF_PAPERS = {
    "测评结果": {"result": "qualified"},
    "测评状态": {"progress": "done"},
    "试卷名称": {"kind": "professional"},
}


@pytest.mark.manual("S-39", "S-56", "S-76", "N-2.1")
@pytest.mark.parametrize("office", ["hospital", "agency"])
def test_the_filters_of_the_progress_find_whom_they_name(two: Two, office: str) -> None:
    """Who, which procedure, 考核结果, 免考状态, 考核状态 (手册 2.2.9): each filter alone, and all together."""
    every = {**asked(two), **OF_ASSESSMENTS}
    together = {name: value for filters in every.values() for name, value in filters.items()}

    assert {two.through.case_id, two.other.case_id} == found(two, office, "assessments", {})
    for filters in (*every.values(), together):
        assert {two.through.case_id} == found(two, office, "assessments", filters)


@pytest.mark.manual("S-80")
def test_the_filters_of_the_papers_find_whom_they_name(two: Two) -> None:
    """Who, which procedure, 测评结果, 测评状态, 试卷名称; 考核阶段 is everybody's first here."""
    every = {**asked(two), **OF_PAPERS}

    assert {two.through.case_id, two.other.case_id} == of_papers(two, {"stage": "first"})
    assert set() == of_papers(two, {"stage": "makeup"})
    for filters in every.values():
        assert {two.through.case_id} == of_papers(two, filters)


@pytest.mark.manual("S-39", "S-76")
def test_an_age_finds_who_is_as_old(two: Two) -> None:
    """年龄 from and to, both included, for each of the two who differ in it."""
    rows = two.world.application.lists.page(two.world.hospital, "physicians", {}).rows
    ages = {row["id"]: full_years(row["birth_date"], SITTING_DAY) for row in rows}

    for traveller in (two.through, two.other):
        age = str(ages[traveller.physician_id])
        assert traveller.case_id in found(two, "hospital", "assessments", {"age_from": age, "age_to": age})
        assert traveller.case_id not in found(two, "hospital", "assessments", {"age_from": str(int(age) + 2)})


@pytest.mark.manual("S-38")
def test_each_assessment_is_in_one_tab_or_has_withdrawn() -> None:
    """未确认 and 已确认参加报名 (手册 2.2.5) share every state of the chart but 已退出."""
    charts = load_catalogue().charts["assessment"].values()
    leaves = {leaf for chart in charts for leaf in chart.leaves if leaf != "none"}
    tabs = [state for choice in ENROLMENT for state in choice.states]

    assert sorted(leaves - {"withdrawn"}) == sorted(tabs)


@pytest.mark.manual("S-38", "S-55", "S-87", "N-2.5")
@pytest.mark.parametrize(
    "state",
    [
        "not_enrolled",
        "awaiting_registration",
        "awaiting_institution_review",
        "returned_by_agency",
        "awaiting_makeup_approval",
        "awaiting_makeup",
    ],
)
def test_a_tab_is_a_state(journeys: Journeys, state: str) -> None:
    """未确认 and 已确认, what waits to be reviewed, 待确认补考 and 待参加补考: each is asked for by its state."""
    there = journeys.to(state)
    journeys.newcomer()
    if state == "not_enrolled":
        journeys.to("awaiting_registration")
    rows = journeys.world.application.lists.page(
        journeys.world.hospital, "assessments", {"state": state}
    ).rows

    assert there.case_id in {row["id"] for row in rows}
    assert {state} == {row["state"] for row in rows}


def full_years(birth: Any, day: date) -> int:
    """Full years on a day."""
    return int(day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)))


def found(two: Two, office: str, name: str, filters: Mapping[str, str]) -> set[str]:
    """The ids that a list shows."""
    page = two.world.application.lists.page(getattr(two.world, office), name, filters)
    return {str(row["id"]) for row in page.rows}


def of_papers(two: Two, filters: Mapping[str, str]) -> set[str]:
    """Whose papers a list shows."""
    page = two.world.application.lists.page(two.world.hospital, "papers", filters)
    return {str(row["assessment_id"]) for row in page.rows}
