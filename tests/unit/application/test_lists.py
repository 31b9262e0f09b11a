"""The manual's words in filters: which states each means, held to the charts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kaohe_workflow.adapters.columns import filterable
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.around.surroundings import NOT_ASSESSED, SHARED
from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.application.queries.asked import check_rows
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.application.queries.filters import (
    ASSESSMENT_RESULTS,
    ASSESSMENT_STATES,
    EXEMPTION_STATES,
    PAPER_PROGRESS,
    PAPER_RESULTS,
    Choice,
)
from kaohe_workflow.application.queries.tabs import (
    ADMINISTRATION_AMENDMENTS,
    AGENCY_EXEMPTIONS,
    AGENCY_QUEUE,
    INSTITUTION_AMENDMENTS,
    INSTITUTION_DEFERRALS,
    INSTITUTION_EXEMPTIONS,
    INSTITUTION_QUEUE,
    OFFICE_DEFERRALS,
)
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.testing.people import person
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


@pytest.mark.manual("S-80")
def test_the_words_are_the_manuals() -> None:
    """测评状态: 未参加, 已参加, 已完成; 测评结果: 无, 不合格, 合格 (手册 2.2.9)."""

    assert ["未参加", "已参加", "已完成"] == [choice.label for choice in PAPER_PROGRESS]
    assert ["无", "不合格", "合格"] == [choice.label for choice in PAPER_RESULTS]


@pytest.mark.manual("S-80")
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


@pytest.mark.manual("S-76")
def test_every_state_of_an_assessment_is_called_as_in_its_chart() -> None:
    """考核状态 of a sheet: each state of the chart, in its words (手册 2.2.9)."""
    wanted = {(state, label, (state,)) for state, label in leaves("assessment").items()}

    assert wanted == {(choice.code, choice.label, choice.states) for choice in ASSESSMENT_STATES}


@pytest.mark.manual("S-76")
def test_an_exemption_is_in_every_state_of_its_chart_or_there_is_none() -> None:
    """免考状态: 无, or the state as the chart calls it (手册 2.2.9)."""
    wanted = [("none", "无", ())] + [(state, label, (state,)) for state, label in leaves("exemption").items()]

    assert wanted == [(choice.code, choice.label, choice.states) for choice in EXEMPTION_STATES]


@pytest.mark.parametrize(
    ("lifecycle", "tabs"),
    [
        ("assessment", INSTITUTION_QUEUE),
        ("assessment", AGENCY_QUEUE),
        ("exemption", INSTITUTION_EXEMPTIONS),
        ("exemption", AGENCY_EXEMPTIONS),
        ("amendment", INSTITUTION_AMENDMENTS),
        ("amendment", ADMINISTRATION_AMENDMENTS),
        ("deferral", INSTITUTION_DEFERRALS),
        ("deferral", OFFICE_DEFERRALS),
    ],
)
def test_what_was_decided_is_in_one_tab_in_every_state(lifecycle: str, tabs: tuple[Choice, ...]) -> None:
    """未审核 and 已审核 leave out no state of the chart, so that no case is lost wherever it goes."""
    states = [state for choice in tabs for state in choice.states]

    assert sorted(leaves(lifecycle)) == sorted(states)


@pytest.mark.manual("S-76")
@pytest.mark.parametrize(("asked", "found"), [("none", [1]), ("awaiting_institution", [0]), ("granted", [])])
@pytest.mark.parametrize("url", ["memory:", "sqlite:"])
def test_who_has_not_applied_for_exemption_is_found_too(
    tmp_path: Path, url: str, asked: str, found: list[int]
) -> None:
    """无 are those without an application; a state are those whose application is in it (手册 2.2.9)."""
    where = url if url == "memory:" else f"sqlite:///{tmp_path}/kaohe.sqlite3"
    with World.open(where) as world:
        department = world.department()
        world.at(date(2023, 11, 28))
        physicians = [world.physician(person(index).id_number) for index in (0, 1)]
        files = [world.file(physician, department) for physician in physicians]
        for case_id in files:
            world.review(case_id)
        applied = Apply(
            ground="residency_training",
            certificate_on=date(2021, 6, 1),
            none_excluded=True,
            attachments=("a1",),
            assessment_id=files[0],
        )
        world.send(physicians[0], "exemption", None, "apply", applied)
        lists = world.application.lists
        rows = lists.page(world.hospital, "assessments", {"exemption_state": asked}).rows
        counted = lists.count(world.hospital, "assessments", {"exemption_state": asked})

    assert [files[index] for index in found] == [row["id"] for row in rows]
    assert len(found) == sum(counted.values())


@pytest.mark.parametrize("asked", ["", "无", "no-such-state"])
def test_a_state_of_exemption_that_is_none_is_told(asked: str) -> None:
    """Not answered with an empty list."""
    with World.open("memory:") as world, pytest.raises(InputInvalid) as caught:
        world.application.lists.page(world.hospital, "assessments", {"exemption_state": asked})

    assert [("exemption_state", "filter-invalid")] == [
        (problem.path, problem.code) for problem in caught.value.problems
    ]


def test_a_score_of_a_row_is_in_hundredths() -> None:
    """As views keep it: 88 is 8800, to be compared and summed without rounding."""
    with World.open("memory:") as world:
        world.at(date(2023, 11, 28))
        case_id = world.file(world.physician(person(0).id_number), world.department())
        world.review(case_id)
        world.at(date(2024, 1, 4))
        paper = min(world.papers_of(case_id).values())
        world.send(world.province, "evaluation", paper, "record_score", RecordScore(Decimal(88)))
        rows = world.application.lists.page(world.province, "papers", {"assessment_id": case_id}).rows

    assert [8800] == [row["score"] for row in rows if row["id"] == paper]


@pytest.mark.parametrize(
    "number",
    [
        "450102195701010012",
        "450102570101001",
        "4501 0219 5701 0100 12",
        "E12345678",
        "12345678",
        "x" * 21,
        "1" * 14,
        "1" * 21,
    ],
)
def test_a_number_that_may_be_somebodys_is_looked_for(number: str) -> None:
    """Either form of a resident number, and whatever is not as long as one: a passport, a permit, an officer's card."""
    with World.open("memory:") as world:
        world.physician("450102195701010012")
        rows = world.application.lists.page(world.hospital, "physicians", {"id_number": number}).rows

    assert number.replace(" ", "").startswith("450102") == bool(rows)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("111111571301111", "id-birth-date"),
        ("45010219570101001", "id-malformed"),
        ("450102195701010013", "id-check-digit"),
        ("1" * 20, "id-malformed"),
    ],
)
def test_a_number_that_can_be_nobodys_is_told(number: str, code: str) -> None:
    """Digits about as many as a resident number has are meant to be one; the reader's own reason is told."""
    with World.open("memory:") as world:
        with pytest.raises(InputInvalid) as of_list:
            world.application.lists.page(world.hospital, "physicians", {"id_number": number})
        with pytest.raises(InputInvalid) as of_person:
            world.application.people.by_number(world.hospital, number)

    assert [("id_number", code)] == [(problem.path, problem.code) for problem in of_list.value.problems]
    assert [("$.id_number", code)] == [(problem.path, problem.code) for problem in of_person.value.problems]


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


@pytest.mark.manual("S-39")
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


@pytest.mark.parametrize(
    ("view", "field"),
    [
        (listed.view, field)
        for listed in LISTS.values()
        for field in listed.sorts
        if filterable(listed.view)[field] in ("date", "instant")
    ],
)
def test_a_list_that_is_sorted_by_time_goes_on_after_it(view: str, field: str) -> None:
    """The key of its last row is a day or an instant, or nothing where there is none yet."""
    last = datetime(2024, 1, 5, tzinfo=UTC) if filterable(view)[field] == "instant" else date(2024, 1, 5)
    for value in (last, None):
        check_rows(field, (value, "01he469xm0d20q3yqgwnhqgf8m"), 1, 200)

    assert field in VIEWS[view].fields
