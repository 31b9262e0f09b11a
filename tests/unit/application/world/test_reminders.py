"""Whoever a cycle waits for is reminded in time, once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.notices.reminders import ANCHORS, FROM
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows
from kaohe_workflow.lifecycles.institution.events import EnterWorkingDays
from kaohe_workflow.testing.journeys import FILING_DAY, LOW, Journeys
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import WINDOWS, World, noon
from kaohe_workflow.values.notices import NoticeKind
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import CHINA, Window
from kaohe_workflow.values.working_days import CalendarDay

DAY = timedelta(days=1)


def reminded(world: World, principal: Principal) -> list[str]:
    """What the inbox reminds of, oldest first."""
    notices = world.application.inbox.page(principal, limit=200).notices[::-1]
    return [notice.text for notice in notices if notice.kind is NoticeKind.REMINDER]


def counts(world: World, *principals: Principal) -> list[int]:
    return [len(reminded(world, principal)) for principal in principals]


@pytest.mark.manual("N-3.15")
def test_an_end_of_registration_is_told_on_three_working_days(stored: Journeys) -> None:
    """7, 3 and 1 days before: to the institution with how many have not filed, and to who has been enrolled.

    Whoever has filed, and an institution where nobody is left, is told nothing.
    """
    world = stored.world
    drafting, outside = stored.to("awaiting_registration"), stored.newcomer()
    filed = stored.to("awaiting_institution_review")
    everybody = (world.hospital, drafting.principal, outside.principal, filed.principal, world.agency)
    found = []
    for day in (19, 20, 21, 22, 25, 26, 27):
        world.at(date(2023, 12, day))
        found.append((day, [sum("申报" in text for text in reminded(world, one)) for one in everybody]))
    text = reminded(world, world.hospital)[0]

    assert [
        (19, [0, 0, 0, 0, 0]),
        (20, [1, 1, 0, 0, 0]),
        (21, [1, 1, 0, 0, 0]),
        (22, [2, 2, 0, 0, 0]),
        (25, [2, 2, 0, 0, 0]),
        (26, [3, 3, 0, 0, 0]),
        (27, [3, 3, 0, 0, 0]),
    ] == found
    assert "2023年12月27日" in text
    assert "尚有2名" in text


def test_a_day_that_the_province_enters_moves_a_reminder(journeys: Journeys) -> None:
    """The Friday is off here: the reminder of the Sunday comes on Thursday."""
    world = journeys.world
    drafting = journeys.to("awaiting_registration").principal
    days = EnterWorkingDays((CalendarDay(date(2023, 12, 22), False, "地方假日"),))
    world.send(world.province, "institution", world.province.organisation_id, "enter_working_days", days)
    found = []
    for day in (20, 21, 22):
        world.at(date(2023, 12, day))
        found.append(counts(world, drafting))

    assert [[1], [2], [2]] == found


def test_nobody_is_reminded_in_the_night(journeys: Journeys) -> None:
    """From eight o'clock in China on."""
    world, drafting = journeys.world, journeys.to("awaiting_registration").principal
    found = []
    for at in (datetime(2023, 12, 19, 23, 59, 59, tzinfo=UTC), datetime(2023, 12, 20, tzinfo=UTC)):
        world.clock.set(at)
        world.settle()
        found.append(counts(world, drafting))

    assert [[0], [1]] == found


def test_a_sweep_that_comes_late_or_twice_tells_once(journeys: Journeys) -> None:
    """Up to three days late, then no more; a window that ends on another day reminds anew."""
    world, drafting = journeys.world, journeys.to("awaiting_registration").principal
    world.at(date(2023, 12, 21))
    world.settle()
    first = counts(world, drafting)
    later = attrs.evolve(
        WINDOWS, registration=Window.of_days(date(2023, 11, 27), date(2023, 12, 28)), makeup=None
    )
    changed = ChangeWindows(attrs.evolve(later, makeup=WINDOWS.makeup), confirmed=True)
    world.send(world.province, "cycle", world.cycle_id, "change_windows", changed)
    world.settle()

    assert ([1], [2]) == (first, counts(world, drafting))


def test_who_stood_still_too_long_reminds_nobody(journeys: Journeys) -> None:
    """Four days after the last day of it a reminder would tell what is over."""
    world, drafting = journeys.world, journeys.to("awaiting_registration").principal
    world.at(date(2023, 12, 30))

    assert [0] == counts(world, drafting)


def test_a_review_that_ends_is_told_to_who_reviews(journeys: Journeys) -> None:
    """Three days before the end, with the number that waits: the institution's files, the agency's files."""
    world = journeys.world
    journeys.to("awaiting_institution_review")
    for _ in range(2):
        journeys.to("awaiting_agency_review")
    world.at(date(2023, 12, 26))
    before_agency = reminded(world, world.agency)
    world.at(date(2024, 1, 9))

    assert ["尚有1份报名信息待审核" in text for text in reminded(world, world.hospital)] == [True]
    assert [] == before_agency
    assert ["尚有2份报名信息待复核" in text for text in reminded(world, world.agency)] == [True]


