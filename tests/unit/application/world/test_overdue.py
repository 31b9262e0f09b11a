"""逾期: a file that waits longer than its window is marked, and lists are asked for it."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.assessment.events import Return, Submit
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows
from kaohe_workflow.testing.journeys import GOOD, Journeys, Traveller
from kaohe_workflow.testing.worlds import WINDOWS, filing
from kaohe_workflow.values.terms import ReturnCode
from kaohe_workflow.values.windows import Window

TICK = timedelta(milliseconds=1)
ENDS = {
    "awaiting_registration": WINDOWS.registration.closes_at,
    "awaiting_institution_review": WINDOWS.review.closes_at,
    "awaiting_agency_review": WINDOWS.evaluation.opens_at,
}
RETURNED = ("registration_returned", "returned_by_agency")


def overdue(journeys: Journeys, traveller: Traveller) -> bool:
    """Whether the case is marked."""
    case = journeys.world.application.cases.get(SYSTEM, "assessment", traveller.case_id)
    return bool(case.record.overdue)


@pytest.mark.parametrize("state", list(ENDS))
def test_marked_with_the_end_of_the_window(stored: Journeys, state: str) -> None:
    """Not in the window's last instant, from the next one on; and nothing is done twice."""
    world = stored.world
    traveller = stored.to(state)
    world.clock.set(ENDS[state] - TICK)
    world.settle()
    before = overdue(stored, traveller)
    world.clock.set(ENDS[state])
    fired = world.application.timers.sweep()

    assert (False, 1, True) == (before, fired, overdue(stored, traveller))
    assert 0 == world.application.timers.sweep()
    assert [traveller.case_id] == [
        row["id"]
        for row in world.application.lists.page(world.hospital, "assessments", {"overdue": "true"}).rows
    ]
    assert () == world.application.verification.run().findings


@pytest.mark.parametrize("state", RETURNED)
def test_a_returned_file_has_its_days_of_grace(journeys: Journeys, state: str) -> None:
    """Returned on the review's last day: the three days of grace first, the mark with the fourth."""
    world = journeys.world
    traveller = journeys.to("awaiting_agency_review")
    world.at(WINDOWS.review.last_day)
    journeys.lead(traveller, "returned_by_agency")
    if state == "registration_returned":
        back = Return(code=ReturnCode.WRONG)
        world.send(world.hospital, "assessment", traveller.case_id, "return", back, reason="科室有误")
    world.at(date(2024, 1, 1))
    in_grace = overdue(journeys, traveller)
    world.at(date(2024, 1, 2))

    assert (False, True) == (in_grace, overdue(journeys, traveller))


def test_going_on_takes_the_mark_away(journeys: Journeys) -> None:
    """The agency's step has a window of its own; the mark hinders nobody."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    late = journeys.to("awaiting_agency_review")
    world.at(WINDOWS.review.last_day)
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", GOOD)
    world.at(WINDOWS.evaluation.first_day)
    marked = overdue(journeys, late)
    world.send(world.agency, "assessment", late.case_id, "pass")

    assert (True, False) == (marked, overdue(journeys, late))


def test_a_longer_window_takes_the_mark_away(stored: Journeys) -> None:
    """报考申报时间 is extended after its end: nobody is late any more, until the new end."""
    world = stored.world
    waiting, filed = stored.to("awaiting_registration"), stored.to("awaiting_registration")
    world.at(date(2023, 12, 28))
    marked = overdue(stored, waiting)
    longer = attrs.evolve(WINDOWS, registration=Window.of_days(date(2023, 11, 27), date(2023, 12, 29)))
    world.send(world.province, "cycle", world.cycle_id, "change_windows", ChangeWindows(longer))
    world.settle()
    cleared = overdue(stored, waiting)
    world.send(filed.principal, "assessment", filed.case_id, "submit", Submit(filing(stored.department_id)))
    world.clock.set(longer.registration.closes_at)
    world.settle()

    assert (True, False, True) == (marked, cleared, overdue(stored, waiting))
    assert () == world.application.verification.run().findings
