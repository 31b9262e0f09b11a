"""复核申请 (考核办法 第二十四条), end to end: applied for, answered, overdue, and what a correction does."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import NotFound, NotPermitted
from kaohe_workflow.lifecycles.assessment.events import DecideFinding, ReportFinding
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.result_review.case import CorrectedScore, OpinionItem
from kaohe_workflow.lifecycles.result_review.events import Apply, Change
from kaohe_workflow.testing.journeys import BAD, LOW, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import local_date
from tests.unit.application.world.steps import case_of, events_of, record_of, refused

pytestmark = pytest.mark.manual(
    "M: result review: apply, withdraw; decide; overdue ones", "N-1.11", "N-2.8", "R-24.1"
)

DAY = timedelta(days=1)
MONTH = 30 * DAY


def reviewer(journeys: Journeys) -> Principal:
    """Another person of the agency than who decides elsewhere in these tests."""
    return attrs.evolve(journeys.world.agency, operator_id="reviewer-of-agency")


def apply(journeys: Journeys, traveller: Traveller) -> str:
    """The physician applies; the id of the application."""
    payload = Apply(assessment_id=traveller.case_id, grounds="对结果有异议")
    return journeys.world.send(traveller.principal, "result_review", None, "apply", payload).id


def answer(
    journeys: Journeys, review: str, event: str, *payload: Change, by: Principal | None = None
) -> None:
    """Answer an application in writing."""
    sender = by or reviewer(journeys)
    journeys.world.send(sender, "result_review", review, event, *payload, reason="复核意见")


def received(journeys: Journeys, traveller: Traveller) -> date:
    """Open the notice of the result: it is received today."""
    inbox = journeys.world.application.inbox
    for notice in inbox.page(traveller.principal).notices:
        inbox.open(traveller.principal, notice.id)
    return local_date(journeys.world.clock.now())


def later(journeys: Journeys, day: date) -> None:
    """Set the clock to noon of a day without letting the system do anything."""
    journeys.world.clock.set(journeys.world.clock.now() + (day - local_date(journeys.world.clock.now())))


def sound(journeys: Journeys) -> bool:
    """Whether nothing in the store contradicts anything else."""
    return journeys.world.application.verification.run().findings == ()


def failed_by_opinion(journeys: Journeys) -> Traveller:
    """A physician whose 职业道德 the institution finds 不合格, confirmed by the agency."""
    traveller = journeys.to("awaiting_institution_review")
    journeys.world.send(journeys.world.hospital, "assessment", traveller.case_id, "submit_opinion", BAD)
    journeys.world.send(journeys.world.agency, "assessment", traveller.case_id, "confirm_fail")
    return traveller


@pytest.mark.parametrize(("days", "state"), [(30, "submitted"), (31, "rejected")])
def test_the_thirtieth_day_after_receipt_still_counts(journeys: Journeys, days: int, state: str) -> None:
    """The day on which the notice is opened is day 0; who comes a day too late is told so, in a case of its own."""
    traveller = failed_by_opinion(journeys)
    later(journeys, received(journeys, traveller) + days * DAY)
    review = apply(journeys, traveller)

    assert state == journeys.world.state_of("result_review", review)
    assert sound(journeys)


@pytest.mark.parametrize(("days", "state"), [(37, "submitted"), (38, "rejected")])
def test_a_notice_that_nobody_opens_counts_as_received(journeys: Journeys, days: int, state: str) -> None:
    """Seven days after delivery the clock begins, opened or not (`deemed_receipt_days`)."""
    traveller = failed_by_opinion(journeys)
    later(journeys, local_date(journeys.world.clock.now()) + days * DAY)

    assert state == journeys.world.state_of("result_review", apply(journeys, traveller))


def test_once_for_each_version(journeys: Journeys) -> None:
    """A version of the result is reviewed once, a withdrawn application included."""
    world, traveller = journeys.world, failed_by_opinion(journeys)
    review = apply(journeys, traveller)
    world.send(traveller.principal, "result_review", review, "withdraw")
    again = Apply(assessment_id=traveller.case_id, grounds="再次申请")

    assert "upheld" == world.state_of("result_review", review)
    assert "first_for_version" in refused(world, traveller.principal, "result_review", None, "apply", again)


def test_upheld_changes_nothing(stored: Journeys) -> None:
    """The answer is kept in writing, the result stays; the list of applications tells how it stands."""
    traveller = failed_by_opinion(stored)
    review = apply(stored, traveller)
    page = stored.world.application.lists.page(stored.world.agency, "reviews", {"state": "submitted"})

    assert [(review, "unqualified")] == [(row["id"], row["assessment_state"]) for row in page.rows]

    answer(stored, review, "uphold")

    assert "unqualified" == stored.state(traveller)
    assert "复核意见" == case_of(stored.world, "result_review", review).record.answer
    assert sound(stored)


def test_an_opinion_set_right_opens_the_make_up(stored: Journeys) -> None:
    """The papers were never sat: with the opinion set right they are, in the make-up, as long as there is one."""
    traveller = failed_by_opinion(stored)
    review = apply(stored, traveller)
    answer(stored, review, "change", Change(opinions=(OpinionItem.ETHICS,)))

    assert "changed" == stored.world.state_of("result_review", review)
    assert "awaiting_makeup_approval" == stored.state(traveller)
    assert record_of(stored.world, traveller).opinions.qualified

    stored.lead(traveller, "awaiting_makeup")

    assert {PaperKind.HUMANITIES: "not_sat", PaperKind.PROFESSIONAL: "not_sat"} == stored.paper_states(
        traveller, Stage.MAKEUP
    )
    assert sound(stored)


def test_an_opinion_set_right_too_late_for_papers(journeys: Journeys) -> None:
    """Once the make-up cannot be confirmed any more, papers are missing and the result stays 不合格."""
    traveller = failed_by_opinion(journeys)
    review = apply(journeys, traveller)
    later(journeys, date(2024, 1, 20))
    answer(journeys, review, "change", Change(opinions=(OpinionItem.ETHICS,)), by=journeys.world.county)

    assert "unqualified" == journeys.state(traveller)
    assert sound(journeys)


def test_a_finding_that_does_not_hold(journeys: Journeys) -> None:
    """The finding falls, every paper was passed: 合格 again, a new version with a certificate of its own."""
    world, traveller = journeys.world, journeys.to("qualified")
    report = ReportFinding(
        ground=DirectGround.UNAPPROVED_PLACE,
        found_on=date(2021, 1, 4),
        text="擅自在外执业",
        evidence=("proof",),
    )
    world.send(world.hospital, "assessment", traveller.case_id, "report_finding", report)
    world.send(world.agency, "assessment", traveller.case_id, "confirm_finding", DecideFinding(1))
    version = record_of(world, traveller).result_version
    review = apply(journeys, traveller)
    answer(journeys, review, "change", Change(findings=(1,)))

    assert "qualified" == journeys.state(traveller)
    assert version + 1 == record_of(world, traveller).result_version
    assert ["void", "printable"] == list(journeys.certificates(traveller).values())
    assert "correct_result" in events_of(world, "assessment", traveller.case_id)
    assert sound(journeys)


def test_a_finding_that_falls_does_not_bring_back_papers(journeys: Journeys) -> None:
    """What was cancelled with the finding was never passed: the make-up remains."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=Decimal(90))
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    report = ReportFinding(
        ground=DirectGround.UNAPPROVED_PLACE,
        found_on=date(2021, 1, 4),
        text="擅自在外执业",
        evidence=("proof",),
    )
    world.send(world.hospital, "assessment", traveller.case_id, "report_finding", report)
    world.send(world.agency, "assessment", traveller.case_id, "confirm_finding", DecideFinding(1))
    answer(journeys, apply(journeys, traveller), "change", Change(findings=(1,)))

    assert {PaperKind.HUMANITIES: "passed", PaperKind.PROFESSIONAL: "cancelled"} == journeys.paper_states(
        traveller
    )
    assert "awaiting_makeup_approval" == journeys.state(traveller)
    assert sound(journeys)


