"""
The home page: windows of the cycle, what waits to be done, how far the institution is, whom to call (手册 2.2.2).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Principal, own_range, scope
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.entrusting import Entrusted
from kaohe_workflow.application.notices.inbox import recipients_of
from kaohe_workflow.application.phases import DECIDED, RUNNING, UNDER_WAY
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.queries.rates import (
    NOBODY,
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

UNFILED = ("awaiting_registration", "registration_returned")
OWN_REVIEW = ("awaiting_institution_review", "returned_by_agency")
AGENCY_REVIEW = ("awaiting_agency_review",)

MOST_CYCLES = 20
"""So many running cycles are shown; more than three or four are never published at once."""


@attrs.frozen
class Contact:
    """
    Whom to call (联系方式): an organisation, its contact person and number.

    ``role`` says as what: the 考核机构 (`agency`) or the 行政机构 (`administration`). Where none is assigned the
    administration is both, and is told twice.
    """

    role: Literal["agency", "administration"]
    organisation: str
    person: str | None
    phone: str | None


@attrs.frozen
class Queue:
    """Files of the cycle that wait for one reader, by procedure, and applications for exemption."""

    general: int
    simplified: int
    exemption: int


NOBODYS = Queue(0, 0, 0)


@attrs.frozen
class CycleAtHome:
    """
    A running cycle on the home page of a caller.

    ``general_awaiting``, ``simplified_awaiting`` and ``exemption_awaiting`` are what waits for the caller as the
    institution (待医疗卫生机构审核), those with ``agency`` what waits for the caller as the agency (待考核机构复核): a
    hospital may be both, an administration only the latter. ``deferral_awaiting`` are the applications for deferral
    (延考) that the caller decides as the institution, ``deferral_office_awaiting`` those that it puts on record: as the
    agency, or as the province, as that says. ``registered`` 报名完成率 counts who has submitted and is not returned;
    ``reviewed`` 审核完成率 whose file has left the institution's review; ``finished`` 最终完成率 any result; all
    three of those who take part and whom the caller sees. An end by itself, a finding or the archive, makes nobody
    filed or reviewed.

    ``first_day`` and ``last_day`` are the cycle's (当前考核周期信息). ``cycle_confirmed`` says whether the caller's
    institution has read them (去确认): False asks for it, None is for whom nobody asks. ``windows`` are those that hold
    for a physician's own case (提前考核), whose id and state are ``assessment_id`` and ``assessment_state``, None for
    everybody else.
    """

    cycle_id: str | None = None
    cycle_name: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    cycle_confirmed: bool | None = None
    windows: CycleWindows | None = None
    assessment_id: str | None = None
    assessment_state: str | None = None
    general_awaiting: int = 0
    simplified_awaiting: int = 0
    exemption_awaiting: int = 0
    general_agency_awaiting: int = 0
    simplified_agency_awaiting: int = 0
    exemption_agency_awaiting: int = 0
    deferral_awaiting: int = 0
    deferral_office_awaiting: int = 0
    registered: Rate = NOBODY
    reviewed: Rate = NOBODY
    finished: Rate = NOBODY


@attrs.frozen
class Home:
    """
    The home page of a caller.

    ``organisation_name`` and ``organisation_kind`` are those of the caller's organisation, for the top bar; None for
    whom belongs to none that is on record. ``amendment_awaiting`` are the 医师信息修改申请 that the caller decides,
    whatever the cycle. ``unopened_notices`` lie in the caller's inboxes.

    ``cycles`` are all that run, the newest first, for a physician before them those of a case that is under way: a
    make-up may still be sat, or an early assessment, while another cycle has begun. ``current`` is the first of them,
    empty where none runs.
    """

    organisation_name: str | None
    organisation_kind: OrganisationKind | None
    cycles: tuple[CycleAtHome, ...]
    amendment_awaiting: int
    contacts: tuple[Contact, ...]
    unopened_notices: int

    @property
    def current(self) -> CycleAtHome:
        """The cycle that the page begins with."""
        return self.cycles[0] if self.cycles else CycleAtHome()


@attrs.frozen
class _Seen:
    """
    Whose cases the caller is told of: all that are seen, as the institution. ``acting`` is what cases meet that are
    seen as the agency, and ``entrusted``, for an administration, says who is one in which cycle.
    """

    all: Scope
    own: Scope
    acting: tuple[Where, ...]
    entrusted: Entrusted


@attrs.frozen
class HomePage:
    """The home page over a store."""

    store: Store
    catalogue: Catalogue

    def show(self, principal: Principal) -> Home:
        """The home page: every running cycle within the caller's scope, what waits, whom to call."""
        with self.store.begin(write=False) as unit:
            own = self._own_house(unit, principal)
            acting = entrusted_with(unit, principal)
            seen = _Seen(
                all=reached(unit, scope(principal, assessed_if=acting)),
                own=_as_institution(principal),
                acting=acting,
                entrusted=Entrusted.of(unit) if principal.administers else Entrusted({}),
            )
            found = [self._of_cycle(unit, principal, own, seen, cycle) for cycle in _running(unit)]
            return Home(
                organisation_name=own.record.name if own is not None else None,
                organisation_kind=own.record.kind if own is not None else None,
                cycles=tuple(sorted(found, key=lambda one: one.assessment_state not in UNDER_WAY)),
                amendment_awaiting=_amendments(unit, principal),
                contacts=self._contacts(unit, own),
                unopened_notices=unit.unopened(recipients_of(principal)),
            )

    def _of_cycle(
        self, unit: UnitOfWork, principal: Principal, house: Case | None, seen: _Seen, cycle: Case
    ) -> CycleAtHome:
        in_cycle = Where("cycle_id", "eq", cycle.id)
        numbers: Any = unit.count("assessment", seen.all, [in_cycle], by=STANDING)
        own = _queue(unit, seen.own, in_cycle, OWN_REVIEW, "awaiting_institution")
        missing = seen.entrusted.missing_in(cycle.id)
        as_agency = reached(unit, _as_agency(principal, seen.acting, missing))
        assessed = _queue(unit, as_agency, in_cycle, AGENCY_REVIEW, "awaiting_agency")
        deferrals = self._deferrals(unit, principal, as_agency, cycle)
        case = _own_case(unit, principal, in_cycle)
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
            general_awaiting=own.general,
            simplified_awaiting=own.simplified,
            exemption_awaiting=own.exemption,
            general_agency_awaiting=assessed.general,
            simplified_agency_awaiting=assessed.simplified,
            exemption_agency_awaiting=assessed.exemption,
            deferral_awaiting=deferrals[0],
            deferral_office_awaiting=deferrals[1],
            registered=Rate(filed(numbers), everyone),
            reviewed=Rate(reviewed_by_institution(numbers), everyone),
            finished=Rate(in_states(numbers, DECIDED), everyone),
        )

    def _deferrals(
        self, unit: UnitOfWork, principal: Principal, as_agency: Scope, cycle: Case
    ) -> tuple[int, int]:
        """The applications for deferral that wait for the caller: to be decided, and to be put on record."""
        parameters = self.catalogue.parameters_of_cycle(cycle.record.first_day)
        in_cycle = Where("cycle_id", "eq", cycle.id)
        if not parameters.deferral:
            return 0, 0
        by_agency = parameters.deferral_office is DeferralOffice.AGENCY
        filing = as_agency if by_agency else reached(unit, _as_province(principal))
        return (
            _number(unit, "deferral", _as_institution(principal), "awaiting_institution", in_cycle),
            _number(unit, "deferral", filing, "awaiting_office", in_cycle),
        )

    def _own_house(self, unit: UnitOfWork, principal: Principal) -> Case | None:
        """The caller's organisation."""
        id = principal.organisation_id
        return unit.read("institution", [id]).get(id) if id is not None else None

    def _contacts(self, unit: UnitOfWork, own: Case | None) -> tuple[Contact, ...]:
        """The agency and the administration of the caller's organisation (手册 2.2.2 联系方式)."""
        if own is None:
            return ()
        wanted: dict[Literal["agency", "administration"], str | None] = {
            "agency": own.record.agency_id or own.record.superior_id,
            "administration": own.record.superior_id,
        }
        found = unit.read("institution", [id for id in dict.fromkeys(wanted.values()) if id])
        return tuple(
            Contact(role, found[id].record.name, found[id].record.contact, found[id].record.contact_phone)
            for role, id in wanted.items()
            if id is not None and id in found
        )


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


