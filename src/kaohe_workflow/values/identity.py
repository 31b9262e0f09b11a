"""
Identity documents a physician may be registered with: the resident number and the other kinds.

The shapes of the other kinds are those in use, kept loose where no standard was at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from re import ASCII, Pattern, compile
from types import MappingProxyType
from typing import Self

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.folding import compact_identifier
from kaohe_workflow.values.resident_id import ResidentId, mask, normalise
from kaohe_workflow.values.terms import IdType

_SHAPES: Mapping[IdType, tuple[Pattern[str], str]] = MappingProxyType(
    {
        IdType.HK_MACAO_PERMIT: (compile(r"[HM][0-9]{8}([0-9]{2})?", ASCII), "应为H或M加8位数字（旧证10位）"),
        IdType.TAIWAN_PERMIT: (compile(r"[0-9]{8}", ASCII), "应为8位数字"),
        IdType.FOREIGN_RESIDENT: (
            compile(r"[A-Z]{3}[0-9]{12}", ASCII),
            "应为3位字母加12位数字，或9开头的18位",
        ),
        IdType.PASSPORT: (compile(r"[A-Z0-9]{5,20}", ASCII), "应为5–20位字母或数字"),
        IdType.OFFICER_CARD: (compile(r"[一-龥]{0,8}[0-9A-Z]{4,12}号?"), "应为4–12位数字，可带“某字第…号”"),
    }
)
_RESIDENCE_AREAS = ("81", "82", "83")


@attrs.frozen
class IdentityNumber:
    """
    A checked number of one kind of document.

    ``number`` is the normalised form, unique and compared; ``original`` what was typed, for people.
    """

    id_type: IdType
    number: str
    original: str = attrs.field(eq=False)

    @classmethod
    def parse(cls, id_type: IdType, text: str) -> Self:
        """
        Read a number as typed.

        Raises:
            InputInvalid: ``id-malformed``, and for the 18-character resident kinds also
                ``id-birth-date`` and ``id-check-digit``.
        """
        number = normalise(text) if id_type in _RESIDENT_KINDS else compact_identifier(text)
        if id_type is IdType.HMT_RESIDENCE and not number.startswith(_RESIDENCE_AREAS):
            raise _malformed(id_type, "应为81、82或83开头的18位")
        if id_type in _RESIDENT_KINDS or _is_new_foreign(id_type, number):
            return cls(id_type, ResidentId.parse(number).number, text)
        pattern, wanted = _SHAPES[id_type]
        if not pattern.fullmatch(number):
            raise _malformed(id_type, wanted)
        return cls(id_type, number, text)

    @property
    def resident(self) -> ResidentId | None:
        """The number as a resident number, None for documents that are none."""
        if self.id_type in _RESIDENT_KINDS or _is_new_foreign(self.id_type, self.number):
            return ResidentId(self.number)
        return None

    @property
    def birth_date(self) -> date | None:
        """Day of birth where the number tells it."""
        resident = self.resident
        return resident.birth_date if resident else None

    @property
    def masked(self) -> str:
        """The number as lists show it."""
        return mask(self.number)


_BY_SHAPE = (
    (IdType.HK_MACAO_PERMIT, compile(r"[HM][0-9]{8}([0-9]{2})?", ASCII)),
    (IdType.TAIWAN_PERMIT, compile(r"[0-9]{8}", ASCII)),
    (IdType.FOREIGN_RESIDENT, compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]", ASCII)),
    (IdType.HMT_RESIDENCE, compile(r"8[123][0-9]{15}[0-9X]", ASCII)),
    (IdType.PASSPORT, compile(r"[A-Z]{1,2}[0-9]{6,9}", ASCII)),
)

_SHORTER_THAN_RESIDENT = 15
"""Whatever is as long as a resident number is meant to be one: a slip of the pen is to be told as such."""

_FEW_DIGITS = compile(r"[0-9]{0,6}", ASCII)


def identify(text: str) -> IdentityNumber:
    """
    Read a number whose kind is not told, as in searches and score files: by its shape, else as a resident's.

    What is shorter than a resident number and of none of the narrower shapes is any passport or officer's card that
    a list may hold, fewer than seven bare digits aside; only the number is compared, so the kind need not be sure.

    >>> identify("567891234").id_type.value, identify("军字第1234567号").id_type.value
    ('passport', 'officer_card')

    Raises:
        InputInvalid: as `IdentityNumber.parse`.
    """
    compact = compact_identifier(text)
    for id_type, shape in _BY_SHAPE:
        if shape.fullmatch(compact):
            return IdentityNumber.parse(id_type, text)
    if len(compact) < _SHORTER_THAN_RESIDENT and not _FEW_DIGITS.fullmatch(compact):
        for id_type in (IdType.PASSPORT, IdType.OFFICER_CARD):
            if _SHAPES[id_type][0].fullmatch(compact):
                return IdentityNumber.parse(id_type, text)
    return IdentityNumber.parse(IdType.RESIDENT_ID, text)


_RESIDENT_KINDS = frozenset({IdType.RESIDENT_ID, IdType.HMT_RESIDENCE})


def _is_new_foreign(id_type: IdType, number: str) -> bool:
    return id_type is IdType.FOREIGN_RESIDENT and len(number) == 18 and number[0] == "9"


def _malformed(id_type: IdType, wanted: str) -> InputInvalid:
    return InputInvalid([Problem("$.id_number", "id-malformed", f"{id_type.label}号码{wanted}")])
