"""
Predicates in words that people read: labels of facts and guards, and the signs of logic between them.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.statechart.model import Fact, Statechart
from kaohe_workflow.statechart.predicates import (
    All,
    Any,
    AtLeast,
    AtMost,
    Comparison,
    FactIs,
    FactOneOf,
    GuardRef,
    Not,
    Parameter,
    Predicate,
    Threshold,
)


@attrs.frozen
class Title:
    """
    What a condition is called: the name of a guard or fact (empty for a predicate in a row), label,
    citations.
    """

    name: str
    label: str
    cites: tuple[str, ...] = ()


def title(predicate: Predicate, chart: Statechart) -> Title:
    """Return what a row's condition is called."""
    match predicate:
        case GuardRef(name):
            guard = chart.guard[name]
            return Title(name, guard.label, guard.cites)
        case FactIs(name, True):
            fact = chart.fact[name]
            return Title(name, fact.label, fact.cites)
    return Title("", phrase(predicate, chart))


def phrase(predicate: Predicate, chart: Statechart) -> str:
    """
    Write a predicate in one line.

    A guard is its label; parts of a combination that are combinations themselves stand in brackets.
    """
    match predicate:
        case GuardRef(name):
            return chart.guard[name].label
        case All(parts):
            return " ∧ ".join(_inner(part, chart) for part in parts)
        case Any(parts):
            return " ∨ ".join(_inner(part, chart) for part in parts)
        case Not(part):
            return f"¬{_inner(part, chart)}"
        case FactIs() | FactOneOf() | AtLeast() | AtMost():
            return _compared(predicate, chart.fact[predicate.fact])


def _compared(comparison: Comparison, fact: Fact) -> str:
    match comparison:
        case FactIs(_, True):
            return fact.label
        case FactIs(_, False):
            return f"¬{fact.label}"
        case FactIs(_, value):
            return f"{fact.label} = {fact.label_of(value)}"
        case FactOneOf(_, values):
            return f"{fact.label} ∈ {{{', '.join(map(fact.label_of, values))}}}"
        case AtLeast(_, threshold):
            return f"{fact.label} ≥ {_threshold(threshold, fact)}"
        case AtMost(_, threshold):
            return f"{fact.label} ≤ {_threshold(threshold, fact)}"


def _inner(predicate: Predicate, chart: Statechart) -> str:
    text = phrase(predicate, chart)
    return f"({text})" if isinstance(predicate, All | Any) and len(predicate.parts) > 1 else text


def _threshold(threshold: Threshold, fact: Fact) -> str:
    return fact.label_of(f"[{threshold.name}]" if isinstance(threshold, Parameter) else threshold)
