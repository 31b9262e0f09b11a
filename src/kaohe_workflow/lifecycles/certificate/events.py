"""
What the events of a certificate carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.certificate.case import Face
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.plain_text import text_problems


@attrs.frozen
class Allow:
    """
    The assessment and the version of its result that the certificate is for.

    ``edition`` counts the certificates of one version, from 1: one that is replaced is followed by the next.
    """

    assessment_id: str
    result_version: int
    edition: int = 1


@attrs.frozen
class Print:
    """
    The number that the first print gives and what the paper says; later prints keep what was given.

    Both stand in fields that no input can set: a payload read from a request gives nothing, which the guard of
    the first print refuses.
    """

    number: str = attrs.field(default="", init=False)
    face: Face | None = attrs.field(default=None, init=False)

    @classmethod
    def of(cls, number: str, face: Face) -> Print:
        """
        Return the payload of a first print, as its use case makes it.

        Raises:
            InputInvalid: a number that no store holds.
        """
        if problems := tuple(text_problems(number, "$.number")):
            raise InputInvalid(problems)
        payload = cls()
        object.__setattr__(payload, "number", number)
        object.__setattr__(payload, "face", face)
        return payload


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "allow": Allow,
        "print": Print,
        "stamp": NoPayload,
        "replace": NoPayload,
        "freeze": NoPayload,
        "release": NoPayload,
        "void": NoPayload,
    }
)
"""Event → what it carries."""
