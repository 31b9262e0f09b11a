"""
The charts against tables written by hand from the manual and from what each lifecycle is for, not from the charts.

The tables `personal_*.csv` hold what is about one physician's assessment, `organisation_*.csv` everything else.
A row of the table may name several sources; `same` is a row that leaves nothing. `when` names the conditions: what a
name means is proven at its bounds beside the lifecycle, that the row asks for it here.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import attrs
import pytest

from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.statechart.predicates import FactIs, GuardRef
from kaohe_workflow.testing.trials import shipped_chart

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(LIFECYCLES))


def table(name, lifecycle):
    """The rows of the tables of a kind that speak of a lifecycle."""
    rows = []
    for path in sorted(FOLDER.glob(f"*_{name}.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if row["lifecycle"] == lifecycle]
    return rows


def marks(row):
    """What a chart's row demands beside its conditions."""
    found = {
        "reason": row.reason_required,
        "second_person": row.four_eyes,
        "reopens": row.reopens,
    }
    return tuple(name for name, is_set in found.items() if is_set)


def name(condition):
    """A condition of a row: the name of a guard, or of a fact that must be true."""
    match condition:
        case GuardRef(guard):
            return guard
        case FactIs(fact, True):
            return fact
    raise TypeError(f"a row names its conditions: {condition!r}")


def written_ways(lifecycle):
    """Each way of the table: source, event, target, by whom, under which conditions, and what it demands."""
    return Counter(
        (
            source,
            row["event"],
            source if row["to"] == "same" else row["to"],
            by,
            tuple(sorted(row["when"].split())),
            tuple(row["marks"].split()),
        )
        for row in table("transitions", lifecycle)
        for source in row["from"].split()
        for by in row["by"].split()
    )


def charted_ways(rows):
    """The same of a chart's rows."""
    return Counter(
        (source, row.event, row.target or source, str(by), tuple(sorted(map(name, row.when))), marks(row))
        for row in rows
        for source in row.sources
        for by in row.by
    )


@pytest.mark.parametrize("lifecycle", NAMES)
def test_transitions(lifecycle):
    """Every way from state to state, who may take it, when, and what it demands: no more and no less."""
    written, charted = written_ways(lifecycle), charted_ways(shipped_chart(lifecycle).transitions)

    assert [] == sorted((written - charted).elements())
    assert [] == sorted((charted - written).elements())


def without_one_condition(lifecycle):
    """The rows of a chart, once for each condition of each row, with just that condition dropped."""
    rows = shipped_chart(lifecycle).transitions
    for index, row in enumerate(rows):
        for dropped in row.when:
            kept = tuple(condition for condition in row.when if condition is not dropped)
            spoilt = (*rows[:index], attrs.evolve(row, when=kept), *rows[index + 1 :])
            yield pytest.param(lifecycle, spoilt, id=f"{lifecycle}-{index}-{row.event}-{name(dropped)}")


@pytest.mark.parametrize(
    ("lifecycle", "spoilt"), [param for lifecycle in NAMES for param in without_one_condition(lifecycle)]
)
def test_no_condition_is_dropped_unnoticed(lifecycle, spoilt):
    """A chart in which one row has lost one of its conditions is not the chart of the table."""

    assert written_ways(lifecycle) != charted_ways(spoilt)


@pytest.mark.parametrize("lifecycle", NAMES)
def test_internal_rows(lifecycle):
    """What leaves nothing in the table is internal in the chart, and the other way round."""
    written = Counter(
        (source, row["event"])
        for row in table("transitions", lifecycle)
        if row["to"] == "same"
        for source in row["from"].split()
    )
    charted = Counter(
        (source, row.event)
        for row in shipped_chart(lifecycle).transitions
        if row.target is None
        for source in row.sources
    )

    assert written == charted


@pytest.mark.parametrize("lifecycle", NAMES)
def test_states(lifecycle):
    """The states with their Chinese names as people know them, and which of them are ends."""
    chart = shipped_chart(lifecycle)
    written = {(row["state"], row["label"], row["final"] == "yes") for row in table("states", lifecycle)}
    charted = {
        (leaf, chart.by_name[leaf].label, chart.by_name[leaf].final)
        for leaf in chart.leaves
        if leaf != "none"
    }

    assert written == charted


@pytest.mark.manual("S-78")
def test_the_eight_states_of_the_manual():
    """The manual's eight 考核状态 stand in its order, under its names (手册 2.2.9)."""
    labels = [state.label for state in shipped_chart("assessment").by_name.values()]
    manual = [
        "待报名",
        "待报名(被机构驳回)",
        "待医疗卫生机构审核",
        "待医疗卫生机构审核(被考核机构驳回)",
        "待考核机构复核",
        "待参加考核",
        "待确认补考",
        "待参加补考",
    ]

    assert manual == [label for label in labels if label in manual]
