"""
Around assessments, papers, exemptions, marks and certificates.

A paper's level and an exemption's procedure are those of the assessment's filing; an event that makes one of these
cases names its assessment in the payload.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from kaohe_workflow.application.around.batch import BatchCase
from kaohe_workflow.application.around.papers import paper_view, waived_kinds
from kaohe_workflow.application.around.photos import concluded_on, evidence_of, is_contested
from kaohe_workflow.application.around.recusing import AroundFile, held_off
from kaohe_workflow.application.around.registering import barred_until
from kaohe_workflow.application.phases import RUNNING, UNDECIDED_MARK
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.case import Assessment
from kaohe_workflow.lifecycles.assessment.completeness import ON_ROSTER
from kaohe_workflow.lifecycles.assessment.findings import FindingStanding
from kaohe_workflow.lifecycles.assessment.outcome import any_started
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.lifecycles.assessment.views import CycleView, PersonView
from kaohe_workflow.lifecycles.certificate.facts import ResultView
from kaohe_workflow.lifecycles.cheating import facts as cheating
from kaohe_workflow.lifecycles.evaluation.ordering import SiblingView
from kaohe_workflow.lifecycles.evaluation.views import AssessmentView as SittingView
from kaohe_workflow.lifecycles.exemption import facts as exemption
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.values.terms import OrganisationKind, PaperKind, Stage, Verdict
from kaohe_workflow.values.windows import CycleWindows


def cycle_view(case: Case) -> CycleView:
    """The cycle of an assessment, as its rules look at it."""
    cycle = case.record
    return CycleView(
        state=case.state, first_day=cycle.first_day, last_day=cycle.last_day, windows=cycle.windows
    )


def person_view(case: Case) -> PersonView:
    """The physician of an assessment, as its rules look at the roster."""
    person = case.record
    return PersonView(
        institution_id=person.institution_id,
        attached=case.state == "attached",
        name=person.name,
        department_id=person.department_id,
        level=person.level,
        category=person.category,
        licensed_on=person.licensed_on,
        first_registered_on=person.first_registered_on,
        entered_on=person.entered_on,
        penalised_on=tuple(one.decided_on for one in person.recorded_penalties if one.stands),
        unregistered=frozenset(field for field, _ in ON_ROSTER if getattr(person, field) is None),
    )


@attrs.frozen
class AssessmentAround:
    """Around an assessment."""

    at: BatchCase

    @property
    def cycle(self) -> CycleView | None:
        """The cycle, None where there is no such cycle."""
        case = self.at.batch.cycles.get(self.at.named("cycle_id"))
        return cycle_view(case) if case is not None else None

    @property
    def person(self) -> PersonView | None:
        """The physician, None where there is no such person."""
        case = self.at.batch.affiliations.get(self.at.named("physician_id"))
        return person_view(case) if case is not None else None

    @property
    def assessor_id(self) -> str | None:
        """The organisation that assesses the case now: who is assigned, or else the direct superior."""
        home = self.at.batch.institutions.get(self.at.named("institution_id"))
        if home is None:
            return None
        superior_id: str | None = home.record.superior_id
        return self.at.batch.agency_in(home.id, self.at.named("cycle_id")) or superior_id

    @property
    def barred_until(self) -> tuple[date, ...]:
        """The ends of the bars of the physician's cancellations that stand."""
        return barred_until(self.at.batch, self.at.named("physician_id"))

    @property
    def papers(self) -> tuple[PaperView, ...]:
        """Every paper of this assessment, of both stages, cancelled ones included."""
        return tuple(map(paper_view, self.at.batch.papers.get(self.at.case_id)))

    @property
    def cheating_confirmed(self) -> bool:
        """Whether the province has found that a paper of this assessment was not sat honestly."""
        return any(mark.state == "confirmed" for mark in self.at.batch.marks.get(self.at.case_id))

    @property
    def sender(self) -> Decider | None:
        """Who sends the event, None where nobody is known to."""
        return self.at.batch.sender

    @property
    def sender_kind(self) -> OrganisationKind | None:
        """What the organisation is that the sender acts for, None where there is none."""
        return self.at.batch.organisation_kind

    @property
    def held_off(self) -> tuple[Decider, ...]:
        """The members of the committee who have nothing to do with this file (回避)."""
        return held_off(self.at.batch, self.at.case_id)

    @property
    def in_open_sample(self) -> bool:
        """Whether a check of opinions that has not ended has drawn this file (抽查核实)."""
        record = self.at.record
        return record is not None and self.at.case_id in self.at.batch.sampled.get(record.institution_id)

    @property
    def exemption_filed(self) -> bool:
        """Whether the physician has applied for an exemption and not withdrawn it."""
        return any(case.state != "withdrawn" for case in self.at.batch.exemptions.get(self.at.case_id))

    @property
    def waived(self) -> frozenset[PaperKind]:
        """The kinds of paper that a granted exemption waives."""
        return waived_kinds(self.at.batch.exemptions.get(self.at.case_id))

    @property
    def deferral_filed(self) -> bool:
        """Whether a deferral is on record."""
        return any(case.state == "filed" for case in self.at.batch.deferrals.get(self.at.case_id))

    def department_enabled(self, department_id: str) -> bool:
        """Whether the department belongs to the case's institution and is enabled."""
        case = self.at.batch.departments.get(department_id)
        home = self.at.record.institution_id if self.at.record else self.at.named("institution_id")
        return case is not None and case.state == "enabled" and case.institution_id == home


