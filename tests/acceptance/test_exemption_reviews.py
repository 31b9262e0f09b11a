"""免考审核 (手册 2.2.8): two reviews, one after the other; either may send the application back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.terms import PaperKind, ReturnCode
from tests.unit.application.world.steps import refused

TICK = timedelta(milliseconds=1)
RULE = pytest.mark.manual("S-72", "S-73", "N-2.3")
WRONG = Return(ReturnCode.PROOF_UNSUITABLE)


def applying(journeys: Journeys, traveller: Traveller, exemption: str | None = None):
    """The physician applies, for the first time or again, with a certificate."""
    proof = hand_in(journeys.world.application, traveller.principal)
    payload = Apply(
        ground="residency_training",
        certificate_on=date(2021, 7, 1),
        none_excluded=True,
        attachments=(proof,),
        assessment_id=None if exemption else traveller.case_id,
    )
    return traveller.principal, "exemption", exemption, "apply", payload


def waiting(journeys: Journeys) -> tuple[int, int]:
    """What the third counter of the home page says: to the hospital, and to the agency as such."""
    home = journeys.world.application.home
    own, assessed = home.show(journeys.world.hospital), home.show(journeys.world.agency)
    return own.current.exemption_awaiting, assessed.current.exemption_agency_awaiting


def seen(journeys: Journeys, reader: Principal, queue: str, value: str) -> list[str]:
    """The ids in a tab of the list."""
    page = journeys.world.application.lists.page(reader, "exemptions", {queue: value})
    return [str(row["id"]) for row in page.rows]


@RULE
def test_sent_back_by_either_it_is_applied_for_again(journeys: Journeys) -> None:
    """The institution returns it, then the agency, then both pass it: one application, and one paper that is spared."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    exemption = world.send(*applying(journeys, traveller)).id
    case = ("exemption", exemption)
    counted = [waiting(journeys)]
    world.send(world.hospital, *case, "return", WRONG, reason="证书看不清")
    counted.append(waiting(journeys))
    world.send(*applying(journeys, traveller, exemption))
    world.send(world.hospital, *case, "pass")
    counted.append(waiting(journeys))
    world.send(world.agency, *case, "return", WRONG, reason="证书不是本人的")

    assert "agency_refused" == world.state_of(*case)

    world.send(*applying(journeys, traveller, exemption))
    world.send(world.hospital, *case, "pass")
    world.send(world.agency, *case, "pass")

    assert [(1, 0), (0, 0), (0, 1)] == counted
    assert "granted" == world.state_of(*case)
    assert "exempt_pass" == journeys.paper_states(traveller)[PaperKind.PROFESSIONAL]


@RULE
def test_a_return_says_why(journeys: Journeys) -> None:
    """驳回 without a reason is refused to either of the two."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    exemption = world.send(*applying(journeys, traveller)).id
    returning = ("exemption", exemption, "return", WRONG)

    assert "reason-missing" in refused(world, world.hospital, *returning)

    world.send(world.hospital, "exemption", exemption, "pass")

    assert "reason-missing" in refused(world, world.agency, *returning)


@RULE
@pytest.mark.parametrize(("before_the_end", "passed"), [(TICK, True), (timedelta(0), False)])
def test_the_review_ends_with_its_window(journeys: Journeys, before_the_end: timedelta, passed: bool) -> None:
    """The agency grants up to the last millisecond of 免考审核时间; what waits then has come too late."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    exemption = world.send(*applying(journeys, traveller)).id
    world.send(world.hospital, "exemption", exemption, "pass")
    world.clock.set(WINDOWS.exemption_review.closes_at - before_the_end)
    passing = (world.agency, "exemption", exemption, "pass")
    if passed:
        assert "granted" == world.send(*passing).state
    else:
        assert ["review_open"] == refused(world, *passing)


@RULE
def test_each_sees_what_waits_and_what_is_done(journeys: Journeys) -> None:
    """未审核 and 已审核, of the hospital and of the agency: what one has passed is to be done by the other."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    exemption = world.send(*applying(journeys, traveller)).id
    first = seen(journeys, world.hospital, "institution_queue", "pending")
    world.send(world.hospital, "exemption", exemption, "pass")

    assert [exemption] == first
    assert [] == seen(journeys, world.hospital, "institution_queue", "pending")
    assert [exemption] == seen(journeys, world.hospital, "institution_queue", "reviewed")
    assert [exemption] == seen(journeys, world.agency, "agency_queue", "pending")
