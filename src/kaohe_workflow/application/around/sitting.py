"""
Around papers: a paper's level is that of the assessment's filing; the event that makes one names its assessment.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from kaohe_workflow.application.around.papers import line_of, paper_view, waived_kinds
from kaohe_workflow.application.around.photos import concluded_on, evidence_of, is_contested
from kaohe_workflow.application.around.recusing import AroundFile
from kaohe_workflow.application.phases import RUNNING
from kaohe_workflow.lifecycles.assessment.case import Assessment
from kaohe_workflow.lifecycles.assessment.findings import FindingStanding
from kaohe_workflow.lifecycles.assessment.outcome import any_started
from kaohe_workflow.lifecycles.evaluation.ordering import SiblingView
from kaohe_workflow.lifecycles.evaluation.views import AssessmentView as SittingView
from kaohe_workflow.values.terms import Stage, Verdict
from kaohe_workflow.values.windows import CycleWindows


@attrs.frozen
class EvaluationAround(AroundFile):
    """Around a paper."""

    @property
    def assessment(self) -> SittingView | None:
        """The assessment, None where there is no such case."""
        case = self.at.assessment
        if case is None:
            return None
        record = case.record
        return SittingView(
            state=case.state,
            institution_id=record.institution_id,
            cycle_id=record.cycle_id,
            physician_id=record.physician_id,
            procedure=record.procedure,
            level=record.filing.level if record.filing else None,
            category=record.filing.category if record.filing else None,
            decided_otherwise=_decided_otherwise(record),
            early=record.early.stages if record.early is not None else frozenset(),
        )

    @property
    def subjects(self) -> tuple[str, ...]:
        """The diagnosis subjects of the filing's department, as they are now; none without a filing."""
        case = self.at.assessment
        filing = case.record.filing if case is not None else None
        return self.at.batch.subjects.get(filing.department_id if filing is not None else None)

    @property
    def siblings(self) -> tuple[SiblingView, ...]:
        """The other papers of the assessment and stage, cancelled ones aside."""
        assessment = self.at.assessment
        return tuple(
            SiblingView(case.record.kind, case.state)
            for case in (self.at.batch.papers.get(assessment.id) if assessment else ())
            if case.id != self.at.case_id
            and case.record.stage is self.at.named("stage")
            and case.state != "cancelled"
        )

    @property
    def windows(self) -> CycleWindows | None:
        """The windows that hold for the assessment, None where there is no such cycle."""
        cycle, assessment = self.at.cycle, self.at.assessment
        return assessment.record.windows(cycle.record.windows) if cycle and assessment else None

    @property
    def line(self) -> Decimal | None:
        """The pass line of this paper, None while there is none."""
        cycle, paper = self.at.cycle, self.at.record
        return line_of(paper, cycle.record if cycle is not None else None) if paper is not None else None

    @property
    def delivered(self) -> bool:
        """Whether the province has declared that all scores of this paper's stage have arrived."""
        cycle = self.at.cycle
        return cycle is not None and self.at.named("stage") in cycle.record.delivered

    @property
    def exempt(self) -> bool:
        """Whether an exemption that waives this paper's kind has been granted."""
        assessment = self.at.assessment
        granted = waived_kinds(self.at.batch.exemptions.get(assessment.id)) if assessment else frozenset()
        return self.at.named("kind") in granted

    @property
    def makeup_begun(self) -> bool:
        """Whether a make-up paper of this assessment has been started or has a result."""
        assessment = self.at.assessment
        papers = self.at.batch.papers.get(assessment.id) if assessment else ()
        return any_started(map(paper_view, papers), Stage.MAKEUP)

    @property
    def cheating_confirmed(self) -> bool:
        """Whether the province has found that this paper was not sat honestly."""
        assessment = self.at.assessment
        return assessment is not None and any(
            mark.state == "confirmed" and mark.record.evaluation_id == self.at.case_id
            for mark in self.at.batch.marks.get(assessment.id)
        )

    @property
    def superseded(self) -> bool:
        """Whether a later paper of the same kind and stage was assigned and not cancelled."""
        assessment, paper = self.at.assessment, self.at.record
        return assessment is not None and any(
            (case.record.kind, case.record.stage) == (paper.kind, paper.stage)
            and case.record.round > paper.round
            and case.state != "cancelled"
            for case in self.at.batch.papers.get(assessment.id)
        )

    @property
    def cheating_in_assessment(self) -> bool:
        """Whether the province has found that any paper of the assessment was not sat honestly."""
        assessment = self.at.assessment
        return assessment is not None and any(
            mark.state == "confirmed" for mark in self.at.batch.marks.get(assessment.id)
        )

    @property
    def cycle_running(self) -> bool:
        """Whether the cycle is published and neither archived nor discarded."""
        cycle = self.at.cycle
        return cycle is not None and cycle.state in RUNNING

    @property
    def concluded_on(self) -> date | None:
        """The day of the verdict, or of another end of the assessment; None before it."""
        assessment = self.at.assessment
        return concluded_on(assessment, self.at.cycle) if assessment is not None else None

    @property
    def contested(self) -> bool:
        """Whether a mark, a finding or a review of this assessment is not decided."""
        case, batch = self.at.assessment, self.at.batch
        return case is not None and is_contested(case, batch.marks.get(case.id), batch.reviews.get(case.id))

    @property
    def evidence(self) -> frozenset[str]:
        """The photos by which a paper of this assessment was marked."""
        case = self.at.assessment
        return evidence_of(self.at.batch.marks.get(case.id)) if case is not None else frozenset()


def _decided_otherwise(record: Assessment) -> bool:
    """Whether no paper makes it 合格: both opinions are not 合格 and passed, a finding stands, or it was revoked."""
    opinions = record.opinions
    confirmed = opinions is not None and {opinions.work, opinions.ethics} == {Verdict.QUALIFIED}
    stands_against = record.finding is FindingStanding.CONFIRMED or record.revocation is not None
    return not (confirmed and record.agency_passed) or stands_against
