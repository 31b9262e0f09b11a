"""Proofs about guards, against trying every value there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from types import SimpleNamespace
from typing import Any

from hypothesis import given

from kaohe_workflow.statechart.checking import check
from kaohe_workflow.statechart.interpreting import Reading
from kaohe_workflow.statechart.model import Fact, Statechart
from kaohe_workflow.statechart.predicates import Predicate, comparisons
from kaohe_workflow.statechart.solving import Prover
from kaohe_workflow.testing.charts import LEAST, MOST, PARAMETERS, charts, parameters

AROUND = range(LEAST - 5, MOST + 6)
"""Lies on both sides of every threshold and value that generated charts compare with."""


def every_value(fact: Fact) -> Sequence[Any]:
    if fact.words is not None:
        return fact.words
    return [
        number
        for number in AROUND
        if (fact.minimum is None or number >= fact.minimum)
        and (fact.maximum is None or number <= fact.maximum)
    ]


def every_case(chart: Statechart, predicates: Sequence[Predicate]) -> Iterator[SimpleNamespace]:
    """All values of the facts that the predicates look at."""
    names = sorted(
        {leaf.fact for predicate in predicates for leaf in comparisons(predicate, chart.predicates)}
    )
    for values in product(*(every_value(chart.fact[name]) for name in names)):
        yield SimpleNamespace(**dict(zip(names, values, strict=True)))


def holds(chart: Statechart, values: dict[str, int], facts: Any, predicates: Sequence[Predicate]) -> bool:
    reading = Reading(chart, values, facts)
    return all(reading.holds(predicate) for predicate in predicates)


@given(charts(), parameters())
def test_a_row_can_fire_exactly_if_some_facts_fire_it(chart: Statechart, values: dict[str, int]) -> None:
    """The search finds facts if there are any, and finds none if there are none."""
    prover = Prover(chart, {name: (value,) for name, value in values.items()})
    for row in chart.transitions:
        found = prover.witness(row.when)
        tried = any(holds(chart, values, facts, row.when) for facts in every_case(chart, row.when))

        assert tried == (found is not None)


@given(charts(), parameters())
def test_a_witness_is_one(chart: Statechart, values: dict[str, int]) -> None:
    """The facts that a proof shows do fire the one row and do not fire the other."""
    prover = Prover(chart, {name: (value,) for name, value in values.items()})
    first, *others = [row.when for row in chart.transitions if row.when] or [()]
    for other in others:
        found = prover.witness(first, [other])
        if found is not None:
            facts = SimpleNamespace(**found)

            assert (True, False) == (holds(chart, values, facts, first), holds(chart, values, facts, other))


@given(charts(), parameters())
def test_a_row_takes_all_of_another_exactly_if_no_facts_escape(
    chart: Statechart, values: dict[str, int]
) -> None:
    """That no facts fire the one row without the other is found exactly if trying all of them says so."""
    prover = Prover(chart, {name: (value,) for name, value in values.items()})
    for one, other in zip(chart.transitions, chart.transitions[1:], strict=False):
        escapes = any(
            holds(chart, values, facts, one.when) and not holds(chart, values, facts, other.when)
            for facts in every_case(chart, [*one.when, *other.when])
        )

        assert escapes == (prover.witness(one.when, [other.when]) is not None)


@given(charts(), parameters())
def test_rows_said_to_overlap_do(chart: Statechart, values: dict[str, int]) -> None:
    """The witness of an overlap fires both rows, which do different things, in one state."""
    for finding in check(chart, parameter_values={name: [values[name]] for name in PARAMETERS}):
        if finding.kind == "overlapping-rows" and finding.witness is not None:
            numbers = [int(word) for word in finding.where.split() if word.isdigit()]
            first, second = (chart.transitions[number] for number in numbers)
            facts = SimpleNamespace(**finding.witness)

            assert holds(chart, values, facts, [*first.when, *second.when])
            assert (first.target, first.do) != (second.target, second.do)
            assert set(first.sources) & set(second.sources)
