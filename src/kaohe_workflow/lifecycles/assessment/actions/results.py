"""
Findings, make-up and the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.assessment.actions.going_on import is_late, judges, moved
from kaohe_workflow.lifecycles.assessment.case import Assessment, Revocation
from kaohe_workflow.lifecycles.assessment.findings import Finding, FindingStanding
from kaohe_workflow.lifecycles.shape import Action, Step
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import local_date


def keep_finding(record: Assessment, step: Step) -> Assessment:
    """Keep what was reported, with who did; it waits for the agency."""
    given = step.payload
    finding = Finding(
        number=len(record.findings) + 1,
        ground=given.ground,
        found_on=given.found_on,
        text=given.text,
        evidence=given.evidence,
        reported_at=step.moment.now,
    )
    reporters = (*record.reporters, step.decider)
    return attrs.evolve(record, findings=(*record.findings, finding), reporters=reporters)


def confirm_finding(record: Assessment, step: Step) -> Assessment:
    """The finding counts."""
    found = _found(record, step.payload.number, FindingStanding.CONFIRMED)
    return attrs.evolve(found, judges=judges(record, step))


def cut_off(record: Assessment, step: Step) -> Assessment:
    """The finding ends the case before the agency has judged the file: the result rests on nothing else."""
    return attrs.evolve(record, cut_off=True)


def dismiss_finding(record: Assessment, step: Step) -> Assessment:
    """The finding does not count."""
    return _found(record, step.payload.number, FindingStanding.DISMISSED)


def _found(record: Assessment, number: int, standing: FindingStanding) -> Assessment:
    findings = (
        attrs.evolve(finding, standing=standing) if finding.number == number else finding
        for finding in record.findings
    )
    return attrs.evolve(record, findings=tuple(findings))


def begin_makeup(record: Assessment, step: Step) -> Assessment:
    """From now on the papers of the make-up count."""
    return moved(record, stage=Stage.MAKEUP)


def drop_makeup(record: Assessment, step: Step) -> Assessment:
    """The first stage decides after all."""
    return moved(record, stage=None)


def refuse_makeup(record: Assessment, step: Step) -> Assessment:
    """The province has refused the make-up, for good."""
    return moved(record, makeup_refused=True, judges=judges(record, step))


def note_judge(record: Assessment, step: Step) -> Assessment:
    """Who confirms an opinion takes part in the result, and is late with it or not."""
    late = step.event == "confirm_fail" and is_late(record, step)
    return attrs.evolve(record, judges=judges(record, step), reviewed_late=record.reviewed_late or late)


def correct_opinions_and_findings(record: Assessment, step: Step) -> Assessment:
    """
    What a review has set right holds; opinions that are 合格 then are passed by the agency with it.

    The result is computed again after it.
    """
    given = step.payload
    for number in given.findings:
        record = _found(record, number, FindingStanding.DISMISSED)
    if record.opinions is None or not (given.work or given.ethics):
        return record
    opinions = record.opinions.corrected(work=given.work, ethics=given.ethics, reason=given.reason)
    return attrs.evolve(record, opinions=opinions, agency_passed=record.agency_passed or opinions.qualified)


def revoke_result(record: Assessment, step: Step) -> Assessment:
    """The result was got by deception, which nothing heals (考核办法 第三十一条)."""
    revocation = Revocation(local_date(step.moment.now), step.payload.evidence)
    return attrs.evolve(record, revocation=revocation, judges=judges(record, step))


def record_result(record: Assessment, step: Step) -> Assessment:
    """
    A verdict: a new version of the result, decided today by the stage whose papers count.

    Without a make-up sitting that is the first stage, a refused make-up and a 不合格 opinion included.
    """
    return moved(
        record,
        stage=record.stage or Stage.FIRST,
        result_version=record.result_version + 1,
        decided_on=local_date(step.moment.now),
        assessed_by=record.assessed_by or step.around.assessor_id,
    )


def note_assessor(record: Assessment, step: Step) -> Assessment:
    """The cycle was missed: it is reported by who was to assess (考核办法 第十五条)."""
    return attrs.evolve(record, assessed_by=step.around.assessor_id)


def void_result(record: Assessment, step: Step) -> Assessment:
    """
    The verdict is void, which is a new version too; a first stage is then undecided again.

    Who assesses the case is open again as well: it goes along when the institution is assigned to another.
    """
    return moved(
        record,
        stage=record.stage if record.stage is Stage.MAKEUP else None,
        result_version=record.result_version + 1,
        decided_on=None,
        assessed_by=None,
        cut_off=False,
    )


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "keep_finding": keep_finding,
        "confirm_finding": confirm_finding,
        "cut_off": cut_off,
        "dismiss_finding": dismiss_finding,
        "begin_makeup": begin_makeup,
        "drop_makeup": drop_makeup,
        "refuse_makeup": refuse_makeup,
        "note_judge": note_judge,
        "correct_opinions_and_findings": correct_opinions_and_findings,
        "revoke_result": revoke_result,
        "record_result": record_result,
        "note_assessor": note_assessor,
        "void_result": void_result,
    }
)
"""Name in the chart's ``do`` → function."""
