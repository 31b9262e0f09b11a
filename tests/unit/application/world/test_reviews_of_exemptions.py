"""免考复核: what an assessment institution sees, and how it finds it (手册 2.2.8)."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.testing.journeys import FILING_DAY, GOOD, SIMPLIFIED, Journeys, Traveller
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import Category, Level


@pytest.fixture
def waiting(stored: Journeys) -> tuple[Traveller, Traveller]:
    """
    Two who wait for the same agency: the hospital's, 一般程序, 执业医师, 临床, registered in 1992; and somebody's of
    another hospital, 简易程序, 执业助理医师, 口腔, registered in 2012.
    """
    world, elsewhere = stored.world, stored.elsewhere
    assigned = AssignAgency(world.agency.organisation_id)
    world.send(world.city, "institution", elsewhere.organisation_id, "assign_agency", assigned)
    here = stored.to("awaiting_assessment")
    there = stored.newcomer(
        elsewhere, level=Level.ASSISTANT, category=Category.DENTAL, first_registered_on=date(2012, 5, 3)
    )
    world.at(FILING_DAY)
    created = CreateDepartment(str(elsewhere.organisation_id), "口腔科", ("12",))
    department = world.send(elsewhere, "department", None, "create", created).id
    filed = filing(department, **SIMPLIFIED, level=Level.ASSISTANT, category=Category.DENTAL)
    case = ("assessment", there.case_id)
    world.send(elsewhere, *case, "enrol", Enrol())
    world.send(there.principal, *case, "submit", Submit(filed))
    world.send(elsewhere, *case, "submit_opinion", GOOD)
    world.send(world.agency, *case, "pass")
    for one, home in ((here, world.hospital), (there, elsewhere)):
        world.send(home, "exemption", stored.apply_for_exemption(one), "pass")
    return here, there


def found(journeys: Journeys, **filters: str) -> list[str]:
    """Whose applications the agency finds."""
    page = journeys.world.application.lists.page(journeys.world.agency, "exemptions", filters)
    return [str(row["physician_id"]) for row in page.rows]


@pytest.mark.manual("N-2.1", "N-2.3", "S-73")
def test_each_filter_finds_whom_it_names(stored: Journeys, waiting: tuple[Traveller, Traveller]) -> None:
    """卫生机构 as it is typed, 姓名, 证件号码, 考核程序, 首次注册时间, 执业类别, 医师级别: each alone, and together."""
    here, there = waiting
    known = person(0)
    every = (
        {"institution_name": "第一人民"},
        {"name": known.name},
        {"id_number": known.id_number},
        {"procedure": "general"},
        {"first_registered_from": "1992-12-31", "first_registered_to": "1992-12-31"},
        {"category": "clinical"},
        {"level": "licensed"},
    )

    assert {here.physician_id, there.physician_id} == set(found(stored, agency_queue="pending"))
    for filters in (*every, {name: value for one in every for name, value in one.items()}):
        assert [here.physician_id] == found(stored, **filters)

    assert [there.physician_id] == found(stored, institution_name="第二人民医院")
    assert [] == found(stored, institution_name="人民医院")


@pytest.mark.manual("N-2.1", "S-72")
def test_a_row_tells_what_the_page_shows(stored: Journeys, waiting: tuple[Traveller, Traveller]) -> None:
    """卫生机构, 姓名, 证件号码, 执业类别, 医师级别, 考核程序, 首次注册时间; once decided it is in the other tab."""
    here, _ = waiting
    lists, agency = stored.world.application.lists, stored.world.agency
    (row,) = lists.page(agency, "exemptions", {"physician_id": here.physician_id}).rows
    stored.world.send(agency, "exemption", str(row["id"]), "pass")
    shown = ("institution_name", "name", "category", "level", "procedure", "first_registered_on")

    assert ["第一人民医院", person(0).name, "clinical", "licensed", "general", date(1992, 12, 31)] == [
        row[name] for name in shown
    ]
    assert here.physician_id not in found(stored, agency_queue="pending")
    assert [here.physician_id] == found(stored, agency_queue="reviewed")
