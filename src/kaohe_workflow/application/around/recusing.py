"""
Around recusals (回避), and who is held off from a file.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.around.batch import Batch, BatchCase
from kaohe_workflow.application.around.papers import paper_view
from kaohe_workflow.application.phases import HOLDING_RECUSAL, RUNNING, STANDING_AGENCY
from kaohe_workflow.lifecycles.assessment.outcome import any_sat
from kaohe_workflow.lifecycles.recusal.facts import AssessmentView, MemberView
from kaohe_workflow.lifecycles.shape import Decider


def held_off(batch: Batch, assessment_id: str) -> tuple[Decider, ...]:
    """The persons who have nothing to do with a file."""
    recusals = batch.recusals.get(assessment_id)
    return tuple(one.record.person for one in recusals if one.state in HOLDING_RECUSAL)


@attrs.frozen
class AroundFile:
    """Around what is decided about a physician's file: who decides, and who has nothing to do with it."""

    at: BatchCase

    @property
    def sender(self) -> Decider | None:
        """Who sends the event, None where nobody is known to."""
        return self.at.batch.sender

    @property
    def held_off(self) -> tuple[Decider, ...]:
        """The members of the committee who have nothing to do with this physician's file (回避)."""
        case = self.at.assessment
        return held_off(self.at.batch, case.id) if case else ()


@attrs.frozen
class RecusalAround:
    """Around a recusal."""

    at: BatchCase

    @property
    def assessment(self) -> AssessmentView | None:
        """The assessment, None where there is no such case."""
        case = self.at.assessment
        if case is None:
            return None
        papers = map(paper_view, self.at.batch.papers.get(case.id))
        return AssessmentView(
            id=case.id,
            state=case.state,
            institution_id=case.institution_id,
            cycle_id=case.record.cycle_id,
            physician_id=case.record.physician_id,
            started=any_sat(papers),
        )

    @property
    def member(self) -> MemberView | None:
        """
        The member on the roster of the agency that the physician's institution has now, for the cycle.

        Where an administration assesses, which has no roster: the person of a named account of it that is called so, if
        no other is.
        """
        case = self.at.assessment
        home = self.at.batch.institutions.get(case.institution_id) if case is not None else None
        if case is None or home is None:
            return None
        agency_id = self.at.batch.agency_in(home.id, case.record.cycle_id) or home.record.superior_id
        agency = self.at.batch.institutions.get(agency_id)
        if agency is None:
            return None
        administers = agency.record.kind.is_administration
        found = self._operators(agency.id) if administers else self._seats(agency.id, case.record.cycle_id)
        return found[0] if len(found) == 1 else None

    def _seats(self, agency_id: str, cycle_id: str) -> list[MemberView]:
        name = self.at.named("member")
        return [
            MemberView(agency_id=agency_id, account_id=member.account_id, operator_id=member.operator_id)
            for one in self.at.batch.applications.get(agency_id)
            if one.record.cycle_id == cycle_id and one.state in STANDING_AGENCY
            for member in one.record.committee
            if member.name == name
        ]

    def _operators(self, administration_id: str) -> list[MemberView]:
        name = self.at.named("member")
        return [
            MemberView(agency_id=administration_id, account_id=one.id, operator_id=one.record.person_id)
            for one in self.at.batch.accounts_of_organisation.get(administration_id)
            if one.record.label == name and one.record.person_id is not None and one.state != "disabled"
        ]

    @property
    def held_off_already(self) -> bool:
        """Whether this member has another recusal in this assessment that was not withdrawn."""
        name, member = self.at.named("member"), self.member
        return member is not None and any(
            one.id != self.at.case_id
            and one.state != "withdrawn"
            and one.record.holds_off(member.agency_id, name, member.person)
            for one in self.at.batch.recusals.get(self.at.named("assessment_id"))
        )

    @property
    def cycle_running(self) -> bool:
        """Whether the cycle is published and neither archived nor discarded."""
        case = self.at.assessment
        cycle = self.at.batch.cycles.get(case.record.cycle_id) if case else None
        return cycle is not None and cycle.state in RUNNING

    @property
    def sender(self) -> Decider | None:
        """Who sends the event, None where nobody is known to."""
        return self.at.batch.sender
