"""Whom a physician may challenge (申请回避), until when, and what is told of it."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.deferral.events import Apply
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.lifecycles.recusal.events import HoldOff
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import (
    CONFIRMING_DAY,
    HIGH,
    LOW,
    MAKEUP_DAY,
    RESULT_DAY,
    SITTING_DAY,
    Journeys,
)
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import Stage
from tests.unit.application.world.steps import confirm_absences, declare, refused
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


def test_who_is_deferred_may_ask(store_url: str) -> None:
    """考核办法 第十六条: before the assessment; who sits in the stage for the deferred is assessed there."""
    ground = {"code": "illness", "label": "患病不能参加考核"}
    with open_world(store_url, deferral=True, deferral_grounds=[ground]) as world:
        journeys = Journeys.of(world)
        names = ("李委员", "王委员", "赵委员")
        seated(world, *((name, None) for name in names))
        file = journeys.to("awaiting_assessment")
        proof = hand_in(world.application, file.principal)
        wish = Apply(assessment_id=file.case_id, ground="illness", attachments=(proof,))
        deferral = world.send(file.principal, "deferral", None, "apply", wish).id
        world.send(world.hospital, "deferral", deferral, "pass")
        world.send(world.agency, "deferral", deferral, "file")
        asked(world, file, names[0])
        journeys.not_before(CONFIRMING_DAY)
        world.send(world.province, "assessment", file.case_id, "deferral_stage_opens")
        asked(world, file, names[1])
        journeys.not_before(MAKEUP_DAY)
        journeys.score(file, Stage.MAKEUP, humanities=HIGH)
        payload = HoldOff(member=names[2], assessment_id=file.case_id)

        assert "awaiting_makeup" == journeys.state(file)
        assert ["before_assessment"] == refused(
            world, file.principal, "recusal", None, "request", payload, reason=REASON
        )


def test_who_was_absent_may_ask_before_the_make_up(journeys: Journeys) -> None:
    """Nothing was sat yet; who has failed a paper has been assessed, and challenges nobody any more."""
    world = journeys.world
    seated(world, ("李委员", named(world, "li")))
    absent, failed = journeys.to("awaiting_assessment"), journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.score(failed, Stage.FIRST, humanities=LOW, professional=LOW)
    journeys.not_before(RESULT_DAY)
    declare(world, Stage.FIRST)
    confirm_absences(journeys, absent, Stage.FIRST)
    journeys.publish(Stage.FIRST)
    world.settle()
    payload = HoldOff(member="李委员", assessment_id=failed.case_id)

    assert {"awaiting_makeup_approval"} == {journeys.state(one) for one in (absent, failed)}
    assert ["before_assessment"] == refused(
        world, failed.principal, "recusal", None, "request", payload, reason=REASON
    )
    assert "requested" == world.state_of("recusal", asked(world, absent))


def test_the_physician_is_told_why_not_and_that_after_all(stored: Journeys) -> None:
    """
    考核办法 第十六条: the agency agrees if the reason is proper, so a refusal says why; one that is turned is told,
    too, and what the member says of the own interest is not.
    """
    world = stored.world
    seated(world, ("李委员", named(world, "li")), ("王委员", named(world, "wang")))
    file = stored.to("awaiting_agency_review")
    recusal = asked(world, file)
    wang = named(world, "wang-2")
    world.send(wang, "recusal", recusal, "refuse", reason="未发现利害关系")
    world.send(wang, "recusal", recusal, "declare", HoldOff(), reason="本人说明有利害关系")
    own = [one.text for one in world.application.inbox.page(file.principal).notices if "回避" in one.text]

    assert [("已回避", False), ("不予回避", True)] == [
        (text.rpartition("回避：")[2].partition("。")[0], "理由：未发现利害关系。" in text) for text in own
    ]
    assert not any("本人说明" in text for text in own)
