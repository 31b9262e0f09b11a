"""
How long photos of a sitting (监考照片) are kept, as far as a paper knows.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol, TypeVar

from kaohe_workflow.lifecycles.evaluation.case import Evaluation
from kaohe_workflow.lifecycles.reviewing import KnowsReviewers, ReviewerFacts


class KnowsPhotos(KnowsReviewers, Protocol):
    """Surroundings that know what photos may still be needed for."""

    @property
    def concluded_on(self) -> date | None:
        """The day of the verdict, or of another end of the assessment; None before it."""

    @property
    def contested(self) -> bool:
        """Whether a mark, a finding or a review of this assessment is not decided."""

    @property
    def evidence(self) -> frozenset[str]:
        """The photos by which a paper of this assessment was marked."""


AroundT = TypeVar("AroundT", bound=KnowsPhotos)


def retention_over(concluded_on: date | None, kept_days: int, today: date) -> bool:
    """
    Say whether photos have been kept for long enough: the day of the verdict is day 0, the last day still counts.

    >>> [retention_over(date(2024, 1, 13), 180, day) for day in (date(2024, 7, 11), date(2024, 7, 12))]
    [False, True]
    """
    return concluded_on is not None and today > concluded_on + timedelta(days=kept_days)


class PhotoFacts(ReviewerFacts[Evaluation, AroundT]):
    """What is asked before photos are let go."""

    @property
    def photos_left(self) -> bool:
        """There are files of photos that are no evidence of a mark."""
        return self._record is not None and bool(self._record.photo_files - self._around.evidence)

    @property
    def photo_retention_over(self) -> bool:
        """`photos_kept_days` after the result are over (design); see `retention_over`."""
        return retention_over(self._around.concluded_on, self._parameters.photos_kept_days, self._today)

    @property
    def contested(self) -> bool:
        """A mark, a finding or a review is not decided: the photos may be asked for."""
        return self._around.contested
