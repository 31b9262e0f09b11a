"""A province is never silently ignored: whatever it may set, something reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from kaohe_workflow.adapters.reminder_files import load_reminders
from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.statechart.predicates import AtLeast, AtMost, Parameter, comparisons
from kaohe_workflow.values.parameter_kinds import PaperRow, ParameterKind, ProvincialGround
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.timeline import ParameterBlock, Timeline

ROOT = Path(__file__).parents[2]
SHEET = ROOT / "src" / "kaohe_workflow" / "values" / "parameters.py"


def read_from_a_sheet(tree: ast.AST) -> set[str]:
    """
    The attributes read of what is called parameters, or is a sheet of a day (`timeline.at(day)`).

    A fact of a chart may have a parameter's name; reading the fact is not reading the parameter.
    """
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and is_sheet(node.value)}


def is_sheet(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in ("parameters", "_parameters")
        case ast.Call(func=ast.Attribute(attr="at")):
            return True
    return False


def methods_of_the_sheet() -> dict[str, set[str]]:
    """Method → the parameters that it reads of its own sheet."""
    (sheet,) = (
        node
        for node in ast.parse(SHEET.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name == "Parameters"
    )
    return {
        method.name: {
            node.attr
            for node in ast.walk(method)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        }
        for method in sheet.body
        if isinstance(method, ast.FunctionDef)
    }


def read_in_code() -> set[str]:
    """What the code reads, directly or by a method of the sheet; the sheet and its kinds aside."""
    found = {
        attribute
        for path in (ROOT / "src").rglob("*.py")
        if path.name not in ("parameters.py", "parameter_kinds.py") or path.parent != SHEET.parent
        for attribute in read_from_a_sheet(ast.parse(path.read_text("utf-8")))
    }
    methods = methods_of_the_sheet()
    return found | {name for method in found & set(methods) for name in methods[method]}


def read_in_charts() -> Iterator[str]:
    """The thresholds and deadlines that charts name."""
    for versions in load_charts(charts_root(), VOCABULARY).values():
        for chart in versions.values():
            guards = {guard.name: guard.predicate for guard in chart.guards}
            yield from (
                part.threshold.name
                for row in chart.transitions
                for condition in row.when
                for part in comparisons(condition, guards)
                if isinstance(part, AtLeast | AtMost) and isinstance(part.threshold, Parameter)
            )
            yield from (
                str(state.deadline.parameter)
                for state in chart.by_name.values()
                if state.deadline is not None and state.deadline.parameter is not None
            )


def read_by_reminders() -> Iterator[str]:
    """The days that the table of reminders names."""
    for rule in load_reminders(charts_root()):
        yield from (name for name in (rule.before, rule.after, rule.working_days_after) if name is not None)


def test_every_parameter_has_a_reader() -> None:
    """What a province writes into its file changes something, or is refused as unknown."""
    readers = read_in_code() | set(read_in_charts()) | set(read_by_reminders())

    assert [] == [name for name in Parameters.names() if name not in readers]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("moment.parameters.return_grace_days", {"return_grace_days"}),
        ("self._parameters.papers(procedure)", {"papers"}),
        ("timeline.at(day).certificate_number_prefix", {"certificate_number_prefix"}),
        ("facts.makeup_offered", set()),
        ("'makeup_offered'", set()),
    ],
)
def test_the_search_for_readers_tells_them_from_namesakes(code: str, found: set[str]) -> None:
    """The test above can fail: a fact, or a word, that is called like a parameter reads none."""

    assert found == read_from_a_sheet(ast.parse(code)) - {"parameters", "_parameters"}


CALLED: dict[type, set[str]] = {
    ProvincialGround: {"ground"},
    PaperRow: {"row"},
    ParameterKind: {"kind"},
    ParameterBlock: {"block", "earlier", "later"},
    Timeline: {"timeline"},
}
"""Value of a file of parameters → what the code calls one of them."""

BY_ITSELF = {"blocks"}
"""Read by methods of the value alone, which give what is in it."""


DOCUMENTATION = ROOT / "src" / "kaohe_workflow" / "cli"
"""What writes pages about parameters reads everything of them, and nobody is treated otherwise for that."""


ONLY_TOLD = {
    (ParameterKind, "unit"),
    (Timeline, "label"),
    (Timeline, "instruments"),
    (ProvincialGround, "evidence"),
}
"""
What is there to be told: in what a value is counted, what a province is called and rests on, for these pages; what
proves a ground, which goes out with the ground as one value (`ProvincialChoices`).
"""


def read_of(names: set[str]) -> set[str]:
    """The attributes that the code reads of what has one of these names, where it is not about documentation."""
    return {
        node.attr
        for path in (ROOT / "src").rglob("*.py")
        if not path.is_relative_to(DOCUMENTATION)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in names
        and isinstance(node.ctx, ast.Load)
    }


@pytest.mark.parametrize("value", CALLED, ids=lambda value: value.__name__)
def test_every_part_of_a_parameter_has_a_reader(value: type) -> None:
    """What a file says of a ground, a value or a province gets to somebody; nothing is parsed for nobody."""
    fields = {field.name for field in attrs.fields(value)}

    told = {name for kind, name in ONLY_TOLD if kind is value}

    assert set() == fields - BY_ITSELF - told - read_of(CALLED[value])
