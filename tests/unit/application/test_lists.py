"""The manual's words in filters: which states each means, held to the charts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.around.surroundings import NOT_ASSESSED, SHARED
from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.application.queries.filters import (
    ASSESSMENT_RESULTS,
    PAPER_PROGRESS,
    PAPER_RESULTS,
    Choice,
)
from kaohe_workflow.application.queries.lists import LISTS
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.years import full_years, years_before

NO_PAPER = "cancelled"
"""A paper that was taken back."""


def leaves(lifecycle: str) -> dict[str, str]:
    """State → label, of the chart's leaves."""
    catalogue = load_catalogue()
    chart = catalogue.charts[lifecycle][catalogue.newest(lifecycle)]
    return {name: chart.by_name[name].label for name in chart.leaves if name != "none"}


def words(choices: tuple[Choice, ...], state: str) -> list[str]:
    """The words that mean a state."""
    return [choice.label for choice in choices if state in choice.states]


def test_the_words_are_the_manuals() -> None:
    """测评状态: 未参加, 已参加, 已完成; 测评结果: 无, 不合格, 合格 (手册 2.2.9)."""

    assert ["未参加", "已参加", "已完成"] == [choice.label for choice in PAPER_PROGRESS]
    assert ["无", "不合格", "合格"] == [choice.label for choice in PAPER_RESULTS]


@pytest.mark.parametrize("state", sorted(set(leaves("evaluation")) - {NO_PAPER}))
def test_every_paper_has_one_progress_and_one_result(state: str) -> None:
    """As the chart calls the state: 已完成(不合格) is 已完成 and 不合格; 未开考 was not sat."""
    label = leaves("evaluation")[state]
    progress = "未参加" if label == "未开考" else label[:3]
    result = next((word for word in ("不合格", "合格") if word in label), "无")

    assert [progress] == words(PAPER_PROGRESS, state)
    assert [result] == words(PAPER_RESULTS, state)


def test_a_cancelled_paper_is_none() -> None:
    """It is found by its state alone."""

    assert [] == words(PAPER_PROGRESS, NO_PAPER) + words(PAPER_RESULTS, NO_PAPER)


@pytest.mark.parametrize("choice", ASSESSMENT_RESULTS)
def test_a_result_is_called_as_its_state(choice: Choice) -> None:
    """合格 and 不合格 are states of the chart with these labels."""

    assert [choice.label] == [leaves("assessment")[state] for state in choice.states]


def test_a_list_and_a_case_of_it_are_seen_by_the_same_people() -> None:
    """What an agency, an organisation or everybody sees of a lifecycle is said of its lists as it is of its cases."""
    bases = {name: VIEWS[listed.view].base for name, listed in LISTS.items()}
    cases = {name: (base not in NOT_ASSESSED, SHARED.get(base, "no")) for name, base in bases.items()}

    assert cases == {name: (listed.assessed, listed.shared) for name, listed in LISTS.items()}


def test_no_choice_names_a_state_twice() -> None:
    """A word means its states, and no two words of a filter mean the same one."""
    for listed in LISTS.values():
        for entry in listed.filters:
            states = [state for choice in entry.choices for state in choice.states]

            assert len(states) == len(set(states))


@given(st.dates(date(1940, 1, 1), date(2060, 12, 31)), st.integers(1, 120))
@example(date(2024, 2, 29), 4)
@example(date(2024, 2, 29), 1)
@example(date(2023, 2, 28), 3)
def test_an_age_is_found_from_its_birthday_on(today: date, years: int) -> None:
    """Who was born on the bound is as old today, who was born a day later is not yet."""
    bound = years_before(today, years)

    assert (True, False) == (
        full_years(bound, today) >= years,
        full_years(bound + timedelta(days=1), today) >= years,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("age_from", "9" * 30),
        ("age_to", "99999"),
        ("age_from", "-99999"),
        ("age_from", "x"),
        ("enrolled", ""),
    ],
)
def test_a_filter_that_means_nothing_is_told(name: str, value: str) -> None:
    """By its name, never as an error of ours."""
    with World.open("memory:") as world, pytest.raises(InputInvalid) as caught:
        world.application.lists.page(world.hospital, "assessments", {name: value})

    assert [name] == [problem.path for problem in caught.value.problems]
