"""
Which states a transition leaves and enters.
"""

from __future__ import annotations

from itertools import takewhile

from kaohe_workflow.statechart.model import Statechart


def moved(chart: Statechart, source: str, target: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Return the states left, the innermost first, and the states entered, the outermost first.

    Both leaves are meant: a row from a compound state is one row from each of its leaves, so a state
    around source and target is neither left nor entered again. A row back to its own leaf leaves and
    enters that leaf. An internal transition (``target`` None) does neither.
    """
    if target is None:
        return (), ()
    left, entered = chart.paths[source], chart.paths[target]
    shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(left[:-1], entered[:-1], strict=False))))
    return tuple(reversed(left[shared:])), entered[shared:]
