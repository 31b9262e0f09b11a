"""
The home page: windows of the cycle, what waits to be done, how far the institution is, whom to call (手册 2.2.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Principal, own_range, scope
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.notices.inbox import recipients_of
from kaohe_workflow.application.phases import DECIDED, RUNNING
from kaohe_workflow.application.ports import Clock, Store, UnitOfWork
from kaohe_workflow.application.queries.reach import reached
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.case import FilingStep
from kaohe_workflow.values.parameter_kinds import DeferralOffice
from kaohe_workflow.values.terms import AccountKind, OrganisationKind, Procedure
from kaohe_workflow.values.windows import CycleWindows, local_date

OUTSIDE = ("not_enrolled", "withdrawn")
"""States of an assessment that does not count as taking part."""

UNFILED = ("awaiting_registration", "registration_returned")
STANDING = ("state", "filing_step")
"""By what the rates are counted."""

OWN_REVIEW = ("awaiting_institution_review", "returned_by_agency")
AGENCY_REVIEW = ("awaiting_agency_review",)
FILED = (FilingStep.FILED.value, FilingStep.REVIEWED.value)

Numbers = Mapping[tuple[str, str | None], int]
"""How many assessments are in a state and have come to a `FilingStep`."""


@attrs.frozen
class Rate:
    """``done`` of ``all``; ``percent`` is rounded down, so that 100 means all, and None for 0 of 0."""

    done: int
    all: int

    @property
    def percent(self) -> int | None:
        """
        Whole per cent, rounded down; None where nobody takes part.

        >>> [Rate(done, all).percent for done, all in ((111, 118), (117, 118), (118, 118), (0, 118), (0, 0))]
        [94, 99, 100, 0, None]
        """
        return self.done * 100 // self.all if self.all else None


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
class Home:
    """
    The home page of a caller.

    ``organisation_name`` and ``organisation_kind`` are those of the caller's organisation, for the top bar; None for
    whom belongs to none that is on record.

    ``general_awaiting``, ``simplified_awaiting`` and ``exemption_awaiting`` are what waits for the caller as the
    institution (待医疗卫生机构审核), those with ``agency`` what waits for the caller as the agency (待考核机构复核): a
    hospital may be both, an administration only the latter. ``deferral_awaiting`` are the applications for deferral
    (延考) that the caller decides as the institution, ``deferral_office_awaiting`` those that it puts on record: as the
    agency, or as the province, as that says. ``amendment_awaiting`` are the 医师信息修改申请 that the
    caller decides, whatever the cycle. ``registered`` 报名完成率 counts who has submitted and is not returned;
    ``reviewed`` 审核完成率 whose file has left the institution's review; ``finished`` 最终完成率 any result; all
    three of those who take part and whom the caller sees. An end by itself, a finding or the archive, makes nobody
    filed or reviewed. ``unopened_notices`` lie in the caller's inboxes.

    ``first_day`` and ``last_day`` are the cycle's (当前考核周期信息). ``cycle_confirmed`` says whether the caller's
    institution has read them (去确认): False asks for it, None is for whom nobody asks.
    """

    organisation_name: str | None
    organisation_kind: OrganisationKind | None
    cycle_id: str | None
    cycle_name: str | None
    first_day: date | None
    last_day: date | None
    cycle_confirmed: bool | None
    windows: CycleWindows | None
    general_awaiting: int
    simplified_awaiting: int
    exemption_awaiting: int
    general_agency_awaiting: int
    simplified_agency_awaiting: int
    exemption_agency_awaiting: int
    deferral_awaiting: int
    deferral_office_awaiting: int
    amendment_awaiting: int
    registered: Rate
    reviewed: Rate
    finished: Rate
    contacts: tuple[Contact, ...]
    unopened_notices: int


@attrs.frozen
class HomePage:
    """The home page over a store."""

    store: Store
    clock: Clock
    catalogue: Catalogue

    def show(self, principal: Principal) -> Home:
        """The home page of the newest running cycle, within the caller's scope."""
        with self.store.begin(write=False) as unit:
            cycle = self._running_cycle(unit)
            in_cycle = Where("cycle_id", "eq", cycle.id if cycle else "")
            seen, reviewed = reached(unit, scope(principal)), reached(unit, _as_agency(principal))
            numbers: Any = unit.count("assessment", seen, [in_cycle], by=STANDING)
            own = _queue(unit, _as_institution(principal), in_cycle, OWN_REVIEW, "awaiting_institution")
            assessed = _queue(unit, reviewed, in_cycle, AGENCY_REVIEW, "awaiting_agency")
            deferrals = self._deferrals(unit, principal, in_cycle)
            amendments = _amendments(unit, principal)
            own_house = self._own_house(unit, principal)
            contacts = self._contacts(unit, own_house)
            unopened = unit.unopened(recipients_of(principal))
            windows = _windows(unit, principal, cycle) if cycle else None
        everyone = taking_part(numbers)
        return Home(
            organisation_name=own_house.record.name if own_house is not None else None,
            organisation_kind=own_house.record.kind if own_house is not None else None,
            cycle_id=cycle.id if cycle else None,
            cycle_name=cycle.record.name if cycle else None,
            first_day=cycle.record.first_day if cycle else None,
            last_day=cycle.record.last_day if cycle else None,
            cycle_confirmed=_is_confirmed(principal, own_house, cycle),
            windows=windows,
            general_awaiting=own.general,
            simplified_awaiting=own.simplified,
            exemption_awaiting=own.exemption,
            general_agency_awaiting=assessed.general,
            simplified_agency_awaiting=assessed.simplified,
            exemption_agency_awaiting=assessed.exemption,
            deferral_awaiting=deferrals[0],
            deferral_office_awaiting=deferrals[1],
            amendment_awaiting=amendments,
            registered=Rate(filed(numbers), everyone),
            reviewed=Rate(reviewed_by_institution(numbers), everyone),
            finished=Rate(in_states(numbers, DECIDED), everyone),
            contacts=contacts,
            unopened_notices=unopened,
        )

    def _running_cycle(self, unit: UnitOfWork) -> Case | None:
        rows = unit.page(
            "cycle",
            Scope.everything(),
            [Where("state", "in", RUNNING)],
            order=Order("first_day", descending=True),
            after=None,
            limit=1,
        )
        return unit.read("cycle", [rows[0]["id"]])[rows[0]["id"]] if rows else None

    def _deferrals(self, unit: UnitOfWork, principal: Principal, in_cycle: Where) -> tuple[int, int]:
        """The applications for deferral that wait for the caller: to be decided, and to be put on record."""
        parameters = self.catalogue.parameters(local_date(self.clock.now()))
        if not parameters.deferral:
            return 0, 0
        by_agency = parameters.deferral_office is DeferralOffice.AGENCY
        filing = _as_agency(principal) if by_agency else _as_province(principal)
        return (
            _number(unit, "deferral", _as_institution(principal), "awaiting_institution", in_cycle),
            _number(unit, "deferral", reached(unit, filing), "awaiting_office", in_cycle),
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


def _is_confirmed(principal: Principal, own: Case | None, cycle: Case | None) -> bool | None:
    """Whether the institution has read the dates of the cycle; an operator of some departments is not asked."""
    asked = _reviews(principal) and not principal.administers and not principal.is_limited
    if not asked or own is None or cycle is None:
        return None
    return cycle.id in own.record.confirmed_cycles


def _windows(unit: UnitOfWork, principal: Principal, cycle: Case) -> CycleWindows:
    """The windows of the cycle; for a physician those that hold for the own case (提前考核)."""
    of_cycle: CycleWindows = cycle.record.windows
    if principal.physician_id is None:
        return of_cycle
    own = [Where("physician_id", "eq", principal.physician_id), Where("cycle_id", "eq", cycle.id)]
    cases = unit.find("assessment", own, limit=1)
    return cases[0].record.windows(of_cycle) if cases else of_cycle


def taking_part(numbers: Numbers) -> int:
    """
    How many take part (参加医师): let in by their institution, and neither cancelled since nor withdrawn.

    Who has missed the cycle counts like before it: not, if the institution never let the physician in.
    """
    return sum(number for (state, step), number in numbers.items() if step and state not in OUTSIDE)


def filed(numbers: Numbers) -> int:
    """How many have submitted a file that is not back with them, whatever has become of the case since."""
    return sum(number for (state, step), number in numbers.items() if step in FILED and state not in OUTSIDE)


def reviewed_by_institution(numbers: Numbers) -> int:
    """How many files have left the institution's review and not come back, whatever has become of the case since."""
    done = FilingStep.REVIEWED
    return sum(number for (state, step), number in numbers.items() if step == done and state not in OUTSIDE)


def in_states(numbers: Numbers, states: tuple[str, ...]) -> int:
    """How many are in one of these states."""
    return sum(number for (state, _), number in numbers.items() if state in states)


def _reviews(principal: Principal) -> bool:
    """Physicians and auditors review nothing, though they belong to an organisation."""
    return principal.kind is AccountKind.ORGANISATION and not principal.is_held


def _as_institution(principal: Principal) -> Scope:
    """The files that the caller reviews as the physicians' own institution."""
    if not _reviews(principal) or principal.administers or principal.organisation_id is None:
        return Scope()
    return Scope((own_range(principal),))


def _as_agency(principal: Principal) -> Scope:
    """The files that the caller reviews as the agency: assigned by name, or for want of one as the direct superior."""
    if not _reviews(principal) or principal.is_limited or principal.organisation_id is None:
        return Scope()
    assigned = (Where("agency_id", "eq", principal.organisation_id),)
    if not principal.administers:
        return Scope((assigned,))
    direct = (Where("agency_id", "null"), Where("superior_id", "eq", principal.organisation_id))
    return Scope((assigned, direct))


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
