"""
What an assessment keeps between events: one physician in one cycle.
"""

from __future__ import annotations

from datetime import date, datetime

import attrs

from kaohe_workflow.lifecycles.assessment.early import Early
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.assessment.findings import Finding, FindingStanding
from kaohe_workflow.lifecycles.assessment.makeup import MakeupDoor, Training, trained_days
from kaohe_workflow.lifecycles.reviewing import Claimed, Decision
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.statechart.deciding import stated
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.terms import (
    Category,
    LabelledEnum,
    Level,
    Procedure,
    ReturnCode,
    ReturnConcern,
    Stage,
    Verdict,
)
from kaohe_workflow.values.windows import CycleWindows


@attrs.frozen(kw_only=True)
class OtherOpinion:
    """
    The opinion of another institution where the physician practises (新增意见).

    It is shown to the institution and the agency; the result rests on the main institution's own.
    """

    institution: str
    work: Verdict
    ethics: Verdict
    reason: str = ""


@attrs.frozen(kw_only=True)
class Opinions:
    """
    The institution's 评定意见 on 工作成绩 (``work``) and 职业道德 (``ethics``), each with a reason.

    In a draft each may still be None.
    """

    work: Verdict | None = None
    ethics: Verdict | None = None
    work_reason: str = ""
    ethics_reason: str = ""
    others: tuple[OtherOpinion, ...] = ()

    @property
    def given(self) -> bool:
        """Whether both opinions are given."""
        return self.work is not None and self.ethics is not None

    def corrected(self, *, work: bool, ethics: bool, reason: str) -> Opinions:
        """The opinions once a review has found one, or both, to be 合格, with the reason of the review."""
        right = Verdict.QUALIFIED
        return attrs.evolve(
            self,
            work=right if work else self.work,
            ethics=right if ethics else self.ethics,
            work_reason=reason if work else self.work_reason,
            ethics_reason=reason if ethics else self.ethics_reason,
        )

    @property
    def qualified(self) -> bool:
        """Whether both are 合格; one 不合格 makes the result 不合格 (考核办法 第二十二条)."""
        return self.work is Verdict.QUALIFIED and self.ethics is Verdict.QUALIFIED

    @property
    def reasoned(self) -> bool:
        """
        Whether each 不合格 has a reason (手册 2.2.6), another institution's too, and so has each 合格 that
        overrules one; what cannot be seen is none.
        """
        failing = Verdict.UNQUALIFIED
        overruled = (
            any(other.work is failing for other in self.others),
            any(other.ethics is failing for other in self.others),
        )
        own = ((self.work, self.work_reason), (self.ethics, self.ethics_reason))
        return all(
            stated(reason)
            for (verdict, reason), other in zip(own, overruled, strict=True)
            if verdict is failing or (verdict is not None and other)
        ) and all(stated(other.reason) for other in self.others if failing in (other.work, other.ethics))


@attrs.frozen(kw_only=True)
class Review(Decision):
    """
    A review that may be recalled (撤回本人决定).

    ``returned_at``, ``concern``, ``return_code``, ``opinions``, ``opinion_stands``, ``returned_once``,
    ``filing_step`` and ``reviewed_late`` are those of the record before it, which hold again once it is recalled.
    """

    returned_at: datetime | None = None
    concern: ReturnConcern | None = None
    return_code: ReturnCode | None = None
    opinions: Opinions | None = None
    opinion_stands: bool = False
    returned_once: bool = False
    filing_step: FilingStep | None = None
    reviewed_late: bool = False


class FilingStep(LabelledEnum):
    """How far a file has come, by which the rates are counted (手册 2.2.2); who was not let in has none."""

    ENROLLED = "enrolled", "已允许报名"
    FILED = "filed", "已填报"
    REVIEWED = "reviewed", "已审核"


@attrs.frozen
class Revocation:
    """撤销结果: the day on which a result got by deception was revoked, and the files that prove it."""

    revoked_on: date
    evidence: tuple[AttachmentId, ...]


