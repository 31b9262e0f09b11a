"""
What the rows of an assessment do to its record.

Every action of a row that leaves its state closes the file: who must act next has not opened it yet. Who writes in it
has opened it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from kaohe_workflow.lifecycles.assessment.case import Assessment, Review, Revocation
from kaohe_workflow.lifecycles.assessment.early import Early
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.assessment.findings import Finding, FindingStanding
from kaohe_workflow.lifecycles.assessment.procedure import completed, filing_stands
from kaohe_workflow.lifecycles.shape import UNCLAIMED, Action, Decider, Step
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import local_date


def _moved(record: Assessment, **changes: Any) -> Assessment:
    kept = {"decision": None, "draft_left_at": None} | changes
    return attrs.evolve(record, opened=False, overdue=False, **UNCLAIMED, **kept)


def _decided(record: Assessment, step: Step, **changes: Any) -> Assessment:
    """The case has gone on by a decision, which its decider may recall (撤回本人决定)."""
    decision = Review(
        decided_by=step.decider,
        decided_at=step.moment.now,
        decided_in=step.source,
        returned_at=record.returned_at,
        concern=record.concern,
        return_code=record.return_code,
        opinions=record.opinions,
        opinion_stands=record.opinion_stands,
    )
    return _moved(record, decision=decision, **changes)


def _judges(record: Assessment, step: Step) -> tuple[Decider, ...]:
    """Who has taken part in the result so far, the sender among them."""
    return tuple(dict.fromkeys((*record.judges, step.decider)))


def open_assessment(record: None, step: Step) -> Assessment:
    """Make the case."""
    return Assessment(
        institution_id=step.payload.institution_id,
        cycle_id=step.payload.cycle_id,
        physician_id=step.payload.physician_id,
    )


def take_part(record: Assessment, step: Step) -> Assessment:
    """Note whether the physician takes part voluntarily."""
    return _moved(record, voluntary=step.payload.voluntary)


def order_early(record: Assessment, step: Step) -> Assessment:
    """From now on the case has windows of its own (考核办法 第十八条)."""
    return _moved(record, early=Early(windows=step.payload.windows, ordered_on=local_date(step.moment.now)))


def leave_cycle(record: Assessment, step: Step) -> Assessment:
    """
    Go back to the beginning: the filing becomes a draft again, reviews and returns are forgotten.

    That something was submitted once stays known (曾提交), and so do the version of the result and what was reported
    as a ground for 直接认定不合格.
    """
    return Assessment(
        institution_id=record.institution_id,
        cycle_id=record.cycle_id,
        physician_id=record.physician_id,
        ever_submitted=record.ever_submitted,
        draft=record.editable,
        draft_left_at=step.moment.now if record.editable is not None else None,
        result_version=record.result_version,
        findings=record.findings,
        reporters=record.reporters,
    )


def drop_draft(record: Assessment, step: Step) -> Assessment:
    """Nobody goes on with the draft: what was never submitted is not kept."""
    return attrs.evolve(record, draft=None, draft_left_at=None)


def keep_draft(record: Assessment, step: Step) -> Assessment:
    """Keep what the physician has written so far."""
    return attrs.evolve(record, draft=step.payload.filing, opened=True)


def freeze_filing(record: Assessment, step: Step) -> Assessment:
    """Store the filing, with department and level as they stand now; nobody edits it from here on."""
    written = step.payload.filing or record.editable or Filing()
    filing = completed(written, step.around.person, step.around.department_enabled)
    return _moved(
        record,
        draft=None,
        filing=filing,
        department_id=filing.department_id,
        procedure=filing.procedure,
        ever_submitted=True,
        submitted_at=step.moment.now,
        return_code=None,
        ground_lost=False,
    )


def take_back_filing(record: Assessment, step: Step) -> Assessment:
    """The filing is the physician's draft again, and nobody else's to see."""
    return _moved(
        record, draft=record.filing, filing=None, department_id=None, procedure=None, submitted_at=None
    )


def mark_opened(record: Assessment, step: Step) -> Assessment:
    """Whoever must act has opened the file."""
    return attrs.evolve(record, opened=True)


def take_file(record: Assessment, step: Step) -> Assessment:
    """A reviewer has it on the desk."""
    return attrs.evolve(
        record,
        claimed_by=step.account_id,
        claimed_operator=step.operator_id,
        claimed_at=step.moment.now,
    )


def release_file(record: Assessment, step: Step) -> Assessment:
    """Nobody has it on the desk any more; it stays opened."""
    return attrs.evolve(record, **UNCLAIMED)


def mark_overdue(record: Assessment, step: Step) -> Assessment:
    """The file waits longer than its window (逾期); going on takes the mark away."""
    return attrs.evolve(record, overdue=True)


def clear_overdue(record: Assessment, step: Step) -> Assessment:
    """The windows have changed: the file is in time again."""
    return attrs.evolve(record, overdue=False)


def return_filing(record: Assessment, step: Step) -> Assessment:
    """The refiling deadline runs from this return."""
    return _decided(record, step, returned_at=step.moment.now, concern=None, return_code=step.payload.code)


def return_by_agency(record: Assessment, step: Step) -> Assessment:
    """Note what the agency's return is about; the refiling deadline runs from it."""
    payload = step.payload
    return _decided(
        record, step, returned_at=step.moment.now, concern=payload.concern, return_code=payload.code
    )


