"""
Who sat for another (替考) answers for it too: to which paper of the person's own a finding goes.

A finding is the confirmed mark of the paper that was sat by another; it names who sat it (`substitute_id`). It goes to
a paper of the same cycle that the person has sat and that has no other mark, one of the same kind before others. A
person's records that were merged are one person. See `docs/decisions/sitting-for-another.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import RUNNING, STANDING_MARK
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.same_person import kept_records_of, records_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.cheating.facts import SAT


def papers_to_answer(unit: UnitOfWork, findings: Sequence[Case]) -> Mapping[str, Case]:
    """
    Return the paper that each finding goes to now, by the finding's id; no paper goes to two.

    None for a finding that names nobody or that has gone to a paper already, and for one for which there is no such
    paper: it waits until the person has one. Nor for one of a cycle that is over, where no mark is made any more.
    Whoever is named is locked, so that a paper which is being started is either seen here or sees the finding.
    """
    lock_persons(
        unit, [case.record.substitute_id for case in findings if case.record.substitute_id is not None]
    )
    return unanswered(unit, findings)


def lock_persons(unit: UnitOfWork, ids: Sequence[str]) -> None:
    """Lock whom these records are of, under every record that was merged into the one that is kept."""
    if ids:
        unit.lock("affiliation", sorted(_persons(unit, ids)))


def unanswered(unit: UnitOfWork, findings: Sequence[Case]) -> Mapping[str, Case]:
    """The same, and nobody is locked."""
    named = _to_carry(unit, findings)
    if not named:
        return {}
    persons = _persons(unit, [case.record.substitute_id for case in named])
    free = _free_papers(unit, tuple(persons), named)
    found = dict[str, Case]()
    for case in named:
        own = [
            paper
            for paper in free
            if persons[paper.record.physician_id] == persons[case.record.substitute_id]
            and paper.record.cycle_id == case.record.cycle_id
        ]
        if own:
            found[case.id] = min(own, key=lambda paper: _after(paper, case))
            free.remove(found[case.id])
    return found


_STANDS = Where("state", "in", STANDING_MARK)


def _to_carry(unit: UnitOfWork, findings: Sequence[Case]) -> list[Case]:
    """Those that name somebody, in a cycle that runs, and that no mark was made for, be it excluded or taken away."""
    named = [case for case in findings if case.record.substitute_id is not None]
    if not named:
        return []
    cycles = unit.read("cycle", tuple(dict.fromkeys(case.record.cycle_id for case in named)))
    running = {id for id, cycle in cycles.items() if cycle.state in RUNNING}
    went = unit.find("cheating", [Where("finding_id", "in", tuple(case.id for case in named))])
    gone = {mark.record.finding_id for mark in went}
    return [case for case in named if case.id not in gone and case.record.cycle_id in running]


def _persons(unit: UnitOfWork, ids: Sequence[str]) -> Mapping[str, str]:
    """The record that is kept, by the id of each record of these persons."""
    return records_of(unit, tuple(dict.fromkeys(kept_records_of(unit, ids).values())))


def _free_papers(unit: UnitOfWork, persons: Sequence[str], findings: Sequence[Case]) -> list[Case]:
    """What these persons have sat in the cycles of the findings, but for what has a mark already."""
    cycles = tuple(dict.fromkeys(case.record.cycle_id for case in findings))
    of_persons = (Where("physician_id", "in", persons), Where("cycle_id", "in", cycles))
    papers = unit.find("evaluation", [*of_persons, Where("state", "in", tuple(sorted(SAT)))])
    marks = unit.find("cheating", [*of_persons, _STANDS]) if papers else []
    marked = {mark.record.evaluation_id for mark in marks}
    return [paper for paper in papers if paper.id not in marked]


def _after(paper: Case, finding: Case) -> tuple[bool, bool, str]:
    """How far back a paper comes among those that a finding may go to: ids grow with time."""
    record = paper.record
    return record.kind is not finding.record.kind, record.stage is not finding.record.stage, paper.id


def findings_naming(unit: UnitOfWork, persons: Sequence[str]) -> list[Case]:
    """The findings, of any cycle, that name these persons, under records that were merged into theirs as well."""
    records = tuple(records_of(unit, persons))
    return unit.find("cheating", [Where("substitute_id", "in", records), Where("state", "eq", "confirmed")])


def findings_against(unit: UnitOfWork, cases: Sequence[Case]) -> list[Case]:
    """The findings, in the cycles of these papers or marks, that name who has sat one of them."""
    cycles = tuple(dict.fromkeys(case.record.cycle_id for case in cases))
    named = [Where("substitute_id", "gt", ""), Where("state", "eq", "confirmed")]
    findings = unit.find("cheating", [*named, Where("cycle_id", "in", cycles)])
    if not findings:
        return []
    sitters = {case.record.physician_id for case in cases}
    persons = kept_records_of(unit, [*(case.record.substitute_id for case in findings), *sitters])
    sitting = {persons[id] for id in sitters}
    return [case for case in findings if persons[case.record.substitute_id] in sitting]
