"""
What the events of a physician's case carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.affiliation.case import EndReason, LeaveReason, Penalty, PenaltyKind
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.identity import IdentityNumber
from kaohe_workflow.values.licence import LicenceNumber, QualificationNumber
from kaohe_workflow.values.locked_fields import LockedField, read_locked
from kaohe_workflow.values.person_name import PersonName, entered
from kaohe_workflow.values.phone import Phone
from kaohe_workflow.values.plain_text import LONG_TEXT, plain_text, text_problems
from kaohe_workflow.values.resident_id import Sex
from kaohe_workflow.values.terms import Category, IdType, Level


def _optional_name(text: str | None) -> str | None:
    return PersonName.parse(text).text if text else None


def _phone(text: str | None) -> str | None:
    return Phone.parse(text).number if text else None


def _new_phone(text: str | None) -> str | None:
    return Phone.parse(text).number if text else text


def _qualification(text: str | None) -> str | None:
    return QualificationNumber.parse(text).number if text else None


def _licence(text: str | None) -> str | None:
    return LicenceNumber.parse(text).number if text else None


@attrs.frozen(kw_only=True)
class AddPhysician:
    """
    A row of a physician list, or the form of one physician, for the institution ``institution_id``.

    ``id_number`` may be typed in either form; ``id_original`` is kept as typed and is ``id_number`` where
    it is empty. ``birth_date`` and ``sex`` come from the number where it tells them. Only name and number
    must be there; whose name is not known yet is known by the mobile number, given as ``phone`` or in the name's place
    (手册 2.2.9).

    Raises:
        InputInvalid: a value that is given is not valid; the codes are those of the values.
    """

    institution_id: str
    name: str = ""
    id_type: IdType = IdType.RESIDENT_ID
    id_number: str
    id_original: str = ""
    phone: str | None = attrs.field(default=None, converter=_phone)
    department_id: str | None = None
    level: Level | None = None
    category: Category | None = None
    qualification_number: str | None = attrs.field(default=None, converter=_qualification)
    qualified_on: date | None = None
    licence_number: str | None = attrs.field(default=None, converter=_licence)
    licensed_on: date | None = None
    first_registered_on: date | None = None
    title: str | None = None
    education: str | None = None
    practice_situation: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None

    def __attrs_post_init__(self) -> None:
        entered(self.name, self.phone)
        self._parsed()
        for field in ("title", "education", "practice_situation"):
            plain_text(getattr(self, field) or "", f"$.{field}")

    @property
    def identity(self) -> IdentityNumber:
        """The checked number, normalised, with what was typed."""
        return attrs.evolve(self._parsed(), original=self.id_original or self.id_number)

    def _parsed(self) -> IdentityNumber:
        return IdentityNumber.parse(self.id_type, self.id_number)

    @property
    def called(self) -> tuple[str, str | None]:
        """Name and telephone as they are kept: a number that was typed as the name is none (手册 2.2.9)."""
        return entered(self.name, self.phone)

    @property
    def days(self) -> tuple[date, ...]:
        """The days that are given."""
        given = (self.qualified_on, self.licensed_on, self.first_registered_on, self.birth_date)
        return tuple(day for day in given if day is not None)


@attrs.frozen(kw_only=True)
class EditPhysician:
    """
    What is to be changed or filled in; None leaves a field as it is, an empty text clears it.

    The identity number is not here: nobody edits it. A locked field may only be filled where it is blank. A mobile
    number is no name, here as in every correction. ``birth_date`` and ``sex`` are what the number tells, where it does.

    Raises:
        InputInvalid: a value that is given is not valid; the codes are those of the values.
    """

    name: str | None = attrs.field(default=None, converter=_optional_name)
    phone: str | None = attrs.field(default=None, converter=_new_phone)
    department_id: str | None = None
    level: Level | None = None
    category: Category | None = None
    qualification_number: str | None = attrs.field(default=None, converter=_qualification)
    qualified_on: date | None = None
    licence_number: str | None = attrs.field(default=None, converter=_licence)
    licensed_on: date | None = None
    first_registered_on: date | None = None
    title: str | None = None
    education: str | None = None
    practice_situation: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None

    def __attrs_post_init__(self) -> None:
        for field in ("title", "education", "practice_situation"):
            plain_text(getattr(self, field) or "", f"$.{field}")

    @property
    def days(self) -> tuple[date, ...]:
        """The days that are given."""
        given = (self.qualified_on, self.licensed_on, self.first_registered_on, self.birth_date)
        return tuple(day for day in given if day is not None)


LOCKED: tuple[str, ...] = tuple(field.value for field in LockedField if field is not LockedField.ID_NUMBER)
"""Fields that are changed only by 医师信息修改申请 (手册 2.2.2), beside the identity number."""


@attrs.frozen(kw_only=True)
class Amend:
    """
    A locked field and the value that it has from now on (手册 2.2.2), as text that `values.locked_fields` reads.

    Of 证件号码 the number of the kind ``id_type``, normalised, with what was typed as ``original``.

    Raises:
        InputInvalid: the value is none of its field.
    """

    field: LockedField
    value: str
    id_type: IdType | None = None
    original: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.identity is None:
            read_locked(self.field, self.value)

    @property
    def identity(self) -> IdentityNumber | None:
        """The checked number, None where another field is corrected."""
        if self.field is not LockedField.ID_NUMBER:
            return None
        parsed = IdentityNumber.parse(self.id_type or IdType.RESIDENT_ID, self.value)
        return attrs.evolve(parsed, original=self.original or self.value)


@attrs.frozen(kw_only=True)
class FillBlanks:
    """What a filing says that was passed (手册 2.2.5); None where it says nothing either. Of which assessment it is."""

    assessment_id: str
    department_id: str | None = None
    level: Level | None = None
    category: Category | None = None


@attrs.frozen
class Unfill:
    """The assessment whose pass is recalled."""

    assessment_id: str


@attrs.frozen
class Leave:
    """Why the physician goes (调离)."""

    reason_code: LeaveReason


@attrs.frozen
class TakeIn:
    """The institution that takes the physician in, and the department chosen there, if any yet."""

    institution_id: str
    department_id: str | None = None


@attrs.frozen
class ForceMove:
    """The institution that the physician is attached to from now on, and the department there, if known."""

    institution_id: str
    department_id: str | None = None


@attrs.frozen
class End:
    """Why the physician is no longer on the list."""

    reason_code: EndReason


@attrs.frozen
class Reenter:
    """The institution that takes back a physician who had left, and the department there, if any yet."""

    institution_id: str
    department_id: str | None = None


@attrs.frozen
class Merge:
    """The record of the same person that is kept; ``into_id`` is that physician's id."""

    into_id: str


