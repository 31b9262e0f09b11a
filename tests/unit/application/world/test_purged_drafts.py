"""Drafts that nobody can go on with are not kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.assessment.events import DecideFinding, Enrol, ReportFinding, Save
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import LAST_DAY, RESULT_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import Stage

pytestmark = pytest.mark.manual("N-1.4")

DAYS = timedelta(days=30)
TICK = timedelta(milliseconds=1)


def draft(journeys: Journeys, traveller: Traveller) -> object:
    return journeys.world.application.cases.get(SYSTEM, "assessment", traveller.case_id).record.draft


def drafting(journeys: Journeys) -> Traveller:
    """Somebody who has saved a draft."""
    traveller = journeys.to("awaiting_registration")
    written = Save(filing(journeys.department_id))
    journeys.world.send(traveller.principal, "assessment", traveller.case_id, "save", written)
    return traveller


def cancelled(journeys: Journeys) -> Traveller:
    """Somebody who has saved a draft and was taken out of the cycle."""
    world = journeys.world
    traveller = drafting(journeys)
    world.send(world.hospital, "assessment", traveller.case_id, "cancel_enrolment")
    return traveller


def test_who_is_withdrawn_leaves_no_draft(journeys: Journeys) -> None:
    """It was for this cycle, which is over for them; what was submitted stays."""
    world = journeys.world
    traveller, submitted = drafting(journeys), journeys.to("awaiting_institution_review")
    for one in (traveller, submitted):
        world.send(world.county, "assessment", one.case_id, "withdraw")
    filed = world.application.cases.get(SYSTEM, "assessment", submitted.case_id).record.filing

    assert ("withdrawn", None) == (journeys.state(traveller), draft(journeys, traveller))
    assert filed is not None


def test_a_finding_that_ends_the_case_leaves_no_draft(journeys: Journeys) -> None:
    """Nothing is filed any more; until it is confirmed the draft is the physician's."""
    world = journeys.world
    traveller = drafting(journeys)
    world.send(
        world.hospital,
        "assessment",
        traveller.case_id,
        "report_finding",
        ReportFinding(
            ground=DirectGround.TOOK_FROM_PATIENTS,
            found_on=date(2021, 7, 1),
            text="收受红包，已查实。",
            evidence=(hand_in(world.application, world.hospital),),
        ),
    )
    kept = draft(journeys, traveller)
    world.send(world.agency, "assessment", traveller.case_id, "confirm_finding", DecideFinding(1))

    assert kept is not None
    assert ("unqualified", None) == (journeys.state(traveller), draft(journeys, traveller))


def test_thirty_days_after_the_enrolment_was_cancelled(stored: Journeys) -> None:
    """Kept in the last instant of the thirty days, gone in the next; nothing else of the case changes."""
    world = stored.world
    traveller = cancelled(stored)
    left_at = world.clock.now()
    world.clock.set(left_at + DAYS - TICK)
    world.settle()
    kept = draft(stored, traveller)
    world.clock.set(left_at + DAYS)
    world.settle()

    assert kept is not None
    assert (None, "not_enrolled") == (draft(stored, traveller), stored.state(traveller))
    assert 0 == world.application.timers.sweep()
    assert () == world.application.verification.run().findings


def test_who_is_let_in_again_goes_on_with_it(journeys: Journeys) -> None:
    """允许报名 within the thirty days: the draft is the physician's again, for good."""
    world = journeys.world
    traveller = cancelled(journeys)
    world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    world.clock.set(world.clock.now() + DAYS)
    world.settle()

    assert draft(journeys, traveller) is not None


def test_the_archive_leaves_no_draft(journeys: Journeys) -> None:
    """Who never filed has missed the cycle; what was written is nobody's any more."""
    world = journeys.world
    traveller = drafting(journeys)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    journeys.not_before(LAST_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()

    assert ("missed", None) == (journeys.state(traveller), draft(journeys, traveller))
    assert () == world.application.verification.run().findings
