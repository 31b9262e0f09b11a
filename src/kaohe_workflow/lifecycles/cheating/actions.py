"""
What the rows of a mark do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.cheating.case import Cheating
from kaohe_workflow.lifecycles.shape import Action, Step, change_institution
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import CheatingManner
from kaohe_workflow.values.windows import local_date


def create_mark(record: None, step: Step) -> Cheating:
    """Make the mark, beside the paper that it is about."""
    payload = step.payload
    return attrs.evolve(_made(step, payload.manner), evidence=_added((), payload.evidence))


def create_carried_mark(record: None, step: Step) -> Cheating:
    """
    Make the mark of who sat for another, with the time to be heard (design).

    It brings none of the files of the finding: they show another person's sitting. Whoever decides hands in what this
    one may see.
    """
    made = _made(step, CheatingManner.SUBSTITUTE)
    return attrs.evolve(
        made,
        reported_at=step.moment.now,
        heard_until=_heard_until(step),
        told=True,
        finding_id=step.payload.finding_id,
    )


def _made(step: Step, manner: CheatingManner) -> Cheating:
    paper = step.around.paper
    return Cheating(
        institution_id=paper.institution_id,
        assessment_id=paper.assessment_id,
        evaluation_id=step.payload.evaluation_id,
        cycle_id=paper.cycle_id,
        physician_id=paper.physician_id,
        kind=paper.kind,
        stage=paper.stage,
        manner=manner,
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
    return attrs.evolve(record, reported_at=step.moment.now, heard_until=_heard_until(step), told=True)


def _heard_until(step: Step) -> date:
    return local_date(step.moment.now) + timedelta(days=step.moment.parameters.hearing_days)


def keep_statement(record: Cheating, step: Step) -> Cheating:
    """Keep what the physician says; the history keeps what was said before."""
    return attrs.evolve(record, statement=step.payload.statement, statement_files=step.payload.files)


def keep_evidence(record: Cheating, step: Step) -> Cheating:
    """Add the files on which the decision rests."""
    return attrs.evolve(record, evidence=_added(record.evidence, step.payload.evidence))


def name_substitute(record: Cheating, step: Step) -> Cheating:
    """Keep who sat in place of the physician; None where the decision names nobody."""
    return attrs.evolve(record, substitute_id=step.payload.substitute_id)


def forget_substitute(record: Cheating, step: Step) -> Cheating:
    """Nobody stays named for what did not take place."""
    return attrs.evolve(record, substitute_id=None)


def forget_finding(record: Cheating, step: Step) -> Cheating:
    """The finding that the mark was made for has fallen: one that is made anew has reached nobody yet."""
    return attrs.evolve(record, finding_id=None)


def _added(known: tuple[AttachmentId, ...], more: tuple[AttachmentId, ...]) -> tuple[AttachmentId, ...]:
    return tuple(dict.fromkeys((*known, *more)))


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_mark": create_mark,
        "create_carried_mark": create_carried_mark,
        "mark_again": mark_again,
        "note_report": note_report,
        "keep_statement": keep_statement,
        "keep_evidence": keep_evidence,
        "name_substitute": name_substitute,
        "forget_substitute": forget_substitute,
        "forget_finding": forget_finding,
        "change_institution": change_institution,
    }
)
"""Name in the chart's ``do`` → function."""
