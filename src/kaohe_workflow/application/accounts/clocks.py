"""
Instants that a clock has stored which ran ahead and was put right since.

Whatever ends, or lets go, so long after such an instant would do so only when the right time has caught up with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

APART = timedelta(minutes=1)
"""How far the clocks of several servers may lie apart; what one has just stored is of the present for the others."""


def was_ahead(at: datetime, now: datetime) -> bool:
    """Say whether the clock that stored ``at`` as its present ran ahead of the one that says ``now``."""
    return at - now > APART
