"""
What must hold between lifecycles, whatever has happened: checked by `kaohe verify` and by properties.

The numbers are those of the rules' list; only invariants that the present lifecycles can break stand here. Those of an
assessment and of an organisation hold after every transaction, that of a paper once the waiting jobs are done.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from kaohe_workflow.application.around.papers import line_of, paper_view, waived_kinds
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import (
    DEFERRABLE,
    EXEMPTIBLE,
    HELD_CERTIFICATE,
    LIVE_CERTIFICATE,
    OPEN_FOLLOW_UP,
    OPEN_PAPER,
    PENDING_DEFERRAL,
    PENDING_EXEMPTION,
    PENDING_REVIEW,
    STANDING_AGENCY,
    UNDECIDED_MARK,
    VOIDABLE_PAPER,
)
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.application.substitutes import unanswered
from kaohe_workflow.lifecycles.assessment.findings import FindingStanding
from kaohe_workflow.lifecycles.assessment.outcome import papers_outcome
from kaohe_workflow.lifecycles.assessment.papers import required_papers
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.terms import CheatingConsequence, Stage, Verdict

SITTING = {"awaiting_assessment": "first", "awaiting_makeup": "makeup"}

WAITING = (*SITTING, "awaiting_makeup_approval")
"""States of an assessment in which no cycle is archived."""

FOLLOWED = ("unqualified", "missed")
"""States of an assessment that may have a follow-up running."""

JUDGED_BY_LINE = ("handed_in", "passed", "failed")
"""States of a paper that hang on its score and its line."""

Broken = tuple[str, str, str]
"""Case id, code, message."""


OfCycle = Callable[[date], Parameters]
"""The first day of a cycle → the parameters that it goes by."""


def broken_invariants(
    unit: UnitOfWork, lifecycle: str, cases: Sequence[Case], of_cycle: OfCycle
) -> Iterator[Broken]:
    """
    Every invariant that one of these cases breaks; only assessments, papers and organisations have any.

    Which papers a result must rest on is what the parameters of its cycle say.
    """
    if lifecycle == "assessment" and cases:
        yield from _of_assessments(unit, cases, of_cycle)
    if lifecycle == "evaluation":
        yield from _unjudged(unit, cases)
    if lifecycle == "institution":
        yield from _of_tree(unit, cases)


def _of_assessments(unit: UnitOfWork, cases: Sequence[Case], of_cycle: OfCycle) -> Iterator[Broken]:
    ids = tuple(case.id for case in cases)
    papers = _grouped(unit, "evaluation", ids)
    certificates = _grouped(unit, "certificate", ids)
    exemptions = _grouped(unit, "exemption", ids)
    deferrals = _grouped(unit, "deferral", ids)
    marks = _grouped(unit, "cheating", ids)
    reviews = _grouped(unit, "result_review", ids)
    follow_ups = _grouped(unit, "follow_up", ids)
    cycles = unit.read("cycle", tuple(dict.fromkeys(case.record.cycle_id for case in cases)))
    yield from _left_behind(cases, cycles)
    yield from _not_carried(unit, marks)
    for case in cases:
        yield from _papers(case, papers[case.id])
        yield from _not_void(case, papers[case.id], marks[case.id])
        if case.state == "qualified":
            cycle = cycles.get(case.record.cycle_id)
            if cycle is None:
                yield case.id, "invariant-1", "qualified in a cycle that is not there"
            else:
                parameters = of_cycle(cycle.record.first_day)
                yield from _result(case, papers[case.id], exemptions[case.id], parameters)
                yield from _cheated(case, marks[case.id], parameters)
        yield from _certificates(case, certificates[case.id], marks[case.id])
        yield from _reviews(case, reviews[case.id])
        yield from _deferral(case, deferrals[case.id])
        yield from _follow_ups(case, follow_ups[case.id])
        pending = [one for one in exemptions[case.id] if one.state in PENDING_EXEMPTION]
        if pending and case.state not in EXEMPTIBLE:
            yield case.id, "invariant-5", f"an exemption is pending in {case.state}"


def _deferral(case: Case, deferrals: Sequence[Case]) -> Iterator[Broken]:
    """5: no deferral is pending where none may be, and who is deferred has one on record."""
    if case.state not in DEFERRABLE and any(one.state in PENDING_DEFERRAL for one in deferrals):
        yield case.id, "invariant-5", f"a deferral is pending in {case.state}"
    if case.state == "deferred" and not any(one.state == "filed" for one in deferrals):
        yield case.id, "invariant-5", "deferred, with no deferral on record"


def _left_behind(cases: Sequence[Case], cycles: Mapping[str, Case]) -> Iterator[Broken]:
    """Nobody sits, or waits to, in a cycle that is archived: nothing would ever end the case."""
    for case in cases:
        cycle = cycles.get(case.record.cycle_id)
        if case.state in WAITING and cycle is not None and cycle.state == "archived":
            yield case.id, "left-behind", f"the cycle is archived, the case in {case.state}"


def _unjudged(unit: UnitOfWork, cases: Sequence[Case]) -> Iterator[Broken]:
    """
    A paper that has a score, and whose line is published, is judged, and by the line as it stands now.

    A job judges after a publication or a correction: what is found waits for it, or the job was lost. A paper handed
    in without a score waits for the score, rightly.
    """
    scored = [case for case in cases if case.state in JUDGED_BY_LINE and case.record.score is not None]
    cycles = unit.read("cycle", tuple(dict.fromkeys(case.record.cycle_id for case in scored)))
    for case in scored:
        paper, cycle = case.record, cycles.get(case.record.cycle_id)
        line = line_of(paper, cycle.record if cycle is not None else None)
        if line is None:
            continue
        if case.state == "handed_in":
            yield case.id, "judge-lost", "scored, its line published, not judged: a job waits or is lost"
        elif (case.state == "passed") != (paper.score >= line):
            yield case.id, "judge-lost", "judged by another line than the present: a job waits or is lost"


def _grouped(
    unit: UnitOfWork, lifecycle: str, assessment_ids: tuple[str, ...]
) -> defaultdict[str, list[Case]]:
    grouped: defaultdict[str, list[Case]] = defaultdict(list)
    for case in unit.find(lifecycle, [Where("assessment_id", "in", assessment_ids)]):
        grouped[case.record.assessment_id].append(case)
    return grouped


def _papers(case: Case, papers: Sequence[Case]) -> Iterator[Broken]:
    """3: no open paper outside ST6 and ST8; in them at least one is open (no settle is ever pending)."""
    stage = SITTING.get(case.state)
    still_open = [paper for paper in papers if paper.state in OPEN_PAPER]
    strange = [paper for paper in still_open if stage is None or paper.record.stage.value != stage]
    if strange:
        yield case.id, "invariant-3", f"{len(strange)} paper(s) are open in {case.state}"
    if stage is not None and not still_open:
        yield case.id, "invariant-3", f"no paper is open in {case.state}"


def _result(
    case: Case, papers: Sequence[Case], exemptions: Sequence[Case], parameters: Parameters
) -> Iterator[Broken]:
    """
    1: 合格 only with a filing, both opinions 合格, passed by the agency, every required paper as it stands now, and no
    confirmed finding (考核办法 第二十七条).

    Required are the kinds of the deciding stage; for a make-up those that the first stage leaves unpassed now, though
    they were passed when it was assigned (考核办法 第二十二条). What is waived rests on an exemption that is granted.
    """
    record, opinions = case.record, case.record.opinions
    confirmed = opinions is not None and {opinions.work, opinions.ethics} == {Verdict.QUALIFIED}
    if not (confirmed and record.opinion_stands and record.agency_passed):
        yield case.id, "invariant-1", "qualified without both opinions confirmed"
    if record.revocation is not None:
        yield case.id, "invariant-1", "qualified though the result was revoked"
    if record.finding is FindingStanding.CONFIRMED:
        yield case.id, "invariant-1", "qualified though a finding is confirmed"
    if record.filing is None or record.procedure is None:
        yield case.id, "invariant-1", "qualified without a filing"
    elif record.stage is None or record.decided_on is None:
        yield case.id, "invariant-1", "qualified by no stage, or on no day"
    else:
        views = [paper_view(paper) for paper in papers]
        waived = {view.kind for view in views if view.stage is Stage.FIRST and view.state == "exempt_pass"}
        granted = waived_kinds(exemptions)
        required = required_papers(record.sitter, record.stage, waived | granted, parameters, views)
        if papers_outcome(views, record.stage, required) != "all_passed":
            yield case.id, "invariant-1", "qualified without every required paper"
        if waived - granted:
            yield case.id, "invariant-1", "qualified with a paper waived by no exemption"


def _cheated(case: Case, marks: Sequence[Case], parameters: Parameters) -> Iterator[Broken]:
    """1: no 合格 beside a cheating that was confirmed, where the province lets it decide."""
    confirmed = any(mark.state == "confirmed" for mark in marks)
    if confirmed and parameters.cheating_consequence is CheatingConsequence.UNQUALIFIED:
        yield case.id, "invariant-1", "qualified though cheating was confirmed"


def _not_void(case: Case, papers: Sequence[Case], marks: Sequence[Case]) -> Iterator[Broken]:
    """1: a paper in which cheating was found is void (手册 2.2.9)."""
    cheated = {mark.record.evaluation_id for mark in marks if mark.state == "confirmed"}
    if any(paper.id in cheated and paper.state in VOIDABLE_PAPER for paper in papers):
        yield case.id, "invariant-1", "cheating was confirmed in a paper that is not void"


def _not_carried(unit: UnitOfWork, marks: Mapping[str, Sequence[Case]]) -> Iterator[Broken]:
    """A finding of 替考 has gone to a paper of who was named in it, if there is one that may answer for it (design)."""
    findings = [mark for of in marks.values() for mark in of if mark.state == "confirmed"]
    waiting = unanswered(unit, findings)
    for finding in findings:
        if finding.id in waiting:
            paper = waiting[finding.id].id
            yield (
                finding.record.assessment_id,
                "not-carried",
                f"{finding.id} was not carried to paper {paper}",
            )


def _certificates(case: Case, certificates: Sequence[Case], marks: Sequence[Case]) -> Iterator[Broken]:
    """
    2: a certificate lives only while its result is 合格, and at most one does; it is frozen just while a mark is
    undecided.
    """
    held = any(mark.state in UNDECIDED_MARK for mark in marks)
    live = [certificate for certificate in certificates if certificate.state in LIVE_CERTIFICATE]
    if any((certificate.state in HELD_CERTIFICATE) != held for certificate in live):
        yield case.id, "invariant-2", "a certificate is free beside an undecided mark, or frozen beside none"
    if live and case.state != "qualified":
        yield case.id, "invariant-2", f"a certificate lives in {case.state}"
    if len(live) > 1 or (case.state == "qualified" and not live):
        yield case.id, "invariant-2", f"{len(live)} certificates live"


def _follow_ups(case: Case, follow_ups: Sequence[Case]) -> Iterator[Broken]:
    """4: a follow-up runs only for the present version of a result that is 不合格, which always has one."""
    version = case.record.result_version
    for one in follow_ups:
        held = case.state in FOLLOWED and one.record.result_version == version
        if one.state in OPEN_FOLLOW_UP and not held:
            yield case.id, "invariant-4", f"a follow-up of version {one.record.result_version} runs"
    if case.state == "unqualified" and all(one.record.result_version != version for one in follow_ups):
        yield case.id, "invariant-4", "unqualified, and nothing follows"


def _reviews(case: Case, reviews: Sequence[Case]) -> Iterator[Broken]:
    """What is asked to be reviewed is the present version of the result (考核办法 第二十四条)."""
    for review in reviews:
        if review.state in PENDING_REVIEW and review.record.result_version != case.record.result_version:
            yield case.id, "review-outdated", f"version {review.record.result_version} is being reviewed"


def _of_tree(unit: UnitOfWork, cases: Sequence[Case]) -> Iterator[Broken]:
    """
    An organisation stands where its path says; what is closed has neither physicians nor anything open below it.

    What is open has an agency that may assess for it, or none. What is closed may keep one that no longer may. Marked
    as an agency is who is approved in a cycle that runs, and nobody else.
    """
    superiors = unit.read("institution", _named(cases, "superior_id"))
    agencies = unit.read("institution", _named(cases, "agency_id"))
    attached = _attached(unit, tuple(case.id for case in cases if case.state == "closed"))
    standing = _standing(unit, tuple(case.id for case in cases))
    for case in cases:
        superior = superiors.get(case.record.superior_id)
        above = "/" if case.record.superior_id is None else superior.record.path if superior else None
        if above is None or case.record.path != f"{above}{case.id}/":
            yield case.id, "tree-path", f"at {case.record.path}, its superior at {above or 'no place'}"
        if superior is not None and superior.state == "closed" and case.state != "closed":
            yield case.id, "open-below-closed", f"{case.state}, its superior {superior.id} is closed"
        if case.state != "closed" and not _assessed(case, agencies.get(case.record.agency_id)):
            yield case.id, "agency-lost", f"{case.record.agency_id} may not assess it"
        if case.record.is_agency != (case.id in standing):
            message = "marked as an agency without an application that stands, or the other way round"
            yield case.id, "agency-mark", message
        if attached[case.id]:
            yield case.id, "closed-with-physicians", f"closed with {attached[case.id]} physician(s) attached"


def _named(cases: Sequence[Case], attribute: str) -> tuple[str, ...]:
    named = (getattr(case.record, attribute) for case in cases)
    return tuple(dict.fromkeys(id for id in named if id is not None))


def _assessed(case: Case, agency: Case | None) -> bool:
    """Whether an organisation names no agency, or one that is open and marked, or an administration above."""
    if case.record.agency_id is None:
        return True
    if agency is None or agency.state == "closed":
        return False
    above = agency.record.kind.is_administration and case.record.path.startswith(agency.record.path)
    return above or bool(agency.record.is_agency)


def _standing(unit: UnitOfWork, institution_ids: tuple[str, ...]) -> frozenset[str]:
    """Which of these have an application to be an assessment institution that is approved, in correction or not."""
    where = [Where("institution_id", "in", institution_ids), Where("state", "in", STANDING_AGENCY)]
    return frozenset(case.institution_id for case in unit.find("agency_application", where))


def _attached(unit: UnitOfWork, institution_ids: tuple[str, ...]) -> Counter[str]:
    """How many physicians are attached to each of these."""
    if not institution_ids:
        return Counter()
    where = [Where("institution_id", "in", institution_ids), Where("state", "eq", "attached")]
    return Counter(case.institution_id for case in unit.find("affiliation", where))