def keep_opinions(record: Assessment, step: Step) -> Assessment:
    """Keep what the institution has written so far."""
    return attrs.evolve(record, draft_opinions=step.payload.opinions, opened=True)


def give_opinions(record: Assessment, step: Step) -> Assessment:
    """The institution's opinions stand (考核办法 第十三条)."""
    return _decided(
        record,
        step,
        draft_opinions=None,
        opinions=step.payload.opinions,
        opinion_stands=True,
        concern=None,
        return_code=None,
    )


def renew_opinions(record: Assessment, step: Step) -> Assessment:
    """The institution's opinions are given anew before the make-up; the agency has yet to pass them."""
    return attrs.evolve(record, opinions=step.payload.opinions, opinion_stands=True, agency_passed=False)


def confirm_opinions(record: Assessment, step: Step) -> Assessment:
    """The agency has confirmed the opinions that were given anew."""
    return attrs.evolve(record, agency_passed=True)


def pass_filing(record: Assessment, step: Step) -> Assessment:
    """The agency has confirmed filing and opinions."""
    return _decided(record, step, agency_passed=True, judges=_judges(record, step))


def recall_decision(record: Assessment, step: Step) -> Assessment:
    """
    What the decision changed is as it was before; an opinion that was given with it is a draft again.

    The row asks for a decision to recall.
    """
    decision = record.decision
    assert decision is not None
    gave_opinions = step.source == "awaiting_agency_review"
    return _moved(
        record,
        returned_at=decision.returned_at,
        concern=decision.concern,
        return_code=decision.return_code,
        opinions=decision.opinions,
        opinion_stands=decision.opinion_stands,
        draft_opinions=record.opinions if gave_opinions else record.draft_opinions,
        agency_passed=False,
        judges=tuple(judge for judge in record.judges if judge != decision.decided_by),
    )


def void_review(record: Assessment, step: Step) -> Assessment:
    """
    The file is returned past its reviewers: the institution's opinion no longer stands, it is a draft again.

    The refiling deadline runs from this return.
    """
    return _moved(
        record,
        draft_opinions=record.opinions,
        opinions=None,
        opinion_stands=False,
        agency_passed=False,
        returned_at=step.moment.now,
        concern=None,
        return_code=None,
    )


def mark_ground(record: Assessment, step: Step) -> Assessment:
    """Mark a file that cannot go back whether its ground is lost, as roster and penalties are now (design)."""
    around, filing = step.around, record.filing
    stands = filing is not None and filing_stands(filing, around.person, around.cycle, step.moment.parameters)
    return attrs.evolve(record, ground_lost=not stands)


def close_file(record: Assessment, step: Step) -> Assessment:
    """Nothing but that the file has gone on."""
    return _moved(record)


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
    return attrs.evolve(found, judges=_judges(record, step))


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
    return _moved(record, stage=Stage.MAKEUP)


def drop_makeup(record: Assessment, step: Step) -> Assessment:
    """The first stage decides after all."""
    return _moved(record, stage=None)


def refuse_makeup(record: Assessment, step: Step) -> Assessment:
    """The province has refused the make-up, for good."""
    return _moved(record, makeup_refused=True, judges=_judges(record, step))


