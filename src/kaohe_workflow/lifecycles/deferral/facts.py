"""
What the guards of an application for deferral look at.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.deferral.case import Deferral
from kaohe_workflow.lifecycles.deferral.events import Apply
from kaohe_workflow.lifecycles.listing import KnowsList, ListFacts
from kaohe_workflow.lifecycles.reviewing import KnowsReviewers, RecallFacts, ReviewerFacts
from kaohe_workflow.values.telling import listed, told
from kaohe_workflow.values.windows import LABELS, Position, Window

DEFERRABLE = frozenset(
    {
        "awaiting_registration",
        "registration_returned",
        "awaiting_institution_review",
        "returned_by_agency",
        "awaiting_agency_review",
        "awaiting_assessment",
    }
)
"""States of an assessment that may be deferred: the physician takes part and has not come to the end of the papers."""

_FINISHED = frozenset({"handed_in", "passed", "failed", "absent", "void"})
# 缺考待确认 is a paper not sat that a sweep has come across: what may be done must not hang on the sweep.
_UNTOUCHED = frozenset({"not_sat", "absence_pending", "exempt_pass", "not_opened", "cancelled"})


@attrs.frozen(kw_only=True)
class AssessmentView:
    """The assessment that an application belongs to; ``evaluation`` is when its papers of the first stage are sat."""

    state: str
    institution_id: str
    cycle_id: str
    physician_id: str
    evaluation: Window


class Around(KnowsReviewers, KnowsList, Protocol):
    """What an application needs of its surroundings; for one to be made, what its payload names."""

    @property
    def assessment(self) -> AssessmentView | None:
        """The assessment, None where there is no such case, or no cycle of it."""

    @property
    def papers(self) -> tuple[str, ...]:
        """The states of the papers of the first stage."""

    @property
    def applied_already(self) -> bool:
        """Whether the assessment has another application than this one."""


class DeferralFacts(
    RecallFacts[Deferral, Around], ReviewerFacts[Deferral, Around], ListFacts[Deferral, Around]
):
    """The facts of the chart ``deferral``."""

    @property
    def offered(self) -> bool:
        """The province knows 延考 at all (the manual does not)."""
        return self._parameters.deferral

    @property
    def evaluation_window(self) -> str:
        """计划测评考核时间 of this physician (手册 2.2.2)."""
        assessment = self._around.assessment
        if assessment is None:
            return Position.OVER.value
        return assessment.evaluation.position(self._now).value

    @property
    def stage_ok(self) -> bool:
        """The physician takes part, and the first stage has not ended for him (design)."""
        assessment = self._around.assessment
        return assessment is not None and assessment.state in DEFERRABLE

    @property
    def ground_listed(self) -> bool:
        """The ground is one of the province's list (design)."""
        grounds = self._parameters.deferral_grounds
        return isinstance(self._payload, Apply) and any(
            ground.code == self._payload.ground for ground in grounds
        )

    @property
    def evidence_given(self) -> bool:
        """At least one file proves the ground (design)."""
        return isinstance(self._payload, Apply) and bool(self._payload.attachments)

    @property
    def papers(self) -> str:
        """
        How far the papers of the first stage are: ``finished`` as soon as one is, ``started`` as soon as one is begun.

        What is waived, not opened or cancelled has not been sat.
        """
        states = set(self._around.papers)
        if states & _FINISHED:
            return "finished"
        return "untouched" if states <= _UNTOUCHED else "started"

    @property
    def applied_already(self) -> bool:
        """There is an application: it is applied with again, there is never a second one (design)."""
        return self._around.applied_already

    @property
    def office(self) -> str:
        """Who puts deferrals on record in this province (design)."""
        return self._parameters.deferral_office.value

    @property
    def decided_in(self) -> str:
        """The state in which the review was made that brought the application here; ``none`` where no review did."""
        decision = self._record.decision if self._record is not None else None
        return decision.decided_in if decision is not None else "none"

    @property
    def evaluation_closes_at(self) -> datetime | None:
        """When 计划测评考核时间 of this physician ends."""
        assessment = self._around.assessment
        return assessment.evaluation.closes_at if assessment is not None else None

    def _told_evaluation(self) -> str:
        assessment = self._around.assessment
        return told(LABELS["evaluation"], assessment.evaluation, self._now) if assessment is not None else ""

    def _told_grounds(self) -> str:
        labels = [ground.label for ground in self._parameters.deferral_grounds]
        return f"本省的情形为：{listed(labels)}" if labels else "本省没有规定延考情形"

    _ASIDES: ClassVar = {"evaluation_window": _told_evaluation, "ground_listed": _told_grounds}
