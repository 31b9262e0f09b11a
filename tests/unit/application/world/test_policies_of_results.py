"""What follows from what happens to assessments, papers and exemptions: one test a policy, end to end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kaohe_workflow.lifecycles.cycle.events import DeclareDelivery
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.testing.journeys import (
    HIGH,
    LAST_DAY,
    LOW,
    MAKEUP_DAY,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
)
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from tests.unit.application.world.steps import case_of, cause_of_last, events_of, found

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


@pytest.mark.manual("S-74", "S-82")
@pytest.mark.parametrize(
    ("filed", "papers"),
    [({}, {HUMANITIES, PROFESSIONAL}), (SIMPLIFIED, {HUMANITIES})],
)
def test_assign_first_papers(journeys: Journeys, filed: dict[str, Any], papers: set[PaperKind]) -> None:
    """Passed by the agency: 一般程序 sits two papers, 简易程序 医学人文 alone; level and category are fixed."""
    traveller = journeys.to("awaiting_assessment", **filed)

    assert dict.fromkeys(papers, "not_sat") == journeys.paper_states(traveller)
    paper = case_of(journeys.world, "evaluation", journeys.papers(traveller)[Stage.FIRST, HUMANITIES])

    assert (Level.LICENSED, 1) == (paper.record.level, paper.record.round)


def test_assign_makeup_papers(journeys: Journeys) -> None:
    """Make-up is confirmed: the papers that were not passed are sat again, no other."""
    traveller = journeys.to("awaiting_assessment")
    journeys.world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
    journeys.lead(traveller, "awaiting_makeup")

    assert {PROFESSIONAL: "not_sat"} == journeys.paper_states(traveller, Stage.MAKEUP)


def test_assign_missing_makeup_papers(journeys: Journeys) -> None:
    """A corrected line fails a paper of the first stage while the make-up is waited for: it is sat again too."""
    traveller = journeys.to("awaiting_assessment")
    journeys.world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
    journeys.lead(traveller, "awaiting_makeup")
    journeys.correct(HIGH + 1, HUMANITIES)

    assert {HUMANITIES: "not_sat", PROFESSIONAL: "not_sat"} == journeys.paper_states(traveller, Stage.MAKEUP)
    assert () == journeys.world.application.verification.run().findings


@pytest.mark.parametrize("sat", [False, True])
def test_cancel_needless_makeup_papers(journeys: Journeys, sat: bool) -> None:
    """A corrected line passes a first paper: its make-up falls away, and what is sat by then is the result."""
    traveller = journeys.to("awaiting_makeup")
    if sat:
        journeys.not_before(MAKEUP_DAY)
        journeys.score(traveller, Stage.MAKEUP, humanities=HIGH)
        journeys.not_before(LAST_DAY)
        journeys.publish(Stage.MAKEUP)
    journeys.correct(LOW, PROFESSIONAL)

    expected = ("passed", "qualified") if sat else ("not_sat", "awaiting_makeup")
    states = journeys.paper_states(traveller, Stage.MAKEUP)
    assert {HUMANITIES: expected[0], PROFESSIONAL: "cancelled"} == states
    assert expected[1] == journeys.state(traveller)
    assert () == journeys.world.application.verification.run().findings


def test_settle_result(stored: Journeys) -> None:
    """The last paper closes: the result is settled, once, in the same transaction."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    world.at(SITTING_DAY)
    stored.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
    world.at(RESULT_DAY)

    stored.publish(Stage.FIRST)

    assert "awaiting_makeup_approval" == stored.state(traveller)
    assert 1 == events_of(world, "assessment", traveller.case_id).count("settle")
    assert "settle_result" == cause_of_last(world, "assessment", traveller.case_id)


