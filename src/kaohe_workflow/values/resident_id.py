"""
Resident identity numbers (公民身份号码, GB 11643-1999): 18 characters, or the 15 digits of old records.

18 characters: 6 area, 8 birth date, 3 sequence (odd male, even female), 1 check (ISO 7064 MOD 11-2).
15 digits lack the century and the check. The 18-character form is the one stored and compared.
"""

from __future__ import annotations

from datetime import date
from re import ASCII, compile
from typing import Self

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.areas import PROVINCES
from kaohe_workflow.values.folding import compact_identifier
from kaohe_workflow.values.terms import LabelledEnum

_LONG = compile(r"[0-9]{17}[0-9X]", ASCII)
_SHORT = compile(r"[0-9]{15}", ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_EARLIEST_BIRTH_YEAR = 1900
_PERMIT_AREAS = frozenset({"81", "82", "83"})


class Sex(LabelledEnum):
    """Sex as digit 17 tells it."""

    MALE = "male", "男"
    FEMALE = "female", "女"


def normalise(text: str) -> str:
    """
    Return the number without width, spaces, hyphens and letter case, 15 digits made 18; idempotent.

    Says nothing about validity: what is no number comes back compacted.

    >>> normalise("450103 800101 123")
    '450103198001011233'
    """
    compact = compact_identifier(text)
    return lengthen(compact) if _SHORT.fullmatch(compact) else compact


def lengthen(short: str) -> str:
    """
    Return the 18 characters of a 15-digit number: the century 19 and the check added.

    The sequences 996–999, once given to people born in the 1800s, get no century of their own.
    """
    body = f"{short[:6]}19{short[6:]}"
    return body + check_character(body)


def shorten(number: str) -> str | None:
    """Return the 15-digit form under which old records hold a person, None for births outside 1900–1999."""
    return number[:6] + number[8:17] if number[6:8] == "19" else None


def check_character(body: str) -> str:
    """
    Return the 18th character for the first 17 digits.

    >>> check_character("11010519491231002")
    'X'
    """
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11]


def mask(number: str) -> str:
    """
    Return the first and last two characters, stars between: the one mask of lists.

    >>> mask("450103198001011233")
    '45**************33'
    """
    if len(number) <= 4:
        return "*" * len(number)
    return f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}"


@attrs.frozen
class ResidentId:
    """A valid number of 18 characters; build it with `parse`."""

    number: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read a number as typed.

        Raises:
            InputInvalid: with one problem, the first of ``id-malformed`` (neither 17 digits and a digit or
                X, nor 15 digits), ``id-birth-date`` (no day of the calendar, or before 1900) and
                ``id-check-digit``.
        """
        number = normalise(text)
        if not _LONG.fullmatch(number):
            raise _invalid("id-malformed", "证件号码应为18位（末位可为X）或15位数字")
        born = _birth_date(number)
        if born is None:
            raise _invalid("id-birth-date", "证件号码中的出生日期不存在，请核对")
        if born.year < _EARLIEST_BIRTH_YEAR:
            raise _invalid("id-birth-date", f"证件号码中的出生日期早于{_EARLIEST_BIRTH_YEAR}年，请核对")
        if check_character(number[:17]) != number[17]:
            raise _invalid("id-check-digit", "证件号码校验位不正确，请核对")
        return cls(number)

    @property
    def birth_date(self) -> date:
        """Day of birth."""
        found = _birth_date(self.number)
        if found is None:
            raise ValueError("not built by parse: the birth date is no day")
        return found

    @property
    def sex(self) -> Sex:
        """Sex, from the sequence number."""
        return Sex.MALE if int(self.number[16]) % 2 else Sex.FEMALE

    @property
    def area_code(self) -> str:
        """Six digits of the place where the number was given, as of then."""
        return self.number[:6]

    @property
    def area_known(self) -> bool:
        """True when the province part is one we know; false is a warning, never an error."""
        return self.number[:2] in PROVINCES or self.number[:2] in _PERMIT_AREAS

    @property
    def masked(self) -> str:
        """The number as lists show it."""
        return mask(self.number)


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _invalid(code: str, message: str) -> InputInvalid:
    return InputInvalid([Problem("$.id_number", code, message)])
