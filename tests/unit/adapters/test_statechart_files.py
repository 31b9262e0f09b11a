"""Strict YAML, folders of charts, and the lock on released versions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kaohe_workflow.adapters.statechart_files import (
    LOCK,
    charts_root,
    check_released,
    load_charts,
    parse,
    read_statechart,
    release,
    released,
    unreleased,
)
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.statechart.nodes import Log, Node

CHART = """\
chart: {name}
version: {version}
label: 图
initial: here
states:
  here: {{label: 此处}}
transitions:
  - {{event: note, label: {label}, from: here, by: [{{role: system, relation: any}}]}}
"""


def problems_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as refused:
        parse(text, "v1.yaml")
    return [(problem.path, problem.code) for problem in refused.value.problems]


def chart_folder(root: Path, name: str, *versions: int, label: str = "备注") -> None:
    (root / name).mkdir()
    for version in versions:
        text = CHART.format(name=name, version=version, label=label)
        (root / name / f"v{version}.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("'true'", "true"),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("'12'", "12"),
        ("007", "007"),
        ("+5", "+5"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        ("12:30", "12:30"),
        ("2026-03-01", "2026-03-01"),
        ("~", None),
        ("null", None),
        ("=", "="),
        ("<<", "<<"),
        (".inf", ".inf"),
        ("|\n  12\n", "12\n"),
        ("医师", "医师"),
    ],
)
def test_only_plain_truth_values_and_integers_are_typed(text: str, value: object) -> None:
    """The traps of YAML 1.1 stay text, and quotes always make a text."""

    assert Node(value, 1) == parse(text)  # type: ignore[arg-type]  # one of the scalars
    assert type(value) is type(parse(text).value)


def test_values_stand_on_the_line_of_their_key() -> None:
    """A problem of a long value is shown where a person would look for it."""
    node = parse("a:\n  b:\n    - 1\n    -\n      c: 2\n")

    assert Node({"a": Node({"b": Node((Node(1, 3), Node({"c": Node(2, 5)}, 5)), 2)}, 1)}, 1) == node


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ("a: 1\nb: 2\na: 3", "v1.yaml:3", "duplicate-key"),
        ("a: &x 1", "v1.yaml:1", "yaml-form"),
        ("a: !!python/object:os.system x", "v1.yaml:1", "yaml-form"),
        ("a: !!str 1", "v1.yaml:1", "yaml-form"),
        ("a: 1\n---\nb: 2", "v1.yaml:2", "yaml-form"),
        ("[1]: 2", "v1.yaml:1", "yaml-form"),
        ("a: ]", "v1.yaml:1", "yaml-syntax"),
        ("a: 1\n b: 2", "v1.yaml:2", "yaml-syntax"),
        ("\tx: 1", "v1.yaml:1", "yaml-syntax"),
        ("a: \x00", "v1.yaml", "yaml-syntax"),
        ("", "v1.yaml", "empty"),
        ("# nothing", "v1.yaml", "empty"),
        ("[" * 100 + "]" * 100, "v1.yaml:1", "yaml-form"),
    ],
)
def test_what_is_more_than_this_yaml_is_refused(text: str, path: str, code: str) -> None:
    """No duplicate key, anchor, tag, second document or key that is no word; what is no YAML at all has a line too."""

    assert (path, code) == problems_of(text)[0]


def test_an_alias_is_refused_where_it_stands() -> None:
    """Every use of an anchor is named, so that it can be written out."""

    assert [("v1.yaml:1", "yaml-form"), ("v1.yaml:2", "yaml-form")] == problems_of("a: &x 1\nb: *x")


def test_form_and_reading_are_reported_together() -> None:
    """All problems at once: more YAML than is allowed does not hide what else is wrong with the chart."""
    text = CHART.format(name="first", version=1, label="备注")
    text = text.replace("label: 图", "label: !!str 图\nlabel: 表").replace("initial: here", "initial: there")
    with pytest.raises(DefinitionError) as refused:
        read_statechart(text.replace("relation: any", "relaton: any"), "v1.yaml")

    assert [
        ("v1.yaml:3", "yaml-form"),
        ("v1.yaml:4", "duplicate-key"),
        ("v1.yaml:5 $.initial", "unknown-name"),
        ("v1.yaml:9 $.transitions[0].by[0].relaton", "unknown-key"),
        ("v1.yaml:9 $.transitions[0].by[0]", "missing-key"),
    ] == [(problem.path, problem.code) for problem in refused.value.problems]


def test_an_alias_is_read_as_what_it_stands_for() -> None:
    """Only the alias itself is wrong: nothing is found missing where it stands."""
    text = CHART.format(name="first", version=1, label="备注")
    text = text.replace("by: [", "by: &who [") + text.splitlines()[-1].replace("note", "mark").replace(
        "[{role: system, relation: any}]", "*who"
    )
    with pytest.raises(DefinitionError) as refused:
        read_statechart(text, "v1.yaml")

    assert [("v1.yaml:8", "yaml-form"), ("v1.yaml:9", "yaml-form")] == [
        (problem.path, problem.code) for problem in refused.value.problems
    ]


def test_aliases_of_aliases_do_not_grow() -> None:
    """A file of a few lines stays a few nodes, however its aliases multiply."""
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    log = Log("v1.yaml")

    root = parse("\n".join(lines), "v1.yaml", log)

    assert isinstance(root.value, Mapping)
    assert (Node(None, 3), Node(None, 3)) == root.value["a2"].value
    assert 40 + 2 * 39 == len(log.problems)


def test_form_problems_are_reported_with_what_ends_the_reading() -> None:
    """A text that is no YAML further down still tells what was wrong above."""

    assert [("v1.yaml:1", "yaml-form"), ("v1.yaml:2", "yaml-syntax")] == problems_of("a: &x 1\nb: ]")


def test_a_source_names_itself_in_problems() -> None:
    """Without a name the text is called a text."""
    with pytest.raises(DefinitionError) as refused:
        read_statechart("chart: x")

    assert {"<text>"} == {problem.path.split(":")[0] for problem in refused.value.problems}


def test_charts_are_loaded_by_name_and_version(tmp_path: Path) -> None:
    """Folders are names and files versions, both in order; other files are none of its business."""
    chart_folder(tmp_path, "second", 2, 10, 1)
    chart_folder(tmp_path, "first", 1)
    (tmp_path / "second" / "notes.yaml").write_text("x", encoding="utf-8")
    (tmp_path / "policies.yaml").write_text("x", encoding="utf-8")
    charts = load_charts(tmp_path)

    assert [("first", [1]), ("second", [1, 2, 10])] == [
        (name, list(versions)) for name, versions in charts.items()
    ]
    assert 10 == charts["second"][10].version


def test_a_chart_is_what_its_place_says(tmp_path: Path) -> None:
    """Name and version stand in the file too, so that a copy cannot pass for another; all files are read first."""
    chart_folder(tmp_path, "first", 1)
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "v2.yaml").write_text(
        CHART.format(name="first", version=2, label="x"), encoding="utf-8"
    )
    (tmp_path / "third").mkdir()
    (tmp_path / "third" / "v1.yaml").write_text("a: ]", encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        load_charts(tmp_path)

    assert [("second/v2.yaml", "chart-misplaced"), ("third/v1.yaml:1", "yaml-syntax")] == [
        (problem.path, problem.code) for problem in refused.value.problems
    ]


def test_nothing_is_locked_before_the_first_release(tmp_path: Path) -> None:
    """No lock, or an empty one, lets charts be edited in place."""
    chart_folder(tmp_path, "first", 1)

    assert [] == check_released(tmp_path)
    (tmp_path / LOCK).write_text("", encoding="utf-8")

    assert [] == check_released(tmp_path)


def test_a_release_locks_what_is_new(tmp_path: Path) -> None:
    """Each version is locked once; a later release adds to the lock and leaves the rest."""
    chart_folder(tmp_path, "first", 1)

    assert ("first/v1.yaml",) == release(tmp_path)
    before = released(tmp_path)
    chart_folder(tmp_path, "second", 1)

    assert ("second/v1.yaml",) == release(tmp_path)
    assert () == release(tmp_path)
    assert before.items() <= released(tmp_path).items()


def test_a_release_that_is_broken_off_leaves_the_lock_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full while the new lock is written: the old one still holds what it held."""
    chart_folder(tmp_path, "first", 1)
    release(tmp_path)
    before = (tmp_path / LOCK).read_bytes()
    chart_folder(tmp_path, "second", 1)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="no space"):
            release(tmp_path)

    assert before == (tmp_path / LOCK).read_bytes()
    assert ("second/v1.yaml",) == unreleased(tmp_path) == release(tmp_path)


