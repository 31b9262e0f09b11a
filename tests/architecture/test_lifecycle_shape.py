"""The lifecycles are one idea told once: the same rooms, in the same order, by the same names."""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module
from types import ModuleType

import pytest

from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.shape import Facts

OPENINGS = {
    "case": r"What .+ keeps between events\b",
    "events": r"What the events of .+ carry\.",
    "facts": r"What the guards of .+ look at\b",
    "actions": r"What the rows of .+ do to its record\.",
}
"""Room → how its docstring begins."""

each_lifecycle = pytest.mark.parametrize("lifecycle", LIFECYCLES)


def room(lifecycle: str, called: str) -> ModuleType:
    return import_module(f"kaohe_workflow.lifecycles.{lifecycle}.{called}")


def class_name(lifecycle: str) -> str:
    return "".join(word.capitalize() for word in lifecycle.split("_"))


@each_lifecycle
@pytest.mark.parametrize("called", OPENINGS)
def test_each_room_says_what_it_is_in_the_same_words(lifecycle: str, called: str) -> None:
    """Whoever has read one package knows where to look in the next, and recognises it."""

    assert re.match(OPENINGS[called], inspect.getdoc(room(lifecycle, called)) or "") is not None


@each_lifecycle
def test_record_and_facts_are_called_like_the_chart(lifecycle: str) -> None:
    """`result_review` keeps a `ResultReview`; its guards look at `ResultReviewFacts`."""
    bound, expected = LIFECYCLES[lifecycle], class_name(lifecycle)

    assert (expected, f"{expected}Facts") == (bound.record.__name__, getattr(bound.facts, "__name__", ""))
    assert isinstance(bound.facts, type)
    assert issubclass(bound.facts, Facts)


@each_lifecycle
def test_a_facts_class_brings_no_constructor(lifecycle: str) -> None:
    """Record, payload, surroundings and moment are taken by `Facts`, once for all."""
    facts = LIFECYCLES[lifecycle].facts

    assert isinstance(facts, type)
    assert [Facts] == [
        family for family in facts.__mro__ if "__init__" in vars(family) and family is not object
    ]


@each_lifecycle
def test_every_action_makes_a_record_of_a_record_and_a_step(lifecycle: str) -> None:
    """An action is told the same in every package, in the same order, and gives the next record."""
    record = LIFECYCLES[lifecycle].record.__name__
    shared = ("ClaimedT", "DecidedT", "ReviewedT", "MovedT")

    for name, action in LIFECYCLES[lifecycle].actions.items():
        signature = inspect.signature(action)
        before, step = (one.annotation for one in signature.parameters.values())

        assert (name, "Step") == (name, step)
        assert (before, signature.return_annotation) in {
            *((one, record) for one in ("None", f"{record} | None", record)),
            *((one, one) for one in shared),
        }


@each_lifecycle
def test_the_one_table_of_a_room_stands_at_its_end(lifecycle: str) -> None:
    """`PAYLOADS` and `ACTIONS` sum up what stands above them."""

    for called, table in (("events", "PAYLOADS"), ("actions", "ACTIONS")):
        tree = ast.parse(inspect.getsource(room(lifecycle, called)))
        named = [
            node.target.id
            for node in tree.body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        ]

        assert table == named[-1]
        assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body[-2:])
