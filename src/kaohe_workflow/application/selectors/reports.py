"""
What follows for reports of results when an institution becomes an assessment institution, or is none any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kaohe_workflow.application.around.reporting import LAPSED, REPORTED, lapsed_of
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.entrusting import agencies_of
from kaohe_workflow.application.phases import RUNNING, UNREPORTED
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.result_report.events import Open, TakeOn


def _reports(reading: Reading, occurrences: Sequence[Occurrence]) -> dict[tuple[str, str], Case]:
    """The reports of these applicants, by institution and cycle."""
    ids = tuple(dict.fromkeys(one.after.institution_id for one in occurrences))
    found = reading.unit.find("result_report", [Where("institution_id", "in", ids)])
    return {(case.institution_id, case.record.cycle_id): case for case in found}


def report_to_come(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """One report an approved institution and cycle; who is approved again after a correction has it."""
    known = _reports(reading, occurrences)
    wanted = dict.fromkeys((one.after.institution_id, one.after.record.cycle_id) for one in occurrences)
    return [Command(None, Open(*key)) for key in wanted if key not in known]


def report_without_object(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """What is unreported of institutions that assess no more; with the archive alone the duty does not end."""
    known = _reports(reading, occurrences)
    cycles = reading.unit.read(
        "cycle", tuple(dict.fromkeys(one.after.record.cycle_id for one in occurrences))
    )
    found = []
    for one in occurrences:
        report = known.get((one.after.institution_id, one.after.record.cycle_id))
        cycle = cycles.get(one.after.record.cycle_id)
        archived = cycle is not None and cycle.state == "archived"
        if report is not None and report.state in UNREPORTED and not (one.event == "expire" and archived):
            found.append(Command(report.id))
    return found


def results_left_behind(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    The results of those who report no more, to the report of whoever assesses the institution now.

    Where that is an administration it has the results itself, and reports to nobody; what a report has taken on once
    it keeps, until it lapses too. Nobody is assigned anew in a cycle that does not run.
    """
    unit = reading.unit
    running = tuple(cycle.id for cycle in unit.find("cycle", [Where("state", "in", RUNNING)]))
    lapsed = lapsed_of(unit, running)
    if not lapsed:
        return []
    cycles = tuple(dict.fromkeys(cycle_id for _, cycle_id in sorted(lapsed)))
    reports = unit.find("result_report", [Where("cycle_id", "in", cycles)])
    live = {(one.institution_id, one.record.cycle_id): one for one in reports if one.state != LAPSED}
    if not live:
        return []
    carried = {id for one in live.values() for id in one.record.taken_on}
    where = [
        Where("assessed_by", "in", tuple(dict.fromkeys(id for id, _ in sorted(lapsed)))),
        Where("cycle_id", "in", cycles),
        Where("state", "in", REPORTED),
    ]
    left = [
        one
        for one in unit.find("assessment", where)
        if one.id not in carried and (one.record.assessed_by, one.record.cycle_id) in lapsed
    ]
    return [
        Command(live[heir].id, TakeOn(tuple(one.id for one in cases)))
        for heir, cases in _by_assessor(unit, left).items()
        if heir in live
    ]


def _by_assessor(unit: UnitOfWork, assessments: Sequence[Case]) -> dict[tuple[str | None, str], list[Case]]:
    """The assessments by who assesses their institution in their cycle now."""
    places = tuple(dict.fromkeys((one.institution_id, one.record.cycle_id) for one in assessments))
    homes = unit.read("institution", tuple(dict.fromkeys(home for home, _ in places)))
    acting = agencies_of(unit, [(homes[home].record, cycle_id) for home, cycle_id in places])
    assessors = dict(zip(places, acting, strict=True))
    found = defaultdict[tuple[str | None, str], list[Case]](list)
    for one in assessments:
        cycle_id = one.record.cycle_id
        found[assessors[one.institution_id, cycle_id], cycle_id].append(one)
    return found


SELECTORS: Mapping[str, Selector] = {
    "report_to_come": report_to_come,
    "report_without_object": report_without_object,
    "results_left_behind": results_left_behind,
}
