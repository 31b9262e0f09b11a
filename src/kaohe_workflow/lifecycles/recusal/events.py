"""
What the events of a recusal carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.plain_text import text_problems


@attrs.frozen(kw_only=True)
class HoldOff:
    """
    Which member of the committee, by the name on its roster, or of an administration that assesses, by the account's.

    ``assessment_id`` names the assessment when a recusal is made; one that is there has it already.

    Raises:
        InputInvalid: a name that no store holds.
    """

    member: str = ""
    assessment_id: str | None = None

    def __attrs_post_init__(self) -> None:
        if problems := tuple(text_problems(self.member, "$.member")):
            raise InputInvalid(problems)


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "request": HoldOff,
        "declare": HoldOff,
        "withdraw": NoPayload,
        "grant": NoPayload,
        "refuse": NoPayload,
    }
)
"""Event → what it carries."""
