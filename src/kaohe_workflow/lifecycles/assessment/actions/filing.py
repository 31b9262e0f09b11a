"""
The filing and its way to those who review it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.assessment.actions.going_on import decided, moved
from kaohe_workflow.lifecycles.assessment.case import Assessment, FilingStep
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.assessment.procedure import completed, filing_stands
from kaohe_workflow.lifecycles.reviewing import mark_opened, release_file, take_file
from kaohe_workflow.lifecycles.shape import Action, Step


def freeze_filing(record: Assessment, step: Step) -> Assessment:
    """Store the filing, with department and level as they stand now; nobody edits it from here on."""
    written = step.payload.filing or record.editable or Filing()
    filing = completed(written, step.around.person, step.around.department_enabled)
    return moved(
        record,
        draft=None,
        filing=filing,
        department_id=filing.department_id,
        procedure=filing.procedure,
        ever_submitted=True,
        filing_step=FilingStep.FILED,
        submitted_at=step.moment.now,
        return_code=None,
        ground_lost=False,
    )


def take_back_filing(record: Assessment, step: Step) -> Assessment:
    """The filing is the physician's draft again, and nobody else's to see."""
    return moved(
        record,
        draft=record.filing,
        filing=None,
        department_id=None,
        procedure=None,
        submitted_at=None,
        filing_step=FilingStep.ENROLLED,
    )


def mark_overdue(record: Assessment, step: Step) -> Assessment:
    """The file waits longer than its window (逾期); going on takes the mark away."""
    return attrs.evolve(record, overdue=True)


def clear_overdue(record: Assessment, step: Step) -> Assessment:
    """The windows have changed: the file is in time again."""
    return attrs.evolve(record, overdue=False)


def return_filing(record: Assessment, step: Step) -> Assessment:
    """The refiling deadline runs from this return."""
    return decided(
        record,
        step,
        returned_at=step.moment.now,
        returned_once=True,
        filing_step=FilingStep.ENROLLED,
        concern=None,
        return_code=step.payload.code,
    )


def return_by_agency(record: Assessment, step: Step) -> Assessment:
    """Note what the agency's return is about; the refiling deadline runs from it."""
    payload = step.payload
    return decided(
        record,
        step,
        returned_at=step.moment.now,
        returned_once=True,
        filing_step=FilingStep.FILED,
        concern=payload.concern,
        return_code=payload.code,
    )


def mark_ground(record: Assessment, step: Step) -> Assessment:
    """Mark a file that cannot go back whether its ground is lost, by what is known now (design)."""
    around, filing = step.around, record.filing
    stands = filing is not None and filing_stands(
        filing,
        around.person,
        around.cycle,
        step.moment.parameters,
        cheating_confirmed=around.cheating_confirmed,
    )
    return attrs.evolve(record, ground_lost=not stands)


def close_file(record: Assessment, step: Step) -> Assessment:
    """Nothing but that the file has gone on."""
    return moved(record)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "freeze_filing": freeze_filing,
        "take_back_filing": take_back_filing,
        "mark_opened": mark_opened,
        "take_file": take_file,
        "release_file": release_file,
        "mark_overdue": mark_overdue,
        "clear_overdue": clear_overdue,
        "return_filing": return_filing,
        "return_by_agency": return_by_agency,
        "mark_ground": mark_ground,
        "close_file": close_file,
    }
)
"""Name in the chart's ``do`` → function."""
