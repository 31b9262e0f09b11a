"""A reminder goes to whom it concerns alone: by the windows of the own case, to who must take part, with the names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaohe_workflow.lifecycles.assessment.events import OrderEarly, Submit
from kaohe_workflow.testing.journeys import GOOD, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import case_of, leave
from tests.unit.application.world.test_reminders import reminded

DAY = timedelta(days=1)
OWN = OrderEarly(
    registration=Window.of_days(date(2023, 11, 6), date(2023, 11, 14)),
    review=Window.of_days(date(2023, 11, 6), date(2023, 11, 20)),
    evaluation=Window.of_days(date(2023, 11, 22), date(2023, 11, 24)),
)
"""All over before the cycle's registration begins on 27 November."""


def early(journeys: Journeys) -> Traveller:
    """Somebody who is assessed in windows of the own, from their first day on."""
    traveller = journeys.newcomer()
    journeys.world.at(OWN.registration.first_day)
    world, case = journeys.world, traveller.case_id
    world.send(world.county, "assessment", case, "order_early", OWN, reason="拟变更执业地点")
    return traveller


def told_on(journeys: Journeys, reader: object, word: str, first: date, last: date) -> list[date]:
    """The days on which a reminder of these words came."""
    days, known = [], 0
    day = first
    while day <= last:
        journeys.world.at(day)
        number = sum(word in text for text in reminded(journeys.world, reader))  # type: ignore[arg-type]  # a principal
        days += [day] * (number - known)
        known, day = number, day + DAY
    return days


def name_of(journeys: Journeys, traveller: Traveller) -> str:
    """The name on the roster."""
    return str(case_of(journeys.world, "affiliation", traveller.physician_id).record.name)


@pytest.mark.manual("R-18.1")
def test_an_early_registration_is_told_by_its_own_end(stored: Journeys) -> None:
    """7, 3 and 1 days before the own end, the 14th, a Tuesday: never before the cycle's; so is the institution."""
    world, traveller = stored.world, early(stored)
    first, last = date(2023, 11, 6), date(2023, 12, 27)
    days = told_on(stored, traveller.principal, "申报将于", first, last)
    hospital = [text for text in reminded(world, world.hospital) if "申报将于2023年11月14日截止" in text]

    assert [date(2023, 11, 7), date(2023, 11, 10), date(2023, 11, 13)] == days
    assert ["尚有1名" in text for text in hospital] == [True] * 3
    assert set(reminded(world, traveller.principal)) == {
        "第一周期的医师报考申报将于2023年11月14日截止，您的报名信息尚未提交。只保存不提交，不算报名。"
    }


@pytest.mark.manual("R-18.1")
def test_the_cycles_end_reminds_nobody_of_an_early_case(stored: Journeys) -> None:
    """Whoever is in the cycle's windows is told and counted alone."""
    world, other, usual = stored.world, early(stored), stored.newcomer()
    days = told_on(
        stored, world.hospital, "申报将于2023年12月27日截止", date(2023, 12, 19), date(2023, 12, 20)
    )
    (text,) = [text for text in reminded(world, world.hospital) if "12月27日截止" in text]

    assert [date(2023, 12, 20)] == days
    assert "尚有1名" in text
    assert (False, True) == (name_of(stored, other) in text, name_of(stored, usual) in text)


@pytest.mark.manual("R-18.1")
def test_an_early_file_and_an_early_paper_are_told_by_their_own_end(journeys: Journeys) -> None:
    """The review to the institution and the agency, the sitting to the physician, the absence to the agency."""
    world, traveller = journeys.world, early(journeys)
    case = traveller.case_id
    given = Submit(filing(journeys.department_id))
    world.send(traveller.principal, "assessment", case, "submit", given)
    reviewing = told_on(journeys, world.hospital, "报名信息审核将于", date(2023, 11, 15), date(2023, 11, 17))
    world.send(world.hospital, "assessment", case, "submit_opinion", GOOD)
    agency = told_on(journeys, world.agency, "考核机构复核将于", date(2023, 11, 20), date(2023, 11, 21))
    world.send(world.agency, "assessment", case, "pass")
    sitting = told_on(journeys, traveller.principal, "测评考核", date(2023, 11, 22), date(2023, 11, 24))
    absent = told_on(journeys, world.agency, "缺考待确认", date(2023, 11, 25), date(2023, 12, 1))
    texts = reminded(world, traveller.principal)

    assert [date(2023, 11, 17)] == reviewing
    assert [date(2023, 11, 21)] == agency
    assert [date(2023, 11, 22), date(2023, 11, 23)] == sitting
    assert [date(2023, 11, 27)] == absent
    assert all(OWN.evaluation.label in text for text in texts if "测评考核" in text)


@pytest.mark.manual("N-3.15")
@pytest.mark.parametrize(
    ("registered", "counted"),
    [(date(2022, 12, 31), 1), (date(2023, 1, 1), 0), (None, 0)],
    ids=["on the last day", "a day later", "unknown"],
)
def test_who_need_not_take_part_is_not_counted(store_url: str, registered: date | None, counted: int) -> None:
    """Registered after the province's last day, or on an unknown one: nobody has forgotten to enrol such a person."""
    with open_world(store_url, eligible_if_registered_by=date(2022, 12, 31)) as world:
        journeys = Journeys.of(world)
        journeys.newcomer(first_registered_on=registered)
        world.at(date(2023, 12, 20))

        assert counted == len(reminded(world, world.hospital))


def test_who_has_left_is_not_counted(stored: Journeys) -> None:
    """待调入: no institution can enrol whoever is attached to none."""
    world = stored.world
    leave(stored, stored.newcomer())
    world.at(date(2023, 12, 20))

    assert [] == reminded(world, world.hospital)


@pytest.mark.manual("N-3.15")
def test_the_institution_is_told_the_names(stored: Journeys) -> None:
    """Of who is outside and of who has not filed; thirty at most, of more how many there are."""
    world = stored.world
    outside, drafting, filed = stored.newcomer(), stored.newcomer(), stored.newcomer()
    stored.lead(drafting, "awaiting_registration")
    stored.lead(filed, "awaiting_institution_review")
    names = [name_of(stored, one) for one in (outside, drafting, filed)]
    world.at(date(2023, 12, 20))
    (text,) = reminded(world, world.hospital)
    listed = text.partition("报名信息：")[2].partition("。")[0]

    assert sorted(names[:2]) == sorted(listed.split("、"))
    assert "“" not in text


def test_of_many_thirty_are_named(journeys: Journeys) -> None:
    """The text stays one that people read."""
    world = journeys.world
    for _ in range(31):
        journeys.newcomer()
    world.at(date(2023, 12, 20))
    (text,) = reminded(world, world.hospital)

    assert "等31人" in text
    assert 29 == text.count("、")
