"""Which days reminders fall on, and a table of them that cannot work."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.adapters.reminder_files import load_reminders, read_reminders
from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.adapters.statutory_days import statutory_calendar
from kaohe_workflow.adapters.wiring import newest_of
from kaohe_workflow.application.notices.checking import check_reminders
from kaohe_workflow.application.notices.reminders import ANCHORS, LATE_AT_MOST, ReminderRule
from kaohe_workflow.application.notices.rules import NoticeRule
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.notices import NoticeKind
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.windows import Window

CALENDAR = statutory_calendar()
CHARTS = newest_of(load_charts(charts_root(), VOCABULARY))
NOTICE = NoticeRule(
    name="ending",
    lifecycle="cycle",
    events=(),
    entered=(),
    left=(),
    recipients=("institutions_unregistered",),
    kind=NoticeKind.REMINDER,
    text="{cycle}：{day}，{number}，{registration}",
    how="job",
)
GOOD = ReminderRule(NOTICE, "registration.last_day", (-7, -3, -1))


def falls(rule: ReminderRule, last_day: date) -> list[date]:
    windows = attrs.evolve(WINDOWS, registration=Window.of_days(date(2023, 11, 27), last_day))
    return list(rule.falls_on(windows, Parameters(), CALENDAR))


def test_a_day_off_is_moved_to_the_last_working_day_before() -> None:
    """27 December 2023 is a Wednesday: three days before is a Sunday."""

    assert [date(2023, 12, 20), date(2023, 12, 22), date(2023, 12, 26)] == falls(GOOD, date(2023, 12, 27))


def test_days_that_fall_together_are_one() -> None:
    """The end of a long holiday: three days and one day before both become the last working day."""

    assert [date(2023, 9, 28)] == falls(attrs.evolve(GOOD, days=(-3, -1)), date(2023, 10, 6))


def test_after_an_end_a_day_off_is_moved_on() -> None:
    """The evaluation ends on a Friday: the day after it is a Monday, unless the day itself is meant."""
    after = ReminderRule(NOTICE, "evaluation.last_day", (1,))
    days = [
        rule.falls_on(WINDOWS, Parameters(), CALENDAR)
        for rule in (after, attrs.evolve(after, office_hours=False))
    ]

    assert [(date(2024, 1, 15),), (date(2024, 1, 13),)] == days


def test_a_parameter_may_say_how_long() -> None:
    """Calendar days before, working days after: the latter without the day itself."""
    before = ReminderRule(NOTICE, "evaluation.first_day", before="notice_lead_days")
    after = ReminderRule(NOTICE, "evaluation.last_day", working_days_after="absence_confirm_working_days")

    assert (date(2023, 11, 3),) == before.falls_on(WINDOWS, Parameters(notice_lead_days=60), CALENDAR)
    assert (date(2024, 1, 19),) == after.falls_on(WINDOWS, Parameters(), CALENDAR)


def test_a_window_that_is_not_set_reminds_nobody() -> None:
    """The end of the assessment is that of the make-up, where there is one."""
    without = attrs.evolve(WINDOWS, makeup=None)

    assert () == ReminderRule(NOTICE, "makeup.last_day", (0,)).falls_on(without, Parameters(), CALENDAR)
    assert (date(2024, 1, 26), date(2024, 1, 12)) == tuple(
        ANCHORS["assessment.last_day"](windows) for windows in (WINDOWS, without)
    )


@pytest.mark.parametrize(
    ("late", "due"), [(-1, None), (0, date(2023, 12, 26)), (3, date(2023, 12, 26)), (4, None)]
)
def test_a_reminder_may_be_a_little_late(late: int, due: date | None) -> None:
    """Not before its day, and no more than three days after it; the day before it is that of the one before."""
    rule = attrs.evolve(GOOD, days=(-1,))
    today = date(2023, 12, 26) + timedelta(days=late)

    assert timedelta(days=3) == LATE_AT_MOST
    assert due == rule.due_on(today, WINDOWS, Parameters(), CALENDAR)


def test_of_several_days_the_last_that_has_come_counts() -> None:
    """Whoever stood still over two of them sends one."""

    assert date(2023, 12, 22) == GOOD.due_on(date(2023, 12, 25), WINDOWS, Parameters(), CALENDAR)


def test_the_shipped_table_is_sound() -> None:
    """Every name in it exists."""

    assert () == check_reminders(load_reminders(charts_root()), CHARTS, LIFECYCLES)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"anchor": "registration"}, "anchor-unknown"),
        ({"days": ()}, "day-missing"),
        ({"before": "notice_lead_days"}, "day-missing"),
        ({"days": (), "before": "notice_lead_days"}, None),
        ({"days": (), "working_days_after": "no_such_days"}, "parameter-unknown"),
        ({"notice": attrs.evolve(NOTICE, recipients=("nobody",), text="{day}")}, "recipient-unknown"),
        ({"notice": attrs.evolve(NOTICE, recipients=("physicians_unregistered",))}, "place-unknown"),
        ({"notice": attrs.evolve(NOTICE, text="{physician}")}, "place-unknown"),
        ({"notice": attrs.evolve(NOTICE, text="{record.name}")}, "place-unknown"),
        ({"notice": attrs.evolve(NOTICE, text="{")}, "text-malformed"),
    ],
)
def test_a_wrong_row_is_told(changes: dict[str, object], code: str | None) -> None:
    """What a row names must exist; a number is told only to those who are counted."""
    problems = {
        problem.code for problem in check_reminders([attrs.evolve(GOOD, **changes)], CHARTS, LIFECYCLES)
    }

    assert ({code} if code else set()) == problems


def test_two_rows_of_one_name_are_told() -> None:
    """What is sent once goes by the name."""

    assert ["notice-duplicate"] == [
        problem.code for problem in check_reminders([GOOD, GOOD], CHARTS, LIFECYCLES)
    ]


def test_a_file_is_read_strictly() -> None:
    """Days are whole numbers, keys are known, and the line is told."""
    text = """
