"""
Results that papers decide, and the certificates of results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import LIVE_CERTIFICATE, OPEN_PAPER
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.selectors.finding import by, ids_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.certificate import events as certificate_events
from kaohe_workflow.values.terms import Stage

JUDGED = ("awaiting_makeup_approval", "awaiting_makeup", "qualified", "unqualified")

_SITTING = ("awaiting_assessment", "awaiting_makeup")


def _assessments(reading: Reading, ids: tuple[str, ...]) -> list[tuple[Case, list[Case]]]:
    """Assessments, locked, each with all of its papers."""
    cases = reading.unit.lock("assessment", ids)
    papers = by(reading.unit.find("evaluation", [Where("assessment_id", "in", ids)]), "assessment_id")
    return [(cases[id], papers.get(id, [])) for id in ids if id in cases]


def _sat(found: list[tuple[Case, list[Case]]]) -> list[Command]:
    """Those that sit, with papers of which none is open."""
    return [
        Command(case.id)
        for case, papers in found
        if case.state in _SITTING
        and any(paper.state != "cancelled" for paper in papers)
        and not any(paper.state in OPEN_PAPER for paper in papers)
    ]


def _of_papers(occurrences: Sequence[Occurrence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(occurrence.after.record.assessment_id for occurrence in occurrences))


def assessments_with_no_open_paper(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Sitting cases whose last open paper has closed."""
    return _sat(_assessments(reading, _of_papers(occurrences)))


def sittings_with_no_open_paper(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    Cases in which all that is there to be sat is decided: they come to the sitting with papers of earlier rounds alone,
    or need not sit the last one any more.
    """
    sitting = [occurrence for occurrence in occurrences if occurrence.after.state in _SITTING]
    return _sat(_assessments(reading, ids_of(sitting))) if sitting else []


def assessments_decided_before(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    Cases whose result stood when a paper's result was decided anew (not the very result of this paper).

    A first paper that is decided while the make-up counts is one of those too: its score came late.
    """
    anew, first = set[str](), set[str]()
    for occurrence in occurrences:
        paper = occurrence.after.record
        if occurrence.source in (
            "passed",
            "failed",
            "absent",
            "exempt_pass",
            "void",
            "not_opened",
            "cancelled",
        ):
            anew.add(paper.assessment_id)
        elif paper.stage is Stage.FIRST:
            first.add(paper.assessment_id)
    return [
        Command(case.id)
        for case, _ in _assessments(reading, _of_papers(occurrences))
        if case.state in JUDGED
        and (case.id in anew or (case.id in first and case.record.stage is Stage.MAKEUP))
    ]


def certificate_of_result(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """A certificate for each new 合格."""
    return [
        Command(None, certificate_events.Allow(occurrence.after.id, occurrence.after.record.result_version))
        for occurrence in occurrences
    ]


def certificate_in_place(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The next edition for each certificate that was replaced."""
    replaced = [occurrence.after.record for occurrence in occurrences]
    return [
        Command(None, certificate_events.Allow(one.assessment_id, one.result_version, one.edition + 1))
        for one in replaced
    ]


def live_certificates(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The certificates of a result that is no longer 合格."""
    found = reading.unit.find("certificate", [Where("assessment_id", "in", ids_of(occurrences))])
    return [Command(one.id) for one in found if one.state in LIVE_CERTIFICATE]


SELECTORS: Mapping[str, Selector] = {
    "assessments_with_no_open_paper": assessments_with_no_open_paper,
    "sittings_with_no_open_paper": sittings_with_no_open_paper,
    "assessments_decided_before": assessments_decided_before,
    "certificate_of_result": certificate_of_result,
    "certificate_in_place": certificate_in_place,
    "live_certificates": live_certificates,
}
