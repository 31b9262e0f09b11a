"""
Scores, pass lines and other figures of 0–100 with at most two places.
"""

from __future__ import annotations

from decimal import Decimal

MAXIMUM_SCORE = Decimal(100)


def in_range(figure: Decimal) -> bool:
    """
    Say whether a figure is 0–100, both included, with at most two places.

    >>> [in_range(Decimal(text)) for text in ("0", "100", "59.99", "59.995", "100.01", "-0.01", "NaN")]
    [True, True, True, False, False, False, False]
    """
    return figure.is_finite() and 0 <= figure <= MAXIMUM_SCORE and figure == round(figure, 2)
