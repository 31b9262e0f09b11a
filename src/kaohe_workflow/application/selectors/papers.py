"""
Papers that a step of the assessment assigns, cancels or judges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from kaohe_workflow.application.around.papers import line_of, paper_view, waived_kinds
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import OPEN_PAPER
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.selectors.finding import by, ids_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.outcome import any_started
from kaohe_workflow.lifecycles.assessment.papers import required_papers
from kaohe_workflow.lifecycles.evaluation import events as evaluation_events
from kaohe_workflow.lifecycles.evaluation.ordering import order_of
from kaohe_workflow.lifecycles.evaluation.scores import counted
from kaohe_workflow.values.terms import PaperKind, Stage


@attrs.frozen
class _Wanted:
    """A case with the stage it is in, the kinds of paper that this requires, and the papers that there are of it."""

    case_id: str
    stage: Stage
    kinds: tuple[PaperKind, ...]
    papers: Sequence[Case]


def _wanted(reading: Reading, occurrences: Sequence[Occurrence]) -> list[_Wanted]:
    """What the stage of each case requires, as the papers of the first one stand now."""
    ids = ids_of(occurrences)
    papers = by(reading.unit.find("evaluation", [Where("assessment_id", "in", ids)]), "assessment_id")
    waivers = by(reading.unit.find("exemption", [Where("assessment_id", "in", ids)]), "assessment_id")
    moments = reading.moments(occurrence.after for occurrence in occurrences)
    found = []
    for case in (occurrence.after for occurrence in occurrences):
        stage = Stage.MAKEUP if case.state == "awaiting_makeup" else Stage.FIRST
        known = papers.get(case.id, [])
        waived, parameters = waived_kinds(waivers.get(case.id, [])), moments[case.record.cycle_id].parameters
        kinds = required_papers(case.record.sitter, stage, waived, parameters, tuple(map(paper_view, known)))
        found.append(_Wanted(case.id, stage, kinds, [one for one in known if one.record.stage is stage]))
    return found


def required_papers_of(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Each paper that the stage requires and that has not been assigned, or was cancelled."""
    commands = []
    for wanted in _wanted(reading, occurrences):
        for kind in wanted.kinds:
            same = [paper for paper in wanted.papers if paper.record.kind is kind]
            if all(paper.state == "cancelled" for paper in same):
                payload = evaluation_events.Assign(wanted.case_id, kind, wanted.stage, len(same) + 1)
                commands.append(Command(None, payload))
    return commands


def missing_makeup_papers(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The papers of the make-up of cases that wait for it, which the first stage has made necessary since."""
    waiting = [occurrence for occurrence in occurrences if occurrence.after.state == "awaiting_makeup"]
    return required_papers_of(reading, waiting) if waiting else []


def needless_makeup_papers(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The papers of the make-up that the first stage has made needless since, and that nobody has begun."""
    waiting = [occurrence for occurrence in occurrences if occurrence.after.state == "awaiting_makeup"]
    return [
        Command(paper.id)
        for wanted in (_wanted(reading, waiting) if waiting else ())
        for paper in wanted.papers
        if paper.record.kind not in wanted.kinds
        and paper.state in OPEN_PAPER
        and not any_started([paper_view(paper)], Stage.MAKEUP)
    ]


def papers_to_cancel(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    What is still open of the stage that a case left; of a returned or withdrawn one also what was waived, which stays
    waived for who is deferred.

    A make-up may be left because a paper of the first stage is open again: that one stays.
    """
    kept = ("settle", "recompute", "confirm_finding", "defer")
    settled = {occurrence.after.id for occurrence in occurrences if occurrence.event in kept}
    stages = {
        occurrence.after.id: Stage.MAKEUP if occurrence.source == "awaiting_makeup" else Stage.FIRST
        for occurrence in occurrences
    }
    papers = reading.unit.find("evaluation", [Where("assessment_id", "in", ids_of(occurrences))])
    return [
        Command(paper.id)
        for paper in papers
        if (paper.state in OPEN_PAPER and paper.record.stage is stages[paper.record.assessment_id])
        or (paper.state == "exempt_pass" and paper.record.assessment_id not in settled)
    ]


def papers_with_published_line(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    Papers scored after their line was published, restored with a score, or given a line: judged at once.

    One whose own line was corrected is judged anew where it comes to something else.
    """
    ids = tuple({occurrence.after.record.cycle_id for occurrence in occurrences})
    cycles = {cycle.id: cycle for cycle in reading.unit.find("cycle", [Where("id", "in", ids)], hold=True)}
    commands = []
    moments = reading.moments(occurrence.after for occurrence in occurrences)
    for occurrence in occurrences:
        paper, state = occurrence.after.record, occurrence.after.state
        cycle = cycles.get(paper.cycle_id)
        line = line_of(paper, cycle.record if cycle is not None else None)
        if line is None:
            continue
        score = counted(paper.earlier_scores, paper.score, moments[paper.cycle_id].parameters.score_rule)
        anew = score is not None and {True: "failed", False: "passed"}[score >= line] == state
        if state == "handed_in" or (occurrence.event == "correct_line" and anew):
            commands.append(Command(occurrence.after.id))
    return commands


def papers_behind(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    Papers that waited for the one that is lost, by the province's order, and whose time is over; in that order.

    Those whose time is not over yet are closed with its end.
    """
    moments = reading.moments(occurrence.after for occurrence in occurrences)
    lost_in_order = [
        occurrence.after.record
        for occurrence in occurrences
        if moments[occurrence.after.record.cycle_id].parameters.papers_in_order
    ]
    if not lost_in_order:
        return []
    ids = tuple(dict.fromkeys(lost.assessment_id for lost in lost_in_order))
    papers = by(reading.unit.find("evaluation", [Where("assessment_id", "in", ids)]), "assessment_id")
    sitters = {
        case.id: case.record.sitter for case in reading.unit.find("assessment", [Where("id", "in", ids)])
    }
    commands = []
    for lost in lost_in_order:
        order = order_of(lost.stage, sitters[lost.assessment_id], moments[lost.cycle_id].parameters)
        behind = order[order.index(lost.kind) + 1 :] if lost.kind in order else ()
        waiting = [
            paper
            for paper in papers[lost.assessment_id]
            if paper.state == "absence_pending"
            and paper.record.stage is lost.stage
            and paper.record.kind in behind
        ]
        commands += [
            Command(paper.id) for paper in sorted(waiting, key=lambda one: behind.index(one.record.kind))
        ]
    return list(dict.fromkeys(commands))


SELECTORS: Mapping[str, Selector] = {
    "required_papers": required_papers_of,
    "missing_makeup_papers": missing_makeup_papers,
    "needless_makeup_papers": needless_makeup_papers,
    "papers_to_cancel": papers_to_cancel,
    "papers_with_published_line": papers_with_published_line,
    "papers_behind": papers_behind,
}
