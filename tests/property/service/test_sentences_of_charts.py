"""Every condition that can refuse says so in a Chinese sentence, in all charts as shipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_service.advice import ADVICE, Place
from kaohe_service.reasons import ReasonWriter
from kaohe_service.sentences import sentence
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.statechart.deciding import Actor, GuardUnmet
from kaohe_workflow.statechart.interpreting import Reading
from kaohe_workflow.statechart.model import Statechart, Transition
from kaohe_workflow.statechart.predicates import Not, comparisons
from kaohe_workflow.statechart.solving import Prover
from kaohe_workflow.testing.charts import values_of
from kaohe_workflow.values.parameters import Parameters

CATALOGUE = load_catalogue()
VALUES = Parameters().integers
NOBODY = Actor(frozenset())
FOREIGN = re.compile(r"[A-Za-z]{2,}|[¬∧∨∈≥≤=\[\]{}]")
"""English words, truth values and nothing as programs write them, and the signs of logic that charts have."""

each_lifecycle = pytest.mark.parametrize("lifecycle", LIFECYCLES)


def newest(lifecycle: str) -> Statechart:
    return CATALOGUE.charts[lifecycle][CATALOGUE.newest(lifecycle)]


def told(chart: Statechart, index: int, row: Transition, facts: Any) -> Iterator[tuple[GuardUnmet, str]]:
    """The conditions of a row that these facts do not meet, each with the sentence of it alone."""
    for reason in Reading(chart, VALUES, facts).against(index, row, NOBODY, "有误"):
        if isinstance(reason, GuardUnmet):
            yield reason, sentence([reason], ReasonWriter(chart))


@each_lifecycle
def test_every_condition_that_can_refuse_is_told_in_chinese(lifecycle: str) -> None:
    """Whatever the condition, for facts under which it does not hold: a sentence without an English word or a sign."""
    chart = newest(lifecycle)
    prover, can_refuse, wrong = Prover(chart, {name: (value,) for name, value in VALUES.items()}), set(), []
    blank = {fact.name: _some(fact) for fact in chart.facts if fact.type != "instant"}
    for index, row in enumerate(chart.transitions):
        for condition in row.when:
            witness = prover.witness([Not(condition)])
            if witness is None:
                continue
            facts = SimpleNamespace(**blank | witness)
            told_now = list(told(chart, index, row, facts))
            can_refuse.add(str(condition))
            wrong += [(row.event, text) for _, text in told_now if not text or FOREIGN.search(text)]

    assert [] == wrong
    assert can_refuse or not any(row.when for row in chart.transitions)


@pytest.mark.parametrize("lifecycle", LIFECYCLES)
@given(data=st.data())
def test_whatever_the_facts_a_refusal_is_told_in_chinese(lifecycle: str, data: st.DataObject) -> None:
    """One row at a time, with any facts: what is, beside what must be."""
    chart = newest(lifecycle)
    rows = [(index, row) for index, row in enumerate(chart.transitions) if row.when]
    if not rows:
        return
    index, row = data.draw(st.sampled_from(rows))
    values = {fact.name: values_of(fact) for fact in chart.facts if fact.type != "instant"}
    facts = SimpleNamespace(**data.draw(st.fixed_dictionaries(values)))

    assert [] == [text for _, text in told(chart, index, row, facts) if not text or FOREIGN.search(text)]


@each_lifecycle
def test_what_is_told_beside_a_fact_is_of_a_fact_of_the_chart(lifecycle: str) -> None:
    """A fact that was renamed takes its words along."""
    facts = LIFECYCLES[lifecycle].facts

    assert set() == set(getattr(facts, "_ASIDES", {})) - set(newest(lifecycle).fact)


@pytest.mark.parametrize(("place", "advice"), ADVICE.items(), ids=lambda given: str(given[0]))
def test_advice_is_on_a_fact_that_can_stand_in_the_way(place: Place, advice: str) -> None:
    """A fact or a value that was renamed takes its advice along; it is one Chinese sentence that asks for something."""
    lifecycle, name, value = place
    chart = newest(lifecycle)
    conditions = [part for row in chart.transitions for part in row.when]
    read = {leaf.fact for part in conditions for leaf in comparisons(part, chart.predicates)}

    assert name in read
    assert value in (chart.fact[name].words or ())
    assert FOREIGN.search(advice) is None
    assert re.search("请|须|只能", advice)


def _some(fact: Any) -> Any:
    if fact.type == "boolean":
        return False
    return fact.values[0] if fact.type == "enum" else fact.minimum or 0
