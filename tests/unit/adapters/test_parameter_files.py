"""Parameter files: strictness, and the shipped sheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kaohe_workflow.adapters.parameter_files import load_parameters, load_timeline, read_timeline
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.values.parameters import Parameters

SHIPPED = Path(__file__).parents[3] / "statecharts"
HEAD = "province: x\nlabel: 某省\nparameters:\n"
GOOD = "  - {from: 2020-01-01, parameter: paper_minutes, value: 60, cites: [design]}\n"

OWN = "  - {code: notice, title: 某省通知, number: 1号}"
NAMED = HEAD.replace("parameters:", f"instruments:\n{OWN}\nparameters:")


def problems(text: str, name: str = "x.yaml") -> list[tuple[str, str]]:
    try:
        read_timeline(text, name)
    except DefinitionError as ex:
        return [(problem.path.split()[0], problem.code) for problem in ex.problems]
    return []


def test_the_manuals_province_has_the_default_sheet() -> None:
    """Every parameter is said, with its source."""
    timeline = load_parameters(SHIPPED)["guangxi"]
    day = date(2023, 11, 27)

    assert Parameters() == timeline.at(day)
    assert all(timeline.source(name, day) for name in Parameters.names())


def test_an_installation_may_have_a_file_of_its_own(tmp_path: Path) -> None:
    """A shipped file that was copied and changed is read from its path, as strictly as where it came from."""
    shipped = (SHIPPED / "parameters" / "guangxi.yaml").read_text(encoding="utf-8")
    own = tmp_path / "guangxi.yaml"
    own.write_text(
        f"{shipped}  - {{from: 2027-01-01, parameter: paper_minutes, value: 45, cites: [design]}}\n", "utf-8"
    )
    catalogue = load_catalogue(str(own))

    assert 60 == catalogue.timeline.at(date(2026, 12, 31)).paper_minutes
    assert 45 == catalogue.timeline.at(date(2027, 1, 1)).paper_minutes


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_file_of_ones_own_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    """The file and the setting that names it are told, whether it is missing or in another encoding."""
    own = tmp_path / "guangxi.yaml"
    if content is not None:
        own.write_bytes(content)
    with pytest.raises(DefinitionError) as wrong:
        load_timeline(own)

    assert [(str(own), "parameters-unreadable")] == [(one.path, one.code) for one in wrong.value.problems]


def test_a_minimal_file_is_read() -> None:
    """What no block names keeps its default."""

    assert Parameters() == read_timeline(HEAD + GOOD, "x.yaml").at(date(2020, 1, 1))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("x.yaml", "empty")]),
        ("a: b: c", [("x.yaml:1", "yaml-syntax")]),
        ("- 1\n", [("x.yaml:1", "not-a-mapping")]),
        (HEAD, [("x.yaml:3", "not-a-list")]),
        (HEAD + GOOD + "colour: red\n", [("x.yaml:5", "unknown-key")]),
        (HEAD + GOOD + "label: 又\n", [("x.yaml:5", "duplicate-key")]),
        (HEAD + GOOD.replace("paper_minutes", "paper_minute"), [("x.yaml:4", "unknown-parameter")]),
        (HEAD + GOOD.replace("60", "no"), [("x.yaml:4", "bad-value")]),
        (HEAD + GOOD.replace("60", "12:30"), [("x.yaml:4", "bad-value")]),
        (HEAD + GOOD.replace("60", '"60"'), [("x.yaml:4", "bad-value")]),
        (HEAD + GOOD.replace("2020-01-01", "2020-1-1"), [("x.yaml:4", "no-day")]),
        (HEAD + GOOD.replace("[design]", "[]"), [("x.yaml:4", "no-citation")]),
        (HEAD + GOOD.replace("[design]", "[design, hearsay/1]"), [("x.yaml:4", "unknown-instrument")]),
        (HEAD + GOOD.replace(", cites: [design]", ""), [("x.yaml:4", "missing-key")]),
        (HEAD + GOOD.replace("60", "&a 60"), [("x.yaml:4", "yaml-form")]),
        (HEAD + GOOD + GOOD, [("x.yaml:5", "date-overlap")]),
        (NAMED + GOOD.replace("[design]", "[notice/3]"), []),
        (NAMED + GOOD.replace("[design]", "[design, notice/x y]"), [("x.yaml:6", "malformed-citation")]),
        (NAMED.replace("notice", "measures") + GOOD, [("x.yaml:4", "duplicate")]),
        (NAMED.replace("notice", "Notice 1") + GOOD, [("x.yaml:4", "name-invalid")]),
        (NAMED.replace(", number: 1", "") + GOOD, [("x.yaml:4", "missing-key")]),
        (NAMED.replace("instruments:", "instruments:\n" + OWN) + GOOD, [("x.yaml:5", "duplicate")]),
        (HEAD + GOOD + "default: yes\n", [("x.yaml:5", "not-a-flag")]),
    ],
)
def test_files_are_read_strictly(text: str, found: list[tuple[str, str]]) -> None:
    """Unknown, repeated and missing keys, words that are no values, unknown sources: with their lines."""

    assert found == problems(text)


def test_a_province_cites_its_own_notices() -> None:
    """By the code that it gives them; people read their titles, articles in Chinese where they have some."""
    text = (NAMED + GOOD.replace("[design]", "[notice/3, measures/21]")).replace(
        "1号", "1号, by_article: true"
    )
    timeline = read_timeline(text, "x.yaml")

    assert ["某省通知第三条", "《医师定期考核管理办法》第二十一条"] == [
        cite.label for cite in timeline.source("paper_minutes", date(2020, 1, 1))
    ]


def test_nobody_cites_the_notices_of_another_province() -> None:
    """What a file does not name is unknown there, whatever other files name."""
    cited = {
        province: {cite.instrument.code for block in timeline.blocks for cite in block.cites}
        for province, timeline in load_parameters(SHIPPED).items()
    }
    own = {
        province: {instrument.code for instrument in timeline.instruments}
        for province, timeline in load_parameters(SHIPPED).items()
    }

    assert all(own[province] <= cited[province] for province in own)
    assert [("x.yaml:4", "unknown-instrument")] == problems(
        HEAD + GOOD.replace("[design]", f"[design, {min(own['gansu'])}]")
    )


def test_the_default_is_said_in_one_file(tmp_path: Path) -> None:
    """Where no province is named, the shipped file counts that says so; two that do are a mistake."""
    (tmp_path / "parameters").mkdir()
    for name in ("x", "y"):
        text = (HEAD + GOOD).replace("province: x", f"province: {name}") + "default: true\n"
        (tmp_path / "parameters" / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as wrong:
        load_parameters(tmp_path)

    assert ["several-defaults"] == [problem.code for problem in wrong.value.problems]
    assert "guangxi" == load_catalogue().timeline.province


def test_all_problems_are_told_at_once() -> None:
    """Two wrong blocks, two problems."""
    wrong = GOOD.replace("60", "many") + GOOD.replace("paper_minutes", "nothing")

    assert [("x.yaml:4", "bad-value"), ("x.yaml:5", "unknown-parameter")] == problems(HEAD + wrong)


def test_the_file_is_called_as_its_province() -> None:
    """A copy under another name is a mistake."""

    assert [("y.yaml:1", "wrong-province")] == problems(HEAD + GOOD, "y.yaml")


def test_wrong_files_are_told_together(tmp_path: Path) -> None:
    """Two wrong provinces, the problems of both."""
    (tmp_path / "parameters").mkdir()
    for name in ("x", "y"):
        (tmp_path / "parameters" / f"{name}.yaml").write_text(HEAD, encoding="utf-8")
    with pytest.raises(DefinitionError) as wrong:
        load_parameters(tmp_path)

    assert {"x.yaml:3", "y.yaml:1", "y.yaml:3"} == {
        problem.path.split()[0] for problem in wrong.value.problems
    }


def test_no_file_is_a_mistake(tmp_path: Path) -> None:
    """A deployment without parameters does not start."""
    with pytest.raises(DefinitionError):
        load_parameters(tmp_path)


@pytest.mark.parametrize(
    ("first_day", "limit"),
    [
        (date(2022, 1, 1), date(2021, 12, 31)),
        (date(2024, 12, 31), date(2021, 12, 31)),
        (date(2025, 1, 1), None),
    ],
)
def test_a_day_that_one_notice_names_is_that_of_its_cycle(first_day: date, limit: date | None) -> None:
    """四川: by the end of 2021 for 2022 to 2024; the notice says nothing of a later cycle (补考通知)."""
    assert limit == load_parameters(SHIPPED)["sichuan"].at(first_day).eligible_if_registered_by
