"""
What the events of an organisation carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.institution.case import Grade, LogInPace
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.credit_code import CreditCode
from kaohe_workflow.values.login_name import number_problems, read_login
from kaohe_workflow.values.phone import Phone
from kaohe_workflow.values.plain_text import plain_text
from kaohe_workflow.values.terms import OrganisationKind
from kaohe_workflow.values.working_days import CalendarDay


def _name(text: str) -> str:
    name = plain_text(text.strip(), "$.name")
    if not name:
        raise InputInvalid([Problem("$.name", "name-missing", "请填写机构名称")])
    return name


def _line(field: str, text: str | None) -> str | None:
    return plain_text(text.strip(), f"$.{field}") or None if text is not None else None


def _address(text: str | None) -> str | None:
    return _line("address", text)


def _contact(text: str | None) -> str | None:
    return _line("contact", text)


def _credit_code(text: str | None) -> str | None:
    return CreditCode.parse(text).code if text else None


MAXIMUM_BEDS = 100_000


def _beds(number: int | None) -> int | None:
    if number is not None and not 0 <= number <= MAXIMUM_BEDS:
        raise InputInvalid([Problem("$.beds", "beds-out-of-range", f"床位数须在0至{MAXIMUM_BEDS}之间")])
    return number


def _phone(text: str | None) -> str | None:
    return Phone.parse(text).number if text else None


def _login(text: str | None) -> str | None:
    return read_login(text) if text else None


@attrs.frozen(kw_only=True)
class CreateInstitution:
    """
    A new organisation below ``superior_id``; None only for the root, a province's administration.

    Where a ``login`` is named, the organisation's first account follows: ``shared`` unless said otherwise,
    shown as ``label``, or under the organisation's name. The superior issues its code afterwards (手册 2.2.1).

    Raises:
        InputInvalid: no name, a credit code or telephone number that is none, or a login name that is none
            or looks like an identity number.
    """

    superior_id: str | None
    name: str = attrs.field(converter=_name)
    kind: OrganisationKind
    address: str | None = attrs.field(default=None, converter=_address)
    grade: Grade | None = None
    credit_code: str | None = attrs.field(default=None, converter=_credit_code)
    contact: str | None = attrs.field(default=None, converter=_contact)
    contact_phone: str | None = attrs.field(default=None, converter=_phone)
    login: str | None = attrs.field(default=None, converter=_login)
    shared: bool = True
    label: str = ""

    def __attrs_post_init__(self) -> None:
        plain_text(self.label, "$.label")
        problems = number_problems(self.login) if self.login is not None else ()
        if problems:
            raise InputInvalid(problems)


@attrs.frozen(kw_only=True)
class SaveProfile:
    """
    The profile (本机构信息, 手册 2.2.2), all of it: a blank field is blank from now on.

    Raises:
        InputInvalid: no name, a credit code or telephone number that is none, or a number of beds that cannot be.
    """

    name: str = attrs.field(converter=_name)
    address: str | None = attrs.field(default=None, converter=_address)
    grade: Grade | None = None
    beds: int | None = attrs.field(default=None, converter=_beds)
    credit_code: str | None = attrs.field(default=None, converter=_credit_code)
    contact: str | None = attrs.field(default=None, converter=_contact)
    contact_phone: str | None = attrs.field(default=None, converter=_phone)


@attrs.frozen
class ConfirmCycle:
    """The cycle whose dates the institution has read (去确认, 手册 2.2.2)."""

    cycle_id: str


MOST_DAYS = 366
"""Days that are entered or taken back at once."""


@attrs.frozen
class EnterWorkingDays:
    """
    What the province says of days that the statutory calendar does not know, or that it has moved.

    ``days`` stand in the place of what was said of them before; ``taken_back`` are statutory again.

    Raises:
        InputInvalid: ``days-many``: more than `MOST_DAYS`; ``day-twice``: one of them is named more than once.
    """

    days: tuple[CalendarDay, ...] = ()
    taken_back: tuple[date, ...] = ()

    def __attrs_post_init__(self) -> None:
        named = [*(one.day for one in self.days), *self.taken_back]
        if len(named) > MOST_DAYS:
            raise InputInvalid([Problem("$.days", "days-many", f"一次至多{MOST_DAYS}日")])
        if len(set(named)) != len(named):
            raise InputInvalid([Problem("$.days", "day-twice", "同一日只能填写一次")])


@attrs.frozen
class SetLogInPace:
    """How fast the institution's accounts may be tried from now on; None: as the province says for all."""

    pace: LogInPace | None = None


@attrs.frozen
class AssignAgency:
    """
    Who assesses from now on: an approved institution, an administration above, or None for the direct
    superior.
    """

    agency_id: str | None


@attrs.frozen
class CorrectKind:
    """The kind (机构类型) that the organisation should have been given."""

    kind: OrganisationKind


@attrs.frozen
class ChangeSuperior:
    """The organisation to stand below from now on; the caller must be it, or stand above it."""

    superior_id: str


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "create": CreateInstitution,
        "save_profile": SaveProfile,
        "confirm_cycle": ConfirmCycle,
        "enter_working_days": EnterWorkingDays,
        "set_log_in_pace": SetLogInPace,
        "accept_first_password": NoPayload,
        "mark_agency": NoPayload,
        "unmark_agency": NoPayload,
        "assign_agency": AssignAgency,
        "change_superior": ChangeSuperior,
        "correct_kind": CorrectKind,
        "close": NoPayload,
        "reopen": NoPayload,
    }
)
"""Event → what it carries."""
