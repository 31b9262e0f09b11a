"""The manual's words in filters: which states each means, held to the charts."""

from __future__ import annotations

import pytest

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.queries.lists import (
    ASSESSMENT_RESULTS,
    LISTS,
    PAPER_PROGRESS,
    PAPER_RESULTS,
    Choice,
)

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


def test_no_choice_names_a_state_twice() -> None:
    """A word means its states, and no two words of a filter mean the same one."""
    for listed in LISTS.values():
        for entry in listed.filters:
            states = [state for choice in entry.choices for state in choice.states]
            assert len(states) == len(set(states))
