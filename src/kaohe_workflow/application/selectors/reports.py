"""
What follows for reports of results when an institution becomes an assessment institution, or is none any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import UNREPORTED
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.result_report.events import Open


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


SELECTORS: Mapping[str, Selector] = {
    "report_to_come": report_to_come,
    "report_without_object": report_without_object,
}
