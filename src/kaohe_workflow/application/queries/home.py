"""
The home page: windows of the cycle, what waits to be done, how far the institution is, whom to call (手册 2.2.2).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Principal, own_range, scope
from kaohe_workflow.application.admission import might_send_below
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.entrusting import Entrusted, agencies_of
from kaohe_workflow.application.notices.inbox import recipients_of
from kaohe_workflow.application.phases import DECIDED, RUNNING, UNDER_WAY
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.queries.rates import (
    STANDING,
    Rate,
    filed,
    in_states,
    reviewed_by_institution,
    taking_part,
)
from kaohe_workflow.application.queries.reach import entrusted_with, reached
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.parameter_kinds import DeferralOffice
from kaohe_workflow.values.terms import AccountKind, OrganisationKind, Procedure
from kaohe_workflow.values.windows import CycleWindows

OWN_REVIEW = ("awaiting_institution_review", "returned_by_agency")
AGENCY_REVIEW = ("awaiting_agency_review",)
_FILING = ("awaiting_office",)

_GENERAL, _SIMPLIFIED = (Procedure.GENERAL.value,), (Procedure.SIMPLIFIED.value,)

MOST_CYCLES = 20
"""So many running cycles are shown; more than three or four are never published at once."""


@attrs.frozen
class Contact:
    """
    Whom to call (联系方式): an organisation, its contact person and number.

    ``role`` says as what: the 考核机构 (`agency`) or the 行政机构 (`administration`). Where none is assigned, or none
    that acts in the cycle that the page begins with, the administration is both, and is told twice.
    """

    role: Literal["agency", "administration"]
    organisation: str
    person: str | None
    phone: str | None


@attrs.frozen
class CycleAtHome:
    """
    A running cycle on the home page of a caller.

    ``general_awaiting``, ``simplified_awaiting`` and ``exemption_awaiting`` are what waits for the caller as the
    institution (待医疗卫生机构审核), those with ``agency`` what waits for the caller as the agency (待考核机构复核): a
    hospital may be both, an administration only the latter. ``deferral_awaiting`` are the applications for deferral
    (延考) that the caller decides as the institution, ``deferral_office_awaiting`` those that it puts on record: as the
    agency, or as the province, as that says; ``list_agency_awaiting`` the 考核名单 that wait for the caller as the
    agency. ``registered`` 报名完成率 counts who has submitted and is not returned; ``reviewed`` 审核完成率 whose file
    has left the institution's review; ``finished`` 最终完成率 any result; all three of those who take part and whom
    the caller sees. An end by itself, a finding or the archive, makes nobody
    filed or reviewed.

    ``first_day`` and ``last_day`` are the cycle's (当前考核周期信息). ``cycle_confirmed`` says whether the caller's
    institution has read them (去确认): False asks for it, None is for whom nobody asks. ``windows`` are those that hold
    for a physician's own case (提前考核), whose id and state are ``assessment_id`` and ``assessment_state``, None for
    everybody else.
    """

    cycle_id: str
    cycle_name: str
    first_day: date
    last_day: date
    cycle_confirmed: bool | None
    windows: CycleWindows
    assessment_id: str | None
    assessment_state: str | None
    general_awaiting: int
    simplified_awaiting: int
    exemption_awaiting: int
    general_agency_awaiting: int
    simplified_agency_awaiting: int
    exemption_agency_awaiting: int
    deferral_awaiting: int
    deferral_office_awaiting: int
    list_agency_awaiting: int
    registered: Rate
    reviewed: Rate
    finished: Rate


@attrs.frozen
class Home:
    """
    The home page of a caller.

    ``organisation_name`` and ``organisation_kind`` are those of the caller's organisation, for the top bar; None for
    whom belongs to none that is on record. ``amendment_awaiting`` are the 医师信息修改申请 that the caller decides,
    whatever the cycle. ``unopened_notices`` lie in the caller's inboxes.

    ``cycles`` are all that run, the newest first, for a physician before them those of a case that is under way: a
    make-up may still be sat, or an early assessment, while another cycle has begun. ``current`` is the first of them.
    """

    organisation_name: str | None
    organisation_kind: OrganisationKind | None
    cycles: tuple[CycleAtHome, ...]
    amendment_awaiting: int
    contacts: tuple[Contact, ...]
    unopened_notices: int

    @property
    def current(self) -> CycleAtHome | None:
        """The cycle that the page begins with, None where none runs."""
        return self.cycles[0] if self.cycles else None


Counts = Mapping[str, Counter[tuple[Any, ...]]]
"""Cycle → how many rows have each value of the fields that they are counted by."""


@attrs.frozen
class _Counted:
    """
    What is asked of all running cycles at once: how far those are whom the caller sees (``standing``), what waits for
    the caller as the institution (``own…``) and as the agency (``agency…``), and a physician's own cases, by cycle.
    """

    standing: Counts
    own_files: Counts
    own_exemptions: Counts
    agency_files: Counts
    agency_exemptions: Counts
    own_deferrals: Counts
    office_deferrals: Counts
    agency_lists: Counts
    cases: Mapping[str, Case]


@attrs.frozen
class HomePage:
    """The home page over a store."""

    store: Store
    catalogue: Catalogue

    def show(self, principal: Principal) -> Home:
        """The home page: every running cycle within the caller's scope, what waits, whom to call."""
        with self.store.begin(write=False) as unit:
            own = self._own_house(unit, principal)
            running = _running(unit)
            counted = self._count(unit, principal, running)
            found = [_shown(principal, own, counted, cycle) for cycle in running]
            cycles = tuple(sorted(found, key=lambda one: one.assessment_state not in UNDER_WAY))
            return Home(
                organisation_name=own.record.name if own is not None else None,
                organisation_kind=own.record.kind if own is not None else None,
                cycles=cycles,
                amendment_awaiting=_amendments(unit, principal),
                contacts=self._contacts(unit, own, cycles[0].cycle_id if cycles else None),
                unopened_notices=unit.unopened(recipients_of(principal)),
            )

    def _count(self, unit: UnitOfWork, principal: Principal, cycles: Sequence[Case]) -> _Counted:
        running = tuple(cycle.id for cycle in cycles)
        acting = entrusted_with(unit, principal)
        everyone = reached(unit, scope(principal, assessed_if=acting))
        own, agency = _as_institution(principal), _as_agency(unit, principal, acting, running)
        parameters = {
            cycle.id: self.catalogue.parameters_of_cycle(cycle.record.first_day) for cycle in cycles
        }
        offices = {id: one.deferral_office for id, one in parameters.items() if one.deferral}
        approving = tuple(id for id, one in parameters.items() if one.list_approval)
        by_agency = tuple(id for id in offices if offices[id] is DeferralOffice.AGENCY)
        by_province = tuple(id for id in offices if offices[id] is DeferralOffice.PROVINCE)
        files = ("procedure",)
        office = _as_office(unit, principal, might_send_below(self.catalogue, principal, "deferral", "file"))
        return _Counted(
            standing=_by_cycle(unit, "assessment", everyone, running, by=STANDING),
            own_files=_by_cycle(unit, "assessment", own, running, OWN_REVIEW, by=files),
            own_exemptions=_by_cycle(unit, "exemption", own, running, ("awaiting_institution",)),
            agency_files=_by_cycle(unit, "assessment", agency, running, AGENCY_REVIEW, by=files),
            agency_exemptions=_by_cycle(unit, "exemption", agency, running, ("awaiting_agency",)),
            own_deferrals=_by_cycle(unit, "deferral", own, tuple(offices), ("awaiting_institution",)),
            office_deferrals={
                **_by_cycle(unit, "deferral", agency, by_agency, _FILING),
                **_by_cycle(unit, "deferral", office, by_province, _FILING),
            },
            agency_lists=_by_cycle(unit, "enrolment_list", agency, approving, ("awaiting_approval",)),
            cases=_own_cases(unit, principal, running),
        )

    def _own_house(self, unit: UnitOfWork, principal: Principal) -> Case | None:
        """The caller's organisation."""
        id = principal.organisation_id
        return unit.read("institution", [id]).get(id) if id is not None else None

    def _contacts(self, unit: UnitOfWork, own: Case | None, cycle_id: str | None) -> tuple[Contact, ...]:
        """Who assesses the caller's organisation in a cycle, and its administration (手册 2.2.2 联系方式)."""
        if own is None:
            return ()
        wanted: dict[Literal["agency", "administration"], str | None] = {
            "agency": agencies_of(unit, [(own.record, cycle_id)])[0],
            "administration": own.record.superior_id,
        }
        found = unit.read("institution", [id for id in dict.fromkeys(wanted.values()) if id])
        return tuple(
            Contact(role, found[id].record.name, found[id].record.contact, found[id].record.contact_phone)
            for role, id in wanted.items()
            if id is not None and id in found
        )


