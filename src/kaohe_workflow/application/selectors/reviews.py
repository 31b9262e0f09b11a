"""
What an answered review sets right, and which applications have lost their object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import PENDING_REVIEW
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.selectors.finding import by, ids_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment import events as assessment_events
from kaohe_workflow.lifecycles.evaluation import events as evaluation_events
from kaohe_workflow.lifecycles.result_review.case import Correction, OpinionItem
from kaohe_workflow.values.terms import PaperKind, Stage


def result_of_review(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The results whose opinions or findings a review has corrected."""
    return [
        Command(review.assessment_id, _corrected(review.correction, review.answer))
        for review in (occurrence.after.record for occurrence in occurrences)
        if review.correction.opinions or review.correction.findings
    ]


def _corrected(correction: Correction, answer: str) -> assessment_events.CorrectResult:
    return assessment_events.CorrectResult(
        work=OpinionItem.WORK in correction.opinions,
        ethics=OpinionItem.ETHICS in correction.opinions,
        findings=correction.findings,
        reason=answer,
    )


def papers_of_review(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The papers whose score a review has corrected, the last round of each."""
    reviews = [
        occurrence.after.record for occurrence in occurrences if occurrence.after.record.correction.scores
    ]
    ids = tuple(dict.fromkeys(review.assessment_id for review in reviews))
    papers = by(reading.unit.find("evaluation", [Where("assessment_id", "in", ids)]), "assessment_id")
    return [
        Command(paper.id, evaluation_events.RecordScore(corrected.score))
        for review in reviews
        for corrected in review.correction.scores
        for paper in _last(papers.get(review.assessment_id, []), corrected.stage, corrected.kind)
    ]


def _last(papers: Sequence[Case], stage: Stage, kind: PaperKind) -> list[Case]:
    same = [paper for paper in papers if paper.record.stage is stage and paper.record.kind is kind]
    return [max(same, key=lambda paper: paper.record.round)] if same else []


def corrected_result(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The very cases whose opinions or findings were corrected."""
    return [Command(id) for id in ids_of(occurrences)]


def outdated_reviews(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Applications that are not decided and are about an earlier version of the result than the present one."""
    versions = {occurrence.after.id: occurrence.after.record.result_version for occurrence in occurrences}
    found = reading.unit.find("result_review", [Where("assessment_id", "in", tuple(versions))])
    return [
        Command(review.id)
        for review in found
        if review.state in PENDING_REVIEW
        and review.record.result_version != versions[review.record.assessment_id]
    ]


SELECTORS: Mapping[str, Selector] = {
    "result_of_review": result_of_review,
    "papers_of_review": papers_of_review,
    "corrected_result": corrected_result,
    "outdated_reviews": outdated_reviews,
}
