"""Whom a physician may challenge (申请回避), until when, and what is told of it."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.lifecycles.recusal.events import HoldOff
from kaohe_workflow.testing.journeys import (
    Journeys,
)
from tests.unit.application.world.steps import refused
from tests.unit.application.world.test_recusals import REASON, asked, named, seated

pytestmark = pytest.mark.manual("N-2.7", "R-16.1")


def test_another_agencys_member_of_the_same_name_is_somebody_else(stored: Journeys) -> None:
    """
    考核办法 第十六条: a member is held off, not a name. What one agency has refused says nothing of a namesake in the
    committee of the next; a second recusal of the very same member is none.
    """
    world = stored.world
    seated(world, ("李明", named(world, "li")), ("王委员", named(world, "wang")))
    file = stored.to("awaiting_institution_review")
    first = asked(world, file, "李明")
    wang = named(world, "wang-2")
    world.send(wang, "recusal", first, "refuse", reason="理由不成立")
    payload = HoldOff(member="李明", assessment_id=file.case_id)
    again = refused(world, file.principal, "recusal", None, "request", payload, reason=REASON)
    at_county = named(world, "li-of-county", of=world.county, label="李明")
    world.send(
        world.county, "institution", world.hospital.organisation_id, "assign_agency", AssignAgency(None)
    )
    second = asked(world, file, "李明")
    record = world.application.cases.get(SYSTEM, "recusal", second).record

    assert ["only_recusal"] == again
    assert (world.county.organisation_id, at_county.account_id) == (record.agency_id, record.account_id)
