"""
What follows a result of 不合格, and two cycles missed in a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe_workflow.application.around.cycles_before import missed_before
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import ENDED, OPEN_FOLLOW_UP
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.same_person import kept_records_of, records_of
from kaohe_workflow.application.selectors.finding import ids_of
from kaohe_workflow.lifecycles.follow_up import events as follow_up_events
from kaohe_workflow.lifecycles.shape import Move


def follow_up_of_result(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """A follow-up for each new 不合格."""
    return [
        Command(None, follow_up_events.Open(occurrence.after.id, occurrence.after.record.result_version))
        for occurrence in occurrences
    ]


def follow_up_of_second_miss(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """A follow-up for each cycle that is missed after another one."""
    return [
        Command(None, follow_up_events.Open(occurrence.after.id, occurrence.after.record.result_version))
        for occurrence in occurrences
        if missed_before(reading.unit, occurrence.after)
    ]


def open_follow_ups(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The follow-ups of these results that have not ended."""
    found = reading.unit.find("follow_up", [Where("assessment_id", "in", ids_of(occurrences))])
    return [Command(one.id) for one in found if one.state in OPEN_FOLLOW_UP]


def open_follow_ups_elsewhere(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    The follow-ups of moved physicians that have not ended and still belong to another institution.

    Those under a record that was merged into this one, too: there is one person to be trained and assessed again.
    """
    homes = {occurrence.after.id: occurrence.after.institution_id for occurrence in occurrences}
    kept = records_of(reading.unit, tuple(homes))
    where = [Where("physician_id", "in", tuple(kept)), Where("state", "in", OPEN_FOLLOW_UP)]
    found = [(one, homes[kept[one.record.physician_id]]) for one in reading.unit.find("follow_up", where)]
    return [Command(one.id, Move(home)) for one, home in found if one.institution_id != home]


def unfinished_cases_of_cancelled(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    The cases without an end of those whose registration is cancelled, under whichever of their records.
    """
    named = tuple(dict.fromkeys(occurrence.after.record.physician_id for occurrence in occurrences))
    kept = tuple(dict.fromkeys(kept_records_of(reading.unit, named).values()))
    persons = tuple(records_of(reading.unit, kept))
    cases = reading.unit.find("assessment", [Where("physician_id", "in", persons)])
    return [Command(case.id) for case in cases if case.state not in ENDED]


SELECTORS: Mapping[str, Selector] = {
    "follow_up_of_result": follow_up_of_result,
    "follow_up_of_second_miss": follow_up_of_second_miss,
    "open_follow_ups": open_follow_ups,
    "open_follow_ups_elsewhere": open_follow_ups_elsewhere,
    "unfinished_cases_of_cancelled": unfinished_cases_of_cancelled,
}
