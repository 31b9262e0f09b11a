"""
Scores of a paper: which are possible, and which of several counts.
"""

from __future__ import annotations

from decimal import Decimal

from kaohe_workflow.values.parameter_kinds import ScoreRule


def in_range(score: Decimal) -> bool:
    """Say whether a score is 0–100, both included, with at most two places."""
    if not score.is_finite() or not 0 <= score <= 100:
        return False
    return score == score.quantize(Decimal("0.01"))


def counted(earlier: tuple[Decimal, ...], score: Decimal | None, rule: ScoreRule) -> Decimal | None:
    """
    Return the score that counts of all attempts, None where there is none.

    >>> counted((Decimal(50), Decimal(58)), Decimal(55), ScoreRule.BEST)
    Decimal('58')
    >>> counted((Decimal(50), Decimal(58)), Decimal(55), ScoreRule.LAST)
    Decimal('55')
    """
    scores = earlier if score is None else (*earlier, score)
    if not scores:
        return None
    return max(scores) if rule is ScoreRule.BEST else scores[-1]
