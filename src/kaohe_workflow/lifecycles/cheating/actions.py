"""
What the rows of a mark do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.cheating.case import Cheating
from kaohe_workflow.lifecycles.shape import Action, Step, change_institution
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.windows import local_date


def create_mark(record: None, step: Step) -> Cheating:
    """Make the mark, beside the paper that it is about."""
    paper, payload = step.around.paper, step.payload
    return Cheating(
        institution_id=paper.institution_id,
        assessment_id=paper.assessment_id,
        evaluation_id=payload.evaluation_id,
        cycle_id=paper.cycle_id,
        physician_id=paper.physician_id,
        kind=paper.kind,
        stage=paper.stage,
        manner=payload.manner,
        evidence=_added((), payload.evidence),
        marked_at=step.moment.now,
    )


def mark_again(record: Cheating, step: Step) -> Cheating:
    """The same paper, wherever it is by now, under suspicion again: the terms run anew, the physician is heard anew."""
    return attrs.evolve(
        record,
        institution_id=step.around.paper.institution_id,
        manner=step.payload.manner,
        evidence=_added(record.evidence, step.payload.evidence),
        evidence_heard=len(record.opened_evidence),
        marked_at=step.moment.now,
        reported_at=None,
        heard_until=None,
        statement=None,
        statement_files=(),
    )


def note_report(record: Cheating, step: Step) -> Cheating:
    """
    The time to be heard runs from now, by the days that hold now: what the physician is told stays.

    The day of the report is day 0, the last one counts to its end (design).
    """
    now = step.moment.now
    heard_until = local_date(now) + timedelta(days=step.moment.parameters.hearing_days)
    return attrs.evolve(record, reported_at=now, heard_until=heard_until, told=True)


def keep_statement(record: Cheating, step: Step) -> Cheating:
    """Keep what the physician says; the history keeps what was said before."""
    return attrs.evolve(record, statement=step.payload.statement, statement_files=step.payload.files)


def keep_evidence(record: Cheating, step: Step) -> Cheating:
    """Add the files on which the decision rests."""
    return attrs.evolve(record, evidence=_added(record.evidence, step.payload.evidence))


def _added(known: tuple[AttachmentId, ...], more: tuple[AttachmentId, ...]) -> tuple[AttachmentId, ...]:
    return tuple(dict.fromkeys((*known, *more)))


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_mark": create_mark,
        "mark_again": mark_again,
        "note_report": note_report,
        "keep_statement": keep_statement,
        "keep_evidence": keep_evidence,
        "change_institution": change_institution,
    }
)
"""Name in the chart's ``do`` → function."""