def _own_case(unit: UnitOfWork, principal: Principal, in_cycle: Where) -> Case | None:
    """A physician's own case in a cycle."""
    if principal.physician_id is None:
        return None
    cases = unit.find("assessment", [Where("physician_id", "eq", principal.physician_id), in_cycle], limit=1)
    return cases[0] if cases else None


def _reviews(principal: Principal) -> bool:
    """Physicians and auditors review nothing, though they belong to an organisation."""
    return principal.kind is AccountKind.ORGANISATION and not principal.is_held


def _as_institution(principal: Principal) -> Scope:
    """The files that the caller reviews as the physicians' own institution."""
    if not _reviews(principal) or principal.administers or principal.organisation_id is None:
        return Scope()
    return Scope((own_range(principal),))


def _as_agency(principal: Principal, acting: tuple[Where, ...], missing: tuple[str, ...]) -> Scope:
    """
    The files of a cycle that the caller reviews as the agency: assigned by name, or for want of one as the direct
    superior. An institution acts where ``acting`` says; ``missing`` are those that are agencies in other cycles alone.
    """
    if not _reviews(principal) or principal.is_limited or principal.organisation_id is None:
        return Scope()
    assigned = (Where("agency_id", "eq", principal.organisation_id), *acting)
    if not principal.administers:
        return Scope((assigned,))
    superior = Where("superior_id", "eq", principal.organisation_id)
    unserved = (Where("agency_id", "in", missing), superior)
    return Scope((assigned, (Where("agency_id", "null"), superior), *((unserved,) if missing else ())))


