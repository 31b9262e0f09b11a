"""
Lists with the manual's filters, a page at a time.

Each list is a view of the store with the filters it allows, declared once; ID numbers and phones leave masked, in
every list (手册 2.2.9). A score is a whole number of hundredths, as views keep it: `8800` for 88. The service writes it
as text with two places.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments, check_known
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.ports import Clock, Codec, Secrets, Store, UnitOfWork
from kaohe_workflow.application.queries.acting import AGENCY_NAME, name_agencies
from kaohe_workflow.application.queries.asked import asked_order, check_groups, check_rows
from kaohe_workflow.application.queries.declaration import List
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.application.queries.filters import conditions
from kaohe_workflow.application.queries.former import Gone, gone, rows_of_gone
from kaohe_workflow.application.queries.persons import rows_of_persons
from kaohe_workflow.application.queries.reach import placed, reached
from kaohe_workflow.values.person_name import shown_name
from kaohe_workflow.values.phone import Phone
from kaohe_workflow.values.resident_id import mask
from kaohe_workflow.values.terms import AccountKind
from kaohe_workflow.values.windows import local_date
from kaohe_workflow.values.years import full_years

MAXIMUM_PAGE = 200


@attrs.frozen
class Page:
    """
    Rows in order; ``next`` is the key to continue after, None on the last page.

    ``total`` is how many rows there are on all pages, None where it was not asked for.
    """

    rows: tuple[Mapping[str, Any], ...]
    next: tuple[Any, str] | None
    total: int | None = None


@attrs.frozen
class Lists:
    """The lists over a store, for callers of any role."""

    store: Store
    clock: Clock
    secrets: Secrets
    codec: Codec

    def page(
        self,
        principal: Principal,
        name: str,
        filters: Mapping[str, str],
        *,
        order: str = "id",
        after: tuple[Any, str] | None = None,
        limit: int = 20,
        total: bool = False,
        among: Where | None = None,
    ) -> Page:
        """
        One page of the list ``name`` within the caller's scope.

        Args:
            filters: by filter name, as text; all must hold.
            order: a field the list may be sorted by, `-` before it for descending.
            after: the `Page.next` of the page before.
            limit: 1–200 rows.
            total: whether to count the rows of all pages too, as things are when the page is read.
            among: a condition over a field of the view beside the filters, of the program's own.

        Raises:
            InputInvalid: no such list, filter or order, a value that is none, or an argument not as said here.
            RecordDamaged: a row cannot be read any more.
        """
        listed = _listed(principal, name, filters)
        where = [*self._where(listed, principal, filters), *([among] if among else [])]
        field, descending = asked_order(order, listed.sorts)
        check_rows(field, after, limit, MAXIMUM_PAGE)
        check_arguments(("total", total, bool))
        with self.store.begin(write=False) as unit:
            past = self._gone(unit, listed, principal)
            seen, where = self._seen(unit, listed, principal, where, past)
            rows = unit.page(
                listed.view,
                seen,
                where,
                order=Order(field, descending),
                after=after,
                limit=limit + 1,
            )
            if AGENCY_NAME in listed.shows:
                rows = name_agencies(unit, rows)
            counted = sum(unit.count(listed.view, seen, where).values()) if total else None
        told = [
            row | attrs.asdict(past[row["id"]]) if listed.former else row for row in map(dict, rows[:limit])
        ]
        shown = tuple(self._row(listed, row, listed.blank_in(row, principal)) for row in told)
        more = (rows[limit - 1][field], str(rows[limit - 1]["id"])) if len(rows) > limit else None
        return Page(shown, more, counted)

    def count(
        self, principal: Principal, name: str, filters: Mapping[str, str], *, by: Sequence[str] = ()
    ) -> dict[tuple[Any, ...], int]:
        """
        How many rows of a list are in the caller's scope, grouped by fields.

        Raises:
            InputInvalid: no such list, filter or open field, a value that is none, or an argument of another kind.
        """
        listed = _listed(principal, name, filters)
        check_groups(by, listed.view, listed.not_counted(principal))
        where = [*self._where(listed, principal, filters), *listed.not_found_by(principal, by)]
        with self.store.begin(write=False) as unit:
            seen, where = self._seen(unit, listed, principal, where, self._gone(unit, listed, principal))
            return unit.count(listed.view, seen, where, by=by)

    def _where(self, listed: List, principal: Principal, filters: Mapping[str, str]) -> list[Where]:
        withheld = listed.withheld(principal)
        known = [entry for entry in listed.filters if entry.field not in withheld]
        decides = principal.kind is AccountKind.ORGANISATION and not principal.administers
        own = principal.organisation_id if decides else None
        where = conditions(known, filters, local_date(self.clock.now()), self.secrets, own)
        return [*where, *listed.not_found_by(principal, [one.field for one in where])]

    def _gone(self, unit: UnitOfWork, listed: List, principal: Principal) -> Mapping[str, Gone]:
        """The cases of a list of former ones, none of any other list."""
        return gone(unit, self.codec, principal) if listed.former else {}

    @staticmethod
    def _seen(
        unit: UnitOfWork, listed: List, principal: Principal, where: Sequence[Where], past: Mapping[str, Gone]
    ) -> tuple[Scope, list[Where]]:
        """Which rows of the list's view the caller sees of those asked for, of former cases those of ``past``."""
        if listed.former:
            return rows_of_gone(past, where)
        seen = reached(unit, listed.scope(principal, unit))
        seen, asked = placed(unit, seen, [*listed.only, *where])
        return rows_of_persons(unit, seen, asked) if listed.of_persons else (seen, asked)

    def _row(self, listed: List, row: Mapping[str, Any], blank: Collection[str]) -> dict[str, Any]:
        shown: dict[str, Any] = {name: None if name in blank else row[name] for name in listed.shows}
        if shown.get("name") == "":
            shown["name"] = shown_name("", row.get("phone"))
        if shown.get("id_number"):
            shown["id_number"] = mask(shown["id_number"])
        if shown.get("login") and shown["physician_id"]:
            # A physician logs in with the ID number.
            shown["login"] = mask(shown["login"])
        if shown.get("phone"):
            shown["phone"] = Phone.parse(shown["phone"]).masked
        if shown.get("birth_date"):
            shown["age"] = full_years(shown["birth_date"], local_date(self.clock.now()))
        return shown


def _listed(principal: Principal, name: str, filters: Mapping[str, str]) -> List:
    """The list of a name; raises `InputInvalid` for a wrong argument, of whose filters only that they are some."""
    check_arguments(("principal", principal, Principal), ("filters", filters, Mapping[Any, Any]))
    check_known("list", name, LISTS)
    return LISTS[name]
