"""
What a caller's scope comes to in a store.

A scope says what the caller is to a case's organisation: it is the own one, assesses for it, lies above it. Stores ask
the organisations first, which are few. Above the whole tree there is nothing to ask.
"""

from __future__ import annotations

from kaohe_workflow.application.conditions import Order, Scope
from kaohe_workflow.application.ports import UnitOfWork

_SLASHES_OF_THE_FIRST = 2
"""In ``/province/``."""


def reached(unit: UnitOfWork, seen: Scope) -> Scope:
    """Return a scope of the same rows: everything, where no organisation lies outside the subtree that it names."""
    subtrees = [
        clause[0].value
        for clause in seen.clauses
        if len(clause) == 1 and (clause[0].field, clause[0].operator) == ("path", "prefix")
    ]
    return Scope.everything() if any(_holds_all(unit, path) for path in subtrees) else seen


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
