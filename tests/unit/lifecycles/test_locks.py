"""Charts and packages say the same, both ways."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.statechart.checking import check
from kaohe_workflow.statechart.model import Vocabulary
from kaohe_workflow.testing.trials import DEFAULTS, shipped_chart
from kaohe_workflow.values.parameters import KINDS
from kaohe_workflow.values.terms import RELATIONS, ROLE_INCLUDES, ROLES, SAME_BODY

VOCABULARY = Vocabulary(
    frozenset(ROLES), frozenset(RELATIONS), ROLE_INCLUDES, SAME_BODY, automatic=frozenset({"system"})
)
PARAMETERS = {name: (value, value - 1, value + 1) for name, value in DEFAULTS.integers.items() if value > 1}

each_lifecycle = pytest.mark.parametrize("name", LIFECYCLES)


def _members(facts):
    """What a facts class defines, whichever class of its family does."""
    families = [each for each in facts.__mro__ if each is not object]
    return {key: value for family in reversed(families) for key, value in vars(family).items()}


@each_lifecycle
def test_facts(name):
    """Every fact of the chart is a property of the facts class, and there is no other public one."""
    members = _members(LIFECYCLES[name].facts)
    public = {key for key in members if not key.startswith("_")}

    assert {fact.name for fact in shipped_chart(name).facts} == public
    assert all(isinstance(members[key], property) for key in public)


@each_lifecycle
def test_every_fact_says_its_rule(name):
    """Each property says in words what it answers."""
    members = _members(LIFECYCLES[name].facts)

    assert [] == [
        key
        for key, value in members.items()
        if isinstance(value, property) and not key.startswith("_") and not value.__doc__
    ]


@each_lifecycle
def test_events(name):
    """Every event of the chart has a payload class, and no class is without an event."""

    assert set(shipped_chart(name).events) == set(LIFECYCLES[name].payloads)


@each_lifecycle
def test_payloads_and_records_are_frozen_values(name):
    """What is carried and what is kept are frozen attrs values."""
    lifecycle = LIFECYCLES[name]
    classes = {*lifecycle.payloads.values(), lifecycle.record}

    for kept in classes:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            object.__new__(kept).anything = "else"


@each_lifecycle
def test_actions(name):
    """Every action that the chart names is there, and none is there for nothing."""
    named = {action for row in shipped_chart(name).transitions for action in row.do}

    assert named == set(LIFECYCLES[name].actions)


@each_lifecycle
def test_check(name):
    """The chart is sound under every province's thresholds: nothing unreachable, no dead end, no overlap."""
    findings = check(shipped_chart(name), VOCABULARY, PARAMETERS, frozenset(LIFECYCLES[name].actions))

    assert () == findings


@each_lifecycle
def test_thresholds_are_parameters(name):
    """A threshold that a chart names is a parameter of the sheet."""
    chart = shipped_chart(name)
    engine = chart.compile(DEFAULTS.integers)
    named = {
        parameter
        for state in chart.leaves
        for event in engine.events_from(state)
        for parameter in engine.parameters_read(state, event)
    }

    assert set() == named - set(KINDS)


@each_lifecycle
def test_labels(name):
    """Whatever people read has a Chinese label: states, facts, guards, rows."""
    chart = shipped_chart(name)
    labelled = [*chart.facts, *chart.guards, *chart.by_name.values(), *chart.transitions]
    unlabelled = [item for item in labelled if item.label.isascii() and getattr(item, "name", "") != "none"]

    assert [] == unlabelled


@each_lifecycle
def test_citations(name):
    """Every row says what it rests on."""

    assert [] == [row.event for row in shipped_chart(name).transitions if not row.cites]


@each_lifecycle
def test_the_order_of_rows_does_not_matter(name):
    """Whatever takes an event in a state, no other row with another consequence fits as well."""
    chart = shipped_chart(name)
    reversed_chart = attrs.evolve(chart, transitions=tuple(reversed(chart.transitions)))

    kinds = {finding.kind for finding in check(reversed_chart, VOCABULARY, PARAMETERS)}

    assert set() == kinds & {"overlapping-rows", "shadowed-row"}
