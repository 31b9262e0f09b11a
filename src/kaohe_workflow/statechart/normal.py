"""
The normal form of predicates: no negation, no reference, no parameter.

Negations are pushed down to the comparisons and vanish there, because every domain is known: what is
not ``open`` is one of the other words, what is not at least 12 is at most 11. Generated code, proofs
and refusals all start from this form, so that they cannot differ in what a guard means.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from kaohe_workflow.statechart.deciding import Wanted
from kaohe_workflow.statechart.model import NO_PARAMETERS, Fact, Statechart
from kaohe_workflow.statechart.predicates import (
    All,
    Any,
    AtLeast,
    AtMost,
    FactIs,
    FactOneOf,
    GuardRef,
    Not,
    Parameter,
    Predicate,
    Threshold,
    Value,
    comparisons,
)

Leaf = FactOneOf | AtLeast | AtMost
"""A comparison in normal form; its threshold, if any, is an integer."""


@attrs.frozen
class Scope:
    """What names mean while predicates are brought to normal form."""

    facts: Mapping[str, Fact]
    guards: Mapping[str, Predicate]
    parameters: Mapping[str, int]

    @classmethod
    def of(cls, chart: Statechart, parameters: Mapping[str, int]) -> Scope:
        """The scope of a chart under values of its parameters."""
        return cls(chart.fact, chart.predicates, parameters)


def normal(predicate: Predicate, scope: Scope, wanted: bool = True) -> Predicate:
    """
    Return the predicate, or with ``wanted`` False its opposite, in normal form.

    The result consists of `All`, `Any` and the comparisons of `Leaf` alone.

    Raises:
        KeyError: a fact, guard or parameter is not in the scope.
    """
    match predicate:
        case GuardRef(name):
            return normal(scope.guards[name], scope, wanted)
        case Not(part):
            return normal(part, scope, not wanted)
        case All(parts) | Any(parts):
            inner = tuple(normal(part, scope, wanted) for part in parts)
            return All(inner) if isinstance(predicate, All) == wanted else Any(inner)
        case FactIs(fact, value):
            return _one_of(scope.facts[fact], (value,), wanted)
        case FactOneOf(fact, values):
            return _one_of(scope.facts[fact], values, wanted)
        case AtLeast(fact, threshold):
            least = number(threshold, scope.parameters)
            return AtLeast(fact, least) if wanted else AtMost(fact, least - 1)
        case AtMost(fact, threshold):
            most = number(threshold, scope.parameters)
            return AtMost(fact, most) if wanted else AtLeast(fact, most + 1)


def number(threshold: Threshold, parameters: Mapping[str, int]) -> int:
    """The threshold as a number; KeyError where its parameter has no value."""
    return parameters[threshold.name] if isinstance(threshold, Parameter) else threshold


def _one_of(fact: Fact, values: tuple[Value, ...], wanted: bool) -> Predicate:
    if wanted:
        return FactOneOf(fact.name, values)
    if fact.words is not None:
        return FactOneOf(fact.name, tuple(word for word in fact.words if word not in values))
    return All(
        tuple(
            Any((AtMost(fact.name, value - 1), AtLeast(fact.name, value + 1))) for value in map(int, values)
        )
    )


class Supposed:
    """
    A value that is not given yet, supposed to agree with every comparison, or with none.

    Without negations a condition can only rise with its comparisons. So what is false although
    everything not given agrees stays false whatever comes, and what is true although nothing agrees
    stays true: two ordinary evaluations make Kleene's three-valued logic.
    """

    __slots__ = ("agrees",)
    __hash__ = object.__hash__

    def __init__(self, agrees: bool) -> None:
        self.agrees = agrees

    def __eq__(self, other: object) -> bool:
        return self.agrees

    def __ge__(self, other: object) -> bool:
        return self.agrees

    def __le__(self, other: object) -> bool:
        return self.agrees


AGREES = Supposed(True)
DISAGREES = Supposed(False)


def holds(leaf: Leaf, value: Value) -> bool:
    """
    Say whether a comparison in normal form holds for its fact's value.

    A truth value agrees only with itself: neither None nor 1 passes for it.
    """
    if isinstance(value, Supposed):
        return value.agrees
    match leaf:
        case FactOneOf(_, values):
            return any(wanted is value if isinstance(wanted, bool) else wanted == value for wanted in values)
        case AtLeast(_, threshold):
            return bool(value >= threshold)  # type: ignore[operator]  # checked charts compare integers only
        case AtMost(_, threshold):
            return bool(value <= threshold)  # type: ignore[operator]  # checked charts compare integers only


def unmet_leaves(condition: Predicate, values: Mapping[str, Value]) -> tuple[Leaf, ...]:
    """
    Return the comparisons that keep a condition in normal form from holding, in written order, each once.

    Empty if it holds. Of alternatives that all fail, those of each are named: to meet one of them is enough.
    """
    return tuple(dict.fromkeys(_unmet(condition, values)))


def _unmet(condition: Predicate, values: Mapping[str, Value]) -> list[Leaf]:
    match condition:
        case All(parts):
            return [leaf for part in parts for leaf in _unmet(part, values)]
        case Any(parts):
            each = [_unmet(part, values) for part in parts]
            return [leaf for leaves in each for leaf in leaves] if all(each) else []
        case FactOneOf(fact) | AtLeast(fact) | AtMost(fact):
            return [] if holds(condition, values[fact]) else [condition]
    raise TypeError(f"not in normal form: {condition!r}")


def wanted_by(condition: Predicate, facts: Mapping[str, Fact]) -> Mapping[Leaf, Wanted]:
    """Return what each comparison of a condition in normal form wants of its fact."""
    leaves = [leaf for leaf in comparisons(condition, {}) if not isinstance(leaf, FactIs)]
    return {leaf: _wanted(leaf, facts[leaf.fact]) for leaf in leaves}


def _wanted(leaf: Leaf, fact: Fact) -> Wanted:
    match leaf:
        case FactOneOf(_, values):
            return Wanted.among(fact, values)
        case AtLeast(_, threshold):
            return Wanted.bound(fact, "≥", number(threshold, NO_PARAMETERS))
        case AtMost(_, threshold):
            return Wanted.bound(fact, "≤", number(threshold, NO_PARAMETERS))
