"""
Lists with the manual's filters, a page at a time.

Each list is a view of the store with the filters it allows, declared once; ID numbers and phones leave masked, in
every list (手册 2.2.9). A score is a whole number of hundredths, as views keep it: `8800` for 88. The service writes it
as text with two places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Principal, scope
from kaohe_workflow.application.arguments import check_arguments, check_known
from kaohe_workflow.application.around.publication import PUBLISHED, published_and_discarded
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.ports import Clock, Secrets, Store, UnitOfWork
from kaohe_workflow.application.queries.asked import asked_order, check_groups, check_rows
from kaohe_workflow.application.queries.filters import (
    ASSESSMENT_RESULTS,
    EXEMPTION_STATES,
    PAPER_PROGRESS,
    PAPER_RESULTS,
    PERSON,
    Filter,
    conditions,
    equal,
    words,
)
from kaohe_workflow.application.queries.reach import reached
from kaohe_workflow.values.phone import Phone
from kaohe_workflow.values.resident_id import mask
from kaohe_workflow.values.windows import local_date
from kaohe_workflow.values.years import full_years

MAXIMUM_PAGE = 200


@attrs.frozen
class List:
    """
    A list that can be asked for: its view, its filters, the fields a row shows, and those it may be sorted by.

    ``shared`` says whose rows everyone may read beside the own scope: of `everybody` (the cycles that the province has
    published), or of the own organisation (`own`: itself, and the departments that a physician chooses from).
    ``assessed`` False keeps from an agency what it sees of nobody (see `around.NOT_ASSESSED`).
    """

    view: str
    filters: tuple[Filter, ...]
    shows: tuple[str, ...]
    sorts: tuple[str, ...] = ("id", "name")
    shared: Literal["no", "own", "everybody"] = "no"
    assessed: bool = True

    def scope(self, principal: Principal, unit: UnitOfWork) -> Scope:
        """What of this list the caller sees."""
        seen = scope(principal, assessed=self.assessed)
        if principal.init_only or self.shared == "no":
            return seen
        if self.shared == "own":
            return _with(seen, Where("institution_id", "eq", principal.organisation_id or ""))
        discarded = published_and_discarded(unit)
        also = [Where("id", "in", discarded)] if discarded else []
        return _with(seen, Where("state", "in", PUBLISHED), *also)


def _with(seen: Scope, *also: Where) -> Scope:
    return Scope((*seen.clauses, *((where,) for where in also)))


_ROW = ("id", "version", "state", "institution_id", "institution_name")
_PERSON_ROW = (
    "physician_id",
    "name",
    "id_number",
    "level",
    "category",
    "birth_date",
    "first_registered_on",
    "department_id",
    "department",
)

LISTS: Mapping[str, List] = {
    "cycles": List(
        "cycle",
        (equal("state", "状态"),),
        (*_ROW, "name", "first_day", "last_day"),
        sorts=("id", "name", "first_day"),
        shared="everybody",
    ),
    "institutions": List(
        "institution",
        (
            Filter("name", "name", "prefix", "机构名称"),
            equal("kind", "机构类型"),
            equal("state", "状态"),
            equal("agency_id", "考核机构"),
            equal("is_agency", "可作考核机构", "boolean"),
        ),
        (*_ROW, "name", "kind", "superior_id", "agency_id", "is_agency"),
        shared="own",
    ),
    "departments": List(
        "department",
        (Filter("name", "name", "prefix", "名称"), equal("state", "状态"), equal("institution_id", "机构")),
        (*_ROW, "name"),
        shared="own",
    ),
    "accounts": List(
        "account",
        (
            Filter("name", "name", "prefix", "名称"),
            equal("state", "状态"),
            equal("kind", "类型"),
            equal("physician_id", "医师"),
        ),
        (*_ROW, "name", "login", "kind", "physician_id"),
        assessed=False,
    ),
    "physicians": List(
        "physician",
        (*PERSON, equal("state", "状态"), equal("institution_id", "机构")),
        (*_ROW, *_PERSON_ROW, "phone", "licensed_on"),
    ),
    "assessments": List(
        "assessment",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("physician_id", "医师"),
            equal("state", "考核状态"),
            words("result", "考核结果", ASSESSMENT_RESULTS),
            equal("procedure", "考核程序"),
            equal("stage", "考核阶段"),
            words("exemption_state", "免考状态", EXEMPTION_STATES, field="exemption_state"),
            equal("ever_submitted", "曾提交", "boolean"),
        ),
        (
            *_ROW,
            *_PERSON_ROW,
            "cycle_id",
            "procedure",
            "stage",
            "ever_submitted",
            "exemption_id",
            "exemption_state",
        ),
    ),
    "papers": List(
        "paper",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("physician_id", "医师"),
            equal("assessment_id", "考核"),
            equal("state", "状态"),
            words("progress", "测评状态", PAPER_PROGRESS),
            words("result", "测评结果", PAPER_RESULTS),
            equal("procedure", "考核程序"),
            equal("stage", "考核阶段"),
            equal("kind", "试卷名称"),
        ),
        (
            *_ROW,
            "agency_name",
            *_PERSON_ROW,
            "cycle_id",
            "assessment_id",
            "procedure",
            "kind",
            "stage",
            "score",
        ),
    ),
    "exemptions": List(
        "exemption",
        (
            *PERSON,
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("assessment_id", "考核"),
            equal("physician_id", "医师"),
            equal("state", "免考状态"),
            equal("procedure", "考核程序"),
            equal("kind", "免考试卷"),
        ),
        (*_ROW, *_PERSON_ROW, "cycle_id", "assessment_id", "procedure", "kind"),
    ),
    "certificates": List(
        "certificate",
        (
            *(entry for entry in PERSON if entry.name != "department_id"),
            equal("cycle_id", "考核周期"),
            equal("institution_id", "卫生机构"),
            equal("assessment_id", "考核"),
            equal("physician_id", "医师"),
            equal("state", "状态"),
            equal("number", "证书编号"),
        ),
        (
            *_ROW,
            *(name for name in _PERSON_ROW if not name.startswith("department")),
            "cycle_id",
            "assessment_id",
            "number",
            "result_version",
        ),
    ),
}
"""Every list, by the name that the API and the pages use."""


@attrs.frozen
class Page:
    """Rows in order; ``next`` is the key to continue after, None on the last page."""

    rows: tuple[Mapping[str, Any], ...]
    next: tuple[Any, str] | None


@attrs.frozen
class Lists:
    """The lists over a store, for callers of any role."""

    store: Store
    clock: Clock
    secrets: Secrets

    def page(
        self,
        principal: Principal,
        name: str,
        filters: Mapping[str, str],
        *,
        order: str = "id",
        after: tuple[Any, str] | None = None,
        limit: int = 20,
    ) -> Page:
        """
        One page of the list ``name`` within the caller's scope.

        Args:
            filters: by filter name, as text; all must hold.
            order: a field the list may be sorted by, `-` before it for descending.
            after: the `Page.next` of the page before.
            limit: 1–200 rows.

        Raises:
            InputInvalid: no such list, filter or order, a value that is none, or an argument not as said here.
            RecordDamaged: a row cannot be read any more.
        """
        listed = _listed(principal, name, filters)
        where = self._where(listed, filters)
        field, descending = asked_order(order, listed.sorts)
        check_rows(field, after, limit, MAXIMUM_PAGE)
        unfiltered = field == "id" and {"cycle_id"}.issuperset(filters)
        with self.store.begin(write=False) as unit:
            rows = unit.page(
                listed.view,
                self._scope(unit, listed, principal, first=unfiltered),
                where,
                order=Order(field, descending),
                after=after,
                limit=limit + 1,
            )
        shown = tuple(self._row(listed, row) for row in rows[:limit])
        more = (rows[limit - 1][field], str(rows[limit - 1]["id"])) if len(rows) > limit else None
        return Page(shown, more)

    def count(
        self, principal: Principal, name: str, filters: Mapping[str, str], *, by: Sequence[str] = ()
    ) -> dict[tuple[Any, ...], int]:
        """
        How many rows of a list are in the caller's scope, grouped by fields.

        Raises:
            InputInvalid: no such list, filter or open field, a value that is none, or an argument of another kind.
        """
        listed = _listed(principal, name, filters)
        check_groups(by, listed.view)
        with self.store.begin(write=False) as unit:
            seen = self._scope(unit, listed, principal)
            return unit.count(listed.view, seen, self._where(listed, filters), by=by)

    def _where(self, listed: List, filters: Mapping[str, str]) -> list[Where]:
        return conditions(listed.filters, filters, local_date(self.clock.now()), self.secrets)

    @staticmethod
    def _scope(unit: UnitOfWork, listed: List, principal: Principal, *, first: bool = False) -> Scope:
        seen = listed.scope(principal, unit)
        return seen if listed.view == "institution" else reached(unit, seen, first=first)

    def _row(self, listed: List, row: Mapping[str, Any]) -> dict[str, Any]:
        shown = {name: row[name] for name in listed.shows}
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
