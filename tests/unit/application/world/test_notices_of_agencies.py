"""What those are told whom an assessment institution assessed, when it loses its status in a cycle."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.lifecycles.agency_application.case import Fault
from kaohe_workflow.lifecycles.agency_application.events import Disqualify, OpenPermission
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import APPLICATION_DAY
from tests.unit.application.world.steps import case_of


def cycle(journeys: Journeys, name: str, first_year: int) -> str:
    """A published cycle of three years, with the windows of the world's."""
    world = journeys.world
    known = case_of(world, "cycle", world.cycle_id).record
    days = (date(first_year, 1, 1), date(first_year + 2, 12, 31))
    payload = CreateCycle(known.institution_id, name, *days, known.windows)
    made = world.send(world.province, "cycle", None, "create", payload).id
    world.send(world.province, "cycle", made, "publish")
    return made


@pytest.mark.manual("S-33")
def test_nobody_is_told_that_a_status_is_lost_which_there_never_was(journeys: Journeys) -> None:
    """
    Disqualified in the second cycle, the agency goes on in the first and may not apply in the third: those whom it
    assesses are told of the second alone (考核办法 第二十九条).
    """
    world, agency = journeys.world, journeys.world.agency
    second, third = cycle(journeys, "第二周期", 2023), cycle(journeys, "第三周期", 2026)
    application = attrs.evolve(world, cycle_id=second).entrust(agency)
    world.at(APPLICATION_DAY)
    opened = OpenPermission(str(agency.organisation_id), third)
    later = world.send(world.county, "agency_application", None, "open_permission", opened).id
    by_second = attrs.evolve(world.county, account_id="account-of-second", operator_id="second")
    lost = Disqualify((Fault.FRAUD,), 2)
    world.send(by_second, "agency_application", application, "disqualify", lost, reason="弄虚作假")
    world.settle()
    texts = [one.text for one in world.application.inbox.page(world.hospital, limit=200).notices]

    assert "not_opened" == world.state_of("agency_application", later)
    assert 1 == sum("不再担任第二周期的考核机构" in text for text in texts)
    assert not any("不再担任第三周期" in text for text in texts)
