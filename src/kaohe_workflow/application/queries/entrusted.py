"""
考核机构名单: which institutions assess in the cycles that run, for anybody (考核办法 第七条: the list is published).

Whoever is approved is on it from the same transaction on, whoever ceases to be an assessment institution is not.
Nothing on it is about a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from kaohe_workflow.application.accounts.throttle import public_list_bucket, reserve
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.phases import RUNNING, STANDING_AGENCY
from kaohe_workflow.application.ports import Clock, Store
from kaohe_workflow.application.queries.asked import check_rows
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.terms import OrganisationKind
from kaohe_workflow.values.windows import local_date

MOST = 500
"""The most rows of one answer; what comes after is asked for by where it ended."""


@attrs.frozen(kw_only=True)
class EntrustedAgency:
    """
    One assessment institution of one cycle.

    ``entrusted_by`` is the administration above it, None where there is none any more; ``entrusted_on`` the day of its
    approval in China; ``filed_upward`` whether the entrustment has been reported upward; ``correcting`` whether it has
    been ordered to correct (考核办法 第二十九条), and gets no new institutions until then.
    """

    institution_id: str
    name: str
    kind: OrganisationKind
    address: str | None
    entrusted_by: str | None
    cycle_id: str
    cycle_name: str
    entrusted_on: date
    filed_upward: bool
    correcting: bool


@attrs.frozen
class EntrustedAgencies:
    """How many there are, some of them in the order of their names, and where to go on, None after the last."""

    total: int
    items: tuple[EntrustedAgency, ...]
    next: tuple[str, str] | None = None


@attrs.frozen
class PublicList:
    """The list over a store."""

    store: Store
    clock: Clock

    def agencies(
        self,
        cycle_id: str | None = None,
        *,
        address: str | None = None,
        after: tuple[str, str] | None = None,
        limit: int = MOST,
    ) -> EntrustedAgencies:
        """
        The assessment institutions of one running cycle, or of all; by name, so many at most.

        A cycle that does not run, or that there is not, has none.

        Args:
            cycle_id: the cycle, None for all that run.
            address: the network address that asks; each network has a pace of its own.
            after: the `EntrustedAgencies.next` of the answer before.
            limit: 1–500 rows.

        Raises:
            TooManyTries: this network has asked too often; nothing was looked up.
            InputInvalid: an argument is not of the kind that is declared.
        """
        check_arguments(("cycle_id", cycle_id, str | None), ("address", address, str | None))
        check_rows("institution_name", after, limit, MOST)
        with self.store.begin() as unit:
            reserve(unit, [public_list_bucket(address)], self.clock.now())
            unit.commit()
        with self.store.begin(write=False) as unit:
            running = [case.id for case in unit.find("cycle", [Where("state", "in", RUNNING)])]
            asked = tuple(id for id in running if cycle_id in (None, id))
            where = [Where("cycle_id", "in", asked), Where("state", "in", STANDING_AGENCY)]
            everything = Scope.everything()
            order = Order("institution_name")
            rows = unit.page(
                "agency_application", everything, where, order=order, after=after, limit=limit + 1
            )
            rows, more = rows[:limit], rows[limit:]
            total = unit.count("agency_application", everything, where).get((), 0)
            applications = unit.read("agency_application", [str(row["id"]) for row in rows])
            named = {str(row[key]) for row in rows for key in ("institution_id", "superior_id") if row[key]}
            institutions = unit.read("institution", sorted(named))
        found = tuple(_entrusted(row, applications[str(row["id"])], institutions) for row in rows)
        last = (str(rows[-1]["institution_name"]), str(rows[-1]["id"])) if more else None
        return EntrustedAgencies(total, found, last)


def _entrusted(
    row: Mapping[str, Any], application: Case, institutions: Mapping[str, Case]
) -> EntrustedAgency:
    institution = institutions[str(row["institution_id"])].record
    superior = institutions.get(str(row["superior_id"]))
    return EntrustedAgency(
        institution_id=institution.institution_id,
        name=institution.name,
        kind=institution.kind,
        address=institution.address,
        entrusted_by=superior.record.name if superior else None,
        cycle_id=str(row["cycle_id"]),
        cycle_name=str(row["cycle_name"]),
        entrusted_on=local_date(application.record.approved_at),
        filed_upward=application.record.filed_at is not None,
        correcting=application.state == "correcting",
    )
