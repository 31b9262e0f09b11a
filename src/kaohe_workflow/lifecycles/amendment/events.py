"""
What the events of an application to correct a locked field carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.identity import IdentityNumber
from kaohe_workflow.values.locked_fields import LockedField, read_locked, written
from kaohe_workflow.values.plain_text import text_problems
from kaohe_workflow.values.terms import IdType


@attrs.frozen(kw_only=True)
class CreateAmendment:
    """
    The physician, the field, the value that it is to have, and the files that prove it.

    ``value`` is text as `values.locked_fields.read_locked` reads it; of 证件号码 the number of the kind ``id_type``, in
    either form. ``institution_id`` follows from the physician and is not given.

    Raises:
        InputInvalid: the value is none of its field; a text that no store holds.
    """

    physician_id: str
    field: LockedField
    value: str
    id_type: IdType = IdType.RESIDENT_ID
    attachments: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := [
            *text_problems(self.value, "$.value"),
            *file_problems(self.attachments, "$.attachments"),
        ]:
            raise InputInvalid(problems)
        _ = self.text

    @property
    def identity(self) -> IdentityNumber | None:
        """The checked number, None where another field is to be corrected."""
        if self.field is not LockedField.ID_NUMBER:
            return None
        try:
            return IdentityNumber.parse(self.id_type, self.value)
        except InputInvalid as ex:
            raise InputInvalid([Problem("$.value", one.code, one.message) for one in ex.problems]) from ex

    @property
    def text(self) -> str:
        """The value as it is kept."""
        identity = self.identity
        return identity.number if identity is not None else written(read_locked(self.field, self.value))


@attrs.frozen
class MoveAmendment:
    """The institution that the physician is attached to now."""

    institution_id: str


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "create": CreateAmendment,
        "pass": NoPayload,
        "return": NoPayload,
        "refer": NoPayload,
        "withdraw": NoPayload,
        "move": MoveAmendment,
    }
)
"""Event → what it carries."""
