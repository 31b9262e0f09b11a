"""Windows: China's days, half-open, with both instants at each bound."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.values.windows import CHINA, CycleWindows, Position, Window, WrittenWindow, local_date

REGISTRATION = Window.of_days(date(2023, 11, 27), date(2023, 12, 27))
MANUAL = CycleWindows(
    agency_application=Window.of_days(date(2023, 11, 22), date(2023, 12, 2)),
    registration=REGISTRATION,
    review=Window.of_days(date(2023, 11, 27), date(2023, 12, 29)),
    evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 12)),
)
TICK = timedelta(microseconds=1)


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.manual("S-19")
@pytest.mark.parametrize(
    ("now", "position"),
    [
        (china("2023-11-26 23:59:59.999999"), Position.BEFORE),
        (china("2023-11-27"), Position.OPEN),
        (china("2023-12-27 23:59:59.999000"), Position.OPEN),
        (china("2023-12-28"), Position.OVER),
    ],
)
def test_a_last_day_is_included_whole(now: datetime, position: Position) -> None:
    """A date-only end D means before D+1 00:00:00 in China."""

    assert position is REGISTRATION.position(now)


@pytest.mark.manual("S-19")
def test_an_end_with_seconds_includes_that_second() -> None:
    """16:15:43 as an end still holds at 16:15:43.999."""
    window = WrittenWindow(
        opens_at=china("2023-10-26 16:00:00"), last_second=china("2023-10-26 16:15:43")
    ).window

    assert [Position.OPEN, Position.OVER] == [
        window.position(china("2023-10-26 16:15:43.999999")),
        window.position(china("2023-10-26 16:15:44")),
    ]


@pytest.mark.manual("S-19")
@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ({"first_day": date(2023, 11, 27), "last_day": date(2023, 12, 27)}, []),
        ({"opens_at": china("2023-11-27"), "closes_at": china("2023-12-28")}, []),
        ({"first_day": date(2023, 11, 27), "closes_at": china("2023-12-28")}, []),
        ({"opens_at": china("2023-11-27"), "last_second": china("2023-12-27 23:59:59")}, []),
        ({"first_day": date(2023, 11, 27)}, ["window-end"]),
        ({"last_day": date(2023, 12, 27)}, ["window-beginning"]),
        ({}, ["window-beginning", "window-end"]),
        (
            {
                "first_day": date(2023, 11, 27),
                "opens_at": china("2023-11-27"),
                "last_day": date(2023, 12, 27),
            },
            ["window-beginning"],
        ),
        (
            {
                "first_day": date(2023, 11, 27),
                "last_day": date(2023, 12, 27),
                "closes_at": china("2023-12-28"),
            },
            ["window-end"],
        ),
        ({"first_day": date(2023, 11, 27), "last_day": date.max}, ["window-day"]),
    ],
)
def test_a_window_is_written_with_one_beginning_and_one_end(
    written: dict[str, Any], codes: list[str]
) -> None:
    """Days, seconds or instants: the same span; nothing is taken for meant that was not written."""
    if not codes:
        assert REGISTRATION == WrittenWindow(**written).window
        return
    with pytest.raises(InputInvalid) as caught:
        _ = WrittenWindow(**written).window

    assert codes == [problem.code for problem in caught.value.problems]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_each_instant_has_one_position(first: date, days: int) -> None:
    """Before, open and over follow one another without gap or overlap."""
    window = Window.of_days(first, first + timedelta(days=days))
    instants = [window.opens_at - TICK, window.opens_at, window.closes_at - TICK, window.closes_at]

    assert [Position.BEFORE, Position.OPEN, Position.OPEN, Position.OVER] == [
        window.position(now) for now in instants
    ]
    assert (first, first + timedelta(days=days)) == (window.first_day, window.last_day)


def test_instants_need_a_zone() -> None:
    """An instant without a zone is nobody's."""
    with pytest.raises(ValueError, match="no time zone"):
        Window(datetime.fromisoformat("2023-01-01"), datetime.fromisoformat("2023-02-01"))


def test_the_day_is_chinas() -> None:
    """16:00 UTC is midnight in China."""

    assert [date(2023, 12, 27), date(2023, 12, 28)] == [
        local_date(datetime(2023, 12, 27, 15, 59, 59, tzinfo=UTC)),
        local_date(datetime(2023, 12, 27, 16, tzinfo=UTC)),
    ]


@pytest.mark.manual("S-18", "S-19")
def test_the_windows_of_the_manual_are_in_order() -> None:
    """手册 2.2.2: registration and review run side by side."""

    assert () == MANUAL.problems()


