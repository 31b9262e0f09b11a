"""
Around what follows a result: applications for review, and the follow-up of 不合格.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from kaohe_workflow.application.around.cycles_before import missed_before, took_no_part
from kaohe_workflow.application.around.papers import line_of, paper_view, waived_kinds
from kaohe_workflow.application.around.publication import PUBLISHED
from kaohe_workflow.application.around.recusing import AroundFile
from kaohe_workflow.application.around.registering import barred_until
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.notices.inbox import receipt_of
from kaohe_workflow.application.phases import PENDING_REVIEW
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.findings import FindingStanding
from kaohe_workflow.lifecycles.assessment.papers import required_papers
from kaohe_workflow.lifecycles.cycle.lines import proposed_line
from kaohe_workflow.lifecycles.follow_up import facts as follow_up
from kaohe_workflow.lifecycles.follow_up.honours import cycle_end
from kaohe_workflow.lifecycles.result_review.case import OpinionItem
from kaohe_workflow.lifecycles.result_review.facts import ResultView
from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.terms import Level, PaperKind, Procedure, Stage, Verdict
from kaohe_workflow.values.windows import local_date

CORRECTABLE = ("failed", "absent")
"""States of a paper whose score a review may set right."""


@attrs.frozen
class ResultReviewAround(AroundFile):
    """Around an application for review of a result."""

    @property
    def result(self) -> ResultView | None:
        """The assessment, None where there is no such case."""
        case = self.at.assessment
        if case is None:
            return None
        record = case.record
        return ResultView(
            state=case.state,
            institution_id=record.institution_id,
            cycle_id=record.cycle_id,
            physician_id=record.physician_id,
            result_version=record.result_version,
            assessed_by=record.assessed_by,
            judges=record.judges,
            failing=_failing(case),
            findings=frozenset(
                finding.number for finding in record.findings if finding.standing is FindingStanding.CONFIRMED
            ),
            papers=self._correctable(case),
        )

    def _correctable(self, case: Case) -> frozenset[tuple[Stage, PaperKind]]:
        """The papers of the deciding stage that were not passed and whose line is published."""
        cycle = self.at.batch.cycles.get(case.record.cycle_id)
        if cycle is None:
            return frozenset()
        return frozenset(
            (paper.record.stage, paper.record.kind)
            for paper in self.at.batch.papers.get(case.id)
            if paper.state in CORRECTABLE
            and paper.record.stage is case.record.stage
            and line_of(paper.record, cycle.record) is not None
        )

    @property
    def received_on(self) -> date | None:
        """The day on which the physician has received the present version, None while it is not received."""
        case = self.at.assessment
        if case is None:
            return None
        batch, record = self.at.batch, case.record
        return receipt_of(batch.unit, self.at.moment, record.physician_id, case.id, record.result_version)

    @property
    def applied_already(self) -> bool:
        """Whether there is another application for the present version of the result."""
        case = self.at.assessment
        return case is not None and any(
            review.id != self.at.case_id and review.record.result_version == case.record.result_version
            for review in self.at.batch.reviews.get(case.id)
        )


def _failing(case: Case) -> frozenset[OpinionItem]:
    opinions = case.record.opinions
    if opinions is None:
        return frozenset()
    verdicts = {OpinionItem.WORK: opinions.work, OpinionItem.ETHICS: opinions.ethics}
    return frozenset(item for item, verdict in verdicts.items() if verdict is Verdict.UNQUALIFIED)


@attrs.frozen
class FollowUpAround(AroundFile):
    """Around the follow-up of a result."""

    @property
    def result(self) -> follow_up.ResultView | None:
        """The assessment, None where there is no such case."""
        case = self.at.assessment
        if case is None:
            return None
        record, cycle = case.record, self.at.batch.cycles.get(case.record.cycle_id)
        return follow_up.ResultView(
            state=case.state,
            institution_id=record.institution_id,
            cycle_id=record.cycle_id,
            physician_id=record.physician_id,
            result_version=record.result_version,
            absent=took_no_part(case, self.at.batch.papers.get(case.id)),
            cycle_archived=cycle is not None and cycle.state == "archived",
        )

    @property
    def received_on(self) -> date | None:
        """The day on which the physician has received this version, None while it is not received."""
        batch, record = self.at.batch, self.at.record
        if record is None:
            return None
        return receipt_of(
            batch.unit, self.at.moment, record.physician_id, record.assessment_id, record.result_version
        )

    @property
    def review_pending(self) -> bool:
        """Whether a review of this version is applied for and not answered."""
        record = self.at.record
        return record is not None and any(
            review.state in PENDING_REVIEW and review.record.result_version == record.result_version
            for review in self.at.batch.reviews.get(record.assessment_id)
        )

    @property
    def missed_before(self) -> bool:
        """Whether the physician has missed the cycle before that of the assessment, too."""
        case = self.at.assessment
        return case is not None and missed_before(self.at.batch.unit, case)

    @property
    def barred_until(self) -> tuple[date, ...]:
        """The ends of the bars of the person's cancellations that stand, under whichever of the records."""
        return barred_until(self.at.batch, self._person_id)

    @property
    def entered_on(self) -> date | None:
        """The day on which an institution took the person in last, None where none has since the first entry."""
        person = self.at.batch.affiliations.get(self._person_id)
        return person.record.entered_on if person is not None else None

    @property
    def person_gone(self) -> bool:
        """Whether an administration has ended the person's record: 死亡, 注销注册, 转出本省, 退休."""
        person = self.at.batch.affiliations.get(self._person_id)
        return person is not None and person.state == "left"

    @property
    def _person_id(self) -> str | None:
        """The record that is kept of the person."""
        record = self.at.record
        return self.at.batch.persons.get(record.physician_id) if record is not None else None

    @property
    def cycle_ends_on(self) -> date | None:
        """The last day of the cycle that today lies in, published or to come; None where there was none before."""
        published = self.at.batch.unit.find("cycle", [Where("state", "in", PUBLISHED)])
        spans = [(case.record.first_day, case.record.last_day) for case in published]
        return cycle_end(local_date(self.at.batch.moment.now), spans)

    @property
    def papers_again(self) -> tuple[PaperKind, ...]:
        """
        The papers of a make-up: what the physician has not passed, or the province's list.

        Read: who has never chosen a procedure is assessed by the general one (考核办法 第二十一条).
        """
        case, batch, parameters = self.at.assessment, self.at.batch, self.at.moment.parameters
        if case is None:
            return ()
        waived = waived_kinds(batch.exemptions.get(case.id))
        papers = tuple(map(paper_view, batch.papers.get(case.id)))
        sitter = case.record.sitter or Sitter(Procedure.GENERAL)
        return required_papers(sitter, Stage.MAKEUP, waived, parameters, papers)

    def line(self, kind: PaperKind) -> Decimal:
        """
        The score that a paper of the re-assessment asks for.

        The line that the province has published for this paper, of a make-up or else of the first stage; where it has
        none, the one that its form proposes. Read: who has filed no level is measured as 执业医师 (design).
        """
        case, batch = self.at.assessment, self.at.batch
        level = (case.record.level if case is not None else None) or Level.LICENSED
        cycle = batch.cycles.get(case.record.cycle_id) if case is not None else None
        lines = (
            [cycle.record.line(stage, kind, level) for stage in (Stage.MAKEUP, Stage.FIRST)] if cycle else []
        )
        published = next((line for line in lines if line is not None), None)
        return published.score if published is not None else proposed_line(self.at.moment.parameters, level)
