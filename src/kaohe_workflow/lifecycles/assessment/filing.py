"""
What a physician files (报名).
"""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.plain_text import LONG_TEXT, SHORT_TEXT, text_problems
from kaohe_workflow.values.terms import (
    Category,
    Education,
    Ground,
    LabelledEnum,
    Level,
    Procedure,
    RecordLevel,
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
    """
    One 良好行为记录: which body of what level gave it, and the day on its certificate.

    ``title`` says what it is; a task has the days on which it began and ended, which a draft may leave blank.
    ``attachments`` are ids of stored files
    that prove it.
    """

    level: RecordLevel
    issuer: str
    given_on: date
    kind: GoodRecordKind = GoodRecordKind.AWARD
    title: str = ""
    started_on: date | None = None
    ended_on: date | None = None
    attachments: tuple[AttachmentId, ...] = ()


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

    ``bad_record`` is the physician's own declaration of 不良行为记录 in the cycle, None while not said, and
    ``bad_record_note`` says what it is.
    ``provincial_ground`` is a code of the province's list, for the ground of that name.
    ``attachments`` are ids of stored files.

    Raises:
        InputInvalid: a text that no store holds, a number outside 0–1,000,000, a list of more than 50
            entries, a task that ends before it begins; all at once.
    """

    department_id: str | None = None
    level: Level | None = None
    category: Category | None = None
    procedure: Procedure | None = None
    ground: Ground = Ground.NONE
    provincial_ground: str | None = None
    good_records: tuple[GoodRecord, ...] = ()
    bad_record: bool | None = None
    bad_record_note: str = ""
    work: WorkSelfEvaluation | None = None
    ethics: EthicsSelfEvaluation | None = None
    statement: str = ""
    other_sites: tuple[OtherSite, ...] = ()
    education: tuple[Schooling, ...] = ()
    posts: tuple[Post, ...] = ()
    attachments: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = (*self._text_problems(), *self._count_problems())
        if problems:
            raise InputInvalid(problems)

    def _text_problems(self) -> list[Problem]:
        long = {"$.statement": self.statement, "$.bad_record_note": self.bad_record_note}
        if self.work is not None:
            long["$.work.note"] = self.work.note
        if self.ethics is not None:
            long["$.ethics.note"] = self.ethics.note
        short: dict[str, str] = {
            f"$.attachments[{index}]": text for index, text in enumerate(self.attachments)
        }
        for name in ("good_records", "other_sites", "education", "posts"):
            for index, entry in enumerate(getattr(self, name)):
                for field, value in attrs.asdict(entry, recurse=False).items():
                    if type(value) is str:
                        short[f"$.{name}[{index}].{field}"] = value
        for index, record in enumerate(self.good_records):
            short |= {
                f"$.good_records[{index}].attachments[{place}]": text
                for place, text in enumerate(record.attachments)
            }
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
        problems += [
            Problem(f"$.good_records[{index}].attachments", "too-many", f"不得超过{MAXIMUM_ENTRIES}项")
            for index, record in enumerate(self.good_records)
            if len(record.attachments) > MAXIMUM_ENTRIES
        ]
        problems += [
            Problem(f"$.good_records[{index}].ended_on", "reversed", "结束日期不得早于开始日期")
            for index, record in enumerate(self.good_records)
            if record.started_on is not None
            and record.ended_on is not None
            and record.ended_on < record.started_on
        ]
        for name in ("outpatients", "operations", "examinations"):
            number = getattr(self.work, name, None)
            if number is not None and not 0 <= number <= MAXIMUM_COUNT:
                problems.append(Problem(f"$.work.{name}", "out-of-range", f"应为0至{MAXIMUM_COUNT}的整数"))
        return problems
