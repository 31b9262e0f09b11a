"""
Applications for deferral, and the assessments that they defer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import DEFERRABLE, FILED_DEFERRAL, PENDING_DEFERRAL
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.selectors.finding import ids_of


def assessment_of_deferral(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The assessment that a deferral is about."""
    return [Command(occurrence.after.record.assessment_id) for occurrence in occurrences]


def _in(reading: Reading, assessment_ids: Iterable[str], states: Collection[str]) -> list[Command]:
    ids = tuple(dict.fromkeys(assessment_ids))
    found = reading.unit.find("deferral", [Where("assessment_id", "in", ids)]) if ids else []
    return [Command(one.id) for one in found if one.state in states]


def _pending(reading: Reading, assessment_ids: Iterable[str]) -> list[Command]:
    return _in(reading, assessment_ids, PENDING_DEFERRAL)


def filed_deferral(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """What deferred the assessments that are left."""
    return _in(reading, ids_of(occurrences), FILED_DEFERRAL)


def pending_deferral_of_sitter(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The undecided application of somebody who sits."""
    return _pending(reading, (occurrence.after.record.assessment_id for occurrence in occurrences))


RETURNS = ("return_to_institution", "return_to_physician")


def pending_deferral(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Undecided applications of cases that have gone where none may be pending."""
    gone = (occurrence for occurrence in occurrences if occurrence.event not in RETURNS)
    return _pending(reading, (one.after.id for one in gone if one.after.state not in DEFERRABLE))


def deferral_of_returned_file(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The undecided application of a file that goes back."""
    return _pending(reading, ids_of(occurrences))


SELECTORS: Mapping[str, Selector] = {
    "assessment_of_deferral": assessment_of_deferral,
    "filed_deferral": filed_deferral,
    "pending_deferral_of_sitter": pending_deferral_of_sitter,
    "pending_deferral": pending_deferral,
    "deferral_of_returned_file": deferral_of_returned_file,
}
