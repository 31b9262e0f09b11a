"""
A caller's scope by the ids of organisations.

A scope says what the caller is to a case's organisation: it is the own one, assesses for it, lies above it. Asked
like that of a province's cases, no index serves, for the answer stands in another table. The organisations are few:
they are asked for first, and the cases then by the one column that says whose they are.
"""

from __future__ import annotations

from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.ports import UnitOfWork

MAXIMUM_NAMED = 200
"""Beyond so many organisations the caller sees so much that a scan finds the first page at once."""

MAXIMUM_SORTED = 50
"""
Beyond so many, the first rows of everything that the caller sees are found sooner in the order of ids, though one has
to look for them, than by sorting what all those organisations have.
"""

_OF_ORGANISATIONS = frozenset({"institution_id", "agency_id", "superior_id", "path"})


def reached(unit: UnitOfWork, seen: Scope, *, first: bool = False) -> Scope:
    """
    Return a scope of the same rows by the ids of their organisations; as it is where it asks for anything else, or
    where there are more than `MAXIMUM_NAMED`: for the ``first`` rows by id without a filter, `MAXIMUM_SORTED`.
    """
    most = MAXIMUM_SORTED if first else MAXIMUM_NAMED
    if any(
        not clause or not _OF_ORGANISATIONS.issuperset(one.field for one in clause) for clause in seen.clauses
    ):
        return seen
    named = [
        clause[0].value for clause in seen.clauses if len(clause) == 1 and clause[0].field == "institution_id"
    ]
    rows = unit.page("institution", seen, [], order=Order(), after=None, limit=most + 1)
    if len(rows) > most:
        return seen
    ids = tuple(dict.fromkeys([*named, *(row["id"] for row in rows)]))
    if not ids:
        return Scope()
    return Scope(
        ((Where("institution_id", "eq", ids[0]) if len(ids) == 1 else Where("institution_id", "in", ids),),)
    )