def test_a_review_of_exemptions_that_ends_is_told_to_who_reviews(journeys: Journeys) -> None:
    """
    Three days before the end, with the number that waits, first at the institution and then at the agency: what waits
    at the end expires for good (手册 2.2.8).
    """
    world = journeys.world
    for passed in (False, True, True):
        exemption = journeys.apply_for_exemption(journeys.to("awaiting_assessment"))
        if passed:
            world.send(world.hospital, "exemption", exemption, "pass")
    found = []
    for day in (8, 9):
        world.at(date(2024, 1, day))
        found.append(
            [
                [text for text in reminded(world, one) if "免考审核将于2024年1月12日截止" in text]
                for one in (world.hospital, world.agency)
            ]
        )
    (hospital,), (agency,) = found[1]

    assert [[], []] == found[0]
    assert ("1份免考申请待审核" in hospital, "2份免考申请待复核" in agency) == (True, True)


def test_a_sitting_is_told_when_it_opens_and_a_day_before_it_closes(journeys: Journeys) -> None:
    """Whatever day of the week that is, to who has a paper that is not handed in; once, however many papers."""
    world = journeys.world
    waiting, done = (journeys.to("awaiting_assessment") for _ in range(2))
    world.at(date(2024, 1, 3))
    opened = counts(world, waiting.principal, done.principal)
    journeys.score(done, Stage.FIRST, humanities=LOW, professional=LOW)
    found = []
    for day in (10, 11, 12):
        world.at(date(2024, 1, day))
        found.append(counts(world, waiting.principal, done.principal))

    assert ([1, 1], [[1, 1], [2, 1], [2, 1]]) == (opened, found)


@pytest.mark.parametrize(
    ("closes_at", "day"),
    [
        (datetime(2024, 1, 13, tzinfo=CHINA), date(2024, 1, 11)),
        (datetime(2024, 1, 12, 17, 30, tzinfo=CHINA), date(2024, 1, 11)),
        (datetime(2024, 1, 12, 8, tzinfo=CHINA), date(2024, 1, 11)),
        (datetime(2024, 1, 12, 7, 59, 59, tzinfo=CHINA), date(2024, 1, 10)),
    ],
)
def test_whoever_is_reminded_of_an_end_has_a_day_left(closes_at: datetime, day: date) -> None:
    """24 hours at least from eight o'clock of its day on, at whatever hour the sitting ends; and less than two days."""
    evaluation = attrs.evolve(WINDOWS.evaluation, closes_at=closes_at)
    found = ANCHORS["evaluation.closing"](attrs.evolve(WINDOWS, evaluation=evaluation))
    reminded_at = datetime.combine(day, FROM, CHINA)

    assert day == found
    assert timedelta(hours=24) <= closes_at - reminded_at < timedelta(hours=48)


def test_an_end_that_is_not_set_is_not_told() -> None:
    """Of a make-up that nobody has opened."""
    assert ANCHORS["makeup.closing"](attrs.evolve(WINDOWS, makeup=None)) is None


def test_absences_that_nobody_confirms_are_told_to_the_province(journeys: Journeys) -> None:
    """The agency on the next working day after the end; the province when it has been silent for five."""
    world = journeys.world
    journeys.to("awaiting_assessment")
    found = []
    for day in (12, 13, 15, 18, 19):
        world.at(date(2024, 1, day))
        found.append(
            [sum("缺考" in text for text in reminded(world, one)) for one in (world.agency, world.province)]
        )

    assert [[0, 0], [0, 0], [1, 0], [1, 0], [1, 1]] == found


def test_a_sitting_is_announced_so_many_days_before() -> None:
    """`notice_lead_days` before the evaluation: to the institution with how many take part, and to each of them."""
    with open_world(notice_lead_days=20) as world:
        journeys = Journeys.of(world)
        enrolled, outside = journeys.to("awaiting_registration"), journeys.newcomer()
        found = []
        for day in (13, 14):
            world.at(date(2023, 12, day))
            found.append(counts(world, world.hospital, enrolled.principal, outside.principal))

    assert [[0, 0, 0], [1, 1, 0]] == found


def test_agencies_are_told_of_their_report(journeys: Journeys) -> None:
    """A week before the thirty days after the end of the assessment are over: the make-up's, 26 January."""
    world = journeys.world
    journeys.to("awaiting_assessment")
    journeys.not_before(FILING_DAY)
    found = []
    for day in (date(2024, 2, 17), date(2024, 2, 18)):
        world.clock.set(noon(day))
        world.settle()
        found.append([sum("30日内" in text for text in reminded(world, world.agency))])

    assert [[0], [1]] == found