def _shown(principal: Principal, house: Case | None, counted: _Counted, cycle: Case) -> CycleAtHome:
    numbers: Any = _of(counted.standing, cycle)
    own, agency = _of(counted.own_files, cycle), _of(counted.agency_files, cycle)
    case = counted.cases.get(cycle.id)
    everyone = taking_part(numbers)
    return CycleAtHome(
        cycle_id=cycle.id,
        cycle_name=cycle.record.name,
        first_day=cycle.record.first_day,
        last_day=cycle.record.last_day,
        cycle_confirmed=_is_confirmed(principal, house, cycle),
        windows=case.record.windows(cycle.record.windows) if case is not None else cycle.record.windows,
        assessment_id=case.id if case is not None else None,
        assessment_state=case.state if case is not None else None,
        general_awaiting=own[_GENERAL],
        simplified_awaiting=own[_SIMPLIFIED],
        exemption_awaiting=_of(counted.own_exemptions, cycle)[()],
        general_agency_awaiting=agency[_GENERAL],
        simplified_agency_awaiting=agency[_SIMPLIFIED],
        exemption_agency_awaiting=_of(counted.agency_exemptions, cycle)[()],
        deferral_awaiting=_of(counted.own_deferrals, cycle)[()],
        deferral_office_awaiting=_of(counted.office_deferrals, cycle)[()],
        list_agency_awaiting=_of(counted.agency_lists, cycle)[()],
        registered=Rate(filed(numbers), everyone),
        reviewed=Rate(reviewed_by_institution(numbers), everyone),
        finished=Rate(in_states(numbers, DECIDED), everyone),
    )


