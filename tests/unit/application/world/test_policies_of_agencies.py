"""What follows from what happens to applications to be an assessment institution: one test a policy."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.jobs.pages import HELD_FOR
from kaohe_workflow.application.jobs.progress import Progress
from kaohe_workflow.lifecycles.agency_application.case import Fault
from kaohe_workflow.lifecycles.agency_application.events import Disqualify, OpenPermission, SaveMaterial
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows
from kaohe_workflow.testing.agencies import MATERIAL
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import APPLICATION_DAY
from tests.unit.application.world.steps import case_of, cause_of_last, second_cycle
from tests.unit.application.world.test_agencies import agency_of, is_agency, permitted, submitted
from tests.unit.application.world.test_policies_of_cycles import archive
from tests.unit.application.world.watched import jobs


def test_mark_approved_agency(stored: Journeys) -> None:
    """Who is approved is an assessment institution from the same transaction on."""
    world = stored.world
    application = submitted(world, world.hospital)
    before = is_agency(world, world.hospital)
    world.send(world.county, "agency_application", application, "pass")

    assert (False, True) == (before, is_agency(world, world.hospital))
    assert "mark_approved_agency" == cause_of_last(world, "institution", str(world.hospital.organisation_id))


def test_unmark_lost_agency(stored: Journeys) -> None:
    """Who resigns is none any more."""
    world = stored.world
    application = world.application_of(world.agency)
    world.send(world.county, "agency_application", application, "resign", reason="不再承担")

    assert not is_agency(world, world.agency)
    assert "unmark_lost_agency" == cause_of_last(world, "institution", str(world.agency.organisation_id))


def test_take_over_from_lost_agency(stored: Journeys) -> None:
    """Whom a lost agency assessed falls to the administration above, in the same transaction."""
    world = stored.world
    hospital = str(world.hospital.organisation_id)
    before = agency_of(world, world.hospital)
    application = world.application_of(world.agency)
    world.send(world.county, "agency_application", application, "resign", reason="不再承担")

    assert (world.agency.organisation_id, None) == (before, agency_of(world, world.hospital))
    assert "take_over_from_lost_agency" == cause_of_last(world, "institution", hospital)


LATER: dict[str, tuple[str, tuple[str, ...]]] = {
    "may_apply": ("not_opened", ()),
    "submitted": ("refused", ("submit",)),
    "returned": ("refused", ("submit", "return")),
    "approved": ("disqualified", ("submit", "pass")),
    "correcting": ("disqualified", ("submit", "pass", "order_correction")),
}
"""What an application of the next cycle has come to → how the bar ends it; by which events it came there."""


@pytest.mark.parametrize("reached", LATER)
def test_end_barred_applications(stored: Journeys, reached: str) -> None:
    """
    What was opened for the next cycle before the status was lost in this one ends with it: who has the status there
    loses it (已取消资格), who has applied is not approved (未通过), who has not applied may not any more (未开通).
    """
    world, (ended, events) = stored.world, LATER[reached]
    following = second_cycle(stored)
    world.send(world.province, "cycle", following, "publish")
    payload = OpenPermission(str(world.agency.organisation_id), following)
    later = world.send(world.county, "agency_application", None, "open_permission", payload).id
    world.send(world.agency, "agency_application", later, "save_material", SaveMaterial(MATERIAL))
    world.clock.set(case_of(world, "cycle", following).record.windows.agency_application.opens_at)
    for event in events:
        by = world.agency if event == "submit" else world.county
        reason = {} if event in ("submit", "pass") else {"reason": "材料不实"}
        world.send(by, "agency_application", later, event, **reason)
    before = world.state_of("agency_application", later)
    second = attrs.evolve(world.county, account_id="account-of-second", operator_id="second")
    lost = Disqualify((Fault.FRAUD,), 2)
    application = world.application_of(world.agency)
    world.send(second, "agency_application", application, "disqualify", lost, reason="弄虚作假")

    assert (reached, ended) == (before, world.state_of("agency_application", later))
    assert "end_barred_applications" == cause_of_last(world, "agency_application", later)
    assert not is_agency(world, world.agency)
    assert () == world.application.verification.run().findings


def test_expire_applications_of_cycle(stored: Journeys) -> None:
    """A discarded cycle ends what was applied for in it, by a job."""
    world = stored.world
    following = second_cycle(stored)
    world.send(world.province, "cycle", following, "publish")
    payload = OpenPermission(str(world.hospital.organisation_id), following)
    application = world.send(world.county, "agency_application", None, "open_permission", payload).id
    world.send(world.province, "cycle", following, "discard", reason="重复建立")
    before = world.state_of("agency_application", application)
    world.application.timers.work()

    assert ("may_apply", "expired") == (before, world.state_of("agency_application", application))
    assert "expire_applications_of_cycle" == cause_of_last(world, "agency_application", application)


def test_applications_wait_for_the_cases_of_their_cycle(stored: Journeys) -> None:
    """Whoever missed the cycle is noted with who was to assess, whichever job is done first, or fails."""
    world, pages = stored.world, stored.world.application.timers.pages
    traveller = stored.to("awaiting_institution_review")
    application = world.application_of(world.agency)
    archive(stored)
    contents = {job.id: world.application.codec.parse(job.content) for job in jobs(world)}
    of = {content.get("policy"): id for id, content in contents.items()}
    early = pages.next(of["expire_applications_of_cycle"])
    waiting = pages.waiting()
    standing = world.state_of("agency_application", application)
    ended = [pages.next(of["archive_assessments"])]
    world.clock.advance(HELD_FOR)
    ended.append(pages.next(of["expire_applications_of_cycle"]))

    assert (Progress.RESTS, "approved") == (early, standing)
    assert of["expire_applications_of_cycle"] not in waiting
    assert [Progress.ENDED] * 2 == ended
    assert "expired" == world.state_of("agency_application", application)
    assert world.agency.organisation_id == case_of(world, "assessment", traveller.case_id).record.assessed_by


@pytest.mark.parametrize("extended", [False, True])
def test_retime_applications(stored: Journeys, extended: bool) -> None:
    """A window that is extended keeps the permission open until its new end."""
    world = stored.world
    world.at(APPLICATION_DAY)
    application = permitted(world, world.hospital)
    windows = case_of(world, "cycle", world.cycle_id).record.windows
    closes_at = windows.agency_application.closes_at
    if extended:
        longer = attrs.evolve(windows.agency_application, closes_at=closes_at + timedelta(days=5))
        payload = ChangeWindows(attrs.evolve(windows, agency_application=longer))
        world.send(world.province, "cycle", world.cycle_id, "change_windows", payload)
        world.settle()
    world.at((closes_at + timedelta(days=1)).date())
    world.settle()

    assert ("may_apply" if extended else "expired") == world.state_of("agency_application", application)
