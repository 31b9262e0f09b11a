"""
What the guards of a check of a sample look at.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from kaohe_workflow.lifecycles.reviewing import KnowsReviewers, ReviewerFacts
from kaohe_workflow.lifecycles.spot_check.case import Finding, SpotCheck, Subject
from kaohe_workflow.lifecycles.spot_check.events import RecordFinding
from kaohe_workflow.values.plain_text import says_something


class Around(KnowsReviewers, Protocol):
    """What a check needs of its surroundings; for one to be made, what its payload names."""

    def population(self, subject: Subject) -> Collection[str]:
        """The ids of the assessments that a sample may be drawn from."""

    def self_reviewed(self, subject: Subject) -> Collection[str]:
        """Those of them that their own institution has assessed, or is to review, as its own assessment institution."""

    def standing_seed(self, subject: Subject) -> str | None:
        """The seed of a sample of the same that is still to be looked through or made good, None without any."""

    def waiting(self, assessment_ids: Collection[str]) -> Collection[str]:
        """Those of them that wait for the agency's review."""


class SpotCheckFacts(ReviewerFacts[SpotCheck, Around]):
    """The facts of the chart ``spot_check``."""

    @property
    def subject(self) -> str:
        """What is looked at."""
        return (self._record.subject if self._record is not None else Subject.RESULTS).value

    @property
    def files_waiting(self) -> bool:
        """There is a file of the institution that waits for the agency's review."""
        return bool(self._around.population(Subject.OPINIONS))

    @property
    def results_decided(self) -> bool:
        """There is a result to look at (考核办法 第十条)."""
        return bool(self._around.population(Subject.RESULTS))

    @property
    def item_drawn(self) -> bool:
        """The assessment belongs to the sample."""
        drawn = {item.assessment_id for item in self._record.items} if self._record is not None else set()
        return isinstance(self._payload, RecordFinding) and self._payload.assessment_id in drawn

    @property
    def fault_told(self) -> bool:
        """A fault says what it is; what is in order needs no words."""
        given = self._payload
        if not isinstance(given, RecordFinding):
            return False
        return given.finding is Finding.IN_ORDER or says_something(given.note)

    @property
    def all_found(self) -> bool:
        """Each assessment of the sample was looked at."""
        return self._record is not None and all(item.finding is not None for item in self._record.items)

    @property
    def faults_waiting(self) -> bool:
        """A file in which a fault was found still waits for review: it is to be returned first (design)."""
        if self._record is None:
            return False
        faulty = {item.assessment_id for item in self._record.items if item.finding is Finding.FAULTY}
        return bool(faulty) and bool(self._around.waiting(faulty))
