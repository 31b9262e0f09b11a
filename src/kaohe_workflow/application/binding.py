"""
Charts against the lifecycle packages that they run on: what a chart names and no code answers to.

A chart is edited without code, so it may name an event that carries nothing known, an action that nobody wrote or a
fact that nothing computes. Said before anything runs, it is a finding; met by a request, it would be a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kaohe_workflow.errors import Problem
from kaohe_workflow.lifecycles.shape import Lifecycle
from kaohe_workflow.statechart.model import Statechart


def place_of(chart: Statechart, line: int) -> str:
    """The file of a shipped chart below the folder of charts, with the line where one is known."""
    file = f"{chart.name}/v{chart.version}.yaml"
    return f"{file}:{line}" if line else file


def unbound(
    lifecycles: Mapping[str, Lifecycle], charts: Mapping[str, Mapping[int, Statechart]]
) -> tuple[Problem, ...]:
    """
    Return every problem between charts, all versions of each, and packages; none if each finds the other.

    A lifecycle without a chart, a chart without a lifecycle, and each event, action and fact without its code.
    """
    problems = [
        Problem(name, "chart-missing", "no chart for this lifecycle")
        for name in sorted(set(lifecycles) - set(charts))
    ]
    for name, versions in charts.items():
        for chart in versions.values():
            if name in lifecycles:
                problems += unbound_chart(lifecycles[name], chart)
            else:
                problems.append(
                    Problem(place_of(chart, 0), "lifecycle-missing", f"no package lifecycles/{name} for it")
                )
    return tuple(problems)


def unbound_chart(lifecycle: Lifecycle, chart: Statechart) -> Iterator[Problem]:
    """Every event, action and fact of a chart that its package does not know; each once, where it is first named."""
    package = f"lifecycles/{lifecycle.name}"
    told = set[tuple[str, str]]()
    for row in chart.transitions:
        where = f"{place_of(chart, row.line)} {chart.name}.{row.event}"
        if row.event not in lifecycle.payloads and ("event", row.event) not in told:
            told.add(("event", row.event))
            message = f"the event {row.event!r} has no payload class: {package}/events.py, PAYLOADS"
            yield Problem(where, "payload-missing", message)
        for action in row.do:
            if action not in lifecycle.actions and ("action", action) not in told:
                told.add(("action", action))
                message = f"the action {action!r} is not there: {package}/actions.py, ACTIONS"
                yield Problem(where, "action-missing", message)
    for fact in chart.facts:
        if not hasattr(lifecycle.facts, fact.name):
            where = f"{place_of(chart, fact.line)} {chart.name}.{fact.name}"
            message = f"nothing computes the fact {fact.name!r}: {package}/facts.py"
            yield Problem(where, "fact-missing", message)
