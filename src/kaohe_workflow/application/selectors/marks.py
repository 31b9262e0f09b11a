"""
What a mark (疑似作弊) and its decision do to the paper, to the certificate, and to who sat for another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import (
    HELD_CERTIFICATE,
    LIVE_CERTIFICATE,
    STANDING_MARK,
    UNDECIDED_MARK,
    VOIDABLE_PAPER,
)
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.selectors.finding import ids_of
from kaohe_workflow.application.selectors.results import JUDGED
from kaohe_workflow.application.stored import Case
from kaohe_workflow.application.substitutes import (
    findings_against,
    findings_naming,
    lock_persons,
    papers_to_answer,
)
from kaohe_workflow.lifecycles.cheating.events import Carry
from kaohe_workflow.values.terms import CheatingConsequence


def _marked(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Case]:
    """The papers of marks, as they are now."""
    ids = tuple(dict.fromkeys(occurrence.after.record.evaluation_id for occurrence in occurrences))
    return list(reading.unit.read("evaluation", ids).values())


def paper_to_void(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The paper in which cheating was found, whatever it is by now, cancelled ones included."""
    return [Command(paper.id) for paper in _marked(reading, occurrences) if paper.state in VOIDABLE_PAPER]


def paper_to_restore(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The paper that was void for a cheating which was none."""
    return [Command(paper.id) for paper in _marked(reading, occurrences) if paper.state == "void"]


def results_without_their_paper(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    Cases that no paper computes again, where cheating was none after all: the one of the mark is cancelled, as it was.

    Without the decision the result may be another one (考核办法 第三十一条).
    """
    cancelled = [paper for paper in _marked(reading, occurrences) if paper.state == "cancelled"]
    cases = reading.unit.lock("assessment", tuple({paper.record.assessment_id for paper in cancelled}))
    return [Command(case.id) for case in cases.values() if case.state in JUDGED]


def cheating_found_before(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Cases that come to the make-up though cheating was found in an earlier round, and no make-up cures it."""
    moments = reading.moments(occurrence.after for occurrence in occurrences)
    failed = [
        occurrence
        for occurrence in occurrences
        if moments[occurrence.after.record.cycle_id].parameters.cheating_consequence
        is CheatingConsequence.UNQUALIFIED
    ]
    if not failed:
        return []
    marks = reading.unit.find("cheating", [Where("assessment_id", "in", ids_of(failed))])
    return [
        Command(id)
        for id in dict.fromkeys(mark.record.assessment_id for mark in marks if mark.state == "confirmed")
    ]


def _certificates(reading: Reading, occurrences: Sequence[Occurrence], states: Sequence[str]) -> list[Case]:
    ids = tuple(dict.fromkeys(occurrence.after.record.assessment_id for occurrence in occurrences))
    found = reading.unit.find("certificate", [Where("assessment_id", "in", ids)])
    return [certificate for certificate in found if certificate.state in states]


def certificates_to_hold(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The living certificate of an assessment of which a paper was marked, unless another mark holds it already."""
    free = tuple(state for state in LIVE_CERTIFICATE if state not in HELD_CERTIFICATE)
    return [Command(one.id) for one in _certificates(reading, occurrences, free)]


def certificates_to_release(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The certificates that were held by the mark that has ended, and are held by no other."""
    held = _certificates(reading, occurrences, HELD_CERTIFICATE)
    ids = tuple({certificate.record.assessment_id for certificate in held})
    marks = reading.unit.find("cheating", [Where("assessment_id", "in", ids)]) if ids else []
    still = {mark.record.assessment_id for mark in marks if mark.state in UNDECIDED_MARK}
    return [Command(one.id) for one in held if one.record.assessment_id not in still]


CARRIED = "在他人试卷的替考认定中被认定为代考人"
"""Why the system marks the paper of who sat for another; the person is told."""

FALLEN = "原替考认定已更正"
"""Why the system takes such a mark away again."""


def _carried(reading: Reading, findings: Sequence[Case]) -> list[Command]:
    papers = papers_to_answer(reading.unit, findings)
    return [
        Command(
            None, Carry(assessment_id=one.record.assessment_id, evaluation_id=one.id, finding_id=id), CARRIED
        )
        for id, one in papers.items()
    ]


def papers_of_substitutes(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """A paper that was sat by who is named in a finding just made: a substitution has two sides (design)."""
    return _carried(reading, [occurrence.after for occurrence in occurrences])


def papers_of_sitters(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The paper that is sat, or has lost its mark, only now, of who was named in a finding and had none when it was."""
    cases = [occurrence.after for occurrence in occurrences]
    return _carried(reading, findings_against(reading.unit, cases))


def papers_of_merged(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """What is sat under a record that is kept, of who was named under one that has just been merged into it."""
    return _carried(reading, findings_naming(reading.unit, ids_of(occurrences)))


def marks_of_substitutes(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    The marks that were made for who was named in findings that stand no more; what was excluded is left as it is.

    Whoever was named is locked: a paper that is just being started has its mark by then, or sees no finding any more.
    """
    named = [case.before.record.substitute_id for case in occurrences if case.before is not None]
    lock_persons(reading.unit, [id for id in named if id is not None])
    found = reading.unit.find("cheating", [Where("finding_id", "in", ids_of(occurrences))])
    return [
        Command(mark.id, reason=FALLEN)
        for mark in found
        if mark.state in STANDING_MARK and mark.state != "excluded"
    ]


SELECTORS: Mapping[str, Selector] = {
    "paper_to_void": paper_to_void,
    "paper_to_restore": paper_to_restore,
    "results_without_their_paper": results_without_their_paper,
    "cheating_found_before": cheating_found_before,
    "certificates_to_hold": certificates_to_hold,
    "certificates_to_release": certificates_to_release,
    "papers_of_substitutes": papers_of_substitutes,
    "papers_of_sitters": papers_of_sitters,
    "papers_of_merged": papers_of_merged,
    "marks_of_substitutes": marks_of_substitutes,
}
