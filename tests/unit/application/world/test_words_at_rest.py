"""What is said of somebody in a dispute is read in no database file: it lies sealed in the records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from kaohe_workflow.lifecycles.affiliation.case import PenaltyKind
from kaohe_workflow.lifecycles.affiliation.events import EnterPenalty
from kaohe_workflow.lifecycles.assessment.events import ReportFinding
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.cheating.events import StateCase
from kaohe_workflow.lifecycles.evaluation.events import ReportForceMajeure
from kaohe_workflow.lifecycles.result_review.events import Apply
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import SITTING_DAY, Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import PaperKind, Stage

WORDS = (
    *("金丝雀处罚决定", "金丝雀处罚报告", "金丝雀红包查实", "金丝雀洪水中断", "金丝雀当日因病"),
    *("金丝雀申请复核", "金丝雀维持原结论", "金丝雀忘记密码"),
)


def say(journeys: Journeys) -> None:
    """Every one of the words, by whoever says such things."""
    world = journeys.world
    recorded, reported, found, flood, ill, appeal, upheld, forgotten = WORDS
    proof = (hand_in(world.application, world.county),)
    penalty = EnterPenalty(
        decided_on=date(2021, 7, 1), authority="县局", kind=PenaltyKind.WARNING, text=recorded, evidence=proof
    )
    who = journeys.newcomer()
    own = attrs.evolve(penalty, text=reported, evidence=(hand_in(world.application, world.hospital),))
    world.send(world.county, "affiliation", who.physician_id, "record_penalty", penalty)
    world.send(world.hospital, "affiliation", who.physician_id, "report_penalty", own)
    sitter, failing, marked = (journeys.to("awaiting_assessment") for _ in range(3))
    finding = ReportFinding(
        ground=DirectGround.TOOK_FROM_PATIENTS,
        found_on=date(2021, 7, 1),
        text=found,
        evidence=(hand_in(world.application, world.hospital),),
    )
    world.send(world.hospital, "assessment", failing.case_id, "report_finding", finding)
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(sitter)[Stage.FIRST, PaperKind.HUMANITIES]
    journeys.start(paper)
    report = ReportForceMajeure(text=flood, evidence=(hand_in(world.application, sitter.principal),))
    world.send(sitter.principal, "evaluation", paper, "report_force_majeure", report)
    journeys.score(marked, Stage.FIRST, humanities=Decimal(70))
    mark = journeys.mark(marked, PaperKind.HUMANITIES)
    journeys.report(mark)
    world.send(marked.principal, "cheating", mark, "state_case", StateCase(statement=ill))
    journeys.lead(failing, "qualified")
    apply = Apply(assessment_id=failing.case_id, grounds=appeal)
    review = world.send(failing.principal, "result_review", None, "apply", apply).id
    other = attrs.evolve(world.agency, account_id="another", operator_id="another")
    world.send(other, "result_review", review, "uphold", reason=upheld)
    account = world.application.lists.page(world.hospital, "accounts", {"kind": "physician"}).rows[0]
    world.application.accounts.issue_code(world.hospital, str(account["id"]), reason=forgotten)


@pytest.mark.manual("S-I11")
def test_what_is_said_in_a_dispute_lies_sealed(tmp_path: Path) -> None:
    """Neither the file nor its log has a word of it, and everything still opens and holds."""
    with World.open(f"sqlite:///{tmp_path / 'kaohe.db'}") as world:
        say(Journeys.of(world))
        stored = "".join(
            one.read_bytes().decode("utf-8", "ignore") for one in tmp_path.glob("kaohe.db*") if one.is_file()
        )
        findings = world.application.verification.run().findings

    assert "awaiting_assessment" in stored
    assert [] == [word for word in WORDS if word in stored]
    assert () == findings