def _as_province(principal: Principal) -> Scope:
    """What the caller decides as the province, which holds for everything below it."""
    acts = principal.administers and principal.organisation_kind is OrganisationKind.PROVINCE
    return scope(principal, assessed=False) if acts and not principal.is_held else Scope()


def _amendments(unit: UnitOfWork, principal: Principal) -> int:
    """
    The applications to correct locked data that wait for the caller: as the institution those of the own physicians,
    as an administration those that are left to it.
    """
    if principal.administers and not principal.is_held:
        seen, state = reached(unit, scope(principal, assessed=False)), "awaiting_administration"
    else:
        seen, state = _as_institution(principal), "pending"
    return _number(unit, "amendment", seen, state)


def _number(unit: UnitOfWork, view: str, seen: Scope, state: str, *where: Where) -> int:
    """How many rows of a view are within a scope, in a state, and meet all of this."""
    if not seen.clauses:
        return 0
    return sum(unit.count(view, seen, [*where, Where("state", "eq", state)], by=()).values())


def _queue(
    unit: UnitOfWork, scope: Scope, in_cycle: Where, states: tuple[str, ...], exemption_state: str
) -> Queue:
    if not scope.clauses:
        return NOBODYS
    waiting = [in_cycle, Where("state", "in", states)]
    files = unit.count("assessment", scope, waiting, by=("procedure",))
    return Queue(
        general=files.get((Procedure.GENERAL.value,), 0),
        simplified=files.get((Procedure.SIMPLIFIED.value,), 0),
        exemption=_number(unit, "exemption", scope, exemption_state, in_cycle),
    )
