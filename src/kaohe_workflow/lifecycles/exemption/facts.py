"""
What the guards of an application for exemption look at.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.exemption.case import WAIVES, Exemption
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.lifecycles.listing import KnowsList, ListFacts
from kaohe_workflow.lifecycles.reviewing import ClaimFacts, KnowsReviewers, RecallFacts
from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.telling import listed, told
from kaohe_workflow.values.terms import Category, Level, PaperKind, Procedure, Stage
from kaohe_workflow.values.windows import LABELS, CycleWindows, Position, Window, day_label


@attrs.frozen(kw_only=True)
class AssessmentView:
    """The assessment that an application belongs to, None of ``procedure`` while nothing was submitted."""

    state: str
    institution_id: str
    cycle_id: str
    physician_id: str
    procedure: Procedure | None
    stage: Stage | None
    level: Level | None = None
    category: Category | None = None


@attrs.frozen(kw_only=True)
class CycleView:
    """The cycle: the span that is assessed (both days included), and its windows."""

    first_day: date
    last_day: date
    windows: CycleWindows


REGISTERING = frozenset(
    {
        "registration_returned",
        "awaiting_institution_review",
        "returned_by_agency",
        "awaiting_agency_review",
    }
)
"""States of an assessment whose filing was submitted and is not passed yet."""


class Around(KnowsReviewers, KnowsList, Protocol):
    """What an application needs of its surroundings; for one to be made, what its payload names."""

    @property
    def assessment(self) -> AssessmentView | None:
        """The assessment, None where there is no such case."""

    @property
    def cycle(self) -> CycleView | None:
        """The cycle of the assessment, None where there is none."""

    @property
    def applied_already(self) -> bool:
        """Whether the assessment has another application than this one."""

    def paper_state(self, kind: PaperKind) -> str | None:
        """
        The state of the first-stage paper of this kind, the latest round of it.

        None where it has not been assigned, or was cancelled; handed in where it was sat and may be sat again.
        """


class ExemptionFacts(
    ClaimFacts[Exemption, Around], RecallFacts[Exemption, Around], ListFacts[Exemption, Around]
):
    """The facts of the chart ``exemption``."""

    @property
    def _windows(self) -> CycleWindows | None:
        cycle = self._around.cycle
        return cycle.windows if cycle is not None else None

    @property
    def _kind(self) -> PaperKind | None:
        """The waived paper: the record's, or what a new application under this procedure waives."""
        if self._record is not None and not isinstance(self._payload, Apply):
            return self._record.kind
        assessment = self._around.assessment
        procedure = assessment.procedure if assessment is not None else None
        return WAIVES[procedure] if procedure is not None else None

    def _position(self, window: Window | None) -> str:
        return Position.OVER.value if window is None else window.position(self._now).value

    @property
    def apply_window(self) -> str:
        """免考申请时间, by default until the evaluation ends (手册 2.2.8)."""
        windows = self._windows
        return self._position(windows.exemption if windows is not None else None)

    @property
    def review_window(self) -> str:
        """免考审核时间, by default until the evaluation ends (手册 2.2.8)."""
        windows = self._windows
        return self._position(windows.exemption_review if windows is not None else None)

    @property
    def stage_ok(self) -> bool:
        """
        The filing has been passed and waits for the papers of the first stage (手册 2.2.8); where the province
        lets it be applied for together with the registration, also one that is submitted.

        There is no exemption in the make-up, and none before a procedure is submitted: it says which paper is waived.
        """
        assessment = self._around.assessment
        if assessment is None or assessment.procedure is None or assessment.stage is Stage.MAKEUP:
            return False
        early = self._parameters.exemption_with_registration and assessment.state in REGISTERING
        return early or assessment.state == "awaiting_assessment"

    @property
    def ground_listed(self) -> bool:
        """The ground is one of the province's list (考核办法 第二十三条)."""
        grounds = self._parameters.exemption_grounds
        return isinstance(self._payload, Apply) and any(
            ground.code == self._payload.ground for ground in grounds
        )

    @property
    def date_in_cycle(self) -> bool:
        """The certificate is dated in the cycle, both end days included (考核办法 第二十三条: 考核周期内)."""
        cycle = self._around.cycle
        if cycle is None or not isinstance(self._payload, Apply):
            return False
        return cycle.first_day <= self._payload.certificate_on <= cycle.last_day

    @property
    def attachments_given(self) -> bool:
        """At least one file proves the ground (手册 2.2.8)."""
        return isinstance(self._payload, Apply) and bool(self._payload.attachments)

    @property
    def exclusions_declared(self) -> bool:
        """
        The physician declares that none of the ground's exclusions applies (考核办法 第二十三条, 省级规定).

        A ground without exclusions needs no declaration, and neither does one that is not listed: that is refused as
        such.
        """
        if not isinstance(self._payload, Apply):
            return False
        return self._payload.none_excluded or not self._exclusions

    @property
    def _exclusions(self) -> tuple[str, ...]:
        """What does not count under the ground of the payload."""
        named = self._payload.ground if isinstance(self._payload, Apply) else ""
        return self._parameters.exemption_exclusions(named)

    @property
    def paper_due(self) -> bool:
        """The waived paper is one that the physician has to sit: a province may have some sit others (design)."""
        assessment, kind = self._around.assessment, self._kind
        if assessment is None or assessment.procedure is None:
            return False
        return kind in self._parameters.papers(
            Sitter(assessment.procedure, assessment.level, assessment.category)
        )

    @property
    def paper_untouched(self) -> bool:
        """The waived paper is not assigned yet, or not started and without a score."""
        kind = self._kind
        return kind is not None and self._around.paper_state(kind) in (None, "not_sat")

    @property
    def applied_already(self) -> bool:
        """There is an application: it is applied with again, there is never a second one (手册 2.2.8)."""
        return self._around.applied_already

    @property
    def review_closes_at(self) -> datetime | None:
        """When 免考审核时间 ends."""
        windows = self._windows
        return windows.exemption_review.closes_at if windows is not None else None

    def _told_cycle(self) -> str:
        cycle = self._around.cycle
        return (
            f"考核周期从{day_label(cycle.first_day)}到{day_label(cycle.last_day)}"
            if cycle is not None
            else ""
        )

    def _told_apply(self) -> str:
        windows = self._windows
        return told(LABELS["exemption"], windows.exemption, self._now) if windows is not None else ""

    def _told_review(self) -> str:
        windows = self._windows
        return (
            told(LABELS["exemption_review"], windows.exemption_review, self._now)
            if windows is not None
            else ""
        )

    def _told_grounds(self) -> str:
        labels = [ground.label for ground in self._parameters.exemption_grounds]
        return f"本省的情形为：{listed(labels)}" if labels else "本省没有规定免考情形"

    def _told_exclusions(self) -> str:
        return f"该情形不包括：{listed(self._exclusions)}"

    _ASIDES: ClassVar = {
        "apply_window": _told_apply,
        "review_window": _told_review,
        "date_in_cycle": _told_cycle,
        "ground_listed": _told_grounds,
        "exclusions_declared": _told_exclusions,
    }