def test_nothing_is_settled_while_a_paper_is_open(journeys: Journeys) -> None:
    """One paper failed, the other not sat yet: the result waits."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=LOW)
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    between = journeys.state(traveller)

    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(Stage.FIRST))
    world.send(
        world.agency,
        "evaluation",
        journeys.papers(traveller)[Stage.FIRST, PROFESSIONAL],
        "confirm_absence",
        ConfirmAbsence(True),
    )

    assert ("awaiting_assessment", "awaiting_makeup_approval") == (between, journeys.state(traveller))


def test_recompute_result(stored: Journeys) -> None:
    """A corrected line judges again, both ways, and the result follows."""
    traveller = stored.to("qualified")

    stored.correct(Decimal(80), HUMANITIES)
    stricter = stored.state(traveller)
    stored.correct(Decimal(60), HUMANITIES)

    assert ("awaiting_makeup_approval", "qualified") == (stricter, stored.state(traveller))
    assert () == stored.world.application.verification.run().findings


@pytest.mark.manual("S-74")
def test_exempt_waived_paper(journeys: Journeys) -> None:
    """免考 granted under 一般程序: 业务水平 is 合格(免考), 医学人文 is still to be sat."""
    traveller = journeys.to("awaiting_assessment")

    journeys.exempt(traveller)

    assert {HUMANITIES: "not_sat", PROFESSIONAL: "exempt_pass"} == journeys.paper_states(traveller)
    assert "awaiting_assessment" == journeys.state(traveller)


def test_reopen_waived_paper(journeys: Journeys) -> None:
    """An exemption found false: the waived paper is to be sat after all, and a result that rested on it falls."""
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
    exemption = journeys.exempt(traveller)
    settled = journeys.state(traveller)

    journeys.world.send(journeys.world.county, "exemption", exemption, "revoke", reason="证书系伪造")

    assert ("qualified", "awaiting_assessment") == (settled, journeys.state(traveller))
    assert {HUMANITIES: "not_sat"} == journeys.paper_states(traveller)
    assert {"void"} == set(journeys.certificates(traveller).values())
    assert () == journeys.world.application.verification.run().findings


@pytest.mark.parametrize("event", ["start", "record_score"])
def test_withdraw_exemption_when_sitting(journeys: Journeys, event: str) -> None:
    """Who sits the waived paper has made the choice: the pending application is withdrawn."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    world.at(SITTING_DAY)
    papers = journeys.papers(traveller)

    journeys.start(papers[Stage.FIRST, HUMANITIES])
    other_paper = world.state_of("exemption", exemption)
    if event == "start":
        journeys.start(papers[Stage.FIRST, PROFESSIONAL])
    else:
        journeys.score(traveller, Stage.FIRST, professional=HIGH)

    assert ("awaiting_institution", "withdrawn") == (other_paper, world.state_of("exemption", exemption))


def test_withdraw_pending_exemption(journeys: Journeys) -> None:
    """A case that leaves 待参加考核 takes its undecided application along; a decided one stays."""
    world = journeys.world
    pending, granted = journeys.to("awaiting_assessment"), journeys.to("awaiting_assessment")
    exemptions = [journeys.apply_for_exemption(pending), journeys.exempt(granted)]

    for traveller in (pending, granted):
        world.send(world.county, "assessment", traveller.case_id, "withdraw")

    assert ["withdrawn", "granted"] == [world.state_of("exemption", one) for one in exemptions]


@pytest.mark.parametrize("event", ["return_to_institution", "return_to_physician"])
@pytest.mark.parametrize("decided", [False, True])
def test_withdraw_exemption_of_returned_file(journeys: Journeys, event: str, decided: bool) -> None:
    """A file that goes back takes every application along, a granted one too."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.exempt(traveller) if decided else journeys.apply_for_exemption(traveller)

    world.send(world.county, "assessment", traveller.case_id, event, reason="材料不全")

    assert "withdrawn" == world.state_of("exemption", exemption)
    assert {"cancelled"} == set(journeys.paper_states(traveller).values())
    assert () == world.application.verification.run().findings


def test_cancel_papers(journeys: Journeys) -> None:
    """Who leaves the first sitting without a result has no paper open any more."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")

    world.send(world.county, "assessment", traveller.case_id, "withdraw")
    states = [world.state_of("evaluation", paper) for paper in journeys.papers(traveller).values()]

    assert ["cancelled"] * 2 == states


