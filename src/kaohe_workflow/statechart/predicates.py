"""
What guards are made of: comparisons of named, typed facts, and combinations of them.

Predicates are data. They can be explained, solved, exported and compiled; there is no expression
language and no way out to code. A rule that needs arithmetic is a fact; its threshold stays here, or in
a dated parameter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

Value = str | int | bool
"""The value of a fact: a word of its enum, an integer, or a truth value."""


@attrs.frozen
class Parameter:
    """A threshold that a dated parameter gives; it is known when the chart is compiled."""

    name: str


Threshold = int | Parameter


@attrs.frozen
class FactIs:
    """The fact has this value."""

    fact: str
    value: Value


@attrs.frozen
class FactOneOf:
    """The fact has one of these values."""

    fact: str
    values: tuple[Value, ...]


@attrs.frozen
class AtLeast:
    """The integer fact is the threshold or more."""

    fact: str
    threshold: Threshold


@attrs.frozen
class AtMost:
    """The integer fact is the threshold or less."""

    fact: str
    threshold: Threshold


@attrs.frozen
class All:
    """Every part holds; with no parts it holds."""

    parts: tuple[Predicate, ...]


@attrs.frozen
class Any:
    """At least one part holds; with no parts it does not."""

    parts: tuple[Predicate, ...]


@attrs.frozen
class Not:
    """The part does not hold."""

    part: Predicate


@attrs.frozen
class GuardRef:
    """The guard of this name holds."""

    name: str


Comparison = FactIs | FactOneOf | AtLeast | AtMost
Predicate = Comparison | All | Any | Not | GuardRef


def comparisons(predicate: Predicate, guards: Mapping[str, Predicate]) -> Iterator[Comparison]:
    """
    Yield every comparison that a predicate is made of, through the guards it refers to, in written order.

    ``guards`` maps guard names to their predicates; a reference to a name it lacks yields nothing.
    """
    match predicate:
        case All(parts) | Any(parts):
            for part in parts:
                yield from comparisons(part, guards)
        case Not(part):
            yield from comparisons(part, guards)
        case GuardRef(name):
            if name in guards:
                yield from comparisons(guards[name], guards)
        case FactIs() | FactOneOf() | AtLeast() | AtMost():
            yield predicate


def references(predicate: Predicate) -> Iterator[str]:
    """Yield the names of the guards that a predicate refers to directly, in written order."""
    match predicate:
        case All(parts) | Any(parts):
            for part in parts:
                yield from references(part)
        case Not(part):
            yield from references(part)
        case GuardRef(name):
            yield name


def parameters_of(predicate: Predicate, guards: Mapping[str, Predicate]) -> Iterator[str]:
    """Yield the names of the parameters among a predicate's thresholds."""
    for comparison in comparisons(predicate, guards):
        if isinstance(comparison, AtLeast | AtMost) and isinstance(comparison.threshold, Parameter):
            yield comparison.threshold.name
