"""
Around what follows a result: applications for review.
"""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.application.around.batch import BatchCase
from kaohe_workflow.application.notices.inbox import receipt_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.findings import FindingStanding
from kaohe_workflow.lifecycles.result_review.case import OpinionItem
from kaohe_workflow.lifecycles.result_review.facts import ResultView
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.values.terms import PaperKind, Stage, Verdict

CORRECTABLE = ("failed", "absent")
"""States of a paper whose score a review may set right."""


def _result(at: BatchCase) -> Case | None:
    """The assessment of a case: the record's, or the one that the payload names."""
    known = getattr(at.record, "assessment_id", None)
    return at.batch.assessments.get(known or getattr(at.payload, "assessment_id", None))


@attrs.frozen
class ResultReviewAround:
    """Around an application for review of a result."""

    at: BatchCase

    @property
    def result(self) -> ResultView | None:
        """The assessment, None where there is no such case."""
        case = _result(self.at)
        if case is None:
            return None
        record = case.record
        return ResultView(
            state=case.state,
            institution_id=record.institution_id,
            cycle_id=record.cycle_id,
            physician_id=record.physician_id,
            result_version=record.result_version,
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
            and cycle.record.line(paper.record.stage, paper.record.kind, paper.record.level) is not None
        )

    @property
    def received_on(self) -> date | None:
        """The day on which the physician has received the present version, None while it is not received."""
        case = _result(self.at)
        if case is None:
            return None
        batch, record = self.at.batch, case.record
        return receipt_of(batch.unit, batch.moment, record.physician_id, case.id, record.result_version)

    @property
    def applied_already(self) -> bool:
        """Whether there is another application for the present version of the result."""
        case = _result(self.at)
        return case is not None and any(
            review.id != self.at.case_id and review.record.result_version == case.record.result_version
            for review in self.at.batch.reviews.get(case.id)
        )

    @property
    def sender(self) -> Decider | None:
        """Who sends the event, None where nobody is known to."""
        return self.at.batch.sender


def _failing(case: Case) -> frozenset[OpinionItem]:
    opinions = case.record.opinions
    if opinions is None:
        return frozenset()
    verdicts = {OpinionItem.WORK: opinions.work, OpinionItem.ETHICS: opinions.ethics}
    return frozenset(item for item, verdict in verdicts.items() if verdict is Verdict.UNQUALIFIED)
