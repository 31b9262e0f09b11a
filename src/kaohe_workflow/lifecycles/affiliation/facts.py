"""
What the guards of a physician's case look at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.affiliation.case import Affiliation, EndReason, Penalty
from kaohe_workflow.lifecycles.affiliation.events import (
    LOCKED,
    AddPhysician,
    EditPhysician,
    EnterPenalty,
    GiveFacePhoto,
    WithdrawPenalty,
)
from kaohe_workflow.lifecycles.shape import Facts
from kaohe_workflow.values.identity import IdentityNumber
from kaohe_workflow.values.phone import is_mobile
from kaohe_workflow.values.registration import Registration, registration_of, told_bar
from kaohe_workflow.values.terms import AttachmentKind, OrganisationKind

FINISHED = ("qualified", "unqualified", "withdrawn", "missed")
"""States in which an assessment is over."""

SITTING = ("awaiting_assessment", "awaiting_makeup_approval", "awaiting_makeup")
"""States in which papers are sat, or may be sat again."""

PICTURES = (AttachmentKind.JPEG, AttachmentKind.PNG)


@attrs.frozen
class InstitutionView:
    """An organisation: its place, and whether it is ``active``."""

    id: str
    kind: OrganisationKind
    path: str
    state: str


@attrs.frozen
class DepartmentView:
    """A department: whose it is, and whether it is ``enabled``."""

    institution_id: str
    state: str


@attrs.frozen
class AssessmentView:
    """A case of the physician: its state, whether its cycle is archived, whether it was ever submitted, its cycle."""

    state: str
    cycle_archived: bool
    ever_submitted: bool
    cycle_id: str = ""


class Around(Protocol):
    """What lies around a physician's case."""

    @property
    def number_taken(self) -> bool:
        """
        Whether another physician who is not deleted has the number of the payload, or else of the record.
        """

    @property
    def home(self) -> InstitutionView | None:
        """The institution that the record names."""

    @property
    def target(self) -> InstitutionView | None:
        """The institution that the payload names."""

    @property
    def department(self) -> DepartmentView | None:
        """The department that the payload names, or else the record's."""

    @property
    def assessments(self) -> Sequence[AssessmentView]:
        """The physician's cases in all cycles."""

    @property
    def barred_until(self) -> Sequence[date]:
        """The ends of the bars of the physician's cancellations that stand."""

    @property
    def practice_stopped(self) -> bool:
        """Whether the physician is suspended after 不合格, or has not been assessed again since."""

    @property
    def account_used(self) -> bool:
        """Whether the physician's account was ever activated."""

    @property
    def kept_state(self) -> str | None:
        """The state of the other physician that the payload names, None where there is none, or it is this one."""

    @property
    def kept_cycles(self) -> Collection[str]:
        """The cycles in which that other physician has a case that is not withdrawn."""

    @property
    def file_kind(self) -> AttachmentKind | None:
        """What kind of file the payload names, None where there is no such file."""

    @property
    def sender_organisation(self) -> str | None:
        """The organisation that the sender acts for, None where there is none."""

    def is_sender_above(self, organisation_id: str) -> bool:
        """Whether the sender acts for an organisation above this one."""