def full(path: Path, text: str, **_: str) -> int:
    """A disk that takes half of what is written."""
    path.write_bytes(text.encode()[: len(text) // 2])
    raise OSError("no space left on device")


def test_a_released_version_never_changes(tmp_path: Path) -> None:
    """Edited or removed, it is an error to load, and to release over."""
    chart_folder(tmp_path, "first", 1, 2)
    release(tmp_path)
    path = tmp_path / "first" / "v1.yaml"
    path.write_text(path.read_text("utf-8") + "# harmless\n", encoding="utf-8")
    (tmp_path / "first" / "v2.yaml").unlink()

    for attempt in (load_charts, release):
        with pytest.raises(DefinitionError) as refused:
            attempt(tmp_path)

        assert ["released-changed", "released-missing"] == [
            problem.code for problem in refused.value.problems
        ]


def test_line_ends_of_another_system_are_no_change(tmp_path: Path) -> None:
    """A checkout with carriage returns is the same chart."""
    chart_folder(tmp_path, "first", 1)
    release(tmp_path)
    path = tmp_path / "first" / "v1.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert [] == check_released(tmp_path)


def test_a_lock_that_cannot_be_read_is_no_lock(tmp_path: Path) -> None:
    """A damaged line is an error with its number, not an unlocked chart."""
    chart_folder(tmp_path, "first", 1)
    (tmp_path / LOCK).write_text("first/v1.yaml\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        load_charts(tmp_path)

    assert [(f"{LOCK}:1", "lock-invalid")] == [
        (problem.path, problem.code) for problem in refused.value.problems
    ]


def test_the_shipped_charts_are_found() -> None:
    """In a checkout and when installed, the locator finds them."""

    assert "assessment" in load_charts(charts_root())