@attrs.frozen(kw_only=True)
class Assessment(Claimed):
    """
    One physician in one cycle.

    ``draft`` is the physician's alone; ``draft_left_at`` is since when nobody can go on with it. ``filing`` is what was
    last submitted, with department and level as they then stood. ``department_id`` is its department, None while
    there is no filing and where the case has gone to another institution. ``early`` are windows of the physician's own
    (提前考核). ``filing_step`` goes back when the file does, and stays as it is when the case comes to an end.
    ``overdue`` marks one that waits there longer than its window. ``returned_once`` says that a file of this case was
    ever returned, ``reviewed_late`` that institution or agency ever decided upon one after its time.
    ``deferred`` says that the physician sits in the stage for the deferred (延考) and owes no training before it;
    ``moved`` says that the physician was moved by force and files anew elsewhere, which counts as a return.
    ``returned_at`` is the last return of this filing, from which the refiling deadline runs, and
    ``concern`` what an agency's return was about; ``return_code`` says why the file came back, until it
    goes on again. ``opinions`` are the last given; ``opinion_stands`` is false once the administration has
    returned the file. ``stage`` is None until a make-up is confirmed or a result is decided.
    ``result_version`` counts each verdict and each end of one, so that a certificate knows whose it is;
    ``decided_on`` is the day, in China, of the present verdict. ``assessed_by`` is the organisation that was
    assigned, or stood in for want of one, when the case came to its result or was missed: whose report it is in,
    whatever is assigned afterwards. ``decision`` is the review that brought the case into
    its state, None where something else did. ``findings`` are what was reported as a ground for 直接认定不合格,
    in order of report, and ``reporters`` who reported each. ``judges`` have taken part in the result:
    who passed the file, confirmed an opinion or a finding, refused the make-up. ``ground_lost`` marks a file
    that went on though a penalty or an amendment has taken its ground away: a paper had been started.
    ``makeup_door`` is by which door the case comes to the make-up, None where it does not; ``trainings`` are those
    before it, in order of entry.
    ``cut_off`` says that the present result was given by a finding alone, before the agency had judged the file.
    ``revocation`` says that the result was revoked, for good (考核办法 第三十一条).
    """

    institution_id: str
    cycle_id: str
    physician_id: str
    department_id: str | None = None
    procedure: Procedure | None = None
    stage: Stage | None = None
    ever_submitted: bool = False
    filing_step: FilingStep | None = None
    voluntary: bool = False
    early: Early | None = None
    draft: Filing | None = None
    draft_left_at: datetime | None = None
    filing: Filing | None = None
    submitted_at: datetime | None = None
    overdue: bool = False
    returned_once: bool = False
    reviewed_late: bool = False
    moved: bool = False
    deferred: bool = False
    returned_at: datetime | None = None
    concern: ReturnConcern | None = None
    return_code: ReturnCode | None = None
    draft_opinions: Opinions | None = None
    opinions: Opinions | None = None
    opinion_stands: bool = False
    agency_passed: bool = False
    makeup_refused: bool = False
    makeup_door: MakeupDoor | None = None
    trainings: tuple[Training, ...] = ()
    result_version: int = 0
    decided_on: date | None = None
    assessed_by: str | None = None
    decision: Review | None = None
    ground_lost: bool = False
    findings: tuple[Finding, ...] = ()
    reporters: tuple[Decider, ...] = ()
    judges: tuple[Decider, ...] = ()
    cut_off: bool = False
    revocation: Revocation | None = None

    @property
    def finding(self) -> FindingStanding | None:
        """What a list tells of the findings: confirmed where one is, else pending where one is undecided."""
        standings = {finding.standing for finding in self.findings}
        if FindingStanding.CONFIRMED in standings:
            return FindingStanding.CONFIRMED
        return FindingStanding.PENDING if FindingStanding.PENDING in standings else None

    @property
    def self_rechecked(self) -> bool | None:
        """
        Whether its own institution has decided it as the assessment institution (考核办法 第十条); None: nobody has.

        Who has decided on the file at 复核 counts, against who had reviewed it: the physician may have been moved
        since. Where nobody has, who came to the result without one: such a result stays where it was come to.
        """
        if self.rechecked_by is not None:
            return self.rechecked_by == self.reviewed_by
        return None if self.assessed_by is None else self.assessed_by == self.institution_id

    @property
    def trained_days(self) -> int:
        """Days of training before the make-up, of all trainings together; no day counts twice."""
        return trained_days(self.trainings)

    @property
    def early_on(self) -> date | None:
        """The day on which an early assessment was ordered (提前考核时间), None where none was."""
        return self.early.ordered_on if self.early is not None else None

    def windows(self, of_cycle: CycleWindows) -> CycleWindows:
        """The windows that hold for this case: the cycle's, or those of an early assessment in their place."""
        return self.early.windows.over(of_cycle) if self.early is not None else of_cycle

    @property
    def editable(self) -> Filing | None:
        """What the physician goes on writing: the draft, or the filing that was returned."""
        return self.draft if self.draft is not None else self.filing

    @property
    def drafted_department_id(self) -> str | None:
        """The department that this names; None where there is none."""
        return self.editable.department_id if self.editable is not None else None

    @property
    def sitter(self) -> Sitter | None:
        """Whose papers the province is asked for; None before a procedure was filed."""
        return Sitter(self.procedure, self.level, self.category) if self.procedure is not None else None

    @property
    def level(self) -> Level | None:
        """医师级别 as filed, None while there is no filing."""
        return self.filing.level if self.filing is not None else None

    @property
    def category(self) -> Category | None:
        """执业类别 as filed, None while there is no filing."""
        return self.filing.category if self.filing is not None else None
