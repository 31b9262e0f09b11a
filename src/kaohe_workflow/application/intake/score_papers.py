"""
Which papers the rows of a score file are for: asked of the store by a preview and by an import alike.

Who may not know of a paper learns nothing about the person: the row is as unknown as one that names nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

import attrs

from kaohe_workflow.application.access import Principal, visible
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.intake.problems import NAME_DIFFERS, BadRow
from kaohe_workflow.application.intake.scores import ScorePreview, ScoreRow
from kaohe_workflow.application.intake.tables import RowNote
from kaohe_workflow.application.phases import OPEN_PAPER, RUNNING, TAKING_SCORES
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.person_name import names_differ
from kaohe_workflow.values.terms import Stage

ALREADY_SCORED = "该试卷已有成绩，以首次录入为准"
"""What is said of a score for a paper that has one, to whoever sees the paper."""

SCORED_BEFORE = (
    "与此前作答或重考前已录入的成绩相同，视为重复导入，不再计入；确为本次作答的成绩的，请在该试卷上单独录入"
)
"""What is said of a row that brings a score which the paper has had already, to whoever sees the paper."""

_Key = tuple[str, str, Stage]


@attrs.frozen
class Matched:
    """
    A score file looked at against the store.

    ``preview`` has in ``good`` the rows that are for one open paper each, and ``papers`` are the ids of these papers,
    in the same order.
    """

    preview: ScorePreview
    papers: tuple[str, ...]


def match_papers(
    unit: UnitOfWork,
    surroundings: Surroundings,
    principal: Principal,
    persons: Sequence[Case],
    read: ScorePreview,
    cycle_id: str | None = None,
) -> Matched:
    """
    Find the open paper of each good row that was read.

    Args:
        persons: the affiliations of whoever is in the store under the numbers of the good rows.
        cycle_id: the cycle whose papers are meant; of all running ones where it is None, and then a row with papers
            in several of them is bad.

    Raises:
        InputInvalid: ``cycle-not-running``: there is no such cycle, or none that takes scores.
    """
    cycles = _cycles(unit, cycle_id)
    records = {person.id: person.record for person in persons}
    names = {record.id_number: record.name for record in records.values()}
    papers: dict[_Key, list[Case]] = {}
    for paper in _seen(unit, surroundings, principal, tuple(records), tuple(cycles)):
        record = paper.record
        key = (records[record.physician_id].id_number, record.kind, record.stage)
        papers.setdefault(key, []).append(paper)
    good, bad, ids = [], list(read.bad), []
    unknown, notes = list[int](), list[RowNote]()
    for row in read.good:
        found = papers.get((row.id_number, row.paper, row.stage), [])
        if not any(map(_is_concerned, found)):
            unknown.append(row.row)
            continue
        if names_differ(row.name, names[row.id_number]):
            notes.append(read.note(row, "name", "name-differs", NAME_DIFFERS))
        wrong = _wrong(read, row, found, cycles)
        if wrong is None:
            good.append(row)
            ids.append(next(paper.id for paper in found if _is_open(paper)))
        else:
            bad.append(wrong)
    preview = attrs.evolve(
        read,
        good=tuple(good),
        bad=tuple(sorted(bad, key=lambda row: row.row)),
        unknown=tuple(unknown),
        warnings=(*read.warnings, *notes),
    )
    return Matched(preview, tuple(ids))


def _cycles(unit: UnitOfWork, cycle_id: str | None) -> dict[str, str]:
    """Names by id of the cycles that are meant, the earliest first; a running one is everybody's to see."""
    running = unit.find("cycle", [Where("state", "in", RUNNING)])
    by_years = sorted(running, key=lambda cycle: (cycle.record.first_day, cycle.id))
    found = {cycle.id: cycle.record.name for cycle in by_years}
    if cycle_id is None:
        return found
    if cycle_id not in found:
        message = "没有这个考核周期，或其不在进行中，请核对后重新指明"
        raise InputInvalid([Problem("cycle_id", "cycle-not-running", message)])
    return {cycle_id: found[cycle_id]}


def _seen(
    unit: UnitOfWork,
    surroundings: Surroundings,
    principal: Principal,
    persons: Sequence[str],
    cycles: Sequence[str],
) -> list[Case]:
    """The papers of these persons in these cycles that the caller may know of."""
    papers = unit.find(
        "evaluation",
        [
            Where("physician_id", "in", persons),
            Where("cycle_id", "in", cycles),
            Where("state", "in", TAKING_SCORES),
        ],
    )
    asked = [(paper.id, paper, None) for paper in papers]
    standings = surroundings.standings("evaluation", asked, departments=principal.is_limited)
    return [paper for paper, standing in zip(papers, standings, strict=True) if visible(principal, standing)]


def _is_open(paper: Case) -> bool:
    return paper.state in OPEN_PAPER and paper.record.score is None


def _is_concerned(paper: Case) -> bool:
    """Whether there is anything to say about a paper: it waits for a score, or it has one."""
    return paper.record.score is not None or _is_open(paper)


def _wrong(
    read: ScorePreview, row: ScoreRow, papers: Collection[Case], cycles: Mapping[str, str]
) -> BadRow | None:
    """
    Why a score goes to none of these papers.

    A paper of another cycle counts also when it is not open any more: a score that comes late, or once more, is not
    for the next cycle.
    """
    concerned = {paper.record.cycle_id for paper in papers}
    found = [id for id in cycles if id in concerned]
    if len(found) > 1:
        names = "、".join(cycles[id] for id in found)
        message = f"该人员的此试卷见于多个进行中的考核周期（{names}），请指明考核周期（cycle_id）后重新导入"
        return read.bad_row(row, "id_number", "cycle-ambiguous", message)
    if not any(map(_is_open, papers)):
        return read.bad_row(row, "score", "already-scored", ALREADY_SCORED)
    if any(_is_open(paper) and row.score in _scores_before(paper) for paper in papers):
        return read.bad_row(row, "score", "already-scored", SCORED_BEFORE)
    return None


def _scores_before(paper: Case) -> tuple[Decimal, ...]:
    """
    The scores that the paper has had in attempts before this one, and before a re-sit.

    A file says nothing of attempts: read, a row that was imported and comes again, in the same file or in one that goes
    on from it, is none of the present attempt, which it would use up.
    """
    return (*paper.record.earlier_scores, *paper.record.scores_set_aside)
