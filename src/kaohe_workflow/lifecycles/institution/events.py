"""
What the events of an organisation carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.credit_code import CreditCode
from kaohe_workflow.values.login_name import number_problems, read_login
from kaohe_workflow.values.phone import Phone
from kaohe_workflow.values.plain_text import plain_text
from kaohe_workflow.values.terms import OrganisationKind


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


@attrs.frozen
class AssignAgency:
    """
    Who assesses from now on: an approved institution, an administration above, or None for the direct
    superior.
    """

    agency_id: str | None


@attrs.frozen
class ChangeSuperior:
    """The organisation to stand below from now on; the caller must be it, or stand above it."""

    superior_id: str


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "create": CreateInstitution,
        "save_profile": SaveProfile,
        "confirm_cycle": ConfirmCycle,
        "mark_agency": NoPayload,
        "unmark_agency": NoPayload,
        "assign_agency": AssignAgency,
        "change_superior": ChangeSuperior,
        "close": NoPayload,
        "reopen": NoPayload,
    }
)
"""Event → what it carries."""
