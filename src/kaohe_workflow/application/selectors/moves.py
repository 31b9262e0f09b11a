"""
What goes along when the administration moves a physician whose assessment is under way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import (
    LIVE_DEFERRAL,
    LIVE_EXEMPTION,
    LIVE_PAPER,
    STANDING_MARK,
    UNDER_WAY,
)
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.lifecycles.shape import Move


def running_cases_to_move(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The cases under way of a person moved by force, which still belong to the institution left."""
    homes = {occurrence.after.id: occurrence.after.institution_id for occurrence in occurrences}
    cases = reading.unit.find("assessment", [Where("physician_id", "in", tuple(homes))])
    return [
        Command(case.id, Move(homes[case.record.physician_id]))
        for case in cases
        if case.institution_id != homes[case.record.physician_id] and case.state in UNDER_WAY
    ]


def _of_moved_cases(
    reading: Reading, occurrences: Sequence[Occurrence], lifecycle: str, states: Sequence[str]
) -> list[Command]:
    """What belongs to moved cases, in these states, is sent to the institution that they went to."""
    homes = {occurrence.after.id: occurrence.after.institution_id for occurrence in occurrences}
    found = reading.unit.find(lifecycle, [Where("assessment_id", "in", tuple(homes))])
    return [
        Command(case.id, Move(homes[case.record.assessment_id])) for case in found if case.state in states
    ]


def papers_to_move(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The papers of cases that were moved, cancelled ones aside."""
    return _of_moved_cases(reading, occurrences, "evaluation", LIVE_PAPER)


def exemption_to_move(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The application for exemption of cases that were moved, if it stands."""
    return _of_moved_cases(reading, occurrences, "exemption", LIVE_EXEMPTION)


def deferral_to_move(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The application for deferral of cases that were moved, if it stands."""
    return _of_moved_cases(reading, occurrences, "deferral", LIVE_DEFERRAL)


def marks_to_move(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The marks of cases that were moved, decided or not; one that was taken away says nothing of a paper any more."""
    return _of_moved_cases(reading, occurrences, "cheating", STANDING_MARK)


SELECTORS: Mapping[str, Selector] = {
    "running_cases_to_move": running_cases_to_move,
    "papers_to_move": papers_to_move,
    "exemption_to_move": exemption_to_move,
    "deferral_to_move": deferral_to_move,
    "marks_to_move": marks_to_move,
}