@pytest.mark.parametrize(("score", "state"), [("60", "qualified"), ("59.99", "unqualified")])
def test_a_score_set_right_is_judged_by_the_line(journeys: Journeys, score: str, state: str) -> None:
    """The review finds another score; whether it passes, the published line says."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=Decimal(90), professional=LOW)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    world.send(world.province, "assessment", traveller.case_id, "refuse_makeup", reason="未参加培训")
    corrected = CorrectedScore(Stage.FIRST, PaperKind.PROFESSIONAL, Decimal(score))
    answer(journeys, apply(journeys, traveller), "change", Change(scores=(corrected,)))

    assert state == journeys.state(traveller)
    assert sound(journeys)


def test_silence_lets_the_administration_decide(journeys: Journeys) -> None:
    """On the 31st day the administration decides, whether a sweep has noted it or not; before, it may not."""
    world, traveller = journeys.world, failed_by_opinion(journeys)
    review = apply(journeys, traveller)
    applied = local_date(world.clock.now())
    later(journeys, applied + MONTH)

    assert "answer_overdue" in refused(world, world.county, "result_review", review, "uphold", reason="无误")

    later(journeys, applied + MONTH + DAY)
    answer(journeys, review, "uphold", by=world.county)

    assert "upheld" == world.state_of("result_review", review)


def test_the_sweep_notes_the_silence(journeys: Journeys) -> None:
    """Overdue: the case says so, agency and administration are told, and the agency may still answer."""
    world, traveller = journeys.world, failed_by_opinion(journeys)
    review = apply(journeys, traveller)
    world.at(local_date(world.clock.now()) + MONTH + DAY)

    assert "escalated" == world.state_of("result_review", review)

    answer(journeys, review, "uphold")

    assert "upheld" == world.state_of("result_review", review)


def test_who_decided_does_not_review(journeys: Journeys) -> None:
    """Who confirmed the opinion has taken part in the result."""
    world, traveller = journeys.world, failed_by_opinion(journeys)
    review = apply(journeys, traveller)

    assert "by_another" in refused(world, world.agency, "result_review", review, "uphold", reason="无误")


def test_a_result_that_changes_meanwhile(journeys: Journeys) -> None:
    """A corrected line makes another result: the application about the earlier one ends, a new one may be made."""
    world, traveller = journeys.world, journeys.to("qualified")
    review = apply(journeys, traveller)
    journeys.correct(Decimal(99), PaperKind.HUMANITIES)

    assert "superseded" == world.state_of("result_review", review)
    assert sound(journeys)


def test_whose_it_is(journeys: Journeys) -> None:
    """Nobody but the physician applies; the hospital reads, and does not decide."""
    world, traveller = journeys.world, failed_by_opinion(journeys)
    stranger = journeys.newcomer()
    payload = Apply(assessment_id=traveller.case_id, grounds="异议")
    with pytest.raises(NotFound):
        world.send(stranger.principal, "result_review", None, "apply", payload)
    review = apply(journeys, traveller)

    assert (
        "对结果有异议" == world.application.cases.get(world.hospital, "result_review", review).record.grounds
    )
    with pytest.raises(NotPermitted):
        world.send(world.hospital, "result_review", review, "uphold", reason="无误")
