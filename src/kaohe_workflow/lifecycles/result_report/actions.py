"""
What the rows of a report of results do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.result_report.case import ResultReport
from kaohe_workflow.lifecycles.result_report.timing import report_due_at
from kaohe_workflow.lifecycles.shape import Action, Step


def create_report(record: None, step: Step) -> ResultReport:
    """Make the report that is due of an institution and a cycle."""
    return ResultReport(institution_id=step.payload.institution_id, cycle_id=step.payload.cycle_id)


def take_on(record: ResultReport, step: Step) -> ResultReport:
    """Carry from now on also the results that another institution has left behind."""
    taken = dict.fromkeys((*record.taken_on, *step.payload.assessment_ids))
    return attrs.evolve(record, taken_on=tuple(taken))


def take_results(record: ResultReport, step: Step) -> ResultReport:
    """Take how everybody stands now, and what is told of the work."""
    given = step.payload
    return attrs.evolve(record, work=given.work, attachments=given.attachments, results=step.around.results)


def note_submission(record: ResultReport, step: Step) -> ResultReport:
    """Note when; what came late stays marked as such, and is overdue no more (考核办法 第十五条)."""
    now, due_at = step.moment.now, report_due_at(step.around.cycle, None, step.moment.parameters)
    late = record.late if record.edition else due_at is not None and now >= due_at
    return attrs.evolve(record, submitted_at=now, edition=record.edition + 1, late=late, overdue=False)


def note_return(record: ResultReport, step: Step) -> ResultReport:
    """Note when, from which the days for another submission run."""
    return attrs.evolve(record, returned_at=step.moment.now)


def note_filing(record: ResultReport, step: Step) -> ResultReport:
    """Note when the administration put the report on record (备案)."""
    return attrs.evolve(record, filed_at=step.moment.now)


def note_register(record: ResultReport, step: Step) -> ResultReport:
    """Note which edition's results the administration entered into the registration information, and when."""
    return attrs.evolve(record, registered_edition=record.edition, registered_at=step.moment.now)


def mark_overdue(record: ResultReport, step: Step) -> ResultReport:
    """Mark what was not reported in time."""
    return attrs.evolve(record, overdue=True)


def clear_overdue(record: ResultReport, step: Step) -> ResultReport:
    """Take the mark away: the assessment ends later than it was to."""
    return attrs.evolve(record, overdue=False)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_report": create_report,
        "take_on": take_on,
        "take_results": take_results,
        "note_submission": note_submission,
        "note_return": note_return,
        "note_filing": note_filing,
        "note_register": note_register,
        "mark_overdue": mark_overdue,
        "clear_overdue": clear_overdue,
    }
)
"""Name in the chart → what it does."""
