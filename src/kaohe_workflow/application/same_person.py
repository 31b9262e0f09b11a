"""
Records of one person: those that were merged into the one that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import UnitOfWork


def records_of(unit: UnitOfWork, physicians: Sequence[str]) -> dict[str, str]:
    """
    The record that is kept, by the id of each record of these persons: their own, and all that were merged into them,
    also one after another.
    """
    kept = {id: id for id in physicians}
    into = tuple(kept)
    while into:
        cases = unit.find("affiliation", [Where("merged_into", "in", into)])
        fresh = {case.id: kept[case.record.merged_into] for case in cases if case.id not in kept}
        kept |= fresh
        into = tuple(fresh)
    return kept


def kept_records_of(unit: UnitOfWork, physicians: Sequence[str]) -> dict[str, str]:
    """
    The record that is kept in the end, by the id of each of these: its own, where it was merged into none.
    """
    kept = {id: id for id in physicians}
    asked, seen = tuple(kept), set(kept)
    while asked:
        cases = unit.read("affiliation", asked)
        into = {id: case.record.merged_into for id, case in cases.items() if case.record.merged_into}
        kept = {id: into.get(last, last) for id, last in kept.items()}
        # No record leads back to itself; should the store say so, nobody waits for its end.
        asked = tuple(dict.fromkeys(last for last in into.values() if last not in seen))
        seen.update(asked)
    return kept


def merged_into(unit: UnitOfWork, physician_id: str) -> tuple[str, ...]:
    """The ids of all records that were merged into this one, also one after another; their order means nothing."""
    return all_merged_into(unit, [physician_id])


def all_merged_into(unit: UnitOfWork, physician_ids: Sequence[str]) -> tuple[str, ...]:
    """The same of many records at once."""
    return tuple(id for id, kept in records_of(unit, physician_ids).items() if id != kept)


def every_record_of(unit: UnitOfWork, physician_id: str) -> tuple[str, ...]:
    """The ids of all records of the person whose record this is, be it the kept one or one merged into another."""
    return tuple(records_of(unit, tuple(kept_records_of(unit, [physician_id]).values())))
