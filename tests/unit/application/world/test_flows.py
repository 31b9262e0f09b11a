"""Whole ways through a cycle: windows and their last seconds, returns, make-up, exemption, and the ways out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.lines import Item
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup, Enrol, Return, Submit
from kaohe_workflow.lifecycles.cycle.events import (
    DeclareDelivery,
)
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence, RecordScore
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.testing.journeys import (
    BAD,
    GOOD,
    HIGH,
    LAST_DAY,
    MAKEUP_DAY,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.worlds import World, filing
from kaohe_workflow.values.terms import PaperKind, ReturnConcern, Stage
from kaohe_workflow.values.windows import day_starts_at

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
TICK = timedelta(milliseconds=1)


def end_of(day: date) -> datetime:
    """The first instant of the next day in China: the day's windows are over."""
    return day_starts_at(day + timedelta(days=1))


def refused(world: World, *arguments, **more) -> list[str]:
    """The names of the guards that refuse an event."""
    with pytest.raises(TransitionRefused) as caught:
        world.send(*arguments, **more)
    return [getattr(reason, "name", reason.code) for reason in caught.value.reasons]


def record_of(world: World, traveller: Traveller):
    return world.application.cases.get(SYSTEM, "assessment", traveller.case_id).record


def declare(world: World, stage: Stage) -> None:
    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(stage))


def confirm_absences(journeys: Journeys, traveller: Traveller, stage: Stage) -> None:
    for (of, _), paper in journeys.papers(traveller).items():
        if of is stage:
            journeys.world.send(
                journeys.world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(True)
            )


def test_the_last_day_counts_whole(journeys: Journeys) -> None:
    """窗口到期: a window that ends on 27 December takes 23:59:59.999 in China and refuses 00:00:00."""
    world = journeys.world
    travellers = [journeys.to("awaiting_registration") for _ in range(2)]
    submit = Submit(filing(journeys.department_id))

    world.clock.set(end_of(date(2023, 12, 27)) - TICK)
    receipt = world.send(travellers[0].principal, "assessment", travellers[0].case_id, "submit", submit)
    world.clock.set(end_of(date(2023, 12, 27)))

    assert "awaiting_institution_review" == receipt.state
    assert ["filing_open"] == refused(
        world, travellers[1].principal, "assessment", travellers[1].case_id, "submit", submit
    )


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
        world.send(world.agency, "assessment", traveller.case_id, "return", Return(), reason="材料不全")
        world.send(world.hospital, "assessment", traveller.case_id, "return", Return(), reason="补材料")
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

    assert ["filing_open"] == refused(
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
        world.send(world.agency, "assessment", traveller.case_id, "return", Return(concern), reason="有误")

    answered = world.send(world.hospital, "assessment", about_opinion.case_id, "submit_opinion", GOOD)

    assert "awaiting_agency_review" == answered.state
    assert ["about_opinion"] == refused(
        world, world.hospital, "assessment", about_filing.case_id, "submit_opinion", GOOD
    )


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


def test_an_enrolment_is_not_cancelled_after_the_opinion(journeys: Journeys) -> None:
    """取消报名 on 待考核机构复核 is refused, and after an agency's return too; after 退回机构 it is allowed."""
    world = journeys.world
    passed_on = journeys.to("awaiting_agency_review")
    came_back = journeys.to("returned_by_agency")
    world.send(world.hospital, "assessment", came_back.case_id, "return", Return(), reason="补材料")

    assert ["no-row"] == refused(world, world.hospital, "assessment", passed_on.case_id, "cancel_enrolment")
    assert ["no_opinion_stands"] == refused(
        world, world.hospital, "assessment", came_back.case_id, "cancel_enrolment"
    )
    world.send(world.county, "assessment", passed_on.case_id, "return_to_institution", reason="重新评定")

    assert (
        "not_enrolled"
        == world.send(world.hospital, "assessment", passed_on.case_id, "cancel_enrolment").state
    )


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


def test_exemption_under_simplified_procedure_settles_at_once(stored: Journeys) -> None:
    """简易程序 with 免考 granted: 医学人文 is 合格(免考), the result is settled without any line."""
    traveller = stored.to("awaiting_assessment", **SIMPLIFIED)

    stored.exempt(traveller)

    assert ({HUMANITIES: "exempt_pass"}, "qualified") == (
        stored.paper_states(traveller),
        stored.state(traveller),
    )
    assert ["printable"] == list(stored.certificates(traveller).values())
    assert () == stored.world.application.verification.run().findings


@pytest.mark.parametrize("refuser", ["hospital", "agency"])
def test_a_refused_exemption_is_sat(journeys: Journeys, refuser: str) -> None:
    """免考 refused by the institution or the agency: both papers are sat."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    if refuser == "agency":
        world.send(world.hospital, "exemption", exemption, "pass")
    world.send(getattr(world, refuser), "exemption", exemption, "return", reason="证书日期不符")

    journeys.lead(traveller, "qualified")

    assert {HUMANITIES: "passed", PROFESSIONAL: "passed"} == journeys.paper_states(traveller)
    assert "expired" == world.state_of("exemption", exemption)


def test_a_refused_exemption_may_be_asked_for_again(journeys: Journeys) -> None:
    """再次申请: one case an assessment, applied for again and granted."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    world.send(world.hospital, "exemption", exemption, "return", reason="缺证书")
    again = Apply(ground="title_promotion", certificate_on=date(2022, 5, 1), attachments=("certificate",))

    world.send(traveller.principal, "exemption", exemption, "apply", again)
    world.send(world.hospital, "exemption", exemption, "pass")
    world.send(world.agency, "exemption", exemption, "pass")

    assert "exempt_pass" == journeys.paper_states(traveller)[PROFESSIONAL]


def certified_on(traveller: Traveller, day: date) -> Apply:
    """An application for exemption with a certificate of a day."""
    return Apply(
        ground="residency_training",
        certificate_on=day,
        attachments=("certificate",),
        assessment_id=traveller.case_id,
    )


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2022, 12, 31)])
def test_the_certificate_of_an_exemption_lies_in_the_cycle(journeys: Journeys, day: date) -> None:
    """Both end days of a cycle 2020–2022 count."""
    traveller = journeys.to("awaiting_assessment")
    payload = certified_on(traveller, day)
    receipt = journeys.world.send(traveller.principal, "exemption", None, "apply", payload)

    assert "awaiting_institution" == receipt.state


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2023, 1, 1)])
def test_a_certificate_of_another_time_exempts_from_nothing(journeys: Journeys, day: date) -> None:
    """An award of 2019-12-31 does not count in a cycle 2020–2022, nor does one of the day after it."""
    traveller = journeys.to("awaiting_assessment")
    payload = certified_on(traveller, day)

    assert ["date_in_cycle"] == refused(
        journeys.world, traveller.principal, "exemption", None, "apply", payload
    )


