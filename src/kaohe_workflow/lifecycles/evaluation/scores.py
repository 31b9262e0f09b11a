"""
Scores of a paper: which of several counts.
"""

from __future__ import annotations

from decimal import Decimal

from kaohe_workflow.values.parameter_kinds import ScoreRule


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
