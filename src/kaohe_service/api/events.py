"""
Which events of a lifecycle the service offers, and where.

What only the system sends is offered to nobody: it is in the charts, and a person who sends it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kaohe_service.api.collections import RESERVED
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.statechart.deciding import Explained
from kaohe_workflow.statechart.model import INITIAL, Statechart, Transition
from kaohe_workflow.values.terms import Role


def newest_chart(catalogue: Catalogue, lifecycle: str) -> Statechart:
    """The chart that new cases follow."""
    return catalogue.charts[lifecycle][catalogue.newest(lifecycle)]


def rows_of(chart: Statechart, event: str) -> Iterator[Transition]:
    """The rows of an event, in the chart's order."""
    return (row for row in chart.transitions if row.event == event)


def makes_a_case(chart: Statechart, event: str) -> bool:
    """Whether the event is one that a case begins with."""
    return any(INITIAL in row.sources for row in rows_of(chart, event))


def offered(lifecycle: str, catalogue: Catalogue, *, creates: bool) -> tuple[str, ...]:
    """
    The events that a person may send to the collection (``creates``: they make a case) or to a case of it.

    Some are both: whoever was refused applies anew with the application that there is. Those that go another way
    (`RESERVED`) are not among them.
    """
    chart = newest_chart(catalogue, lifecycle)
    elsewhere = RESERVED.get(lifecycle, {})
    return tuple(
        event
        for event in chart.events
        if event not in elsewhere
        and any(_is_sent(row, creates=creates) and _is_the_peoples(row) for row in rows_of(chart, event))
    )


def _is_sent(row: Transition, *, creates: bool) -> bool:
    """Whether a row makes a case, or else moves one."""
    return INITIAL in row.sources if creates else any(state != INITIAL for state in row.sources)


def can_be_refused(lifecycle: str, catalogue: Catalogue) -> bool:
    """Whether a rule can stand in the way of whoever may make a case: a condition, or a reason that is asked for."""
    chart = newest_chart(catalogue, lifecycle)
    rows = [row for event in offered(lifecycle, catalogue, creates=True) for row in rows_of(chart, event)]
    return any(row.when or row.reason_required or row.four_eyes for row in rows)


def label_of(chart: Statechart, event: str) -> str:
    """What people call an event: the labels of its rows."""
    return "、".join(dict.fromkeys(row.label for row in rows_of(chart, event)))


def for_people(lifecycle: str, catalogue: Catalogue, explained: Iterable[Explained]) -> list[Explained]:
    """Of the events that a case's state has, those that a person may send, in whatever version of the chart."""
    charts = catalogue.charts[lifecycle].values()
    return [one for one in explained if any(_is_for_people(chart, one.event) for chart in charts)]


def _is_for_people(chart: Statechart, event: str) -> bool:
    return any(_is_the_peoples(row) for row in rows_of(chart, event))


def _is_the_peoples(row: Transition) -> bool:
    return any(by.role != Role.SYSTEM.value for by in row.by)