@attrs.frozen
class EvaluationAround(AroundFile):
    """Around a paper."""

    @property
    def assessment(self) -> SittingView | None:
        """The assessment, None where there is no such case."""
        case = self.at.assessment
        if case is None:
            return None
        record = case.record
        return SittingView(
            state=case.state,
            institution_id=record.institution_id,
            cycle_id=record.cycle_id,
            physician_id=record.physician_id,
            procedure=record.procedure,
            level=record.filing.level if record.filing else None,
            category=record.filing.category if record.filing else None,
            decided_otherwise=_decided_otherwise(record),
        )

    @property
    def subjects(self) -> tuple[str, ...]:
        """The diagnosis subjects of the filing's department, as they are now; none without a filing."""
        case = self.at.assessment
        filing = case.record.filing if case is not None else None
        return self.at.batch.subjects.get(filing.department_id if filing is not None else None)

    @property
    def siblings(self) -> tuple[SiblingView, ...]:
        """The other papers of the assessment and stage, cancelled ones aside."""
        assessment = self.at.assessment
        return tuple(
            SiblingView(case.record.kind, case.state)
            for case in (self.at.batch.papers.get(assessment.id) if assessment else ())
            if case.id != self.at.case_id
            and case.record.stage is self.at.named("stage")
            and case.state != "cancelled"
        )

    @property
    def windows(self) -> CycleWindows | None:
        """The windows that hold for the assessment, None where there is no such cycle."""
        cycle, assessment = self.at.cycle, self.at.assessment
        return assessment.record.windows(cycle.record.windows) if cycle and assessment else None

    @property
    def line(self) -> Decimal | None:
        """The published pass line of this paper's stage, kind and level, None while there is none."""
        cycle, paper = self.at.cycle, self.at.record
        if cycle is None or paper is None or paper.level is None:
            return None
        line = cycle.record.line(paper.stage, paper.kind, paper.level)
        return line.score if line else None

    @property
    def delivered(self) -> bool:
        """Whether the province has declared that all scores of this paper's stage have arrived."""
        cycle = self.at.cycle
        return cycle is not None and self.at.named("stage") in cycle.record.delivered

    @property
    def exempt(self) -> bool:
        """Whether an exemption that waives this paper's kind has been granted."""
        assessment = self.at.assessment
        granted = waived_kinds(self.at.batch.exemptions.get(assessment.id)) if assessment else frozenset()
        return self.at.named("kind") in granted

    @property
    def makeup_begun(self) -> bool:
        """Whether a make-up paper of this assessment has been started or has a result."""
        assessment = self.at.assessment
        papers = self.at.batch.papers.get(assessment.id) if assessment else ()
        return any_started(map(paper_view, papers), Stage.MAKEUP)

    @property
    def cheating_confirmed(self) -> bool:
        """Whether the province has found that this paper was not sat honestly."""
        assessment = self.at.assessment
        return assessment is not None and any(
            mark.state == "confirmed" and mark.record.evaluation_id == self.at.case_id
            for mark in self.at.batch.marks.get(assessment.id)
        )

    @property
    def cheating_in_assessment(self) -> bool:
        """Whether the province has found that any paper of the assessment was not sat honestly."""
        assessment = self.at.assessment
        return assessment is not None and any(
            mark.state == "confirmed" for mark in self.at.batch.marks.get(assessment.id)
        )

    @property
    def cycle_running(self) -> bool:
        """Whether the cycle is published and neither archived nor discarded."""
        cycle = self.at.cycle
        return cycle is not None and cycle.state in RUNNING

    @property
    def concluded_on(self) -> date | None:
        """The day of the verdict, or of another end of the assessment; None before it."""
        assessment = self.at.assessment
        return concluded_on(assessment, self.at.cycle) if assessment is not None else None

    @property
    def contested(self) -> bool:
        """Whether a mark, a finding or a review of this assessment is not decided."""
        case, batch = self.at.assessment, self.at.batch
        return case is not None and is_contested(case, batch.marks.get(case.id), batch.reviews.get(case.id))

    @property
    def evidence(self) -> frozenset[str]:
        """The photos by which a paper of this assessment was marked."""
        case = self.at.assessment
        return evidence_of(self.at.batch.marks.get(case.id)) if case is not None else frozenset()