@attrs.frozen(kw_only=True)
class Absorb:
    """
    The penalties that a record which was merged into this one knew of the same person (考核办法 第十七条).

    Those that were withdrawn stay with that record.
    """

    merged_id: str
    reported_penalties: tuple[Penalty, ...] = ()
    recorded_penalties: tuple[Penalty, ...] = ()


@attrs.frozen(kw_only=True)
class EnterPenalty:
    """
    An administrative penalty (行政处罚) that is reported or recorded (考核办法 第十七条).

    ``decided_on`` is the day of the decision, ``authority`` who made it, ``text`` what it says; ``evidence``
    are ids of stored files.

    Raises:
        InputInvalid: a text that no store holds; ``text-empty``, an authority or a text that says nothing.
    """

    decided_on: date
    authority: str
    kind: PenaltyKind
    text: str
    evidence: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = [
            *text_problems(self.authority, "$.authority", required=True),
            *text_problems(self.text, "$.text", maximum=LONG_TEXT, required=True),
            *file_problems(self.evidence, "$.evidence"),
        ]
        if problems:
            raise InputInvalid(problems)

    @property
    def days(self) -> tuple[date, ...]:
        """The day of the decision."""
        return (self.decided_on,)

    def penalty(self, number: int, entered_by: str, entered_at: datetime) -> Penalty:
        """What is kept: under which number, and which organisation has entered it when."""
        return Penalty(
            number=number,
            decided_on=self.decided_on,
            authority=self.authority,
            kind=self.kind,
            text=self.text,
            evidence=self.evidence,
            entered_by=entered_by,
            entered_at=entered_at,
        )


@attrs.frozen
class WithdrawPenalty:
    """The number of a penalty of this person that was entered by mistake."""

    number: int


@attrs.frozen(kw_only=True)
class GiveFacePhoto:
    """A 人脸底照, and whether its owner agrees that photos of sittings are compared with it."""

    file: AttachmentId
    consented: bool = False


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "add": AddPhysician,
        "edit": EditPhysician,
        "amend": Amend,
        "fill_blanks": FillBlanks,
        "unfill": Unfill,
        "report_penalty": EnterPenalty,
        "record_penalty": EnterPenalty,
        "withdraw_penalty": WithdrawPenalty,
        "give_face_photo": GiveFacePhoto,
        "withdraw_face_photo": NoPayload,
        "clear_face_photo": NoPayload,
        "leave": Leave,
        "take_in": TakeIn,
        "force_move": ForceMove,
        "delete": NoPayload,
        "restore": NoPayload,
        "end": End,
        "reenter": Reenter,
        "merge": Merge,
        "absorb": Absorb,
    }
)
"""Event → what it carries."""
