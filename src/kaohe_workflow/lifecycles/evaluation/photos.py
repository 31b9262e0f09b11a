"""
监考照片 (手册 2.2.9): what was seen while a paper was sat, and what of it asks to be looked at.

The figure of similarity is the provider's; nothing is computed from a face here. A photo without a figure is one on
which nobody can be recognised: it proves nothing, and is counted as not usable.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import attrs

from kaohe_workflow.values.parameters import Parameters


@attrs.frozen(kw_only=True)
class Photo:
    """
    One photo: when it was taken, where it lies, how like it is.

    ``file`` is the id of a stored file or the platform's own name for it. ``similarity`` is 0–100 percent with at most
    two places, None where no figure could be given.
    """

    taken_at: datetime
    file: str
    similarity: Decimal | None = None


@attrs.frozen(kw_only=True)
class Proctoring:
    """
    What the photos of a paper come to, by the province's marks.

    ``minimum`` and ``mean`` are those of the usable ones, None where there is none; ``low_minimum`` and ``low_mean``
    that they lie below the mark: strictly, so that the mark itself is not low. ``sparse`` says that more time than the
    interval lies between two usable photos, or between the start and the first of them.
    """

    usable: int
    minimum: Decimal | None
    mean: Decimal | None
    low_minimum: bool
    low_mean: bool
    sparse: bool


def proctoring(photos: Sequence[Photo], started_at: datetime | None, parameters: Parameters) -> Proctoring:
    """Sum up the photos of one paper, whatever their order."""
    usable = sorted((photo for photo in photos if photo.similarity is not None), key=lambda one: one.taken_at)
    figures = [photo.similarity for photo in usable if photo.similarity is not None]
    minimum = min(figures, default=None)
    mean = round(sum(figures, Decimal(0)) / len(figures), 2) if figures else None
    mark = parameters.similarity_threshold_percent
    return Proctoring(
        usable=len(usable),
        minimum=minimum,
        mean=mean,
        low_minimum=minimum is not None and minimum < mark,
        low_mean=mean is not None and mean < mark,
        sparse=_sparse([photo.taken_at for photo in usable], started_at, parameters),
    )


def _sparse(taken: Sequence[datetime], started_at: datetime | None, parameters: Parameters) -> bool:
    interval = timedelta(seconds=parameters.photo_interval_seconds)
    instants = [*((started_at,) if started_at is not None else ()), *taken]
    return any(later - earlier > interval for earlier, later in pairwise(instants))
