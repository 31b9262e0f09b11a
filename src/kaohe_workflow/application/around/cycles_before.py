"""
The cycle before another one, and who has missed it.
"""

from __future__ import annotations

from collections.abc import Iterable

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.same_person import merged_into
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.findings import DirectGround, FindingStanding


def missed_before(unit: UnitOfWork, assessment: Case) -> bool:
    """
    Whether the physician of an assessment has missed the archived cycle before its own, too.

    Missed is 未完成, or 不合格 for having taken no part; see `took_no_part`. Before is the cycle that began last before
    this one, those that were discarded aside.
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
    return took_no_part(case, unit.find("evaluation", [Where("assessment_id", "eq", case.id)]))


def took_no_part(assessment: Case, papers: Iterable[Case]) -> bool:
    """
    Whether not taking part is held against the physician, and that is confirmed: by an absence (缺考) from a paper of
    the stage that decided, or by a finding, where no paper of the assessment was ever sat.

    考核办法 第二十七条(十三) names whoever disturbs the order of the assessment, too: who has sat a paper has taken
    part.
    """
    known = tuple(papers)
    stage = assessment.record.stage
    if any(paper.state == "absent" and paper.record.stage is stage for paper in known):
        return True
    found = any(
        finding.ground is DirectGround.TOOK_NO_PART and finding.standing is FindingStanding.CONFIRMED
        for finding in assessment.record.findings
    )
    return found and not any(paper.record.was_sat for paper in known)