class AffiliationFacts(Facts[Affiliation, Around]):
    """The facts of the chart ``affiliation``."""

    @property
    def id_unique(self) -> bool:
        """No other physician has this number; 15 and 18 digits of one person are one number."""
        return not self._around.number_taken

    @property
    def institution_active(self) -> bool:
        """The institution of the record is a health institution with a complete profile, not closed."""
        return _active(self._around.home)

    @property
    def target_active(self) -> bool:
        """The institution of the payload is a health institution with a complete profile, not closed."""
        return _active(self._around.target)

    @property
    def target_elsewhere(self) -> bool:
        """The institution of the payload is another one than the record's."""
        target = self._around.target
        return target is not None and self._record is not None and target.id != self._record.institution_id

    @property
    def same_province(self) -> bool:
        """Both institutions stand below the same root of the tree."""
        home, target = self._around.home, self._around.target
        return home is not None and target is not None and _root(home) == _root(target)

    @property
    def department_fits(self) -> bool:
        """
        No department is named, or an enabled one of the institution (手册 2.2.3).

        An edit that names none leaves the physician where the record says; in a department that was disabled nobody is
        left: the next edit picks another.
        """
        named = getattr(self._payload, "department_id", None)
        if named is None and isinstance(self._payload, EditPhysician) and self._record:
            named = self._record.department_id
        if not named:
            return True
        department = self._around.department
        institution = getattr(self._payload, "institution_id", None) or (
            self._record and self._record.institution_id
        )
        return (
            department is not None
            and department.state == "enabled"
            and department.institution_id == institution
        )

    @property
    def dates_past(self) -> bool:
        """No day that is given lies after today in China."""
        today = self._today
        dated = isinstance(self._payload, AddPhysician | EditPhysician | EnterPenalty)
        given = self._payload.days if dated else ()
        return all(day <= today for day in given)

    @property
    def evidence_given(self) -> bool:
        """At least one file proves the penalty (考核办法 第十七条; that it must be proven: design)."""
        return isinstance(self._payload, EnterPenalty) and bool(self._payload.evidence)

    @property
    def penalty_standing(self) -> bool:
        """There is a penalty of this number, and it was not withdrawn (design)."""
        return self._named_penalty is not None and self._named_penalty.stands

    @property
    def penalty_ours(self) -> bool:
        """The sender's organisation has entered the penalty, or is above the one that has (design)."""
        named, sender = self._named_penalty, self._around.sender_organisation
        if named is None or sender is None:
            return False
        return named.entered_by == sender or self._around.is_sender_above(named.entered_by)

    @property
    def _named_penalty(self) -> Penalty | None:
        if self._record is None or not isinstance(self._payload, WithdrawPenalty):
            return None
        number = self._payload.number
        return next((one for one in self._record.penalties if one.number == number), None)

    @property
    def locked_changed(self) -> bool:
        """
        A locked field that is filled in would become another (手册 2.2.2).

        Filling a blank one is allowed: blank master data is normal before registration (手册 2.2.5). Read: date of
        birth and sex are locked with a number that tells them, and free with any other (design).
        """
        if self._record is None or not isinstance(self._payload, EditPhysician):
            return False
        record = self._record
        number = IdentityNumber(record.id_type, record.id_number, record.id_original)
        told = ("birth_date", "sex") if number.resident is not None else ()
        return any(
            (kept := getattr(self._record, field)) not in (None, "") and given != kept
            for field in (*LOCKED, *told)
            if (given := getattr(self._payload, field)) is not None
        )

    @property
    def stays_known(self) -> bool:
        """Whose name is not known, before the edit or by it, keeps a mobile number in its place (手册 2.2.9)."""
        if self._record is None or not isinstance(self._payload, EditPhysician):
            return True
        phone = self._payload.phone
        kept = self._record.phone if phone is None else phone
        return bool(self._payload.name or self._record.name) or is_mobile(kept or "")

    @property
    def consented(self) -> bool:
        """Who gives a 人脸底照 agrees, apart from anything else, that photos are compared with it (design)."""
        return isinstance(self._payload, GiveFacePhoto) and self._payload.consented

    @property
    def picture_given(self) -> bool:
        """The file of the payload is a picture, not a document."""
        return self._around.file_kind in PICTURES

    @property
    def face_photo_kept(self) -> bool:
        """A 人脸底照 is there."""
        kept = self._record.face_photo if self._record is not None else None
        return kept is not None and kept.file is not None

    @property
    def face_photo_free(self) -> bool:
        """
        None was given yet, or no paper waits to be sat: who sits is compared with a face that was known before.

        Read: from 待参加考核 until the result the first one stays, unless the institution asks for another (design).
        """
        if self._record is None or self._record.face_photo is None:
            return True
        return not any(one.state in SITTING and not one.cycle_archived for one in self._around.assessments)

    @property
    def assessment(self) -> str:
        """
        The case that binds the most, among those of cycles that are not archived.

        ``in_progress`` before ``not_enrolled`` before ``finished`` before ``none``.
        """
        states = {case.state for case in self._around.assessments if not case.cycle_archived}
        if not states:
            return "none"
        if states - {"not_enrolled", *FINISHED}:
            return "in_progress"
        return "not_enrolled" if "not_enrolled" in states else "finished"

    @property
    def never_assessed(self) -> bool:
        """
        No case of any cycle was ever entered into or submitted, and the account was never activated.

        Only then is deleting right; everybody else is let go.
        """
        untouched = all(
            case.state in ("not_enrolled", "withdrawn") and not case.ever_submitted
            for case in self._around.assessments
        )
        return untouched and not self._around.account_used

    @property
    def kept_person(self) -> bool:
        """The record that is kept is another one, of somebody attached or waiting to be taken in."""
        return self._around.kept_state in ("attached", "unattached")

    @property
    def cycle_undecided(self) -> bool:
        """
        No case of a cycle that is not archived has a result: what has just been decided belongs to the record that is
        kept (design).
        """
        return all(
            case.cycle_archived or case.state not in ("qualified", "unqualified")
            for case in self._around.assessments
        )

    @property
    def kept_takes_part(self) -> bool:
        """
        Where a case of a cycle that is not archived is under way, the record that is kept has one of that cycle, too.

        Read: of two cases of one cycle the merged one's is withdrawn; where there are not two, nothing would be left of
        what the physician has begun (design).
        """
        return all(
            case.cycle_archived
            or case.state in ("not_enrolled", *FINISHED)
            or case.cycle_id in self._around.kept_cycles
            for case in self._around.assessments
        )

    @property
    def registration(self) -> str:
        """What cancellations leave of the registration (医师法 第十六条)."""
        entered_on = self._record.entered_on if self._record is not None else None
        return registration_of(self._around.barred_until, entered_on, self._today).value

    @property
    def suspended(self) -> bool:
        """
        Practice is suspended after 不合格, until the physician is assessed again (考核办法 第二十六条; that nobody
        leaves meanwhile: design).
        """
        return self._around.practice_stopped

    @property
    def died(self) -> bool:
        """The physician's case ended with death."""
        return self._record is not None and self._record.end_reason is EndReason.DEATH

    def _told_registration(self) -> str:
        return told_bar(self._around.barred_until, Registration(self.registration))

    _ASIDES: ClassVar = {"registration": _told_registration}


def _active(institution: InstitutionView | None) -> bool:
    return (
        institution is not None and institution.state == "active" and institution.kind.is_health_institution
    )


def _root(institution: InstitutionView) -> str:
    return institution.path.split("/")[1] if institution.path.startswith("/") else ""