def note_judge(record: Assessment, step: Step) -> Assessment:
    """Who confirms an opinion takes part in the result."""
    return attrs.evolve(record, judges=_judges(record, step))


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
    return attrs.evolve(record, revocation=revocation, judges=_judges(record, step))


def record_result(record: Assessment, step: Step) -> Assessment:
    """
    A verdict: a new version of the result, decided today by the stage whose papers count.

    Without a make-up sitting that is the first stage, a refused make-up and a 不合格 opinion included.
    """
    return _moved(
        record,
        stage=record.stage or Stage.FIRST,
        result_version=record.result_version + 1,
        decided_on=local_date(step.moment.now),
    )


def void_result(record: Assessment, step: Step) -> Assessment:
    """The verdict is void, which is a new version too; a first stage is then undecided again."""
    return _moved(
        record,
        stage=record.stage if record.stage is Stage.MAKEUP else None,
        result_version=record.result_version + 1,
        decided_on=None,
    )


def restart_elsewhere(record: Assessment, step: Step) -> Assessment:
    """
    Begin anew at the institution that the physician was moved to; what was filed is a draft again.

    The refiling deadline runs from now. The opinions of the former institution stay readable and count no more.
    """
    draft = record.editable
    return _moved(
        record,
        institution_id=step.payload.institution_id,
        department_id=None,
        procedure=None,
        draft=attrs.evolve(draft, department_id=None) if draft is not None else None,
        filing=None,
        submitted_at=None,
        moved=True,
        returned_at=step.moment.now,
        concern=None,
        return_code=None,
        draft_opinions=None,
        opinion_stands=False,
        agency_passed=False,
    )


def defer(record: Assessment, step: Step) -> Assessment:
    """The physician sits in the stage for the deferred (延考)."""
    return _moved(record, deferred=True)


def resume(record: Assessment, step: Step) -> Assessment:
    """The physician comes back to the first stage, where the file was passed."""
    return _moved(record, deferred=False)


def come_back(record: Assessment, step: Step) -> Assessment:
    """The physician comes back and files again, which counts as a return of the file."""
    return _moved(record, deferred=False, returned_at=step.moment.now, concern=None, return_code=None)


def file_late(record: Assessment, step: Step) -> Assessment:
    """Who was deferred before the file was passed files for the make-up; what was filed is a draft again."""
    return _moved(
        record,
        draft=record.editable,
        filing=None,
        department_id=None,
        procedure=None,
        submitted_at=None,
        returned_at=None,
        concern=None,
        return_code=None,
        draft_opinions=None,
        opinions=None,
        opinion_stands=False,
    )


def change_institution(record: Assessment, step: Step) -> Assessment:
    """The case goes with the physician; the department is chosen again there."""
    return _moved(
        record,
        institution_id=step.payload.institution_id,
        department_id=None,
        draft_left_at=record.draft_left_at,
    )


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "open_assessment": open_assessment,
        "take_part": take_part,
        "order_early": order_early,
        "leave_cycle": leave_cycle,
        "drop_draft": drop_draft,
        "keep_draft": keep_draft,
        "freeze_filing": freeze_filing,
        "take_back_filing": take_back_filing,
        "mark_opened": mark_opened,
        "take_file": take_file,
        "release_file": release_file,
        "mark_overdue": mark_overdue,
        "clear_overdue": clear_overdue,
        "return_filing": return_filing,
        "return_by_agency": return_by_agency,
        "keep_opinions": keep_opinions,
        "give_opinions": give_opinions,
        "renew_opinions": renew_opinions,
        "confirm_opinions": confirm_opinions,
        "pass_filing": pass_filing,
        "recall_decision": recall_decision,
        "void_review": void_review,
        "mark_ground": mark_ground,
        "close_file": close_file,
        "keep_finding": keep_finding,
        "confirm_finding": confirm_finding,
        "dismiss_finding": dismiss_finding,
        "begin_makeup": begin_makeup,
        "drop_makeup": drop_makeup,
        "refuse_makeup": refuse_makeup,
        "note_judge": note_judge,
        "correct_opinions_and_findings": correct_opinions_and_findings,
        "revoke_result": revoke_result,
        "record_result": record_result,
        "void_result": void_result,
        "defer": defer,
        "resume": resume,
        "come_back": come_back,
        "file_late": file_late,
        "restart_elsewhere": restart_elsewhere,
        "change_institution": change_institution,
    }
)
"""Name in the chart's ``do`` → function."""
