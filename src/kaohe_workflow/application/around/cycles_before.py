"""
The cycle before another one, and who has missed it.
"""

from __future__ import annotations

from collections.abc import Iterable

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.same_person import merged_into
from kaohe_workflow.application.stored import Case


def missed_before(unit: UnitOfWork, assessment: Case) -> bool:
    """
    Whether the physician of an assessment has missed the archived cycle before its own, too.

    Missed is 未完成, or 不合格 with an absence that was confirmed. Before is the cycle that began last before this one,
    those that were discarded aside.
    """
    cycles = {case.id: case for case in unit.find("cycle", []) if case.state != "discarded"}
    present = cycles.get(assessment.record.cycle_id)
    if present is None:
        return False
    earlier = [case for case in cycles.values() if case.record.first_day < present.record.first_day]
    if not earlier:
        return False
    before = max(earlier, key=lambda case: case.record.first_day)
    person = assessment.record.physician_id
    asked = [
        Where("physician_id", "in", (person, *merged_into(unit, person))),
        Where("cycle_id", "eq", before.id),
    ]
    return any(_missed(unit, case) for case in unit.find("assessment", asked))


def _missed(unit: UnitOfWork, case: Case) -> bool:
    if case.state == "missed":
        return True
    if case.state != "unqualified":
        return False
    return is_absent(case, unit.find("evaluation", [Where("assessment_id", "eq", case.id)]))


def is_absent(assessment: Case, papers: Iterable[Case]) -> bool:
    """Whether one of the papers, of the stage that decided, was not sat, which is confirmed (缺考)."""
    return any(paper.state == "absent" and paper.record.stage is assessment.record.stage for paper in papers)
