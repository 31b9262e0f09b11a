"""
What a list is declared with, and what of it a caller sees.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Principal, above, apart_from, own_records, scope
from kaohe_workflow.application.around.publication import (
    ANNOUNCED,
    PUBLISHED,
    published_and_discarded,
)
from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.application.queries.filters import Filter
from kaohe_workflow.application.queries.reach import entrusted_with
from kaohe_workflow.values.terms import AccountKind


@attrs.frozen
class List:
    """
    A list that can be asked for: its view, its filters, the fields a row shows, and those it may be sorted by.

    ``shared`` says whose rows everyone may read beside the own scope: of `everybody` (the cycles that the province has
    published), of the own organisation (`own`: itself, and the departments that a physician chooses from), or of the
    organisations above the own one (`below`: what they have announced).
    ``assessed`` False keeps from an agency what it sees of nobody (see `around.NOT_ASSESSED`), ``assessed_if`` what
    does not meet it, and ``person_if`` keeps from the physician whom a row is about what does not meet that; the fields
    ``not_for_person`` are blank for the physician, who does not ask by them either, and in the rows that are about the
    one behind an office's account, which are not found by them. Of the view's rows the list has those that meet all of
    ``only``. With ``of_persons`` it has those of the physicians whom the caller sees, whichever
    institution the rows belong to (see `persons`). With ``former`` it has the assessments that have gone from the
    caller's institution to another one, as they were when they went (see `former`).
    """

    view: str
    filters: tuple[Filter, ...]
    shows: tuple[str, ...]
    sorts: tuple[str, ...] = ("id", "name")
    shared: Literal["no", "own", "below", "everybody"] = "no"
    assessed: bool = True
    assessed_if: tuple[Where, ...] = ()
    person_if: tuple[Where, ...] = ()
    not_for_person: frozenset[str] = frozenset()
    only: tuple[Where, ...] = ()
    of_persons: bool = False
    former: bool = False

    def not_counted(self, principal: Principal) -> frozenset[str]:
        """The fields of the view by which the caller's rows are not counted: what is withheld, or came afterwards."""
        afterwards = frozenset(VIEWS[self.view].fields) - self.lasting if self.former else frozenset()
        return self.withheld(principal) | afterwards

    @property
    def lasting(self) -> frozenset[str]:
        """Of the fields that a row shows those that are the view's own and stay as they are wherever the case goes."""
        return frozenset(self.shows) - {"state"}

    def withheld(self, principal: Principal) -> frozenset[str]:
        """The fields that are not told to the caller in any row."""
        return self.not_for_person if principal.kind is AccountKind.PHYSICIAN else frozenset()

    def blank_in(self, row: Mapping[str, Any], principal: Principal) -> frozenset[str]:
        """The fields of a row that are not told to the caller, nor to the person behind the account."""
        own = row.get("physician_id") in own_records(principal)
        return self.not_for_person if own else self.withheld(principal)

    def not_found_by(self, principal: Principal, asked: Collection[str]) -> tuple[Where, ...]:
        """What the caller's rows meet that are found by these fields: the own ones are not, by what is not told."""
        return () if self.not_for_person.isdisjoint(asked) else apart_from(own_records(principal))

    def scope(self, principal: Principal, unit: UnitOfWork) -> Scope:
        """What of this list the caller sees."""
        seen = scope(
            principal,
            assessed=self.assessed,
            assessed_if=(*self.assessed_if, *self._entrusted(principal, unit)),
            person_if=self.person_if,
        )
        if principal.is_limited and "department_id" not in VIEWS[self.view].fields:
            seen = Scope()
        if principal.is_held or self.shared == "no":
            return seen
        if self.shared == "own":
            return _with(seen, Where("institution_id", "eq", principal.organisation_id or ""))
        if self.shared == "below":
            announced = (Where("institution_id", "in", above(principal)), Where("state", "in", ANNOUNCED))
            return Scope((*seen.clauses, announced))
        discarded = published_and_discarded(unit)
        also = [Where("id", "in", discarded)] if discarded else []
        return _with(seen, Where("state", "in", PUBLISHED), *also)

    def _entrusted(self, principal: Principal, unit: UnitOfWork) -> tuple[Where, ...]:
        """In which cycles the caller acts as an agency, for rows of cycles; those of persons are asked of persons."""
        of_cycles = self.assessed and not self.of_persons and "cycle_id" in VIEWS[self.view].fields
        return entrusted_with(unit, principal) if of_cycles else ()


def _with(seen: Scope, *also: Where) -> Scope:
    return Scope((*seen.clauses, *((where,) for where in also)))
