"""
Activation codes (激活码): 16 characters of Crockford's base 32, 80 bits, written in four groups.
"""

from __future__ import annotations

from re import ASCII, compile

from kaohe_workflow.values.folding import compact_identifier, half_width

_GROUPED = compile(r"[0-9A-Za-z]{4}([- ][0-9A-Za-z]{4}){3}", ASCII)
_READ_AS = str.maketrans("OIL", "011")


def canonical_code(text: str) -> str:
    """
    Return the form of a code that is hashed: without separators and case, O read as 0, I and L as 1.

    >>> canonical_code("ab0o-1il2-cdef-ghjk")
    'AB001112CDEFGHJK'
    """
    return compact_identifier(text).translate(_READ_AS)


def is_grouped(text: str) -> bool:
    """
    Say whether a text is written as a code is: four groups of four.

    No password may look like that, so such a text is a try with a code, which nobody guesses.
    """
    return _GROUPED.fullmatch(half_width(text)) is not None
