"""
Around reports of results (考核结果报告): how everybody stands whom an assessment institution assesses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import attrs

from kaohe_workflow.application.around.batch import BatchCase
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import UNDER_WAY
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.case import Assessment
from kaohe_workflow.lifecycles.assessment.findings import FindingStanding
from kaohe_workflow.lifecycles.result_report.case import Cause, Count, Exceptional, Outcome, Results
from kaohe_workflow.lifecycles.result_report.timing import CycleView
from kaohe_workflow.values.terms import Stage, Verdict

OUTCOMES = {
    "qualified": Outcome.QUALIFIED,
    "unqualified": Outcome.UNQUALIFIED,
    "missed": Outcome.MISSED,
    "deferred": Outcome.DEFERRED,
} | {state: Outcome.PENDING for state in UNDER_WAY if state != "deferred"}
"""State of an assessment → how it is reported; who was never enrolled, or has left, takes no part."""

REPORTED = tuple(state for state in OUTCOMES if state not in UNDER_WAY)
"""States of an assessment that has ended, and is reported."""

LAPSED = "lapsed"
"""The state of a report that nobody owes any more."""

BY_PAPER = {"failed": Cause.PAPER, "not_opened": Cause.PAPER, "void": Cause.CHEATING}
"""State of a paper of the deciding stage → why the result is 不合格."""


@attrs.frozen
class ResultReportAround:
    """Around the report of an assessment institution on a cycle."""

    at: BatchCase

    @property
    def cycle(self) -> CycleView | None:
        """The cycle, None where there is none."""
        case = self.at.batch.cycles.get(self.at.named("cycle_id"))
        return CycleView(state=case.state, windows=case.record.windows) if case is not None else None

    @property
    def application_state(self) -> str | None:
        """The state of the institution's application to assess in this cycle, None where there is none."""
        cycle_id = self.at.named("cycle_id")
        found = self.at.batch.applications.get(self.at.named("institution_id"))
        return next((one.state for one in found if one.record.cycle_id == cycle_id), None)

    @property
    def reported_already(self) -> bool:
        """Whether the institution has another report of the cycle."""
        cycle_id = self.at.named("cycle_id")
        return any(
            one.record.cycle_id == cycle_id and one.id != self.at.case_id
            for one in self.at.batch.reports.get(self.at.named("institution_id"))
        )

    @property
    def results(self) -> Results:
        """
        How all stand whom the institution has assessed, or assesses now.

        A case with a result stays with whoever has assessed it, whoever is assigned since: with the archive nobody is
        (考核办法 第十五条). One without goes along when its institution is assigned to another. Those of an institution
        whose report has lapsed are in the report that has taken them on.
        """
        unit, agency_id = self.at.batch.unit, self.at.named("institution_id")
        cycle_id = self.at.named("cycle_id")
        in_cycle = Where("cycle_id", "eq", cycle_id)
        ended = unit.find(
            "assessment", [Where("assessed_by", "eq", agency_id), in_cycle, Where("state", "in", REPORTED)]
        )
        acts = self.at.batch.acts_in(agency_id, cycle_id)
        served = tuple(one.id for one in self.at.batch.served.get(agency_id)) if acts else ()
        left = self._taken_on()
        here = [Where("institution_id", "in", served), in_cycle]
        waiting = unit.find("assessment", [*here, Where("state", "in", UNDER_WAY)])
        found = (*ended, *left, *waiting)
        return results_of(found, self._papers([case.id for case in found]))

    def _taken_on(self) -> list[Case]:
        """What the report carries of others; a result that somebody has come to anew is in that one's."""
        taken = self.at.record.taken_on if self.at.record is not None else ()
        if not taken:
            return []
        unit = self.at.batch.unit
        lapsed = lapsed_of(unit, [self.at.named("cycle_id")])
        return [
            case
            for case in unit.read("assessment", taken).values()
            if case.state in REPORTED and (case.record.assessed_by, case.record.cycle_id) in lapsed
        ]

    def _papers(self, assessments: Sequence[str]) -> dict[str, list[Case]]:
        found = defaultdict[str, list[Case]](list)
        about = Where("assessment_id", "in", tuple(assessments))
        for paper in self.at.batch.unit.find("evaluation", [about]):
            found[paper.record.assessment_id].append(paper)
        return found


def lapsed_of(unit: UnitOfWork, cycle_ids: Sequence[str]) -> frozenset[tuple[str, str]]:
    """The institutions that report no more in these cycles, each with the cycle."""
    where = [Where("cycle_id", "in", tuple(cycle_ids)), Where("state", "eq", LAPSED)]
    return frozenset((one.institution_id, one.record.cycle_id) for one in unit.find("result_report", where))


def results_of(assessments: Sequence[Case], papers: dict[str, list[Case]]) -> Results:
    """What is reported of assessments, with their papers by assessment."""
    counts = Counter[tuple[str, Outcome]]()
    exceptional = []
    for case in sorted(assessments, key=lambda one: one.id):
        outcome = OUTCOMES.get(case.state)
        if outcome is None:
            continue
        counts[case.institution_id, outcome] += 1
        causes = tuple(dict.fromkeys(_causes(case, outcome, papers.get(case.id, []))))
        if outcome is not Outcome.QUALIFIED or causes:
            exceptional.append(
                Exceptional(
                    assessment_id=case.id,
                    institution_id=case.institution_id,
                    outcome=outcome,
                    causes=causes,
                )
            )
    return Results(
        counts=tuple(
            Count(institution_id=institution_id, outcome=outcome, number=number)
            for (institution_id, outcome), number in sorted(counts.items())
        ),
        exceptional=tuple(exceptional),
    )


def _causes(case: Case, outcome: Outcome, papers: Sequence[Case]) -> Iterator[Cause]:
    """Why a result is 不合格, in the order of `Cause`; an absence is told whatever the result is."""
    if outcome is Outcome.UNQUALIFIED:
        yield from _by_opinion(case.record)
        stage = case.record.stage or Stage.FIRST
        for paper in sorted(papers, key=lambda one: one.state):
            if paper.record.stage is stage and paper.state in BY_PAPER:
                yield BY_PAPER[paper.state]
    if any(paper.state == "absent" for paper in papers):
        yield Cause.ABSENCE
    if outcome is Outcome.UNQUALIFIED:
        yield from _beside_papers(case.record)


def _by_opinion(record: Assessment) -> Iterator[Cause]:
    opinions = record.opinions
    if opinions is not None and opinions.work is Verdict.UNQUALIFIED:
        yield Cause.WORK
    if opinions is not None and opinions.ethics is Verdict.UNQUALIFIED:
        yield Cause.ETHICS


def _beside_papers(record: Assessment) -> Iterator[Cause]:
    if record.finding is FindingStanding.CONFIRMED:
        yield Cause.FINDING
    if record.makeup_refused:
        yield Cause.MAKEUP_REFUSED
    if record.revocation is not None:
        yield Cause.REVOCATION
