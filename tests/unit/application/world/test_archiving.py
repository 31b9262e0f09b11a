"""Archiving a cycle: who still sits is counted, not loaded."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.testing.journeys import Journeys


def open_assessments(journeys: Journeys) -> Any:
    """How many cases of the cycle are open, as its facts are told."""
    application = journeys.world.application
    cycle = application.cases.get(SYSTEM, "cycle", journeys.world.cycle_id)
    moment = application.catalogue.moment(application.clock.now())
    with application.store.begin(write=False) as unit:
        surroundings = Surroundings(unit, moment, application.door.tools.secrets)
        (view,) = surroundings.views("cycle", [(cycle.id, cycle, NoPayload())])
        return view.open_assessments


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        ("not_enrolled", 0),
        ("awaiting_agency_review", 0),
        ("awaiting_assessment", 1),
        ("awaiting_makeup_approval", 1),
        ("awaiting_makeup", 1),
        ("qualified", 0),
        ("unqualified", 0),
    ],
)
def test_who_still_sits(journeys: Journeys, state: str, counts: int) -> None:
    """待参加考核, 待确认补考 and 待参加补考 keep a cycle from being archived; no other state does."""
    journeys.to(state)

    assert counts == open_assessments(journeys)


def test_open_cases_are_counted_by_every_store(stored: Journeys) -> None:
    """Two who sit are two, one who does not is none, in each kind of store."""
    for _ in range(2):
        stored.to("awaiting_assessment")
    stored.newcomer()

    assert 2 == open_assessments(stored)


def test_open_cases_are_not_loaded(counted: Any) -> None:
    """A cycle has hundreds of thousands of cases: one count, no record read."""
    journeys, store = counted
    journeys.to("awaiting_assessment")
    store.asked.clear()
    open_assessments(journeys)

    assert (1, 0) == (store.asked["count"], store.asked["find"])
