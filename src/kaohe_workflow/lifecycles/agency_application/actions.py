"""
What the rows of an application to be an assessment institution do to its record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.agency_application.case import (
    AgencyApplication,
    CommitteeMember,
    CommitteeShortfall,
    Rank,
    Shortfall,
)
from kaohe_workflow.lifecycles.agency_application.facts import InstitutionView
from kaohe_workflow.lifecycles.shape import Action, Step
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.terms import OrganisationKind


def create_application(record: None, step: Step) -> AgencyApplication:
    """Make the case of an institution and a cycle."""
    given = step.payload
    return AgencyApplication(institution_id=given.institution_id, cycle_id=given.cycle_id)


def note_thresholds(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Note which thresholds of 考核办法 第七条 the institution does not meet now; none of them blocks anything."""
    around = step.around
    institution = around.institution
    found = () if institution is None else shortfalls(institution, around.physicians, step.moment.parameters)
    return attrs.evolve(record, warnings=tuple(found))


def shortfalls(institution: InstitutionView, physicians: int, parameters: Parameters) -> Iterator[Shortfall]:
    """
    The thresholds that an institution does not meet (考核办法 第七条): beds of a medical institution, physicians of one
    for prevention and health care. Of 行业、学术组织 a sound organisation is asked, which no number tells.
    """
    if institution.kind is OrganisationKind.MEDICAL:
        if institution.beds is None:
            yield Shortfall.BEDS_UNKNOWN
        elif institution.beds < parameters.agency_minimum_beds:
            yield Shortfall.FEW_BEDS
    few = (
        institution.kind is OrganisationKind.PREVENTION and physicians < parameters.agency_minimum_physicians
    )
    if few:
        yield Shortfall.FEW_PHYSICIANS


def save_material(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Replace the attachments."""
    return attrs.evolve(record, material=step.payload.material)


def keep_committee(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Replace the roster of the committee; who the person behind an account is, the account says."""
    members = (
        CommitteeMember(
            name=one.name,
            title=one.title,
            rank=one.rank,
            administers=one.administers,
            position=one.position,
            account_id=one.account_id,
            operator_id=step.around.operator_of(one.account_id),
        )
        for one in step.payload.members
    )
    return attrs.evolve(record, committee=tuple(members))


def note_committee(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Note what the roster lacks now of what 考核办法 第九条 asks of a committee; nothing of it blocks anything."""
    return attrs.evolve(record, committee_warnings=tuple(composition(record.committee)))


RANKED = (Rank.INTERMEDIATE, Rank.ASSOCIATE_SENIOR, Rank.SENIOR)
"""中级以上专业技术职务, 中级 included (考核办法 第九条)."""


def composition(members: Sequence[CommitteeMember]) -> Iterator[CommitteeShortfall]:
    """
    What a committee lacks (考核办法 第九条): professionals of 中级 or above, health administrators, and nobody else.

    Read: who is both counts as both; at least one of each is asked for, since the article names no number.
    """
    if not members:
        yield CommitteeShortfall.EMPTY
        return
    if not all(one.administers or one.rank in RANKED for one in members):
        yield CommitteeShortfall.BELOW_RANK
    if not any(one.rank in RANKED for one in members):
        yield CommitteeShortfall.NO_PROFESSIONAL
    if not any(one.administers for one in members):
        yield CommitteeShortfall.NO_HEALTH_ADMINISTRATOR


def note_submission(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Note 申请时间."""
    return attrs.evolve(record, submitted_at=step.moment.now)


def note_decision(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Note 审核时间."""
    return attrs.evolve(record, decided_at=step.moment.now)


def note_approval(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Note 审核时间, and since when it is an assessment institution of the cycle."""
    return attrs.evolve(record, decided_at=step.moment.now, approved_at=step.moment.now)


def note_return(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Note 审核时间, from which the days for another submission run."""
    return attrs.evolve(record, decided_at=step.moment.now, returned_at=step.moment.now)


def note_filing(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Note that the entrustment was reported upward (考核办法 第七条)."""
    return attrs.evolve(record, filed_at=step.moment.now)


def ask_for_report(record: AgencyApplication, step: Step) -> AgencyApplication:
    """A new correction wants a report of its own."""
    return attrs.evolve(record, report=())


def save_report(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Replace the report on the correction."""
    return attrs.evolve(record, report=step.payload.files)


def bar(record: AgencyApplication, step: Step) -> AgencyApplication:
    """Note what for, and for how many cycles after this one (考核办法 第二十九条)."""
    given = step.payload
    return attrs.evolve(record, faults=given.faults, barred_cycles=given.cycles)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_application": create_application,
        "note_thresholds": note_thresholds,
        "save_material": save_material,
        "keep_committee": keep_committee,
        "note_committee": note_committee,
        "note_submission": note_submission,
        "note_decision": note_decision,
        "note_approval": note_approval,
        "note_return": note_return,
        "note_filing": note_filing,
        "ask_for_report": ask_for_report,
        "save_report": save_report,
        "bar": bar,
    }
)
"""Name in the chart → what it does."""
