"""
Identifiers as people type them, brought to one spelling.

Only full-width forms are folded, not everything NFKC would fold: a superscript or a circled digit is no
digit of a number, and ``str.isdigit`` would believe it is.
"""

from __future__ import annotations

from unicodedata import category

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HYPHENS = frozenset("-‐‑‒–—―−﹣")


def half_width(text: str) -> str:
    """
    Return the text with full-width ASCII and ideographic spaces made half-width, ends stripped.

    >>> half_width("　４５０Ｘ ")
    '450X'
    """
    if text.isascii():
        return text.strip()
    return "".join(" " if category(char) == "Zs" else char for char in text.translate(_FULL_WIDTH)).strip()


def compact_identifier(text: str) -> str:
    """
    Return an identifier without width, spaces, hyphens and letter case; idempotent.

    >>> compact_identifier("450103 1980-0101-123x")
    '45010319800101123X'
    """
    if text.isascii():
        return "".join(text.replace("-", "").split(" ")).upper().strip()
    kept = (char for char in half_width(text) if char != " " and char not in _HYPHENS)
    # Only ASCII letters: upper() of others may grow ("ß" becomes "SS") and would not be idempotent.
    return "".join(char.upper() if char.isascii() else char for char in kept).strip()
