"""
What an assessment keeps between events: one physician in one cycle.
"""

from __future__ import annotations

from datetime import date, datetime

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.statechart.deciding import stated
from kaohe_workflow.values.plain_text import LONG_TEXT, SHORT_TEXT, text_problems
from kaohe_workflow.values.terms import (
    Category,
    Education,
    Ground,
    LabelledEnum,
    Level,
    Procedure,
    RecordLevel,
    ReturnConcern,
    Stage,
    Verdict,
)

MAXIMUM_COUNT = 1_000_000
"""The largest number of visits, operations or examinations that a self-evaluation may state."""

MAXIMUM_ENTRIES = 50
"""How many records, posts, schools, sites or attachments one filing may list."""


class GoodRecordKind(LabelledEnum):
    """Kinds of 良好行为记录 (考核办法 第十九条)."""

    AWARD = "award", "受到的表彰、奖励"
    TASK = "task", "完成的政府指令性任务"
    ACHIEVEMENT = "achievement", "取得的科研成果"


@attrs.frozen(kw_only=True)
class GoodRecord:
    """One 良好行为记录: which body of what level gave it, and the day on its certificate."""

    level: RecordLevel
    issuer: str
    given_on: date
    kind: GoodRecordKind = GoodRecordKind.AWARD


@attrs.frozen(kw_only=True)
class WorkSelfEvaluation:
    """
    工作成绩自评 (手册 2.2.7): quantity and quality, each 合格 or 不合格, and the numbers of the cycle.

    Numbers are counts of the whole cycle, None where they do not apply (operations outside surgery).
    """

    quantity: Verdict | None = None
    quality: Verdict | None = None
    outpatients: int | None = None
    operations: int | None = None
    examinations: int | None = None
    note: str = ""


@attrs.frozen(kw_only=True)
class EthicsSelfEvaluation:
    """职业道德自评."""

    verdict: Verdict | None = None
    note: str = ""


@attrs.frozen(kw_only=True)
class OtherSite:
    """多机构备案信息: another institution where the physician practises."""

    institution: str
    department: str = ""


@attrs.frozen(kw_only=True)
class Schooling:
    """教育经历, 大专 and above."""

    degree: Education
    school: str
    major: str = ""


@attrs.frozen(kw_only=True)
class Post:
    """执业经历: an institution and the 职称 held there; ``until`` None while it lasts."""

    institution: str
    title: str = ""
    since: date | None = None
    until: date | None = None


@attrs.frozen(kw_only=True)
class Filing:
    """
    What a physician files (报名): everything may still be blank in a draft.

    ``bad_record`` is the physician's own declaration of 不良行为记录 in the cycle, None while not said.
    ``provincial_ground`` is a code of the province's list, for the ground of that name.
    ``attachments`` are ids of stored files.

    Raises:
        InputInvalid: a text that no store holds, a number outside 0–1,000,000, a list of more than 50
            entries; all at once.
    """

    department_id: str | None = None
    level: Level | None = None
    category: Category | None = None
    procedure: Procedure | None = None
    ground: Ground = Ground.NONE
    provincial_ground: str | None = None
    good_records: tuple[GoodRecord, ...] = ()
    bad_record: bool | None = None
    work: WorkSelfEvaluation | None = None
    ethics: EthicsSelfEvaluation | None = None
    statement: str = ""
    other_sites: tuple[OtherSite, ...] = ()
    education: tuple[Schooling, ...] = ()
    posts: tuple[Post, ...] = ()
    attachments: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = (*self._text_problems(), *self._count_problems())
        if problems:
            raise InputInvalid(problems)

    def _text_problems(self) -> list[Problem]:
        long = {"$.statement": self.statement}
        if self.work is not None:
            long["$.work.note"] = self.work.note
        if self.ethics is not None:
            long["$.ethics.note"] = self.ethics.note
        short = {f"$.attachments[{index}]": text for index, text in enumerate(self.attachments)}
        for name in ("good_records", "other_sites", "education", "posts"):
            for index, entry in enumerate(getattr(self, name)):
                for field, value in attrs.asdict(entry, recurse=False).items():
                    if type(value) is str:
                        short[f"$.{name}[{index}].{field}"] = value
        return [
            problem
            for texts, maximum in ((long, LONG_TEXT), (short, SHORT_TEXT))
            for path, text in texts.items()
            for problem in text_problems(text, path, maximum=maximum)
        ]

    def _count_problems(self) -> list[Problem]:
        problems = [
            Problem(f"$.{name}", "too-many", f"不得超过{MAXIMUM_ENTRIES}项")
            for name in ("good_records", "other_sites", "education", "posts", "attachments")
            if len(getattr(self, name)) > MAXIMUM_ENTRIES
        ]
        for name in ("outpatients", "operations", "examinations"):
            number = getattr(self.work, name, None)
            if number is not None and not 0 <= number <= MAXIMUM_COUNT:
                problems.append(Problem(f"$.work.{name}", "out-of-range", f"应为0至{MAXIMUM_COUNT}的整数"))
        return problems


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


@attrs.frozen
class Decider:
    """Who decides: the account, and the natural person behind it, None for a shared account."""

    account_id: str
    operator_id: str | None = None


@attrs.frozen(kw_only=True)
class Decision:
    """
    A decision that may be recalled (撤回本人决定): by whom, when (an aware UTC instant), in which state.

    ``returned_at``, ``concern``, ``opinions`` and ``opinion_stands`` are those of the record before it, which hold
    again once it is recalled.
    """

    decided_by: Decider
    decided_at: datetime
    decided_in: str
    returned_at: datetime | None = None
    concern: ReturnConcern | None = None
    opinions: Opinions | None = None
    opinion_stands: bool = False


@attrs.frozen(kw_only=True)
class Assessment:
    """
    One physician in one cycle.

    ``draft`` is the physician's alone; ``filing`` is what was last submitted, with department and level as
    they then stood. ``department_id`` is its department, None while there is no filing and where the case has gone to
    another institution. ``opened`` says that whoever must act has opened the file since it came into its state.
    ``returned_at`` is the last return of this filing, from which the refiling deadline runs, and
    ``concern`` what an agency's return was about. ``opinions`` are the last given; ``opinion_stands`` is
    false once the administration has returned the file. ``stage`` is None until a make-up is confirmed or
    a result is decided. ``result_version`` counts each verdict and each end of one, so that a certificate
    knows whose it is; ``decided_on`` is the day, in China, of the present verdict. ``decision`` is the review that
    brought the case into its state, None where something else did.
    """

    institution_id: str
    cycle_id: str
    physician_id: str
    department_id: str | None = None
    procedure: Procedure | None = None
    stage: Stage | None = None
    ever_submitted: bool = False
    voluntary: bool = False
    draft: Filing | None = None
    filing: Filing | None = None
    submitted_at: datetime | None = None
    opened: bool = False
    returned_at: datetime | None = None
    concern: ReturnConcern | None = None
    draft_opinions: Opinions | None = None
    opinions: Opinions | None = None
    opinion_stands: bool = False
    agency_passed: bool = False
    makeup_refused: bool = False
    result_version: int = 0
    decided_on: date | None = None
    decision: Decision | None = None

    @property
    def editable(self) -> Filing | None:
        """What the physician goes on writing: the draft, or the filing that was returned."""
        return self.draft if self.draft is not None else self.filing

    @property
    def level(self) -> Level | None:
        """医师级别 as filed, None while there is no filing."""
        return self.filing.level if self.filing is not None else None

    @property
    def category(self) -> Category | None:
        """执业类别 as filed, None while there is no filing."""
        return self.filing.category if self.filing is not None else None
