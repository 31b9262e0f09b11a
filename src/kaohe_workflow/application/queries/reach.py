"""
What a caller's scope comes to in a store.

A scope says what the caller is to a case's organisation: it is the own one, assesses for it, lies above it. Stores ask
the organisations first, which are few. Above the whole tree there is nothing to ask.
"""

from __future__ import annotations

from collections.abc import Sequence

from kaohe_workflow.application.access import Principal, scope
from kaohe_workflow.application.conditions import Clause, Order, Scope, Where
from kaohe_workflow.application.entrusting import cycles_of
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.terms import AccountKind

_SLASHES_OF_THE_FIRST = 2
"""In ``/province/``."""

_OF_ORGANISATIONS = frozenset({"institution_id", "agency_id", "superior_id", "path"})
"""Fields by which a scope names organisations, whatever the view."""


def entrusted_with(unit: UnitOfWork, principal: Principal) -> tuple[Where, ...]:
    """
    Return what a row of a cycle meets that the caller sees as the agency: it is of a cycle in which that may act.

    An administration needs no application, and whoever is held, or acts for no institution, sees nothing as an agency.
    """
    is_institution = principal.kind is AccountKind.ORGANISATION and not principal.administers
    if not is_institution or principal.organisation_id is None or principal.is_held or principal.is_limited:
        return ()
    cycles = cycles_of(unit, principal.organisation_id)
    return () if cycles is None else (Where("cycle_id", "in", cycles),)


def seen_of_cycles(unit: UnitOfWork, principal: Principal) -> Scope:
    """Return which rows of cycles the caller sees, of a view that has the field ``cycle_id``."""
    return scope(principal, assessed_if=entrusted_with(unit, principal))


def reached(unit: UnitOfWork, seen: Scope) -> Scope:
    """Return a scope of the same rows: everything, where no organisation lies outside the subtree that it names."""
    subtrees = [
        clause[0].value
        for clause in seen.clauses
        if len(clause) == 1 and (clause[0].field, clause[0].operator) == ("path", "prefix")
    ]
    return Scope.everything() if any(_holds_all(unit, path) for path in subtrees) else seen


def placed(unit: UnitOfWork, seen: Scope, asked: Sequence[Where]) -> tuple[Scope, list[Where]]:
    """
    Return what is seen of what the ``asked`` conditions say of organisations, and the other conditions.

    An area is asked for by the id of an organisation, which stands for its place in the tree: what lies at or below it.
    Nobody learns of one that he does not see: only the rows of the own scope are looked through, and where the id is
    nobody's there are none. Conditions on organisations are part of the scope, for stores ask these first.
    """
    areas = [str(one.value) for one in asked if one.field == "path"]
    found = unit.read("institution", areas) if areas else {}
    of_organisations = [
        _at_or_below(found.get(str(one.value))) if one.field == "path" else one
        for one in asked
        if one.field in _ASKED_OF_ORGANISATIONS
    ]
    rest = [one for one in asked if one.field not in _ASKED_OF_ORGANISATIONS]
    if not of_organisations:
        return seen, rest
    return Scope(tuple((*clause, *of_organisations) for clause in seen.clauses)), rest


_ASKED_OF_ORGANISATIONS = frozenset({"agency_id", "superior_id", "path"})


def _at_or_below(organisation: Case | None) -> Where:
    return Where("path", "prefix", organisation.record.path) if organisation else Where("path", "in", ())


def organisations_of(unit: UnitOfWork, view: str, seen: Scope, where: Sequence[Where]) -> Scope:
    """
    Return a scope of organisations that holds each one in which a row of ``view`` lies, of those seen and asked for.

    It may hold others as well: those that a clause would reach by its conditions over the organisation alone. A clause
    that says nothing of the organisation, such as a physician's, is met by few rows, which are asked where they lie.
    """

    def within(clause: Clause) -> Clause:
        told = tuple(one for one in clause if one.field in _OF_ORGANISATIONS)
        if told or not clause:
            return told
        found = unit.count(view, Scope((clause,)), where, by=("institution_id",))
        return (Where("id", "in", tuple(sorted(str(id) for (id,) in found))),)

    return Scope(tuple(within(clause) for clause in seen.clauses))


def _holds_all(unit: UnitOfWork, path: str) -> bool:
    """Whether every organisation lies at or below a place in the tree, which only the first one can say."""
    if path.count("/") > _SLASHES_OF_THE_FIRST:
        return False
    ends = [
        row
        for order in (Order("path"), Order("path", descending=True))
        for row in unit.page("institution", Scope.everything(), [], order=order, after=None, limit=1)
    ]
    return all(str(row["path"]).startswith(path) for row in ends)