def test_cancel_makeup_papers(journeys: Journeys) -> None:
    """Who leaves the make-up without a result has no paper open any more; what was finished stays."""
    world = journeys.world
    traveller = journeys.to("awaiting_makeup")

    world.send(world.county, "assessment", traveller.case_id, "withdraw")
    states = [world.state_of("evaluation", paper) for paper in journeys.papers(traveller).values()]

    assert ["cancelled"] * 2 + ["failed"] * 2 == sorted(states)


def test_a_returned_file_gets_new_papers_when_it_is_passed_again(stored: Journeys) -> None:
    """Cancelled papers stay cancelled; a new round is assigned."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    world.send(world.county, "assessment", traveller.case_id, "return_to_institution", reason="意见有误")

    stored.lead(traveller, "awaiting_agency_review")
    stored.lead(traveller, "awaiting_assessment")
    papers = found(world, "evaluation", "assessment_id", traveller.case_id)

    assert [("cancelled", 1), ("cancelled", 1), ("not_sat", 2), ("not_sat", 2)] == sorted(
        (paper.state, paper.record.round) for paper in papers
    )
    assert () == world.application.verification.run().findings


def test_judge_papers_of_line(stored: Journeys) -> None:
    """A published line judges every scored paper of its stage, kind and level, and no other."""
    world = stored.world
    licensed, assistant = stored.newcomer(), stored.newcomer(level=Level.ASSISTANT)
    for traveller in (licensed, assistant):
        stored.lead(traveller, "awaiting_assessment", level=None)
    world.at(SITTING_DAY)
    for traveller in (licensed, assistant):
        stored.score(traveller, Stage.FIRST, humanities=Decimal(57), professional=Decimal(57))
    world.at(RESULT_DAY)

    stored.publish(Stage.FIRST)

    assert {"failed"} == set(stored.paper_states(licensed).values())
    assert {"passed"} == set(stored.paper_states(assistant).values())
    assert ("awaiting_makeup_approval", "qualified") == (
        stored.state(licensed),
        stored.state(assistant),
    )


def test_judge_late_score(journeys: Journeys) -> None:
    """A score that arrives after its line is judged at once, at the line included."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)

    journeys.score(traveller, Stage.FIRST, humanities=Decimal(60))

    assert {HUMANITIES: "passed"} == journeys.paper_states(traveller)
    assert "qualified" == journeys.state(traveller)


@pytest.mark.manual("S-88")
def test_allow_certificate(journeys: Journeys) -> None:
    """合格 has a certificate to print at once; 待确认补考 has none."""

    assert ["printable"] == list(journeys.certificates(journeys.to("qualified")).values())
    assert {} == journeys.certificates(journeys.to("not_enrolled"))


def test_void_certificate(journeys: Journeys) -> None:
    """A result that falls takes its certificate along; a later 合格 has a new one, with a new number."""
    world = journeys.world
    traveller = journeys.to("qualified")
    ((first, _),) = journeys.certificates(traveller).items()
    world.application.certificates.issue(traveller.principal, first)

    journeys.correct(Decimal(80), HUMANITIES)
    void = journeys.certificates(traveller)
    journeys.correct(Decimal(60), HUMANITIES)
    (second,) = set(journeys.certificates(traveller)) - {first}
    world.application.certificates.issue(traveller.principal, second)

    assert {first: "void"} == void
    assert {first: "void", second: "generated"} == journeys.certificates(traveller)
    records = [case_of(world, "certificate", one).record for one in (first, second)]

    assert records[0].number != records[1].number
    assert records[0].result_version < records[1].result_version