reminders:
  - {name: a, when: {of: x, days: [soon]}, to: b, text: c}
  - {name: a, when: {of: x, day: 1}, to: b, text: c, "on": holidays}
"""
    with pytest.raises(DefinitionError) as caught:
        read_reminders(text)

    assert {3, 4} == {int(problem.path.split(":")[1].split(" ")[0]) for problem in caught.value.problems}


OF_CASES = ReminderRule(
    attrs.evolve(
        NOTICE, lifecycle="follow_up", recipients=("physician", "agency"), text="{physician}：{day}"
    ),
    "ends_on",
    (-30,),
    states=("suspended",),
)


def test_the_days_that_a_row_counts_from() -> None:
    """
    What falls on a day: the days before a holiday answer for it, before them; after an end the first day after it does.

    1 to 6 October 2023 are off, so is 29 September; 7 and 8 October, a weekend, are worked.
    """
    after = attrs.evolve(OF_CASES, days=(), after="reassessment_days")
    same_day = attrs.evolve(OF_CASES, days=(20,), office_hours=False)
    asked = (Parameters(reassessment_days=30), CALENDAR)
    days = [date(2023, 10, 28) + timedelta(days=away) for away in range(9)]

    assert tuple(days) == OF_CASES.anchors_of(date(2023, 9, 28), *asked)
    assert () == OF_CASES.anchors_of(date(2023, 10, 3), *asked)
    assert tuple(date(2023, 8, 30) + timedelta(days=away) for away in range(9)) == after.anchors_of(
        date(2023, 10, 7), *asked
    )
    assert (date(2023, 9, 13),) == same_day.anchors_of(date(2023, 10, 3), *asked)


@pytest.mark.parametrize("away", [-30, 0, 20])
@pytest.mark.parametrize("office_hours", [True, False])
def test_a_row_falls_back_on_what_it_counts_from(away: int, office_hours: bool) -> None:
    """Each day of two years has its reminder on one day, and that day knows it."""
    rule = attrs.evolve(OF_CASES, days=(away,), office_hours=office_hours)
    for past in range(731):
        anchor = date(2023, 1, 1) + timedelta(days=past)
        (day,) = rule.falls_from(anchor, Parameters(), CALENDAR)

        assert anchor in rule.anchors_of(day, Parameters(), CALENDAR)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"days": (), "after": "reassessment_days", "unless": "reported_on"}, None),
        ({"days": (), "working_days_after": "reassessment_days"}, "day-missing"),
        ({"states": ()}, "states-missing"),
        ({"states": ("nowhere",)}, "state-unknown"),
        ({"anchor": "cancelled_on"}, "anchor-unknown"),
        ({"unless": "nothing"}, "place-unknown"),
        ({"notice": attrs.evolve(OF_CASES.notice, text="{number}")}, "place-unknown"),
        ({"notice": attrs.evolve(OF_CASES.notice, recipients=("agencies_unreported",))}, "recipient-unknown"),
        ({"notice": attrs.evolve(OF_CASES.notice, lifecycle="nothing")}, "lifecycle-unknown"),
    ],
)
def test_a_wrong_row_about_cases_is_told(changes: dict[str, object], code: str | None) -> None:
    """Its states, its day and what it must not say exist; whom it tells is told at once."""
    problems = {
        problem.code for problem in check_reminders([attrs.evolve(OF_CASES, **changes)], CHARTS, LIFECYCLES)
    }

    assert ({code} if code else set()) == problems
