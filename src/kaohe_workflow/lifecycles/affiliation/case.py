"""
What a physician's case keeps between events.
"""

from __future__ import annotations

from datetime import date

import attrs

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


@attrs.frozen(kw_only=True)
class Affiliation:
    """
    A physician and the institution that the physician is attached to; the case's id is the physician's.

    While 待调入 or gone, ``institution_id`` is still the former institution: its administration may act, the
    institution may not. ``id_number`` is the normalised form, ``id_original`` what was typed. ``title``,
    ``education`` and ``practice_situation`` hold a code of their lists or the sheet's own wording. Blank
    cells are None, which is normal before the physician has registered (手册 2.2.5).
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
