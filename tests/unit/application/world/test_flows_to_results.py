"""Whole ways from the sitting to the result: absences, late scores, make-up, and lines that are corrected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kaohe_workflow.application.lines import Item
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence, RecordScore
from kaohe_workflow.testing.journeys import HIGH, LAST_DAY, MAKEUP_DAY, RESULT_DAY, SIMPLIFIED, Journeys
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import day_starts_at
from tests.unit.application.world.steps import TICK, confirm_absences, declare, end_of, record_of, refused

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


@pytest.mark.manual("N-2.4")
def test_an_absence_waits_for_delivery_and_reminder(journeys: Journeys) -> None:
    """缺考 is confirmed only after the stage's scores are declared delivered, and with the attestation."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
    world.at(RESULT_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]

    early = refused(world, world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(True))
    declare(world, Stage.FIRST)
    silent = refused(world, world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(False))

    assert (["delivery_settled"], ["reminded"]) == (early, silent)


def test_a_score_after_the_absence_opens_the_result_again(stored: Journeys) -> None:
    """补录成绩 of an absent paper: the case waits for the paper again, and is settled anew by its line."""
    world = stored.world
    traveller = stored.to("awaiting_assessment", **SIMPLIFIED)
    world.at(RESULT_DAY)
    declare(world, Stage.FIRST)
    confirm_absences(stored, traveller, Stage.FIRST)
    absent = stored.state(traveller)
    paper = stored.papers(traveller)[Stage.FIRST, HUMANITIES]

    world.send(world.province, "evaluation", paper, "record_score", RecordScore(HIGH), reason="平台补报成绩")
    reopened = stored.state(traveller)
    stored.publish(Stage.FIRST)

    assert ("awaiting_makeup_approval", "awaiting_assessment", "qualified") == (
        absent,
        reopened,
        stored.state(traveller),
    )
    assert () == world.application.verification.run().findings


def test_the_late_door_leads_to_the_make_up(stored: Journeys) -> None:
    """补报: passed after the evaluation, the physician sits every paper in the make-up."""
    world = stored.world
    traveller = stored.to("awaiting_agency_review")
    world.at(RESULT_DAY)

    world.send(world.agency, "assessment", traveller.case_id, "pass")
    between = stored.state(traveller), stored.papers(traveller)
    stored.lead(traveller, "awaiting_makeup")
    papers = stored.paper_states(traveller, Stage.MAKEUP)
    world.at(MAKEUP_DAY)
    stored.score(traveller, Stage.MAKEUP, humanities=HIGH, professional=HIGH)
    world.at(LAST_DAY)
    stored.publish(Stage.MAKEUP)

    assert ("awaiting_makeup_approval", {}) == between
    assert {HUMANITIES: "not_sat", PROFESSIONAL: "not_sat"} == papers
    assert ("qualified", Stage.MAKEUP) == (stored.state(traveller), record_of(world, traveller).stage)
    assert () == world.application.verification.run().findings


def test_the_late_door_closes_with_make_up_confirmation(journeys: Journeys) -> None:
    """Passed at the last millisecond of make-up confirmation, or never."""
    world = journeys.world
    first, second = journeys.to("awaiting_agency_review"), journeys.to("awaiting_agency_review")

    world.clock.set(end_of(date(2024, 1, 19)) - TICK)
    world.send(world.agency, "assessment", first.case_id, "pass")
    world.clock.set(end_of(date(2024, 1, 19)))

    assert "awaiting_makeup_approval" == journeys.state(first)
    assert "late_door" in refused(world, world.agency, "assessment", second.case_id, "pass")


@pytest.mark.manual("N-3.7", "S-I1")
def test_make_up_is_confirmed_in_bulk_within_its_window(journeys: Journeys) -> None:
    """确认补考 from 16 to 19 January, both days whole."""
    world = journeys.world
    travellers = [journeys.to("awaiting_makeup_approval")]
    world.clock.set(day_starts_at(date(2024, 1, 16)) - TICK)
    early = refused(
        world, world.province, "assessment", travellers[0].case_id, "confirm_makeup", ConfirmMakeup()
    )
    world.clock.set(day_starts_at(date(2024, 1, 16)))

    world.application.door.send_many(
        world.province,
        "assessment",
        "confirm_makeup",
        [Item(traveller.case_id, ConfirmMakeup()) for traveller in travellers],
    )

    assert ["makeup_confirm_open"] == early
    assert ["awaiting_makeup"] == [journeys.state(traveller) for traveller in travellers]


def test_a_refused_make_up_is_the_end(journeys: Journeys) -> None:
    """不允许补考: 不合格 in the first stage; no corrected line brings the make-up back."""
    world = journeys.world
    traveller = journeys.to("unqualified")

    journeys.correct(Decimal(61), HUMANITIES)

    assert ("unqualified", Stage.FIRST) == (journeys.state(traveller), record_of(world, traveller).stage)


def test_who_misses_the_make_up_is_unqualified(journeys: Journeys) -> None:
    """缺考 in the make-up: 不合格 in the make-up stage, no certificate."""
    world = journeys.world
    traveller = journeys.to("awaiting_makeup")
    world.at(LAST_DAY)
    declare(world, Stage.MAKEUP)

    confirm_absences(journeys, traveller, Stage.MAKEUP)

    assert ("unqualified", Stage.MAKEUP) == (journeys.state(traveller), record_of(world, traveller).stage)
    assert {} == journeys.certificates(traveller)


def test_a_corrected_line_spares_a_make_up_that_has_not_begun(journeys: Journeys) -> None:
    """All first papers pass after a correction, nothing of the make-up was started: 合格 in the first stage."""
    world = journeys.world
    traveller = journeys.to("awaiting_makeup")
    for kind in (HUMANITIES, PROFESSIONAL):
        journeys.correct(Decimal(39), kind)

    assert ("qualified", Stage.FIRST) == (journeys.state(traveller), record_of(world, traveller).stage)
    assert {"cancelled"} == set(journeys.paper_states(traveller, Stage.MAKEUP).values())
    assert () == world.application.verification.run().findings


def test_a_corrected_line_does_not_stop_a_make_up_that_has_begun(journeys: Journeys) -> None:
    """A make-up paper was started: it goes on and decides; one not begun, of what is passed by now, goes."""
    world = journeys.world
    traveller = journeys.to("awaiting_makeup")
    world.at(MAKEUP_DAY)
    paper = journeys.papers(traveller)[Stage.MAKEUP, HUMANITIES]
    journeys.start(paper)

    for kind in (HUMANITIES, PROFESSIONAL):
        journeys.correct(Decimal(39), kind)

    assert "awaiting_makeup" == journeys.state(traveller)
    assert {HUMANITIES: "sitting", PROFESSIONAL: "cancelled"} == journeys.paper_states(
        traveller, Stage.MAKEUP
    )


def test_a_corrected_line_fails_who_had_passed_for_good_after_the_make_up(journeys: Journeys) -> None:
    """Corrected upwards when no make-up is possible any more: 不合格; corrected back: 合格 again."""
    world = journeys.world
    traveller = journeys.to("qualified")
    world.at(LAST_DAY)

    journeys.correct(Decimal(80), HUMANITIES)
    stricter = journeys.state(traveller)
    journeys.correct(Decimal(60), HUMANITIES)

    assert ("unqualified", "qualified") == (stricter, journeys.state(traveller))
    assert 1 == list(journeys.certificates(traveller).values()).count("printable")
    assert () == world.application.verification.run().findings