def _decided_otherwise(record: Assessment) -> bool:
    """Whether no paper makes it 合格: both opinions are not 合格 and passed, a finding stands, or it was revoked."""
    opinions = record.opinions
    confirmed = opinions is not None and {opinions.work, opinions.ethics} == {Verdict.QUALIFIED}
    stands_against = record.finding is FindingStanding.CONFIRMED or record.revocation is not None
    return not (confirmed and record.agency_passed) or stands_against


@attrs.frozen
class ExemptionAround(AroundFile):
    """Around an application for exemption."""

    @property
    def assessment(self) -> exemption.AssessmentView | None:
        """The assessment, None where there is no such case."""
        case = self.at.assessment
        if case is None:
            return None
        record = case.record
        return exemption.AssessmentView(
            state=case.state,
            institution_id=record.institution_id,
            cycle_id=record.cycle_id,
            physician_id=record.physician_id,
            procedure=record.procedure,
            stage=record.stage,
            level=record.level,
            category=record.category,
        )

    @property
    def cycle(self) -> exemption.CycleView | None:
        """The cycle of the assessment, None where there is none."""
        case, assessment = self.at.cycle, self.at.assessment
        if case is None or assessment is None:
            return None
        cycle, windows = case.record, assessment.record.windows(case.record.windows)
        return exemption.CycleView(first_day=cycle.first_day, last_day=cycle.last_day, windows=windows)

    @property
    def applied_already(self) -> bool:
        """Whether the assessment has another application than this one."""
        assessment = self.at.assessment
        found = self.at.batch.exemptions.get(assessment.id) if assessment else ()
        return any(one.id != self.at.case_id for one in found)

    def paper_state(self, kind: PaperKind) -> str | None:
        """
        The state of the latest round of the first-stage paper of this kind, None if there is none open.

        One that may be sat again has been handed in before; so has one that is marked (疑似作弊), though it was given
        again since: no exemption takes the paper from the decision.
        """
        assessment = self.at.assessment
        rounds = [
            case
            for case in (self.at.batch.papers.get(assessment.id) if assessment else ())
            if case.record.kind is kind and case.record.stage is Stage.FIRST and case.state != "cancelled"
        ]
        latest = max(rounds, key=lambda case: case.record.round, default=None)
        if latest is None:
            return None
        sat = bool(latest.record.earlier_scores) or self._marked(latest)
        return "handed_in" if sat and latest.state == "not_sat" else latest.state

    def _marked(self, paper: Case) -> bool:
        """Whether a mark of the paper is undecided."""
        return any(
            mark.record.evaluation_id == paper.id and mark.state in UNDECIDED_MARK
            for mark in self.at.batch.marks.get(paper.record.assessment_id)
        )


@attrs.frozen
class CheatingAround:
    """Around a mark (疑似作弊)."""

    at: BatchCase

    @property
    def paper(self) -> cheating.PaperView | None:
        """The paper, None where there is no such paper in the assessment that is named."""
        assessment, wanted = self.at.assessment, self.at.named("evaluation_id")
        papers = self.at.batch.papers.get(assessment.id) if assessment else ()
        case = next((paper for paper in papers if paper.id == wanted), None)
        if assessment is None or case is None:
            return None
        return cheating.PaperView(
            state=case.state,
            assessment_id=assessment.id,
            institution_id=assessment.institution_id,
            cycle_id=assessment.record.cycle_id,
            physician_id=assessment.record.physician_id,
            kind=case.record.kind,
            stage=case.record.stage,
        )

    @property
    def cycle_running(self) -> bool:
        """Whether the cycle is published and neither archived nor discarded."""
        cycle = self.at.cycle
        return cycle is not None and cycle.state in RUNNING

    @property
    def marked_already(self) -> bool:
        """Whether the paper has another mark that was not taken away."""
        assessment, wanted = self.at.assessment, self.at.named("evaluation_id")
        return assessment is not None and any(
            mark.id != self.at.case_id and mark.record.evaluation_id == wanted and mark.state != "unmarked"
            for mark in self.at.batch.marks.get(assessment.id)
        )


@attrs.frozen
class CertificateAround:
    """Around a certificate."""

    at: BatchCase

    @property
    def result(self) -> ResultView | None:
        """The result that the certificate is for, None where there is no such assessment."""
        case = self.at.assessment
        if case is None:
            return None
        record = case.record
        person = self.at.batch.affiliations.get(record.physician_id)
        return ResultView(
            state=case.state,
            institution_id=record.institution_id,
            cycle_id=record.cycle_id,
            physician_id=record.physician_id,
            result_version=record.result_version,
            decided_on=record.decided_on,
            name=person.record.name if person else "",
        )

    @property
    def mark_undecided(self) -> bool:
        """Whether a mark (疑似作弊) of a paper of the assessment is undecided."""
        assessment = self.at.assessment
        marks = self.at.batch.marks.get(assessment.id) if assessment else ()
        return any(mark.state in UNDECIDED_MARK for mark in marks)
