"""
A person's number as it is looked for (证件号码, in either form).
"""

from __future__ import annotations

from re import ASCII, compile

from kaohe_workflow.values.folding import compact_identifier
from kaohe_workflow.values.resident_id import ResidentId, normalise

_MEANT_AS_RESIDENT = compile(r"[0-9X]{15,20}", ASCII)
"""Digits about as many as a resident number has: a slip of the pen finds nobody, and is to be told as such."""


def looked_for(text: str) -> str:
    """
    The number under which a person is kept; of a document that is no resident number, whatever was typed.

    >>> looked_for("450103 800101 123"), looked_for("e1234 5678")
    ('450103198001011233', 'E12345678')

    Raises:
        InputInvalid: it is meant as a resident number, and is none; the code says why (see `ResidentId.parse`).
    """
    if _MEANT_AS_RESIDENT.fullmatch(compact_identifier(text)):
        return ResidentId.parse(text).number
    return normalise(text)
