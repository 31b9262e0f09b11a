"""
Which states can be reached, and from where there is a way on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kaohe_workflow.statechart.model import Statechart, Transition

Live = Callable[[str, int], bool]
"""Says whether a row (by its index) can ever fire from a leaf."""


def moves(chart: Statechart, leaf: str) -> tuple[tuple[int, Transition], ...]:
    """The rows that lead from a leaf to another one, in the order tried."""
    return tuple(
        (index, row) for index, row in chart.rows_from(leaf) if row.target is not None and row.target != leaf
    )


def paths_from_initial(chart: Statechart, live: Live) -> Mapping[str, tuple[str, ...]]:
    """
    Return every leaf that can be reached → a shortest way there: the events in order, empty for the
    start.
    """
    found: dict[str, tuple[str, ...]] = {chart.initial: ()}
    waiting = [chart.initial]
    for leaf in waiting:  # grows while it is walked: breadth first
        for index, row in moves(chart, leaf):
            if row.target is not None and row.target not in found and live(leaf, index):
                found[row.target] = (*found[leaf], row.event)
                waiting.append(row.target)
    return found


def leading_to_final(chart: Statechart, live: Live) -> frozenset[str]:
    """Return the leaves from which some final state can be reached, the final ones among them."""
    before: dict[str, set[str]] = {}
    for leaf in chart.leaves:
        for index, row in moves(chart, leaf):
            if row.target is not None and live(leaf, index):
                before.setdefault(row.target, set()).add(leaf)
    found = {leaf for leaf in chart.leaves if chart.by_name[leaf].final}
    waiting = sorted(found)
    while waiting:
        fresh = before.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += sorted(fresh)
    return frozenset(found)
