"""A timer only tidies up: what a deadline ends has ended by the clock, for everybody, before a sweep notes it."""

from __future__ import annotations

import pytest

from kaohe_workflow.statechart.model import Statechart
from kaohe_workflow.statechart.predicates import GuardRef
from kaohe_workflow.statechart.solving import Prover
from tests.architecture.test_charts import CHARTS

ENDING = ("deferral", "enrolment_list", "exemption")
"""Lifecycles whose deadlines lead where nothing is to be done any more."""

IN_TIME = GuardRef("apply_open")
"""Applications for 免考 close with their review or before it (`CycleWindows`), which no chart knows."""


def late_rows(chart: Statechart) -> list[str]:
    """The rows of persons that may fire from a state though its deadline, by the facts, has passed."""
    prover, found = Prover(chart, {}), []
    for leaf in chart.leaves:
        rows = [row for _, row in chart.rows_from(leaf)]
        around = [chart.by_name[name].deadline for name in chart.paths[leaf]]
        events = {deadline.event for deadline in around if deadline is not None}
        for passed in (row.when for row in rows if row.event in events):
            found += [
                f"{leaf}: {row.event}"
                for row in rows
                if {by.role for by in row.by} != {"system"}
                and IN_TIME not in row.when
                and prover.witness((*row.when, *passed)) is not None
            ]
    return found


@pytest.mark.parametrize("lifecycle", ENDING)
def test_nobody_acts_after_a_deadline_that_no_sweep_has_noted(lifecycle: str) -> None:
    """Every row of a person names the window that the deadline of its state ends: swept or not, it is refused."""
    versions = CHARTS[lifecycle]

    assert [] == late_rows(versions[max(versions)])
