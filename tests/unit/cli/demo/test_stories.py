"""The model that generated directories are measured with, at its boundaries; the rules are those of the cycle."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.stories import Ending, Story, end_of, is_score
from kaohe_workflow.values.terms import Level

SOMEBODY = attrs.evolve(person(0), level=Level.LICENSED, licensed_on=date(1999, 5, 1))
PLAIN = Story(person=SOMEBODY, first={"humanities": "60", "professional": "60"})


@pytest.mark.parametrize(
    ("ground", "licensed_on", "accepted"),
    [
        ("twelve_years", date(2010, 12, 31), True),
        ("twelve_years", date(2011, 1, 1), False),
        ("five_years", date(2017, 12, 31), True),
        ("five_years", date(2018, 1, 1), False),
        ("provincial", date(1999, 5, 1), False),
    ],
)
def test_years_are_full_years_to_the_cycle_end(ground: str, licensed_on: date, accepted: bool) -> None:
    """简易 on a ground needs its years on the last day of the cycle, that day included."""
    someone = attrs.evolve(SOMEBODY, licensed_on=licensed_on, first_registered_on=date(1990, 1, 1))
    story = attrs.evolve(
        PLAIN,
        person=someone,
        procedure="simplified",
        ground=ground,
        record_on=date(2020, 1, 1),
        record_level="city",
    )

    assert ("qualified" if accepted else "awaiting_registration") == end_of(story).state


@pytest.mark.parametrize(
    ("record_on", "level", "counts"),
    [
        (date(2020, 1, 1), "city", True),
        (date(2019, 12, 31), "city", False),
        (date(2022, 12, 31), "national", True),
        (date(2023, 1, 1), "national", False),
        (date(2021, 1, 1), "county", False),
        (None, "city", False),
    ],
)
def test_a_good_record_counts_in_the_cycle_from_city_level_up(
    record_on: date | None, level: str, counts: bool
) -> None:
    """Both end days of the cycle are inside."""
    story = attrs.evolve(
        PLAIN, procedure="simplified", ground="five_years", record_on=record_on, record_level=level
    )

    assert counts is end_of(story).submitted


@pytest.mark.parametrize(
    ("level", "score", "passes"),
    [
        (Level.LICENSED, "60", True),
        (Level.LICENSED, "59.99", False),
        (Level.ASSISTANT, "55", True),
        (Level.ASSISTANT, "54.99", False),
    ],
)
def test_the_line_itself_passes(level: Level, score: str, passes: bool) -> None:
    """60 for 执业医师, 55 for 执业助理医师."""
    story = attrs.evolve(
        PLAIN, person=attrs.evolve(SOMEBODY, level=level), first={"humanities": score, "professional": "99"}
    )

    assert ("qualified" if passes else "awaiting_makeup_approval") == end_of(story).state


@pytest.mark.parametrize(
    ("makeup", "second", "state", "stage"),
    [
        ("", {}, "awaiting_makeup_approval", None),
        ("refused", {}, "unqualified", "first"),
        ("confirmed", {}, "unqualified", "makeup"),
        ("confirmed", {"humanities": "60"}, "qualified", "makeup"),
        ("confirmed", {"humanities": "59"}, "unqualified", "makeup"),
    ],
)
def test_a_failed_paper_leads_to_the_makeup(
    makeup: str, second: dict[str, str], state: str, stage: str | None
) -> None:
    """Only the failed paper is sat again; a missed make-up is decided by the make-up."""
    story = attrs.evolve(PLAIN, first={"professional": "60"}, makeup=makeup, second=second)

    assert (state, stage) == (end_of(story).state, end_of(story).stage)


def test_a_waived_paper_needs_no_score() -> None:
    """An exemption under 简易 leaves nothing to sit."""
    story = attrs.evolve(PLAIN, procedure="simplified", ground="twelve_years", exemption="granted", first={})

    assert Ending(state="qualified", stage="first", submitted=True) == end_of(story)


@pytest.mark.parametrize(
    ("text", "score"), [("0", True), ("100", True), ("100.01", False), ("-1", False), ("缺考", False)]
)
def test_a_score_is_from_0_to_100(text: str, score: bool) -> None:
    """Both ends are scores."""

    assert score is is_score(text)
