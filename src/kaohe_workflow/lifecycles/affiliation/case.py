"""
What a physician's case keeps between events.
"""

from __future__ import annotations

from datetime import date, datetime

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.initials import spellings
from kaohe_workflow.values.person_name import shown_name
from kaohe_workflow.values.resident_id import Sex
from kaohe_workflow.values.terms import Category, IdType, LabelledEnum, Level


class LeaveReason(LabelledEnum):
    """Why an institution lets a physician go (调离)."""

    CHANGED_INSTITUTION = "changed_institution", "变更主要执业机构"
    RESIGNED = "resigned", "离职"
    RETIRED = "retired", "退休"
    NOT_PRACTISING = "not_practising", "不在本机构执业"


class EndReason(LabelledEnum):
    """Why a physician is no longer on the province's list."""

    DEATH = "death", "死亡"
    DEREGISTERED = "deregistered", "注销注册"
    LEFT_PROVINCE = "left_province", "转出本省"
    RETIRED = "retired", "退休且不再执业"


class PenaltyKind(LabelledEnum):
    """What an administrative penalty (行政处罚) imposes on a physician (医师法 第五十五条至第五十八条)."""

    WARNING = "warning", "警告"
    FINE = "fine", "罚款"
    SUSPENSION = "suspension", "责令暂停执业活动"
    REVOCATION = "revocation", "吊销医师执业证书"
    BAN = "ban", "禁止从事医疗卫生服务"
    OTHER = "other", "其他"


@attrs.frozen(kw_only=True)
class Withdrawal:
    """That an entry was a mistake (design): which organisation said so, when, and why."""

    by: str
    at: datetime
    reason: str


@attrs.frozen(kw_only=True)
class Penalty:
    """
    One administrative penalty (考核办法 第十七条).

    ``number``, from 1, is its own within the person's record, reported and recorded ones together, and never given
    again. ``decided_on`` is the day of the decision, ``authority`` who made it, ``text`` what it says; ``evidence``
    are ids of stored files. ``entered_by`` is the organisation that entered it, ``entered_at`` when. One that was
    withdrawn stays to be seen, and counts for nothing.
    """

    number: int
    decided_on: date
    authority: str
    kind: PenaltyKind
    text: str
    evidence: tuple[AttachmentId, ...]
    entered_by: str
    entered_at: datetime
    withdrawal: Withdrawal | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawal is None

    def is_same(self, other: Penalty) -> bool:
        """Whether both say the same of the same decision, whoever entered them."""
        return _said(self) == _said(other)


def _said(penalty: Penalty) -> tuple[object, ...]:
    return penalty.decided_on, penalty.authority, penalty.kind, penalty.text, penalty.evidence


@attrs.frozen(kw_only=True)
class FacePhoto:
    """
    人脸底照: what photos of a sitting are compared with (手册 2.2.9), given with a consent of its own.

    ``file`` is None after the consent was withdrawn; that there was one stays known.
    """

    given_at: datetime
    file: AttachmentId | None


@attrs.frozen(kw_only=True)
class Filled:
    """
    What a file that was passed has filled in last: the file, and the values that were blank before; None what was not.
    """

    assessment_id: str
    department_id: str | None = None
    level: Level | None = None
    category: Category | None = None


@attrs.frozen(kw_only=True)
class Affiliation:
    """
    A physician and the institution that the physician is attached to; the case's id is the physician's.

    While 待调入 or gone, ``institution_id`` is still the former institution: its administration may act, the
    institution may not. ``name`` is blank while it is not known; ``phone`` is a mobile number then (手册 2.2.9).
    ``id_number`` is the normalised form, ``id_original`` what was typed. ``title``,
    ``education`` and ``practice_situation`` hold a code of their lists or the sheet's own wording. Blank
    cells are None, which is normal before the physician has registered (手册 2.2.5). Penalties are kept in the
    order of their entry: what institutions and agencies have reported apart from what the administration has
    recorded; only the latter count (考核办法 第十七条). ``merged_into`` is the record of the same person that is kept.
    ``entered_on`` is the day on which an institution took the physician in last, None where none has since the first
    entry.
    ``face_photo`` is None until one is given, and again where the institution has asked for another. ``filled`` is what
    goes back with a pass that is recalled.
    """

    institution_id: str
    name: str
    id_type: IdType
    id_number: str
    id_original: str
    phone: str | None = None
    department_id: str | None = None
    level: Level | None = None
    category: Category | None = None
    qualification_number: str | None = None
    qualified_on: date | None = None
    licence_number: str | None = None
    licensed_on: date | None = None
    first_registered_on: date | None = None
    title: str | None = None
    education: str | None = None
    practice_situation: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None
    leave_reason: LeaveReason | None = None
    end_reason: EndReason | None = None
    merged_into: str | None = None
    entered_on: date | None = None
    reported_penalties: tuple[Penalty, ...] = ()
    recorded_penalties: tuple[Penalty, ...] = ()
    face_photo: FacePhoto | None = None
    filled: Filled | None = None

    @property
    def penalties(self) -> tuple[Penalty, ...]:
        """All that were ever entered, withdrawn ones too, by their numbers."""
        return tuple(sorted(self.reported_penalties + self.recorded_penalties, key=lambda one: one.number))

    @property
    def penalised_on(self) -> date | None:
        """The day of the last penalty that stands, reported or recorded; None without one."""
        last = self._last_penalty
        return last.decided_on if last is not None else None

    @property
    def penalty_kind(self) -> PenaltyKind | None:
        """What the last penalty that stands imposes; of several of one day the one that was entered last."""
        last = self._last_penalty
        return last.kind if last is not None else None

    @property
    def penalty_unrecorded(self) -> bool:
        """
        Whether a penalty is reported that the administration has not recorded (考核办法 第十七条): of what stands, no
        recorded one is of the same day and kind.
        """
        recorded = {(one.decided_on, one.kind) for one in self.recorded_penalties if one.stands}
        reported = {(one.decided_on, one.kind) for one in self.reported_penalties if one.stands}
        return not reported <= recorded

    @property
    def _last_penalty(self) -> Penalty | None:
        standing = (one for one in self.penalties if one.stands)
        return max(standing, key=lambda one: (one.decided_on, one.number), default=None)

    @property
    def called(self) -> str:
        """The name, or while it is not known the telephone number, masked (手册 2.2.9)."""
        return shown_name(self.name, self.phone)

    @property
    def initials(self) -> str:
        """How the initials of the name may be typed (拼音首字母)."""
        return spellings(self.name)
