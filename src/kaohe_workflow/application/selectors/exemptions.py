"""
Applications for exemption, and the papers that they waive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import PENDING_EXEMPTION
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.selectors.finding import ids_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.terms import Stage


def _papers_of_kind(
    reading: Reading, occurrences: Sequence[Occurrence], states: Sequence[str]
) -> list[Command]:
    """The first-stage papers that the exemptions of these occurrences waive, in given states."""
    wanted = {
        (occurrence.after.record.assessment_id, occurrence.after.record.kind) for occurrence in occurrences
    }
    papers = reading.unit.find("evaluation", [Where("assessment_id", "in", tuple(id for id, _ in wanted))])
    return [
        Command(paper.id)
        for paper in papers
        if (paper.record.assessment_id, paper.record.kind) in wanted
        and paper.record.stage is Stage.FIRST
        and paper.state in states
    ]


def waived_paper(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The paper that a granted exemption waives, not yet sat."""
    return _papers_of_kind(reading, occurrences, ("not_sat",))


def waived_paper_passed(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The paper that counted as passed by a revoked exemption."""
    return _papers_of_kind(reading, occurrences, ("exempt_pass",))


def _exemptions(reading: Reading, assessment_ids: Iterable[str], states: Sequence[str]) -> list[Case]:
    found = reading.unit.find("exemption", [Where("assessment_id", "in", tuple(assessment_ids))])
    return [exemption for exemption in found if exemption.state in states]


def pending_exemption_of_paper(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The undecided application to waive the very paper that is being sat."""
    sat = {
        (occurrence.after.record.assessment_id, occurrence.after.record.kind) for occurrence in occurrences
    }
    pending = _exemptions(reading, {id for id, _ in sat}, PENDING_EXEMPTION)
    return [Command(one.id) for one in pending if (one.record.assessment_id, one.record.kind) in sat]


def pending_exemption(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Undecided applications of cases that left 待参加考核."""
    returned = ("return_to_institution", "return_to_physician")
    ids = [occurrence.after.id for occurrence in occurrences if occurrence.event not in returned]
    return [Command(one.id) for one in _exemptions(reading, ids, PENDING_EXEMPTION)]


def any_exemption(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Every live application of a file that goes back, granted ones too."""
    states = (*PENDING_EXEMPTION, "granted", "institution_refused", "agency_refused")
    return [Command(one.id) for one in _exemptions(reading, ids_of(occurrences), states)]


SELECTORS: Mapping[str, Selector] = {
    "waived_paper": waived_paper,
    "waived_paper_passed": waived_paper_passed,
    "pending_exemption_of_paper": pending_exemption_of_paper,
    "pending_exemption": pending_exemption,
    "any_exemption": any_exemption,
}
