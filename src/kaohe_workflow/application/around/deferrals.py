"""
Around applications for deferral.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.around.listing import list_standing
from kaohe_workflow.application.around.recusing import AroundFile
from kaohe_workflow.lifecycles.deferral.facts import AssessmentView
from kaohe_workflow.lifecycles.listing import ListStanding
from kaohe_workflow.values.terms import Stage


@attrs.frozen
class DeferralAround(AroundFile):
    """Around an application for deferral."""

    @property
    def assessment(self) -> AssessmentView | None:
        """The assessment, None where there is no such case, or no cycle of it."""
        case = self.at.assessment
        cycle = self.at.batch.cycles.get(case.record.cycle_id) if case is not None else None
        if case is None or cycle is None:
            return None
        record = case.record
        return AssessmentView(
            state=case.state,
            institution_id=record.institution_id,
            cycle_id=record.cycle_id,
            physician_id=record.physician_id,
            evaluation=record.windows(cycle.record.windows).evaluation,
        )

    @property
    def papers(self) -> tuple[str, ...]:
        """The states of the papers of the first stage."""
        case = self.at.assessment
        found = self.at.batch.papers.get(case.id) if case is not None else ()
        return tuple(paper.state for paper in found if paper.record.stage is Stage.FIRST)

    @property
    def list_standing(self) -> ListStanding:
        """How the physician stands to the list of who takes part (考核名单)."""
        return list_standing(self.at.batch, self.at.assessment)

    @property
    def applied_already(self) -> bool:
        """Whether the assessment has another application than this one."""
        case = self.at.assessment
        found = self.at.batch.deferrals.get(case.id) if case is not None else ()
        return any(one.id != self.at.case_id for one in found)
