"""
What a mark (疑似作弊) and its decision do to the paper and to the certificate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import (
    HELD_CERTIFICATE,
    LIVE_CERTIFICATE,
    SAT_PAPER,
    UNDECIDED_MARK,
)
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.stored import Case


def _papers(reading: Reading, occurrences: Sequence[Occurrence], states: Sequence[str]) -> list[Command]:
    ids = tuple(dict.fromkeys(occurrence.after.record.evaluation_id for occurrence in occurrences))
    return [
        Command(paper.id) for paper in reading.unit.read("evaluation", ids).values() if paper.state in states
    ]


def paper_to_void(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The paper in which cheating was found; one that was cancelled meanwhile stays so."""
    return _papers(reading, occurrences, SAT_PAPER)


def paper_to_restore(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The paper that was void for a cheating which was none."""
    return _papers(reading, occurrences, ("void",))


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


SELECTORS: Mapping[str, Selector] = {
    "paper_to_void": paper_to_void,
    "paper_to_restore": paper_to_restore,
    "certificates_to_hold": certificates_to_hold,
    "certificates_to_release": certificates_to_release,
}
