"""
The home page: windows of the cycle, what waits to be done, how far the institution is, whom to call (手册 2.2.2).
"""

from __future__ import annotations

from typing import Any

import attrs

from kaohe_workflow.application.access import Principal, scope
from kaohe_workflow.application.phases import DECIDED, RUNNING
from kaohe_workflow.application.ports import Case, Order, Scope, Store, UnitOfWork, Where
from kaohe_workflow.values.windows import CycleWindows

OUTSIDE = ("not_enrolled", "withdrawn")
"""States of an assessment that does not count as taking part."""

UNFILED = ("awaiting_registration", "registration_returned")
UNREVIEWED = (*UNFILED, "awaiting_institution_review", "returned_by_agency")


@attrs.frozen
class Rate:
    """``done`` of ``all``; ``percent`` is rounded down, so that 100 means all, and None for 0 of 0 (A-36)."""

    done: int
    all: int

    @property
    def percent(self) -> int | None:
        """Whole per cent, rounded down; None where nobody takes part."""
        return self.done * 100 // self.all if self.all else None


@attrs.frozen
class Contact:
    """Whom to call: an organisation, its contact person and number."""

    organisation: str
    person: str | None
    phone: str | None


@attrs.frozen
class Home:
    """
    The home page of a caller.

    ``registered`` 报名完成率 counts who has filed and is not returned (A-8); ``reviewed`` 审核完成率 who has left the
    institution's review; ``finished`` 最终完成率 any result (A-31). The counters are what waits for this caller's
    organisation.
    """

    cycle_id: str | None
    cycle_name: str | None
    windows: CycleWindows | None
    general_awaiting: int
    simplified_awaiting: int
    exemption_awaiting: int
    registered: Rate
    reviewed: Rate
    finished: Rate
    contacts: tuple[Contact, ...]


@attrs.frozen
class HomePage:
    """The home page over a store."""

    store: Store

    def show(self, principal: Principal) -> Home:
        """The home page of the newest running cycle, within the caller's scope; an institution sees its own."""
        with self.store.begin(write=False) as unit:
            cycle = self._running_cycle(unit)
            where = [Where("cycle_id", "eq", cycle.id if cycle else "")]
            if not principal.administers and principal.physician_id is None:
                where.append(Where("institution_id", "eq", principal.organisation_id or ""))
            counted = unit.count("assessment", scope(principal), where, by=("state", "procedure"))
            exemptions = unit.count("exemption", scope(principal), where, by=("state",))
            contacts = self._contacts(unit, principal)
        return self._home(cycle, counted, exemptions, contacts)

    def _home(
        self,
        cycle: Case | None,
        counted: dict[tuple[Any, ...], int],
        exemptions: dict[tuple[Any, ...], int],
        contacts: tuple[Contact, ...],
    ) -> Home:
        def number(
            *, without: tuple[str, ...] = (), only: tuple[str, ...] | None = None, procedure: str = ""
        ) -> int:
            return sum(
                n
                for (state, kind), n in counted.items()
                if state not in without and (only is None or state in only) and procedure in ("", kind)
            )

        waiting = ("awaiting_institution_review", "returned_by_agency")
        everyone = number(without=OUTSIDE)
        return Home(
            cycle_id=cycle.id if cycle else None,
            cycle_name=cycle.record.name if cycle else None,
            windows=cycle.record.windows if cycle else None,
            general_awaiting=number(only=waiting, procedure="general"),
            simplified_awaiting=number(only=waiting, procedure="simplified"),
            exemption_awaiting=exemptions.get(("awaiting_institution",), 0),
            registered=Rate(number(without=(*OUTSIDE, *UNFILED)), everyone),
            reviewed=Rate(number(without=(*OUTSIDE, *UNREVIEWED)), everyone),
            finished=Rate(number(only=DECIDED), everyone),
            contacts=contacts,
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

    def _contacts(self, unit: UnitOfWork, principal: Principal) -> tuple[Contact, ...]:
        """The agency and the administration of the caller's organisation (手册 2.2.2 联系方式)."""
        if principal.organisation_id is None:
            return ()
        own = unit.read("institution", [principal.organisation_id]).get(principal.organisation_id)
        if own is None:
            return ()
        ids = [own.record.agency_id or own.record.superior_id, own.record.superior_id]
        wanted = [id for id in dict.fromkeys(ids) if id]
        found = unit.read("institution", wanted)
        return tuple(
            Contact(found[id].record.name, found[id].record.contact, found[id].record.contact_phone)
            for id in wanted
            if id in found
        )