def test_body_review_and_exemption_have_defaults() -> None:
    """Start of the review to the end of the evaluation, unless set (parameter sheet)."""
    default = Window(MANUAL.review.opens_at, MANUAL.evaluation.closes_at)

    assert (default, default, default) == (MANUAL.agency_review, MANUAL.exemption, MANUAL.exemption_review)


def problems(**changes: Window) -> list[tuple[str, str]]:
    changed = attrs.evolve(MANUAL, **changes)
    return [(problem.path, problem.code) for problem in changed.problems()]


def test_a_window_ends_after_it_begins() -> None:
    """Reversed windows are found, and are never open."""
    reversed_window = Window(REGISTRATION.closes_at, REGISTRATION.opens_at)

    assert ("$.agency_application", "window-reversed") in problems(agency_application=reversed_window)
    assert not any(map(reversed_window.is_open, [REGISTRATION.opens_at, REGISTRATION.closes_at]))


@pytest.mark.parametrize("name", ["exemption", "exemption_review"])
def test_nobody_is_exempt_after_the_evaluation(name: str) -> None:
    """A paper that was not sat in time is an absence: no exemption is asked for or given later (手册 2.2.8)."""
    ends = MANUAL.evaluation.closes_at
    until, beyond = (Window(MANUAL.review.opens_at, at) for at in (ends, ends + TICK))
    both = {"exemption": until, "exemption_review": until}

    assert [] == problems(**both)
    assert ("$.evaluation", "window-order") in problems(**both | {name: beyond})


@pytest.mark.manual("S-19", "N-3.4")
def test_steps_do_not_overtake() -> None:
    """No review before registration, no evaluation before review, no confirmation before its end."""
    early = Window.of_days(date(2023, 11, 1), date(2023, 12, 20))

    assert [("$.review", "window-order"), ("$.review", "window-order")] == problems(review=early)[:2]
    assert ("$.evaluation", "window-order") in problems(evaluation=early)
    assert [("$.makeup_confirm", "window-order")] == problems(
        makeup_confirm=Window(MANUAL.evaluation.closes_at - TICK, MANUAL.evaluation.closes_at + TICK)
    )
    assert [] == problems(
        makeup_confirm=Window(MANUAL.evaluation.closes_at, MANUAL.evaluation.closes_at + TICK)
    )


@pytest.mark.manual("S-19", "N-3.4")
def test_late_registration_ends_while_the_make_up_is_confirmed() -> None:
    """
    补报时间 opens with 医师报考申报时间 at the earliest, and ends with 确认补考时间 at the latest.

    Both instants are in order; while no confirmation is set only the beginning is looked at.
    """
    opens = MANUAL.registration.opens_at
    confirm = Window.of_days(date(2024, 1, 16), date(2024, 1, 19))
    ends = confirm.closes_at

    assert [] == problems(makeup_confirm=confirm, makeup_registration=Window(opens, ends))
    assert [("$.makeup_registration", "window-order")] == problems(
        makeup_confirm=confirm, makeup_registration=Window(opens - TICK, ends)
    )
    assert [("$.makeup_confirm", "window-order")] == problems(
        makeup_confirm=confirm, makeup_registration=Window(opens, ends + TICK)
    )
    assert [] == problems(makeup_registration=Window.of_days(date(2024, 2, 10), date(2024, 2, 20)))


def test_the_make_up_must_be_set_when_asked_for() -> None:
    """Make-up windows have no default; opening the make-up wants both."""
    found = MANUAL.problems(makeup_required=True)

    assert [("$.makeup_confirm", "window-missing"), ("$.makeup", "window-missing")] == [
        (problem.path, problem.code) for problem in found
    ]


def test_the_cycle_runs_from_its_first_window_on() -> None:
    """The earliest window is that of the agencies' applications."""

    assert MANUAL.agency_application.opens_at == MANUAL.first_opens_at()


@pytest.mark.manual("S-19")
@pytest.mark.parametrize(
    ("window", "label"),
    [
        (REGISTRATION, "2023年11月27日至2023年12月27日"),
        (
            WrittenWindow(
                opens_at=china("2023-10-26 16:15:43"), last_second=china("2023-10-27 08:00:00")
            ).window,
            "2023年10月26日 16:15:43至2023年10月27日 08:00:00",
        ),
    ],
)
def test_pages_show_what_was_written(window: Window, label: str) -> None:
    """Days where bounds are days, seconds where they are seconds (手册 2.2.2, 2.2.7)."""

    assert label == window.label
