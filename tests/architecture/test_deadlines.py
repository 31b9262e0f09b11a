"""A timer only tidies up: what a deadline ends has ended by the clock, for everybody, before a sweep notes it."""

from __future__ import annotations

import pytest

from kaohe_workflow.statechart.model import Statechart
from kaohe_workflow.statechart.predicates import FactIs, GuardRef
from kaohe_workflow.statechart.solving import Prover
from tests.architecture.test_charts import CHARTS

ENDING = ("agency_application", "deferral", "enrolment_list", "exemption")
"""Lifecycles whose deadlines lead where nothing is to be done any more."""

IN_TIME = GuardRef("apply_open")
"""Applications for 免考 close with their review or before it (`CycleWindows`), which no chart knows."""


CLOSED_AND_RUNNING = (FactIs("cycle_running", value=True), FactIs("cycle_closed", value=True))
"""What no cycle is at once, which no chart knows either."""


AFTERWARDS = {
    "assess_statement": "who has written no 述职报告 in time is judged by that of the registration",
    "record_score": "a score proves that the paper was sat in time, whenever it comes",
    "confirm_absence": "it is about what the end has left",
    "excuse_absence": "it is about what the end has left",
    "report_force_majeure": "what kept somebody from sitting is told afterwards as well",
    "grant_resit": "it gives another time",
}
"""What persons do with a paper whose time is over, and why that is right (evaluation)."""


def late_rows(chart: Statechart) -> list[str]:
    """The rows of persons that may fire from a state though its deadline, by the facts, has passed."""
    prover, found = Prover(chart, {}), []
    facts = {fact.fact for fact in CLOSED_AND_RUNNING}
    never = [CLOSED_AND_RUNNING] if facts <= {fact.name for fact in chart.facts} else []
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
                and prover.witness((*row.when, *passed), never) is not None
            ]
    return found


@pytest.mark.parametrize("lifecycle", ENDING)
def test_nobody_acts_after_a_deadline_that_no_sweep_has_noted(lifecycle: str) -> None:
    """Every row of a person names the window that the deadline of its state ends: swept or not, it is refused."""
    versions = CHARTS[lifecycle]

    assert [] == late_rows(versions[max(versions)])


def test_what_may_be_done_with_a_paper_after_its_time_may_be_done_swept_or_not() -> None:
    """Nobody begins, or hands in, after the end; what others do then they do from where the sweep leads, too."""
    chart = CHARTS["evaluation"][max(CHARTS["evaluation"])]
    late = {tuple(one.split(": ")) for one in late_rows(chart)}

    def by_persons(state: str) -> set[str]:
        return {row.event for _, row in chart.rows_from(state) if {by.role for by in row.by} != {"system"}}

    assert set(AFTERWARDS) == {event for _, event in late}
    assert set() == {event for state, event in late if state == "not_sat"} - by_persons("absence_pending")
    assert set() == {event for state, event in late if state == "sitting"} - by_persons("handed_in")
