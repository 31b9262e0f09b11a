"""
What more may know of than its scope: a draft is its writer's own business, of cycles and of announcements.
"""

from __future__ import annotations

from collections.abc import Iterable

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import RUNNING
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case, HistoryRow

PUBLISHED = (*RUNNING, "archived")
"""Of a cycle: states that only a published one can be in."""

ANNOUNCED = ("published",)
"""Of an announcement: states in which those below read it; withdrawn, it is read by nobody of them any more."""

DISCARDED = "discarded"
"""The state of a cycle that was given up, before it was published or after; its history tells which."""


def is_published(unit: UnitOfWork, cycle: Case) -> bool:
    """Whether a cycle is published, or was before it was discarded."""
    if cycle.state == DISCARDED:
        return _publishes(unit.history(cycle))
    return cycle.state in PUBLISHED


def published_and_discarded(unit: UnitOfWork) -> tuple[str, ...]:
    """The ids of the cycles that were published before they were discarded."""
    discarded = unit.find("cycle", [Where("state", "eq", DISCARDED)])
    if not discarded:
        return ()
    histories = unit.histories(discarded)
    return tuple(cycle.id for cycle in discarded if _publishes(histories.get(cycle.id, ())))


def _publishes(steps: Iterable[HistoryRow]) -> bool:
    return any(step.event == "publish" for step in steps)
