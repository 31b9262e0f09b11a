"""
What the guards of a paper look at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from kaohe_workflow.lifecycles.evaluation.case import Evaluation
from kaohe_workflow.lifecycles.evaluation.events import (
    AssessStatement,
    Assign,
    ConfirmAbsence,
    DeliverHandIn,
    DeliverStart,
    GiveLine,
    GrantResit,
    HandInStatement,
    RecordPhoto,
    RecordScore,
    ReportForceMajeure,
)
from kaohe_workflow.lifecycles.evaluation.ordering import prerequisite
from kaohe_workflow.lifecycles.evaluation.photo_keeping import PhotoFacts
from kaohe_workflow.lifecycles.evaluation.scores import counted
from kaohe_workflow.lifecycles.evaluation.views import Around
from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.scores import in_range
from kaohe_workflow.values.telling import told
from kaohe_workflow.values.terms import CheatingConsequence, PaperKind, Stage
from kaohe_workflow.values.windows import CHINA, CycleWindows, Position, Window

_STAGE_STATE = {"awaiting_assessment": Stage.FIRST, "awaiting_makeup": Stage.MAKEUP}

_WITHOUT_RESULT = frozenset({*_STAGE_STATE, "awaiting_makeup_approval"})
"""States of an assessment in which papers were assigned and no result was come to."""

_JUDGED_LATER = frozenset({"awaiting_makeup", "qualified", "unqualified"})
"""States of an assessment in which a paper that was sat before it came there may be judged anew."""


def stage_window(windows: CycleWindows | None, stage: Stage) -> Window | None:
    """Return the window in which the papers of a stage are sat, None while it is not set."""
    if windows is None:
        return None
    return windows.evaluation if stage is Stage.FIRST else windows.makeup


def sitting_ends_at(started_at: datetime, window: Window | None, parameters: Parameters) -> datetime:
    """
    Return when a paper that was started is over: after the province's minutes, but not after its window.

    Who starts late has less time; interruptions give no new time (手册 2.2.9).
    """
    ends_at = started_at + timedelta(minutes=parameters.paper_minutes)
    return ends_at if window is None else min(ends_at, window.closes_at)


class EvaluationFacts(PhotoFacts[Around]):
    """The facts of the chart ``evaluation``."""

    @property
    def _paper(self) -> Evaluation | Assign | None:
        """What says kind and stage: the record, or the payload that makes it."""
        if self._record is not None:
            return self._record
        return self._payload if isinstance(self._payload, Assign) else None

    @property
    def _window(self) -> Window | None:
        own = self._record.own_window if self._record is not None else None
        return own or self._stage_window

    @property
    def _stage_window(self) -> Window | None:
        paper = self._paper
        return stage_window(self._around.windows, paper.stage) if paper is not None else None

    @property
    def window(self) -> str:
        """The time of this paper's stage (手册 2.2.2): a window that is not set yet is still to come."""
        window = self._window
        return Position.BEFORE.value if window is None else window.position(self._now).value

    @property
    def window_at_start(self) -> str:
        """The time of this paper's stage at the start's own time; what lies ahead of now has not happened yet."""
        started_at = self._payload.started_at if isinstance(self._payload, DeliverStart) else None
        window = self._window
        if started_at is None or window is None or started_at > self._now:
            return Position.BEFORE.value
        return window.position(started_at).value

    @property
    def handed_in_in_time(self) -> bool:
        """The paper was handed in after its start, before its end, which does not count, and not ahead of now."""
        at = self._payload.handed_in_at if isinstance(self._payload, DeliverHandIn) else None
        started_at = self._record.started_at if self._record is not None else None
        ends_at = self.sitting_ends_at
        if at is None or started_at is None or ends_at is None:
            return False
        return started_at <= at < ends_at and at <= self._now

    @property
    def end_reported(self) -> bool:
        """Somebody has said when the paper was handed in; that its time is over, or a score, does not (手册 2.2.9)."""
        record = self._record
        return record is not None and record.ended_at is not None and not record.ended_with_time

    @property
    def identity_checked(self) -> bool:
        """
        The platform has checked who sits, or the province asks for no check (`face_check`; 手册 2.2.9).

        Whoever starts a paper here was seen by no platform.
        """
        checked = isinstance(self._payload, DeliverStart) and self._payload.identity_checked
        return checked or not self._parameters.face_check

    @property
    def photo_valid(self) -> bool:
        """
        The photo was taken while the paper was sat, its figure is a percentage, and it is not there yet.

        From the start to the end of the time, both included: the last photo may be that of the end.
        """
        payload, record = self._payload, self._record
        if not isinstance(payload, RecordPhoto) or record is None or not payload.name.strip():
            return False
        started_at, ends_at = record.started_at, self.sitting_ends_at
        sat = started_at is not None and ends_at is not None and started_at <= payload.taken_at <= ends_at
        timely = sat and payload.taken_at <= self._now
        figure = payload.similarity is None or in_range(payload.similarity)
        return timely and figure and all(photo.name != payload.name for photo in record.photos)

    @property
    def is_statement(self) -> bool:
        """The paper is a 述职报告, which is judged by whoever reads it and not by a score (design)."""
        return self._record is not None and self._record.kind is PaperKind.STATEMENT

    @property
    def statement_given(self) -> bool:
        """The event says something."""
        return isinstance(self._payload, HandInStatement) and bool(self._payload.statement.strip())

    @property
    def verdict(self) -> str:
        """What the event says of a 述职报告."""
        return self._payload.verdict.value if isinstance(self._payload, AssessStatement) else "none"

    @property
    def sitting_over(self) -> bool:
        """The time of a started paper is over; see `sitting_ends_at`."""
        ends_at = self.sitting_ends_at
        return ends_at is not None and self._now >= ends_at

    @property
    def assessment_open(self) -> bool:
        """
        The assessment waits for papers of this stage: 待参加考核 for the first, 待参加补考 for the make-up
        (手册 2.2.9).
        """
        assessment, paper = self._around.assessment, self._paper
        if assessment is None or paper is None:
            return False
        return _STAGE_STATE.get(assessment.state) is paper.stage

    @property
    def exempt(self) -> bool:
        """A granted exemption waives this paper; in the first stage only (手册 2.2.8)."""
        paper = self._paper
        return paper is not None and paper.stage is Stage.FIRST and self._around.exempt

    @property
    def score_in_range(self) -> bool:
        """The score, or the line, that the event brings is 0–100 with at most two places."""
        return isinstance(self._payload, RecordScore | GiveLine) and in_range(self._payload.score)

    @property
    def scored(self) -> bool:
        """A score has been recorded in the present attempt; the first one of an attempt stands."""
        return self._record is not None and self._record.score is not None

    @property
    def line(self) -> str:
        """
        The score against the published pass line: at the line is met (手册 2.2.9, 测评结果).

        ``none`` while there is no score, or no line for this stage, kind and level.
        """
        line = self._around.line
        record, rule = self._record, self._parameters.score_rule
        score = counted(record.earlier_scores, record.score, rule) if record is not None else None
        if line is None or score is None:
            return "none"
        return "meets" if score >= line else "below"

    @property
    def attempted(self) -> bool:
        """The paper was sat before and may be sat again: nobody is absent who has tried."""
        return self._record is not None and bool(self._record.earlier_scores)

    @property
    def attempt_begun(self) -> bool:
        """
        The present attempt is the first, or was started: a score that is delivered twice counts as no second attempt.
        """
        return self._record is not None and (not self.attempted or self._record.started_at is not None)

    @property
    def delivered_before(self) -> bool:
        """
        The platform has delivered this already, under this name, and it has had its effect: in the present attempt, in
        one before, or before a re-sit.
        """
        delivery = getattr(self._payload, "delivery", "")
        return self._record is not None and delivery in self._record.deliveries

    @property
    def attempts_left(self) -> bool:
        """The province allows another attempt after the present one."""
        used = len(self._record.earlier_scores) + 1 if self._record is not None else 0
        return used < self._parameters.paper_attempts

    @property
    def prerequisite(self) -> str:
        """What the papers before this one leave open; see `ordering.prerequisite`."""
        assessment, paper = self._around.assessment, self._paper
        if assessment is None or paper is None or assessment.procedure is None:
            return "waiting"
        # Without an order nobody looks at the others: one that cannot be read keeps none of them open.
        siblings = self._around.siblings if self._parameters.papers_in_order else ()
        sitter = Sitter(assessment.procedure, assessment.level, assessment.category)
        return prerequisite(paper.kind, paper.stage, sitter, siblings, self._parameters)

    @property
    def line_published(self) -> bool:
        """The pass line of this paper has been published."""
        return self._around.line is not None

    @property
    def makeup_begun(self) -> bool:
        """
        After this paper of the first stage one of the make-up has been started, and decides whatever comes late.

        Nothing comes after a paper of the make-up.
        """
        paper = self._paper
        return paper is not None and paper.stage is Stage.FIRST and self._around.makeup_begun

    @property
    def makeup_follows(self) -> bool:
        """A paper of the first stage, and the province offers a make-up before the verdict (手册 2.2.9)."""
        paper = self._paper
        return paper is not None and paper.stage is Stage.FIRST and self._parameters.offers_makeup

    @property
    def cycle_running(self) -> bool:
        """The cycle is not archived: what comes late can still be judged."""
        return self._around.cycle_running

    @property
    def still_judged(self) -> bool:
        """
        What this paper is worth still counts: its stage is sat or is over, and the physician has not left.

        Who has left, or has to file again, sits papers of a new round. Where the result rests on something else, or on
        cheating that decides it (`cheating_consequence`), no paper is opened again for it.
        """
        assessment, paper = self._around.assessment, self._paper
        if assessment is None or paper is None:
            return False
        if not self.assessment_open and (assessment.decided_otherwise or self._cheating_decides):
            return False
        waits = paper.stage is Stage.FIRST and assessment.state == "awaiting_makeup_approval"
        return waits or self.assessment_open or assessment.state in _JUDGED_LATER

    @property
    def _cheating_decides(self) -> bool:
        final = self._parameters.cheating_consequence is CheatingConsequence.UNQUALIFIED
        return final and self._around.cheating_in_assessment

    @property
    def cheating_confirmed(self) -> bool:
        """The province has found cheating in this paper (手册 2.2.9), and has not corrected that since."""
        return self._around.cheating_confirmed

    @property
    def superseded(self) -> bool:
        """Another round of this paper was assigned since: it is the one that is sat and judged (design)."""
        return self._around.superseded

    @property
    def reminded(self) -> bool:
        """The event attests that the physician was reminded."""
        return isinstance(self._payload, ConfirmAbsence) and self._payload.reminded

    @property
    def force_majeure(self) -> str:
        """
        What is reported of 不可抗力: nothing, by the physician alone, or through the assessment institution (design).
        """
        standing = self._record.force_majeure_standing if self._record is not None else None
        return standing.value if standing is not None else "none"

    @property
    def report_complete(self) -> bool:
        """The event says what happened, and brings files that prove it."""
        payload = self._payload
        if not isinstance(payload, ReportForceMajeure):
            return False
        return bool(payload.text.strip()) and bool(payload.evidence)

    @property
    def resit_window(self) -> str:
        """
        The time in which the paper would be sat again: the one that the event names, else that of the stage.

        A time that the event names must end later than now, and a first paper must be sat again before the make-up is
        confirmed, as far as that is set: else whoever fails could not sit in the make-up (design).
        """
        given = self._payload.window if isinstance(self._payload, GrantResit) else None
        if given is None:
            return Position.OVER.value if self._window is None else self._window.position(self._now).value
        windows, paper = self._around.windows, self._paper
        confirm = windows.makeup_confirm if windows is not None else None
        late = (
            confirm is not None
            and paper is not None
            and paper.stage is Stage.FIRST
            and given.closes_at > confirm.closes_at
        )
        fits = given.opens_at < given.closes_at and given.closes_at > self._now and not late
        return Position.OPEN.value if fits else Position.OVER.value

    @property
    def sat_early(self) -> bool:
        """The stage is sat in the physician's own windows (提前考核, 考核办法 第十八条): nobody else sits in them."""
        assessment, paper = self._around.assessment, self._paper
        return assessment is not None and paper is not None and paper.stage in assessment.early

    @property
    def own_line_given(self) -> bool:
        """The paper has a line of its own (考核办法 第十八条, design)."""
        return self._record is not None and self._record.own_line is not None

    @property
    def result_open(self) -> bool:
        """The assessment waits for papers, or for the word on its make-up: it has come to no result (design)."""
        assessment = self._around.assessment
        return assessment is not None and assessment.state in _WITHOUT_RESULT

    @property
    def score_denied(self) -> bool:
        """The event attests that no score of this paper is on its way."""
        return isinstance(self._payload, ConfirmAbsence) and self._payload.delivered

    @property
    def delivery_complete(self) -> bool:
        """The province has declared that all scores of this stage have arrived."""
        return self._around.delivered

    @property
    def closes_at(self) -> datetime | None:
        """When the time of this paper's stage ends; None while its window is not set."""
        window = self._window
        return window.closes_at if window is not None else None

    @property
    def sitting_ends_at(self) -> datetime | None:
        """When the paper that was started is over; None if it was not started."""
        started_at = self._record.started_at if self._record is not None else None
        return sitting_ends_at(started_at, self._window, self._parameters) if started_at is not None else None

    def _told_window(self) -> str:
        return told("本阶段测评时间", self._window, self._now)

    def _told_sitting_end(self) -> str:
        ends_at = self.sitting_ends_at
        return f"答题时间到{ends_at.astimezone(CHINA):%H:%M:%S}为止" if ends_at is not None else ""

    def _told_attempts(self) -> str:
        return f"本省每份试卷可作答{self._parameters.paper_attempts}次"

    _ASIDES: ClassVar = {
        "window": _told_window,
        "window_at_start": _told_window,
        "resit_window": _told_window,
        "makeup_follows": lambda _: "有正当理由的，请准予重考",
        "sitting_over": _told_sitting_end,
        "attempts_left": _told_attempts,
    }
