"""
Rows of the physicians whom a caller sees now, whichever institution the rows belong to (历史考核结果查询, 手册 2.2.2).

A result stays with the institution where it was earned, while the physician goes on. Who looks back at somebody is the
institution where that person is, and who stands above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.same_person import all_merged_into

_OF_THE_PERSON = frozenset({"id_hash", "physician_id", "department_id", "department"})
"""Fields that name people, or where they are now; all others ask what a row says."""


def rows_of_persons(unit: UnitOfWork, seen: Scope, where: Sequence[Where]) -> tuple[Scope, list[Where]]:
    """
    What is ``seen`` of physicians, and what is asked, as conditions on rows about physicians.

    A number, an id and a department are looked for among the physicians as they are now; records that were merged into
    one of them are the same person (see `same_person`). Who sees everybody is asked for nobody by name, if nobody asks.
    """
    named = [one for one in where if one.field in _OF_THE_PERSON]
    rest = [one for one in where if one.field not in _OF_THE_PERSON]
    if not named and seen == Scope.everything():
        return seen, rest
    found = unit.count("physician", seen, named, by=("id", "state"))
    return Scope.everything(), [Where("physician_id", "in", _records(unit, found)), *rest]


def _records(unit: UnitOfWork, found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The records of these people; what was merged into another record is found by that one alone."""
    present = [id for id, state in found if state != "merged"]
    return (*present, *all_merged_into(unit, present))
