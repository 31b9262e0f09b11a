"""
How a score is written in answers: as text with two places, `87.50`, whatever it was given or kept as.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

SCORES = frozenset({"score", "similarity", "similarity_minimum", "similarity_mean", "minimum", "mean"})
"""Members of answers that hold a score, or a figure like one."""

_PLACES = 2


def hundredths(score: int) -> str:
    """
    A score that a view keeps as whole hundredths.

    >>> hundredths(6800), hundredths(5)
    ('68.00', '0.05')
    """
    return _written(Decimal(score).scaleb(-_PLACES))


def two_places(plain: Any) -> Any:
    """
    Plain data with every score in it written so, at any depth; the kernel lets no score have more than two places.

    >>> two_places({"lines": [{"score": "60", "level": "licensed"}]})
    {'lines': [{'score': '60.00', 'level': 'licensed'}]}
    """
    if isinstance(plain, list):
        return [two_places(value) for value in plain]
    if not isinstance(plain, dict):
        return plain
    return {
        name: _written(Decimal(value)) if name in SCORES and isinstance(value, str) else two_places(value)
        for name, value in plain.items()
    }


def _written(score: Decimal) -> str:
    return f"{score:.{_PLACES}f}"
