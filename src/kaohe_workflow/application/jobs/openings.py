"""
How far the job is that opens the cases of a published cycle.

It is noted in the unit of work of each page, so that it says what is so: a page that is cut off has not been counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.lines import Tried
from kaohe_workflow.application.phases import RUNNING
from kaohe_workflow.application.policies import Found, Reading
from kaohe_workflow.application.stored import Case, Opening
from kaohe_workflow.values.errands import OpeningStanding

POPULATION = "attached_without_case"
"""Going through it opens the cases of a cycle."""


def note_page(reading: Reading, cycle: Case, found: Found, tried: Sequence[Tried]) -> None:
    """Note that a page has been done: whom it has gone through, and whom it has given no case."""
    unit = reading.unit
    before = unit.opening(cycle.id)
    refused = sum(one.error is not None for one in tried)
    opened = found.members - refused
    if before is not None:
        opened, refused = before.opened + opened, before.refused + refused
    if found.last is not None:
        standing = OpeningStanding.RUNNING
    else:
        standing = OpeningStanding.ENDED if cycle.state in RUNNING else OpeningStanding.STOPPED
    expected = _attached(reading) if before is None else before.expected
    if standing is OpeningStanding.ENDED:
        # Who joined or left meanwhile: everybody there was has been looked at.
        expected = opened + refused
    unit.keep_opening(
        Opening(cycle.id, standing, max(expected, opened + refused), opened, refused, reading.moment.now)
    )


def _attached(reading: Reading) -> int:
    where = [Where("state", "eq", "attached")]
    return reading.unit.count("physician", Scope.everything(), where).get((), 0)
