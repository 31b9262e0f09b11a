"""
A check of a sample as tests know it, and what lies around it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import attrs

from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.lifecycles.spot_check.case import Item, SpotCheck, Subject, digest_of
from kaohe_workflow.testing.assessments import china

NOW = china(date(2024, 1, 20))
POPULATION = ("a1", "a2", "a3")
CHECK = SpotCheck(
    institution_id="agency",
    cycle_id="cycle",
    subject=Subject.RESULTS,
    procedure=None,
    seed="seed",
    population=len(POPULATION),
    digest=digest_of(POPULATION),
    drawn_at=NOW,
    items=(Item(assessment_id="a2"), Item(assessment_id="a1")),
)
"""Two of three results."""


LI = Decider("account", "li")


@attrs.frozen(kw_only=True)
class SpotCheckAround:
    """
    Around an organisation with three assessments of either kind, of which ``unreturned`` still wait, and ``own`` were
    reviewed by their own institution. ``seed`` is that of a sample that was given up.
    """

    drawable: tuple[str, ...] = POPULATION
    unreturned: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    seed: str | None = None
    sender: Decider | None = LI
    held_off: tuple[Decider, ...] = ()

    def population(self, subject: Subject) -> tuple[str, ...]:
        """The same for both."""
        return self.drawable

    def self_reviewed(self, subject: Subject) -> tuple[str, ...]:
        """Those in ``own``."""
        return self.own

    def standing_seed(self, subject: Subject) -> str | None:
        """The same for both."""
        return self.seed

    def waiting(self, assessment_ids: Collection[str]) -> tuple[str, ...]:
        """Those in ``unreturned``."""
        return tuple(one for one in self.unreturned if one in assessment_ids)
