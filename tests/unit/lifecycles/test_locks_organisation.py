"""Charts and packages of cycle, organisations, accounts and physicians say the same, both ways."""

from __future__ import annotations

import pytest

from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.statechart.checking import check
from kaohe_workflow.statechart.model import Vocabulary
from kaohe_workflow.testing.trials import shipped_chart
from kaohe_workflow.values.terms import RELATIONS, ROLE_INCLUDES, ROLES, SAME_BODY

NAMES = ("cycle", "institution", "department", "account", "affiliation")
VOCABULARY = Vocabulary(
    frozenset(ROLES), frozenset(RELATIONS), ROLE_INCLUDES, SAME_BODY, automatic=frozenset({"system"})
)


@pytest.mark.parametrize("name", NAMES)
def test_facts(name):
    """Every fact of the chart is a property of the facts class, and there is no other public one."""
    facts = vars(LIFECYCLES[name].facts)
    properties = {
        key for key, value in facts.items() if isinstance(value, property) and not key.startswith("_")
    }

    assert {fact.name for fact in shipped_chart(name).facts} == properties


@pytest.mark.parametrize("name", NAMES)
def test_events(name):
    """Every event of the chart has a payload class, and no class is without an event."""
    assert set(shipped_chart(name).events) == set(LIFECYCLES[name].payloads)


@pytest.mark.parametrize("name", NAMES)
def test_actions(name):
    """Every action that the chart names is there, and none is there for nothing."""
    named = {action for row in shipped_chart(name).transitions for action in row.do}

    assert named == set(LIFECYCLES[name].actions)


@pytest.mark.parametrize("name", NAMES)
def test_check(name):
    """The chart is sound: nothing unreachable, no dead end, no guard that cannot hold, no overlap."""
    findings = check(shipped_chart(name), VOCABULARY, {}, frozenset(LIFECYCLES[name].actions))

    assert () == findings


@pytest.mark.parametrize("name", NAMES)
def test_labels(name):
    """Whatever people read has a Chinese label: states, facts, guards, rows."""
    chart = shipped_chart(name)
    labelled = [*chart.facts, *chart.guards, *chart.by_name.values(), *chart.transitions]
    unlabelled = [item for item in labelled if item.label.isascii() and getattr(item, "name", "") != "none"]

    assert [] == unlabelled


@pytest.mark.parametrize("name", NAMES)
def test_citations(name):
    """Every row says what it rests on."""
    chart = shipped_chart(name)

    assert [] == [row.event for row in chart.transitions if not row.cites]