def test_an_exemption_that_stayed_undecided_means_not_sat(journeys: Journeys) -> None:
    """免考 passed by the institution, the body still pending when the window closes: absent, then 待确认补考."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    world.send(world.hospital, "exemption", exemption, "pass")
    world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    between = journeys.paper_states(traveller)[PROFESSIONAL], journeys.state(traveller)

    declare(world, Stage.FIRST)
    world.send(
        world.agency,
        "evaluation",
        journeys.papers(traveller)[Stage.FIRST, PROFESSIONAL],
        "confirm_absence",
        ConfirmAbsence(True),
    )

    assert ("absence_pending", "awaiting_assessment") == between
    assert ("absent", "awaiting_makeup_approval") == (
        journeys.paper_states(traveller)[PROFESSIONAL],
        journeys.state(traveller),
    )
    assert "expired" == world.state_of("exemption", exemption)


def test_an_absence_waits_for_delivery_and_reminder(journeys: Journeys) -> None:
    """缺考 is confirmed only after the stage's scores are declared delivered, and with the attestation."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
    world.at(RESULT_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]

    early = refused(world, world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(True))
    declare(world, Stage.FIRST)
    silent = refused(world, world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(False))

    assert (["delivery_complete"], ["reminded"]) == (early, silent)


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
    """A make-up paper was started: the make-up goes on and decides."""
    world = journeys.world
    traveller = journeys.to("awaiting_makeup")
    world.at(MAKEUP_DAY)
    paper = journeys.papers(traveller)[Stage.MAKEUP, HUMANITIES]
    world.send(traveller.principal, "evaluation", paper, "start")

    for kind in (HUMANITIES, PROFESSIONAL):
        journeys.correct(Decimal(39), kind)

    assert "awaiting_makeup" == journeys.state(traveller)
    assert {HUMANITIES: "sitting", PROFESSIONAL: "not_sat"} == journeys.paper_states(traveller, Stage.MAKEUP)


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
