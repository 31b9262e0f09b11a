"""
Exact answers about guards: can these hold together, and if so, for which facts?

Conditions in normal form have no negation, so a search needs only to narrow what each fact may still
be, and to branch where a condition offers alternatives. Integers are intervals cut at the chart's own
thresholds; no value is sampled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import attrs

from kaohe_workflow.statechart.model import Fact, Statechart
from kaohe_workflow.statechart.normal import Leaf, Scope, normal
from kaohe_workflow.statechart.predicates import (
    All,
    Any,
    AtLeast,
    AtMost,
    FactOneOf,
    Parameter,
    Predicate,
    Value,
    comparisons,
    parameters_of,
)

LIMIT = 200_000
"""Steps of one search, after which it is given up: far more than any chart that people can read."""

Witness = Mapping[str, Value]
"""A value for every fact looked at, and, as ``parameter <name>``, for every parameter."""


class NotDecidedError(Exception):
    """A search took more steps than `LIMIT`."""


@attrs.frozen
class Interval:
    """The integers from ``least`` to ``most``, both inclusive; None = no bound."""

    least: int | None
    most: int | None

    def narrowed(self, leaf: AtLeast | AtMost) -> Interval:
        """The part that satisfies a comparison, perhaps empty."""
        bound = leaf.threshold
        assert isinstance(bound, int), "in normal form"
        if isinstance(leaf, AtLeast):
            return self if self.least is not None and self.least >= bound else Interval(bound, self.most)
        return self if self.most is not None and self.most <= bound else Interval(self.least, bound)

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, int):
            return False
        return (self.least is None or self.least <= value) and (self.most is None or value <= self.most)

    @property
    def some(self) -> int | None:
        """One of the integers, None if there is none."""
        some = self.least if self.least is not None else self.most if self.most is not None else 0
        return some if some in self else None


Domain = Interval | tuple[Value, ...]
"""What a fact may still be: an interval, or some values."""


def solve(conditions: Sequence[Predicate], facts: Mapping[str, Fact]) -> dict[str, Value] | None:
    """
    Find values for which all conditions hold; None if there are none.

    The conditions are in normal form. Every fact that they compare is in the answer.

    Raises:
        NotDecidedError: the search was given up.
    """
    found = _Search(facts).run(list(conditions), {}, [])
    if found is None:
        return None
    compared = {leaf.fact for condition in conditions for leaf in comparisons(condition, {})}
    domains = {name: found.get(name) or _all_of(facts[name]) for name in sorted(compared)}
    return {name: _some(domain) for name, domain in domains.items()}


class _Search:
    """One search; domains are narrowed in place and copied where it branches."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.facts = facts
        self.steps = 0

    def run(
        self, conditions: list[Predicate], domains: dict[str, Domain], choices: list[Any]
    ) -> dict[str, Domain] | None:
        """Satisfy all conditions and a part of each of the choices, which earlier conditions left open."""
        open_choices = self._take(conditions, domains)
        if open_choices is None:
            return None
        choices = choices + open_choices
        if not choices:
            return domains
        first, *others = choices
        for part in first.parts:
            found = self.run([part], dict(domains), others)
            if found is not None:
                return found
        return None

    def _take(self, todo: list[Predicate], domains: dict[str, Domain]) -> list[Any] | None:
        """
        Narrow by all comparisons that must hold; return the choices among ``todo``, None if it cannot
        hold.
        """
        choices = []
        while todo:
            self.steps += 1
            if self.steps > LIMIT:
                raise NotDecidedError
            condition = todo.pop()
            match condition:
                case All(parts):
                    todo += parts
                case Any((only,)):
                    todo.append(only)
                case Any():
                    choices.append(condition)
                case FactOneOf() | AtLeast() | AtMost():
                    if not self._narrow(condition, domains):
                        return None
        return choices

    def _narrow(self, leaf: Leaf, domains: dict[str, Domain]) -> bool:
        """Keep what satisfies the comparison; False if nothing is left."""
        domain = domains.get(leaf.fact) or _all_of(self.facts[leaf.fact])
        if isinstance(leaf, FactOneOf):
            left: Domain = tuple(value for value in leaf.values if value in domain)
        elif isinstance(domain, Interval):
            left = domain.narrowed(leaf)
        else:
            left = tuple(value for value in domain if value in Interval(None, None).narrowed(leaf))
        domains[leaf.fact] = left
        return left.some is not None if isinstance(left, Interval) else bool(left)


def _all_of(fact: Fact) -> Domain:
    words = fact.words
    return Interval(fact.minimum, fact.maximum) if words is None else words


def _some(domain: Domain) -> Value:
    some = domain.some if isinstance(domain, Interval) else domain[0]
    assert some is not None, "only what is not empty comes here"
    return some


@attrs.frozen
class Prover:
    """
    Asks the questions of `checking` about one chart, over every combination of its parameters' values.

    ``parameter_values`` are the values in use, those of all provinces; a parameter without any is tried
    at the bounds and at the other thresholds of the facts it is compared with.
    """

    chart: Statechart
    parameter_values: Mapping[str, tuple[int, ...]]

    def witness(
        self, wanted: Sequence[Predicate], unwanted: Sequence[Sequence[Predicate]] = ()
    ) -> dict[str, Value] | None:
        """
        Find facts for which every predicate of ``wanted`` holds and no list in ``unwanted`` holds altogether.

        Raises:
            NotDecidedError: the search was given up.
        """
        rows = [*wanted, *(predicate for row in unwanted for predicate in row)]
        for parameters in self._parameters(rows):
            scope = Scope.of(self.chart, parameters)
            conditions = [normal(predicate, scope) for predicate in wanted]
            conditions += [normal(All(tuple(row)), scope, wanted=False) for row in unwanted]
            found = solve(conditions, self.chart.fact)
            if found is not None:
                return found | {f"parameter {name}": value for name, value in parameters.items()}
        return None

    def _parameters(self, predicates: Sequence[Predicate]) -> list[dict[str, int]]:
        known = self.chart.predicates
        names = sorted({name for predicate in predicates for name in parameters_of(predicate, known)})
        values = [self.parameter_values.get(name) or self._guessed(name) for name in names]
        combinations = [dict(zip(names, chosen, strict=True)) for chosen in product(*values)]
        if len(combinations) > LIMIT:
            raise NotDecidedError
        return combinations

    def _guessed(self, name: str) -> tuple[int, ...]:
        rows = [
            *self.chart.predicates.values(),
            *(part for row in self.chart.transitions for part in row.when),
        ]
        cuts = [leaf for row in rows for leaf in comparisons(row, {}) if isinstance(leaf, AtLeast | AtMost)]
        facts = {leaf.fact for leaf in cuts if leaf.threshold == Parameter(name)}
        guesses = {leaf.threshold for leaf in cuts if leaf.fact in facts}
        for fact in facts:
            guesses |= {self.chart.fact[fact].minimum or 0, self.chart.fact[fact].maximum or 0}
        return tuple(sorted(guess for guess in guesses if isinstance(guess, int))) or (0,)
