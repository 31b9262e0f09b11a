"""监考照片: which figures are low, and when there are too few of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.evaluation.photos import Photo, Sitting, proctoring
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.values.parameter_kinds import SimilarityMeasure

START = china(date(2024, 1, 5))
GOING_ON = Sitting(START)
SECOND = timedelta(seconds=1)
figures = st.decimals(0, 100, places=2)


def photos(*similarities: str | None, every: int = 180) -> list[Photo]:
    """A photo each so many seconds, the first after one such span."""
    return [
        Photo(
            taken_at=START + timedelta(seconds=every * (index + 1)),
            name=f"photo-{index}",
            similarity=Decimal(text) if text is not None else None,
        )
        for index, text in enumerate(similarities)
    ]


@pytest.mark.manual("S-83")
@pytest.mark.parametrize(("lowest", "low"), [("39.99", True), ("40", False), ("40.01", False)])
def test_low_is_below_the_mark(lowest: str, low: bool) -> None:
    """手册 2.2.9: screen below 40; the mark itself is not below it."""
    found = proctoring(photos("90", lowest), [GOING_ON], DEFAULTS)

    assert (Decimal(lowest), low) == (found.minimum, found.low)


@pytest.mark.manual("S-83")
@pytest.mark.parametrize(("other", "low"), [("49.98", True), ("50", False)])
def test_a_province_may_ask_by_the_mean(other: str, low: bool) -> None:
    """`similarity_measure`: the mean of 30 and 50 is the mark; by the lowest both would be below it."""
    by_mean = attrs.evolve(DEFAULTS, similarity_measure=SimilarityMeasure.MEAN)

    assert (low, True) == tuple(
        proctoring(photos("30", other), [GOING_ON], parameters).low for parameters in (by_mean, DEFAULTS)
    )


@pytest.mark.parametrize(("percent", "low"), [(81, True), (80, False)])
def test_the_mark_is_the_provinces(percent: int, low: bool) -> None:
    """`similarity_threshold_percent`."""
    parameters = attrs.evolve(DEFAULTS, similarity_threshold_percent=percent)

    assert low == proctoring(photos("80"), [GOING_ON], parameters).low


def test_a_photo_without_a_figure_is_not_usable() -> None:
    """Nobody can be recognised on it: it is neither low nor high, and counts for nothing."""
    found = proctoring(photos(None, None), [GOING_ON], DEFAULTS)

    assert (0, None, None, False) == (found.usable, found.minimum, found.mean, found.low)


@pytest.mark.parametrize(("every", "sparse"), [(180, False), (181, True)])
def test_photos_are_taken_each_interval(every: int, sparse: bool) -> None:
    """From the start on, `photo_interval_seconds` between one and the next, the bound included."""

    assert sparse == proctoring(photos("80", "80", every=every), [GOING_ON], DEFAULTS).sparse


def test_an_unusable_photo_leaves_a_gap() -> None:
    """The one between is not usable: twice the interval lies between the others."""

    assert proctoring(photos("80", None, "80"), [GOING_ON], DEFAULTS).sparse


@given(st.lists(figures, min_size=1, max_size=8), st.randoms())
def test_the_order_in_which_photos_come_does_not_matter(similarities, random) -> None:
    """They are delivered late and mixed up; minimum ≤ mean always."""
    taken = photos(*map(str, similarities))
    mixed = list(taken)
    random.shuffle(mixed)
    found = proctoring(taken, [GOING_ON], DEFAULTS)

    assert found == proctoring(mixed, [GOING_ON], DEFAULTS)
    assert found.minimum is not None
    assert found.mean is not None
    assert found.minimum - Decimal("0.01") <= found.mean


@pytest.mark.parametrize(("seconds", "sparse"), [(540, False), (541, True)])
def test_photos_are_taken_to_the_end_of_the_sitting(seconds: int, sparse: bool) -> None:
    """From the last photo to the end as well, the bound included; while the sitting goes on nobody can tell."""
    taken = photos("80", "80")
    ended = Sitting(START, START + seconds * SECOND)

    assert (sparse, False) == tuple(proctoring(taken, [one], DEFAULTS).sparse for one in (ended, GOING_ON))


@pytest.mark.parametrize(("seconds", "sparse"), [(360, False), (361, True), (540, True)])
def test_what_is_not_seen_after_the_end_is_not_missed(seconds: int, sparse: bool) -> None:
    """
    A sitting that ends early is over: the photo of 540 seconds, taken when nobody sat any more, opens no gap before it,
    unless it was still going on by more than the interval after the last one.
    """
    taken = [photo for photo in photos("80", "80", "80") if photo.name != "photo-1"]

    assert sparse == proctoring(taken, [Sitting(START, START + seconds * SECOND)], DEFAULTS).sparse


def test_what_lies_between_two_attempts_is_not_missed() -> None:
    """The second attempt begins an hour later; a gap in either of them counts, one between them does not."""
    later = START + timedelta(hours=1)
    attempts = [Sitting(START, START + 360 * SECOND), Sitting(later, later + 360 * SECOND)]
    second = [attrs.evolve(one, taken_at=one.taken_at + timedelta(hours=1)) for one in photos("80", "80")]

    assert [False, True, True] == [
        proctoring(taken, attempts, DEFAULTS).sparse
        for taken in ([*photos("80"), *second], [*photos(None, "80"), *second], photos("80"))
    ]


def test_without_a_usable_photo_that_says_enough() -> None:
    """无有效监考照片 is a list of its own."""

    assert not proctoring(photos(None), [Sitting(START, START + timedelta(hours=2))], DEFAULTS).sparse


@pytest.mark.parametrize(("second_starts", "usable"), [(360, 1), (361, 0)])
def test_the_sitting_with_fewest_photos_counts(second_starts: int, usable: int) -> None:
    """Two photos, the second at 360 seconds: it is of the second attempt if that has started by then."""
    sittings = [Sitting(START), Sitting(START + timedelta(seconds=second_starts))]

    assert usable == proctoring(photos("85", "90"), sittings, DEFAULTS).usable
