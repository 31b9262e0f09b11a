"""
What a list of who takes part (考核名单) keeps between events.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.values.terms import ReturnCode


@attrs.frozen(kw_only=True)
class EnrolmentList:
    """
    One institution's list of one cycle; names are the ids of assessments, in the order of the ids.

    ``listed`` are those that were handed in last, ``approved`` those of the list that was approved last, empty before
    the first approval: while a supplement waits they stay what they were. ``edition`` counts how often a list was
    handed in, ``submitted_at`` says when that was last, and ``submitted_by`` by whom; ``decided_at`` when the
    assessment institution decided last, and ``decided_by`` which that was. ``return_code`` says why the list was
    returned, while it stands so. Every list has a ``submitted_by``; None is what readers are told.
    """

    institution_id: str
    cycle_id: str
    listed: tuple[str, ...]
    approved: tuple[str, ...] = ()
    edition: int = 1
    submitted_at: datetime
    submitted_by: Decider | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    return_code: ReturnCode | None = None

    @property
    def added(self) -> tuple[str, ...]:
        """The names that are not approved yet: what a decision is about."""
        known = frozenset(self.approved)
        return tuple(one for one in self.listed if one not in known)

    @property
    def number(self) -> int:
        """How many names were handed in."""
        return len(self.listed)

    @property
    def number_added(self) -> int:
        """How many of them are not approved yet."""
        return len(self.added)
