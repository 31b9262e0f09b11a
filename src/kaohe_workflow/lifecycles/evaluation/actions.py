"""
What the rows of a paper do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.evaluation.case import Evaluation, ForceMajeure
from kaohe_workflow.lifecycles.evaluation.facts import sitting_ends_at, stage_window
from kaohe_workflow.lifecycles.evaluation.photos import proctoring
from kaohe_workflow.lifecycles.evaluation.scores import counted
from kaohe_workflow.lifecycles.shape import Action, Step, change_institution


def assign_paper(record: None, step: Step) -> Evaluation:
    """Make the paper; level, category and subjects are those of the filing on this day and stay."""
    assessment = step.around.assessment
    return Evaluation(
        institution_id=assessment.institution_id,
        assessment_id=step.payload.assessment_id,
        cycle_id=assessment.cycle_id,
        physician_id=assessment.physician_id,
        kind=step.payload.kind,
        stage=step.payload.stage,
        round=step.payload.round,
        level=assessment.level,
        category=assessment.category,
        subjects=step.around.subjects,
    )


def start_paper(record: Evaluation, step: Step) -> Evaluation:
    """The time of the paper runs from now."""
    return _started(record, step, step.moment.now)


def note_delivery(record: Evaluation, step: Step) -> Evaluation:
    """What a platform has delivered is known by its name from now on; what persons record has none."""
    name = step.payload.delivery
    return attrs.evolve(record, deliveries=(*record.deliveries, name)) if name else record


def start_then(record: Evaluation, step: Step) -> Evaluation:
    """The time of the paper runs from when it was started on the platform."""
    return _started(record, step, step.payload.started_at)


def _started(record: Evaluation, step: Step, at: datetime) -> Evaluation:
    """What the photos of earlier attempts came to says nothing of this one, which has none yet."""
    started = attrs.evolve(record, started_at=at)
    return started if record.proctored is None else _summed(started, step)


def end_sitting(record: Evaluation, step: Step) -> Evaluation:
    """The paper is handed in now: what is not photographed from here on is not missed."""
    return _ended(record, step, step.moment.now)


def end_then(record: Evaluation, step: Step) -> Evaluation:
    """The paper was handed in on the platform."""
    return _ended(record, step, step.payload.handed_in_at)


def end_with_time(record: Evaluation, step: Step) -> Evaluation:
    """The paper ended with its time, however late that is noted."""
    if record.started_at is None:
        return record
    window = record.own_window or stage_window(step.around.windows, record.stage)
    ends_at = sitting_ends_at(record.started_at, window, step.moment.parameters)
    return _ended(record, step, ends_at, with_time=True)


def _ended(record: Evaluation, step: Step, at: datetime, *, with_time: bool = False) -> Evaluation:
    ended = attrs.evolve(record, ended_at=at, ended_with_time=with_time)
    return ended if record.proctored is None else _summed(ended, step)


def keep_photo(record: Evaluation, step: Step) -> Evaluation:
    """Keep a photo, and sum up all of them by the province's marks of this day."""
    return _summed(attrs.evolve(record, photos=(*record.photos, step.payload.photo)), step)


def _summed(record: Evaluation, step: Step) -> Evaluation:
    summed = proctoring(record.photos, record.sittings, step.moment.parameters)
    return attrs.evolve(record, proctored=summed)


def drop_photos(record: Evaluation, step: Step) -> Evaluation:
    """Let the files go, but for evidence; when they were taken and how like they were stays."""
    evidence = step.around.evidence
    photos = tuple(
        photo if photo.file in evidence else attrs.evolve(photo, file=None) for photo in record.photos
    )
    return attrs.evolve(record, photos=photos)


def keep_statement(record: Evaluation, step: Step) -> Evaluation:
    """Keep the 述职报告."""
    return attrs.evolve(record, statement=step.payload.statement, statement_files=step.payload.files)


def keep_score(record: Evaluation, step: Step) -> Evaluation:
    """Keep the score."""
    return attrs.evolve(record, score=step.payload.score)


def keep_line(record: Evaluation, step: Step) -> Evaluation:
    """Keep the line of this paper; the cycle's judges it no more."""
    return attrs.evolve(record, own_line=step.payload.score)


def count_score(record: Evaluation, step: Step) -> Evaluation:
    """The paper is over: of several attempts one score counts, by the province's rule."""
    rule = step.moment.parameters.score_rule
    return attrs.evolve(record, score=counted(record.earlier_scores, record.score, rule))


def next_attempt(record: Evaluation, step: Step) -> Evaluation:
    """The paper may be started again; what was reached stays beside."""
    earlier = record.earlier_scores if record.score is None else (*record.earlier_scores, record.score)
    return attrs.evolve(
        record,
        score=None,
        earlier_scores=earlier,
        started_at=None,
        ended_at=None,
        ended_with_time=False,
        earlier_sittings=record.sittings,
    )


def keep_report(record: Evaluation, step: Step) -> Evaluation:
    """Keep what the physician has reported; a report that was forwarded already stays forwarded."""
    known = record.force_majeure
    return attrs.evolve(record, force_majeure=_report(step, forwarded=known is not None and known.forwarded))


def forward_report(record: Evaluation, step: Step) -> Evaluation:
    """Keep what the assessment institution has reported: the province may rest on it."""
    return attrs.evolve(record, force_majeure=_report(step, forwarded=True))


def _report(step: Step, *, forwarded: bool) -> ForceMajeure:
    payload = step.payload
    return ForceMajeure(
        text=payload.text,
        evidence=payload.evidence,
        reported_at=step.moment.now,
        forwarded=forwarded,
    )


def sit_again(record: Evaluation, step: Step) -> Evaluation:
    """The paper is as if it had not been started; a score that it had counts no more, and stays known."""
    had = record.earlier_scores if record.score is None else (*record.earlier_scores, record.score)
    return attrs.evolve(
        record,
        started_at=None,
        ended_at=None,
        ended_with_time=False,
        earlier_sittings=(),
        score=None,
        earlier_scores=(),
        scores_set_aside=(*record.scores_set_aside, *had),
        force_majeure=None,
        own_window=step.payload.window or record.own_window,
    )


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "assign_paper": assign_paper,
        "start_paper": start_paper,
        "keep_score": keep_score,
        "note_delivery": note_delivery,
        "start_then": start_then,
        "end_sitting": end_sitting,
        "end_then": end_then,
        "end_with_time": end_with_time,
        "keep_photo": keep_photo,
        "drop_photos": drop_photos,
        "keep_line": keep_line,
        "keep_statement": keep_statement,
        "count_score": count_score,
        "next_attempt": next_attempt,
        "keep_report": keep_report,
        "forward_report": forward_report,
        "sit_again": sit_again,
        "change_institution": change_institution,
    }
)
"""Name in the chart's ``do`` → function."""
