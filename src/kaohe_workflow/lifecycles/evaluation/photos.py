"""
监考照片 (手册 2.2.9): what was seen while a paper was sat, and what of it asks to be looked at.

The figure of similarity comes from outside: from the platform, or from whatever compares faces for this installation;
each photo says from where. A photo without a figure is one on which nobody can be recognised, or that nothing has
compared: it proves nothing, and is counted as not usable.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.parameter_kinds import SimilarityMeasure
from kaohe_workflow.values.parameters import Parameters


@attrs.frozen(kw_only=True)
class Photo:
    """
    One photo: when it was taken, what it is called, how like it is.

    ``name`` is the platform's own, once a paper; ``file`` the stored photo, None where only its figure is kept.
    ``similarity`` is 0–100 percent with at most two places, None where no figure could be given; ``source`` says who
    gave it, and ``against`` which 人脸底照 it was compared with, None where the platform has one of its own.
    """

    taken_at: datetime
    name: str
    similarity: Decimal | None = None
    source: str = ""
    file: AttachmentId | None = None
    against: AttachmentId | None = None


@attrs.frozen
class Sitting:
    """
    One time that a paper was sat: when it was started, and when it ended.

    It ended when the paper was handed in, at the latest with its time; None while it goes on, and where that is not
    known, since a score came first.
    """

    started_at: datetime
    ended_at: datetime | None = None

    def sparse(self, taken: Sequence[datetime], interval: timedelta) -> bool:
        """Whether more time than the interval lies between two photos, or between one and the start or the end."""
        during = [
            at for at in taken if self.started_at <= at and (self.ended_at is None or at <= self.ended_at)
        ]
        instants = [self.started_at, *during, *((self.ended_at,) if self.ended_at is not None else ())]
        return any(later - earlier > interval for earlier, later in pairwise(instants))


@attrs.frozen(kw_only=True)
class Proctoring:
    """
    What the photos of a paper come to, by the province's marks.

    ``usable`` are those of the sitting that has fewest: whoever was recognised in one attempt may have sent somebody
    else to the next. ``minimum`` and ``mean`` are those of all usable ones, None where there is none; ``low`` that the
    one by which the province asks (`similarity_measure`) lies below the mark: strictly, so that the mark itself is not
    low. ``sparse`` says that more time than the interval lies between two usable photos of a sitting, between its start
    and the first of them, or between the last and its end: what was not seen before a sitting or after it, nobody has
    missed. Where no photo is usable at all, that says enough.
    """

    usable: int
    minimum: Decimal | None
    mean: Decimal | None
    low: bool
    sparse: bool


def proctoring(photos: Sequence[Photo], sittings: Sequence[Sitting], parameters: Parameters) -> Proctoring:
    """Sum up the photos of one paper, whatever their order, over the sittings in which they were taken."""
    usable = sorted((photo for photo in photos if photo.similarity is not None), key=lambda one: one.taken_at)
    figures = [photo.similarity for photo in usable if photo.similarity is not None]
    minimum = min(figures, default=None)
    mean = round(sum(figures, Decimal(0)) / len(figures), 2) if figures else None
    taken = [photo.taken_at for photo in usable]
    interval = timedelta(seconds=parameters.photo_interval_seconds)
    asked = mean if parameters.similarity_measure is SimilarityMeasure.MEAN else minimum
    return Proctoring(
        usable=_fewest(taken, sittings),
        minimum=minimum,
        mean=mean,
        low=asked is not None and asked < parameters.similarity_threshold_percent,
        sparse=bool(taken) and any(sitting.sparse(taken, interval) for sitting in sittings),
    )


def _fewest(taken: Sequence[datetime], sittings: Sequence[Sitting]) -> int:
    """How many photos the sitting has that has fewest: of each, what was taken from its start to the next one's."""
    if not sittings:
        return len(taken)
    starts = [sitting.started_at for sitting in sittings]
    return min(
        sum(start <= at and (following is None or at < following) for at in taken)
        for start, following in zip(starts, [*starts[1:], None], strict=True)
    )
