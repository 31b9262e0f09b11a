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
    UNDECIDED_MARK,
    UNDER_WAY,
)
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.lifecycles.assessment import events as assessment_events
from kaohe_workflow.lifecycles.cheating import events as cheating_events
from kaohe_workflow.lifecycles.deferral import events as deferral_events
from kaohe_workflow.lifecycles.evaluation import events as evaluation_events
from kaohe_workflow.lifecycles.exemption import events as exemption_events


def running_cases_to_move(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The cases under way of a person moved by force, which still belong to the institution left."""
    homes = {occurrence.after.id: occurrence.after.institution_id for occurrence in occurrences}
    cases = reading.unit.find("assessment", [Where("physician_id", "in", tuple(homes))])
    return [
        Command(case.id, assessment_events.Move(homes[case.record.physician_id]))
        for case in cases
        if case.institution_id != homes[case.record.physician_id] and case.state in UNDER_WAY
    ]


def _of_moved_cases(
    reading: Reading, occurrences: Sequence[Occurrence], lifecycle: str, states: Sequence[str]
) -> list[tuple[str, str]]:
    """What belongs to moved cases, in these states: the id, and the institution to go to."""
    homes = {occurrence.after.id: occurrence.after.institution_id for occurrence in occurrences}
    found = reading.unit.find(lifecycle, [Where("assessment_id", "in", tuple(homes))])
    return [(case.id, homes[case.record.assessment_id]) for case in found if case.state in states]


def papers_to_move(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The papers of cases that were moved, cancelled ones aside."""
    return [
        Command(id, evaluation_events.Move(home))
        for id, home in _of_moved_cases(reading, occurrences, "evaluation", LIVE_PAPER)
    ]


def exemption_to_move(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The application for exemption of cases that were moved, if it stands."""
    return [
        Command(id, exemption_events.Move(home))
        for id, home in _of_moved_cases(reading, occurrences, "exemption", LIVE_EXEMPTION)
    ]


def deferral_to_move(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The application for deferral of cases that were moved, if it stands."""
    return [
        Command(id, deferral_events.Move(home))
        for id, home in _of_moved_cases(reading, occurrences, "deferral", LIVE_DEFERRAL)
    ]


def marks_to_move(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The undecided marks of cases that were moved."""
    return [
        Command(id, cheating_events.Move(home))
        for id, home in _of_moved_cases(reading, occurrences, "cheating", UNDECIDED_MARK)
    ]


SELECTORS: Mapping[str, Selector] = {
    "running_cases_to_move": running_cases_to_move,
    "papers_to_move": papers_to_move,
    "exemption_to_move": exemption_to_move,
    "deferral_to_move": deferral_to_move,
    "marks_to_move": marks_to_move,
}
