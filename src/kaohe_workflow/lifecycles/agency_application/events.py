"""
What the events of an application to be an assessment institution carry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.agency_application.case import CommitteePosition, Fault, Material, Rank
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.plain_text import text_problems

MAXIMUM_MEMBERS = 200
"""So many members one committee may have."""

MAXIMUM_BAR = 100
"""Cycles; nobody is kept out longer than anybody will remember."""


def _each_once(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    return tuple(dict.fromkeys(faults))


@attrs.frozen
class OpenPermission:
    """
    Which institution may apply for which cycle.

    Both are None where a permission that was closed is opened again: the case knows them.
    """

    institution_id: str | None = None
    cycle_id: str | None = None


@attrs.frozen
class SaveMaterial:
    """
    The attachments, all of them: what is left out is there no more.

    Raises:
        InputInvalid: ``too-many-files`` of one kind, or an id that no store holds.
    """

    material: Material

    def __attrs_post_init__(self) -> None:
        problems = [
            problem
            for name in attrs.fields_dict(Material)
            for problem in file_problems(getattr(self.material, name), f"$.material.{name}")
        ]
        if problems:
            raise InputInvalid(problems)


@attrs.frozen(kw_only=True)
class Seat:
    """A member as the roster is written: who the person behind ``account_id`` is, the account says."""

    name: str
    title: str = ""
    rank: Rank | None = None
    administers: bool = False
    position: CommitteePosition = CommitteePosition.MEMBER
    account_id: str | None = None


@attrs.frozen
class SaveCommittee:
    """
    The roster of the 考核委员会, all of it: who is left out is a member no more.

    Raises:
        InputInvalid: more than `MAXIMUM_MEMBERS`, a blank or a repeated name, or a text that no store holds.
    """

    members: tuple[Seat, ...]

    def __attrs_post_init__(self) -> None:
        problems = list[Problem]()
        if len(self.members) > MAXIMUM_MEMBERS:
            problems.append(Problem("$.members", "too-many-members", f"至多{MAXIMUM_MEMBERS}名成员"))
        names = Counter(one.name for one in self.members)
        for index, one in enumerate(self.members):
            place = f"$.members[{index}]"
            for name in ("name", "title"):
                problems.extend(text_problems(getattr(one, name), f"{place}.{name}"))
            if not one.name.strip():
                problems.append(Problem(f"{place}.name", "name-blank", "成员姓名不得为空"))
            if names[one.name] > 1:
                problems.append(Problem(f"{place}.name", "name-repeated", "同名成员请加以区分"))
        if problems:
            raise InputInvalid(problems)


@attrs.frozen
class ReportCorrection:
    """
    The files of the report on a correction (整改报告); none at all takes an earlier report back.

    Raises:
        InputInvalid: ``too-many-files``, or an id that no store holds.
    """

    files: tuple[AttachmentId, ...]

    def __attrs_post_init__(self) -> None:
        if problems := tuple(file_problems(self.files, "$.files")):
            raise InputInvalid(problems)


@attrs.frozen
class Disqualify:
    """
    What for, each once, and for how many cycles after this one the institution may not apply.

    Raises:
        InputInvalid: more than `MAXIMUM_BAR` cycles.
    """

    faults: tuple[Fault, ...] = attrs.field(converter=_each_once)
    cycles: int

    def __attrs_post_init__(self) -> None:
        if self.cycles > MAXIMUM_BAR:
            raise InputInvalid([Problem("$.cycles", "bar-too-long", f"至多{MAXIMUM_BAR}个考核周期")])


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "open_permission": OpenPermission,
        "close_permission": NoPayload,
        "save_material": SaveMaterial,
        "save_committee": SaveCommittee,
        "submit": NoPayload,
        "withdraw": NoPayload,
        "pass": NoPayload,
        "return": NoPayload,
        "refuse": NoPayload,
        "file_upward": NoPayload,
        "order_correction": NoPayload,
        "report_correction": ReportCorrection,
        "accept_correction": NoPayload,
        "disqualify": Disqualify,
        "end_barred": NoPayload,
        "resign": NoPayload,
        "expire": NoPayload,
    }
)
"""Event → what it carries."""
