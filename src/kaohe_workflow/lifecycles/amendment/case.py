"""
What an application to correct a locked field (医师信息修改申请) keeps between events.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from kaohe_workflow.lifecycles.reviewing import Decided
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import IdType


@attrs.frozen(kw_only=True)
class Amendment(Decided):
    """
    One locked field of one physician, and the value that it is to have.

    ``value`` is its text as `values.locked_fields.written` writes it, for 证件号码 the normalised number of the kind
    ``id_type``; ``original`` is that number as it was typed. ``former`` is what the roster said when the application
    was made, and from its taking effect on what it said until then. ``attachments`` are ids of stored files.
    ``by_institution`` says that the institution has asked, not the physician.
    """

    institution_id: str
    physician_id: str
    field: LockedField
    value: str
    id_type: IdType | None = None
    original: str | None = None
    former: str = ""
    attachments: tuple[AttachmentId, ...] = ()
    by_institution: bool = False
    requested_at: datetime

    @property
    def numbered(self) -> bool:
        """Whether the value is, or holds, an identity number, which is shown masked."""
        return self.field in (LockedField.ID_NUMBER, LockedField.QUALIFICATION_NUMBER)
