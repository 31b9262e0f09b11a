"""Whole ways through filing and review: windows and their last seconds, returns, and enrolments taken back."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe_workflow.lifecycles.assessment.events import Enrol, Return, Submit
from kaohe_workflow.testing.journeys import BAD, GOOD, Journeys
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import PaperKind, ReturnCode, ReturnConcern, Stage
from kaohe_workflow.values.windows import day_starts_at
from tests.unit.application.world.steps import TICK, end_of, record_of, refused

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


@pytest.mark.manual("S-43", "W-9")
def test_the_last_day_counts_whole(journeys: Journeys) -> None:
    """窗口到期: a window that ends on 27 December takes 23:59:59.999 in China and refuses 00:00:00."""
    world = journeys.world
    travellers = [journeys.to("awaiting_registration") for _ in range(2)]
    submit = Submit(filing(journeys.department_id))

    world.clock.set(end_of(date(2023, 12, 27)) - TICK)
    receipt = world.send(travellers[0].principal, "assessment", travellers[0].case_id, "submit", submit)
    world.clock.set(end_of(date(2023, 12, 27)))

    assert "awaiting_institution_review" == receipt.state
    assert ["filing_open_or_moved"] == refused(
        world, travellers[1].principal, "assessment", travellers[1].case_id, "submit", submit
    )


@pytest.mark.manual("S-43", "S-44")
def test_the_first_day_counts_from_its_first_instant(journeys: Journeys) -> None:
    """批量参加 is refused at 23:59:59.999 of the day before the window and taken at 00:00."""
    world = journeys.world
    traveller = journeys.newcomer()
    opens = day_starts_at(date(2023, 11, 27))

    world.clock.set(opens - TICK)
    before = refused(world, world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    world.clock.set(opens)

    assert ["filing_open"] == before
    assert (
        "awaiting_registration"
        == world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol()).state
    )


@pytest.mark.manual("S-64", "S-70")
@pytest.mark.parametrize(
    ("returned_on", "last_day"),
    [
        (date(2023, 12, 10), date(2023, 12, 29)),  # before the review window ends: that end counts
        (date(2023, 12, 29), date(2024, 1, 1)),  # three days of grace after the day of the return
        (date(2024, 1, 8), date(2024, 1, 11)),
        (date(2024, 1, 11), date(2024, 1, 12)),  # never after the evaluation window
    ],
)
def test_a_returned_file_has_its_refiling_deadline(
    journeys: Journeys, returned_on: date, last_day: date
) -> None:
    """驳回后补正: the later of the review window's end and the grace days, never after the evaluation; for both."""
    world = journeys.world
    first, second = journeys.to("awaiting_agency_review"), journeys.to("awaiting_agency_review")
    world.at(returned_on)
    for traveller in (first, second):
        world.send(
            world.agency,
            "assessment",
            traveller.case_id,
            "return",
            Return(code=ReturnCode.INCOMPLETE),
            reason="材料不全",
        )
        world.send(
            world.hospital,
            "assessment",
            traveller.case_id,
            "return",
            Return(code=ReturnCode.INCOMPLETE),
            reason="补材料",
        )
    submit = Submit(filing(journeys.department_id))

    world.clock.set(end_of(last_day) - TICK)
    world.send(first.principal, "assessment", first.case_id, "submit", submit)
    reviewed = world.send(world.hospital, "assessment", first.case_id, "submit_opinion", GOOD)
    world.clock.set(end_of(last_day))

    assert "awaiting_agency_review" == reviewed.state
    assert ["refiling_open"] == refused(
        world, second.principal, "assessment", second.case_id, "submit", submit
    )


def test_who_never_was_returned_has_no_grace(journeys: Journeys) -> None:
    """The refiling deadline is for files that came back, not for who files late."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    world.at(date(2023, 12, 28))

    assert ["filing_open_or_moved"] == refused(
        world,
        traveller.principal,
        "assessment",
        traveller.case_id,
        "submit",
        Submit(filing(journeys.department_id)),
    )


def test_an_agency_return_of_the_opinion_is_answered_by_the_institution(journeys: Journeys) -> None:
    """The agency objects to the opinion: the institution may answer itself; to the filing: it must return it."""
    world = journeys.world
    about_opinion, about_filing = journeys.to("awaiting_agency_review"), journeys.to("awaiting_agency_review")
    for traveller, concern in ((about_opinion, ReturnConcern.OPINION), (about_filing, ReturnConcern.FILING)):
        world.send(
            world.agency,
            "assessment",
            traveller.case_id,
            "return",
            Return(concern, code=ReturnCode.INCOMPLETE),
            reason="有误",
        )

    answered = world.send(world.hospital, "assessment", about_opinion.case_id, "submit_opinion", GOOD)

    assert "awaiting_agency_review" == answered.state
    assert ["about_opinion"] == refused(
        world, world.hospital, "assessment", about_filing.case_id, "submit_opinion", GOOD
    )


@pytest.mark.manual("S-46")
@pytest.mark.parametrize(
    "state", ["awaiting_registration", "registration_returned", "awaiting_institution_review"]
)
def test_an_enrolment_is_cancelled_before_the_opinion(journeys: Journeys, state: str) -> None:
    """取消报名 while no opinion stands: what was written becomes a draft again."""
    world = journeys.world
    traveller = journeys.to(state)

    world.send(world.hospital, "assessment", traveller.case_id, "cancel_enrolment")

    assert "not_enrolled" == journeys.state(traveller)
    assert (state != "awaiting_registration") is record_of(world, traveller).ever_submitted


@pytest.mark.manual("S-47", "N-3.5", "W-7", "S-I1")
def test_an_enrolment_is_not_cancelled_after_the_opinion(journeys: Journeys) -> None:
    """取消报名 on 待考核机构复核 is refused, and after an agency's return too; after 退回机构 it is allowed."""
    world = journeys.world
    passed_on = journeys.to("awaiting_agency_review")
    came_back = journeys.to("returned_by_agency")
    world.send(
        world.hospital,
        "assessment",
        came_back.case_id,
        "return",
        Return(code=ReturnCode.INCOMPLETE),
        reason="补材料",
    )

    assert ["no-row"] == refused(world, world.hospital, "assessment", passed_on.case_id, "cancel_enrolment")
    assert ["no_opinion_stands"] == refused(
        world, world.hospital, "assessment", came_back.case_id, "cancel_enrolment"
    )
    world.send(world.county, "assessment", passed_on.case_id, "return_to_institution", reason="重新评定")

    assert (
        "not_enrolled"
        == world.send(world.hospital, "assessment", passed_on.case_id, "cancel_enrolment").state
    )


@pytest.mark.manual("S-63", "S-71", "W-3", "R-22.2")
def test_a_bad_opinion_needs_its_reason(journeys: Journeys) -> None:
    """职业道德 不合格 without a reason is refused; with one it goes to the agency, and no paper opens (R-22.2)."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    silent = type(BAD)(work=BAD.work, ethics=BAD.ethics, ethics_reason="  ")

    without = refused(world, world.hospital, "assessment", traveller.case_id, "submit_opinion", silent)
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", BAD)
    passed = refused(world, world.agency, "assessment", traveller.case_id, "pass")
    world.send(world.agency, "assessment", traveller.case_id, "confirm_fail")

    assert ["opinion_reasons"] == without
    assert "opinions_qualified" in passed
    assert ("unqualified", Stage.FIRST) == (journeys.state(traveller), record_of(world, traveller).stage)
    assert {} == journeys.papers(traveller)
