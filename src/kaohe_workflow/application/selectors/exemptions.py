"""
Applications for exemption, and the papers that they waive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import EXEMPTIBLE, LIVE_EXEMPTION, PENDING_EXEMPTION
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.selectors.finding import ids_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.exemption.case import WAIVES
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
    """Undecided applications of cases that have gone where none may be pending."""
    ids = [occurrence.after.id for occurrence in occurrences if occurrence.after.state not in EXEMPTIBLE]
    return [Command(one.id) for one in _exemptions(reading, ids, PENDING_EXEMPTION)] if ids else []


def exemption_of_another_procedure(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Live applications to waive a paper that the procedure now submitted does not waive, granted ones too."""
    kinds = {occurrence.after.id: WAIVES[occurrence.after.record.procedure] for occurrence in occurrences}
    return [
        Command(one.id)
        for one in _exemptions(reading, kinds, LIVE_EXEMPTION)
        if one.record.kind is not kinds[one.record.assessment_id]
    ]


def any_exemption(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Every live application of a file that goes back, granted ones too."""
    return [Command(one.id) for one in _exemptions(reading, ids_of(occurrences), LIVE_EXEMPTION)]


SELECTORS: Mapping[str, Selector] = {
    "waived_paper": waived_paper,
    "waived_paper_passed": waived_paper_passed,
    "pending_exemption_of_paper": pending_exemption_of_paper,
    "pending_exemption": pending_exemption,
    "exemption_of_another_procedure": exemption_of_another_procedure,
    "any_exemption": any_exemption,
}
