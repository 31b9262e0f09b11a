"""
What more may know of than its scope, or fewer: a draft is its writer's own business, of cycles and of announcements,
and a suspicion is none of the suspect's until the hearing.
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

TOLD_TO_PERSON = (Where("told", "eq", value=True),)
"""
Of marks: what the person whom they are about is told of, in lists and in numbers. Who is suspected is told with the
report to the province, and has the right to be heard from then on; a mark that is taken away before was never told.
"""

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
