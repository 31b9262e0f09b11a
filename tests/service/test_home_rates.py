"""The rates of the home page over HTTP, as an institution of the worked example sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kaohe_workflow.lifecycles.assessment.events import Submit
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import filing

if TYPE_CHECKING:
    from tests.service.callers import Caller
    from tests.service.conftest import Site


def file(journeys: Journeys, travellers: list[Traveller]) -> None:
    """Their registrations are handed in."""
    for one in travellers:
        written = Submit(filing(journeys.department_id))
        journeys.world.send(one.principal, "assessment", one.case_id, "submit", written)


def told(caller: Caller) -> tuple[int, int, int]:
    """How many have filed, of how many, and what share that is."""
    rate = caller.get("/api/v1/home").json["current"]["registered"]
    return rate["done"], rate["all"], rate["percent"]


@pytest.mark.manual("W-10")
def test_only_all_of_them_are_a_hundred_per_cent(site: Site) -> None:
    """111 of 118 are 94 per cent and 117 are 99: a rate is rounded down, as in the figure of 手册 2.2.2."""
    journeys = Journeys.of(site.world)
    travellers = [journeys.to("awaiting_registration") for _ in range(118)]
    hospital = site.as_organisation(site.world.hospital)
    shown = [told(hospital)]
    for first, last in ((0, 111), (111, 117), (117, 118)):
        file(journeys, travellers[first:last])
        shown.append(told(hospital))

    assert [(0, 118, 0), (111, 118, 94), (117, 118, 99), (118, 118, 100)] == shown
