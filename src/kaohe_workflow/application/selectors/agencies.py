"""
What follows for organisations when one becomes an assessment institution, or ceases to be one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import RUNNING, STANDING_AGENCY
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.lifecycles.agency_application.case import Bar
from kaohe_workflow.lifecycles.institution.events import AssignAgency

_GOING_ON = ("may_apply", "submitted", "returned", *STANDING_AGENCY)


def _applicants(occurrences: Sequence[Occurrence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(occurrence.after.institution_id for occurrence in occurrences))


def unmarked_applicant(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The institutions that are approved and not marked yet, by an application for another cycle that runs."""
    found = reading.unit.find("institution", [Where("id", "in", _applicants(occurrences))])
    return [Command(one.id) for one in found if not one.record.is_agency]


def _lost(reading: Reading, occurrences: Sequence[Occurrence]) -> tuple[str, ...]:
    """The institutions whose last standing application this was."""
    ids = _applicants(occurrences)
    where = [Where("institution_id", "in", ids), Where("state", "in", STANDING_AGENCY)]
    standing = {one.institution_id for one in reading.unit.find("agency_application", where)}
    return tuple(id for id in ids if id not in standing)


def applicant_that_stands_no_more(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The institutions that are no agency any more."""
    found = reading.unit.find("institution", [Where("id", "in", _lost(reading, occurrences))])
    return [Command(one.id) for one in found if one.record.is_agency]


def institutions_of_lost_agency(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Whom they assessed; a closed institution is looked at again when it is reopened."""
    served = reading.unit.find("institution", [Where("agency_id", "in", _lost(reading, occurrences))])
    return [Command(one.id, AssignAgency(None)) for one in served if one.state != "closed"]


def barred_applications(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The same institution's applications that go on in the cycles in which the disqualification still counts."""
    cycles = reading.unit.find("cycle", [Where("state", "in", (*RUNNING, "archived"))])
    begun = {cycle.id: cycle.record.first_day for cycle in cycles}
    bars = {
        one.after.institution_id: Bar(
            first_day=begun[one.after.record.cycle_id], cycles=one.after.record.barred_cycles
        )
        for one in occurrences
        if one.after.record.cycle_id in begun
    }
    where = [Where("institution_id", "in", tuple(bars)), Where("state", "in", _GOING_ON)]
    return [
        Command(one.id)
        for one in reading.unit.find("agency_application", where)
        if one.record.cycle_id in begun
        and bars[one.institution_id].covers(begun[one.record.cycle_id], begun.values())
    ]


SELECTORS: Mapping[str, Selector] = {
    "barred_applications": barred_applications,
    "unmarked_applicant": unmarked_applicant,
    "applicant_that_stands_no_more": applicant_that_stands_no_more,
    "institutions_of_lost_agency": institutions_of_lost_agency,
}
