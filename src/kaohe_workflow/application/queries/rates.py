"""
The three rates of a cycle (手册 2.2.2): who has filed, who is reviewed, who has a result, of those who take part.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from kaohe_workflow.lifecycles.assessment.case import FilingStep

OUTSIDE = ("not_enrolled", "withdrawn")
"""States of an assessment that does not count as taking part."""

STANDING = ("state", "filing_step")
"""By what the rates are counted."""

_FILED = (FilingStep.FILED.value, FilingStep.REVIEWED.value)

Numbers = Mapping[tuple[str, str | None], int]
"""How many assessments are in a state and have come to a `FilingStep`."""


@attrs.frozen
class Rate:
    """``done`` of ``all``; ``percent`` is rounded down, so that 100 means all, and None for 0 of 0."""

    done: int
    all: int

    @property
    def percent(self) -> int | None:
        """
        Whole per cent, rounded down; None where nobody takes part.

        >>> [Rate(done, all).percent for done, all in ((111, 118), (117, 118), (118, 118), (0, 118), (0, 0))]
        [94, 99, 100, 0, None]
        """
        return self.done * 100 // self.all if self.all else None


def taking_part(numbers: Numbers) -> int:
    """
    How many take part (参加医师): let in by their institution, and neither cancelled since nor withdrawn.

    Who has missed the cycle counts like before it: not, if the institution never let the physician in.
    """
    return sum(number for (state, step), number in numbers.items() if step and state not in OUTSIDE)


def filed(numbers: Numbers) -> int:
    """How many have submitted a file that is not back with them, whatever has become of the case since."""
    return sum(number for (state, step), number in numbers.items() if step in _FILED and state not in OUTSIDE)


def reviewed_by_institution(numbers: Numbers) -> int:
    """How many files have left the institution's review and not come back, whatever has become of the case since."""
    done = FilingStep.REVIEWED
    return sum(number for (state, step), number in numbers.items() if step == done and state not in OUTSIDE)


def in_states(numbers: Numbers, states: tuple[str, ...]) -> int:
    """How many are in one of these states."""
    return sum(number for (state, _), number in numbers.items() if state in states)
