"""
统一社会信用代码 (GB 32100-2015): 18 characters that name an organisation.

1 registering authority, 1 kind, 6 area, 9 organisation code, 1 check; no I, O, S, V, Z. The organisation
code carries a check of its own (GB 11714), which substitute codes need not meet: that is a warning.
"""

from __future__ import annotations

from re import ASCII, compile
from typing import Self

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.folding import compact_identifier

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = compile(rf"[{_ALPHABET}]{{18}}", ASCII)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_character(body: str) -> str:
    """Return the 18th character for the first 17: weights 3^i mod 31."""
    total = sum(pow(3, place, 31) * _ALPHABET.index(char) for place, char in enumerate(body))
    return _ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """
    Return the 9th character of an organisation code for its first 8.

    >>> organisation_check("D2143569")
    'X'
    """
    total = sum(weight * int(char, 36) for weight, char in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X"[-total % 11]


@attrs.frozen
class CreditCode:
    """A valid code; build it with `parse`."""

    code: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read a code as typed.

        >>> CreditCode.parse("91350100m000100y43").organisation_code_valid
        True

        Raises:
            InputInvalid: ``credit-code-malformed`` (length or alphabet) or ``credit-code-check``.
        """
        code = compact_identifier(text)
        if not _SHAPE.fullmatch(code):
            raise _invalid(
                "credit-code-malformed", "统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）"
            )
        if check_character(code[:17]) != code[17]:
            raise _invalid("credit-code-check", "统一社会信用代码校验位不正确，请核对")
        return cls(code)

    @property
    def organisation_code_valid(self) -> bool:
        """True when the organisation code within meets its own check."""
        return organisation_check(self.code[8:16]) == self.code[16]


def _invalid(code: str, message: str) -> InputInvalid:
    return InputInvalid([Problem("$.credit_code", code, message)])
