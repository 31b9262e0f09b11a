"""
What the events of a certificate carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.plain_text import text_problems


@attrs.frozen
class Allow:
    """The assessment and the version of its result that the certificate is for."""

    assessment_id: str
    result_version: int


@attrs.frozen
class Print:
    """
    The number that the first print gives; later prints keep the number that was given.

    Raises:
        InputInvalid: a number that no store holds.
    """

    number: str = ""

    def __attrs_post_init__(self) -> None:
        problems = tuple(text_problems(self.number, "$.number"))
        if problems:
            raise InputInvalid(problems)


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {"allow": Allow, "print": Print, "stamp": NoPayload, "void": NoPayload}
)
"""Event → what it carries."""
