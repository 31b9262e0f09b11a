"""
Around assessments, exemptions, marks and certificates; what is around a paper stands in `sitting`.

An exemption's procedure is that of the assessment's filing; an event that makes one of these cases names its assessment
in the payload.
"""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.application.around.batch import BatchCase
from kaohe_workflow.application.around.listing import list_standing
from kaohe_workflow.application.around.papers import paper_view, waived_kinds
from kaohe_workflow.application.around.recusing import AroundFile, held_off
from kaohe_workflow.application.around.registering import barred_until
from kaohe_workflow.application.phases import ANSWERING, RUNNING, UNDECIDED_MARK
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.completeness import ON_ROSTER
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.lifecycles.assessment.views import CycleView, PersonView
from kaohe_workflow.lifecycles.certificate.facts import ResultView
from kaohe_workflow.lifecycles.cheating import facts as cheating
from kaohe_workflow.lifecycles.exemption import facts as exemption
from kaohe_workflow.lifecycles.listing import ListStanding
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.values.terms import OrganisationKind, PaperKind, Stage


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
        cleared_on=tuple(one.decided_on for one in person.recorded_penalties if not one.stands),
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
    def list_standing(self) -> ListStanding:
        """How the physician stands to the list of who takes part (考核名单)."""
        return list_standing(self.at.batch, self.at.batch.assessments.get(self.at.case_id))

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

    @property
    def list_standing(self) -> ListStanding:
        """How the physician stands to the list of who takes part (考核名单)."""
        return list_standing(self.at.batch, self.at.assessment)

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

    @property
    def named_by_sender(self) -> bool:
        """Whether the natural person who sends the event has decided the finding that the mark was made for."""
        finding = self.at.batch.findings.get(getattr(self.at.record, "finding_id", None))
        return finding is not None and self.at.batch.operator_id in finding.hands

    def reaches_physician(self, physician_id: str) -> bool:
        """Whether the physician is in the list and the sender administers the institution, present or last."""
        person = self.at.batch.affiliations.get(physician_id)
        if person is None or person.state not in ANSWERING:
            return False
        home = self.at.batch.institutions.get(person.institution_id)
        return home is not None and f"/{self.at.batch.organisation_id}/" in home.record.path


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