def _of(counts: Counts, cycle: Case) -> Counter[tuple[Any, ...]]:
    return counts.get(cycle.id, Counter())


def _is_confirmed(principal: Principal, own: Case | None, cycle: Case) -> bool | None:
    """Whether the institution has read the dates of the cycle; an operator of some departments is not asked."""
    asked = _reviews(principal) and not principal.administers and not principal.is_limited
    if not asked or own is None:
        return None
    return cycle.id in own.record.confirmed_cycles


def _running(unit: UnitOfWork) -> list[Case]:
    """The cycles that run, the newest first."""
    rows = unit.page(
        "cycle",
        Scope.everything(),
        [Where("state", "in", RUNNING)],
        order=Order("first_day", descending=True),
        after=None,
        limit=MOST_CYCLES,
    )
    found = unit.read("cycle", [str(row["id"]) for row in rows])
    return [found[row["id"]] for row in rows]


def _own_cases(unit: UnitOfWork, principal: Principal, running: tuple[str, ...]) -> Mapping[str, Case]:
    """A physician's own cases, by cycle."""
    if principal.physician_id is None:
        return {}
    own = [Where("physician_id", "eq", principal.physician_id), Where("cycle_id", "in", running)]
    return {case.record.cycle_id: case for case in unit.find("assessment", own)}


def _reviews(principal: Principal) -> bool:
    """Physicians and auditors review nothing, though they belong to an organisation."""
    return principal.kind is AccountKind.ORGANISATION and not principal.is_held


def _as_institution(principal: Principal) -> Scope:
    """The files that the caller reviews as the physicians' own institution."""
    if not _reviews(principal) or principal.administers or principal.organisation_id is None:
        return Scope()
    return Scope((own_range(principal),))


def _as_agency(
    unit: UnitOfWork, principal: Principal, acting: tuple[Where, ...], running: tuple[str, ...]
) -> Scope:
    """
    The files that the caller reviews as the agency: assigned by name, or for want of one as the direct superior. An
    institution acts where ``acting`` says; an administration also, in each cycle, for those that are agencies in
    others alone.
    """
    if not _reviews(principal) or principal.is_limited or principal.organisation_id is None:
        return Scope()
    assigned = (Where("agency_id", "eq", principal.organisation_id), *acting)
    if not principal.administers:
        return Scope((assigned,))
    superior, entrusted = Where("superior_id", "eq", principal.organisation_id), Entrusted.of(unit)
    missing = {cycle: entrusted.missing_in(cycle) for cycle in running}
    unserved = [
        (Where("agency_id", "in", ids), superior, Where("cycle_id", "eq", cycle))
        for cycle, ids in missing.items()
        if ids
    ]
    return Scope((assigned, (Where("agency_id", "null"), superior), *unserved))


def _as_office(unit: UnitOfWork, principal: Principal, acts: bool) -> Scope:
    """What the caller decides, if it does, for everything below it."""
    return reached(unit, scope(principal, assessed=False)) if acts else Scope()


def _amendments(unit: UnitOfWork, principal: Principal) -> int:
    """
    The applications to correct locked data that wait for the caller: as the institution those of the own physicians,
    as an administration those that are left to it.
    """
    if principal.administers and not principal.is_held:
        seen, state = reached(unit, scope(principal, assessed=False)), "awaiting_administration"
    else:
        seen, state = _as_institution(principal), "pending"
    return sum(unit.count("amendment", seen, [Where("state", "eq", state)]).values()) if seen.clauses else 0


def _by_cycle(
    unit: UnitOfWork,
    view: str,
    seen: Scope,
    cycles: tuple[str, ...],
    states: tuple[str, ...] = (),
    *,
    by: tuple[str, ...] = (),
) -> Counts:
    """How many rows of each of these cycles are within a scope and, where any are named, in these states."""
    found: defaultdict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    if seen.clauses and cycles:
        where = [Where("cycle_id", "in", cycles), *([Where("state", "in", states)] if states else ())]
        for (cycle_id, *fields), number in unit.count(view, seen, where, by=("cycle_id", *by)).items():
            found[str(cycle_id)][tuple(fields)] = number
    return found
