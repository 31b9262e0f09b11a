"""
Records of one person: those that were merged into the one that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import UnitOfWork


def merged_into(unit: UnitOfWork, physician_id: str) -> tuple[str, ...]:
    """The ids of all records that were merged into this one, also one after another; their order means nothing."""
    return all_merged_into(unit, (physician_id,))


def all_merged_into(unit: UnitOfWork, physician_ids: Sequence[str]) -> tuple[str, ...]:
    """The same of many records at once."""
    found: list[str] = []
    into = tuple(physician_ids)
    while into:
        cases = unit.find("affiliation", [Where("merged_into", "in", into)])
        into = tuple(case.id for case in cases if case.id not in found)
        found += into
    return tuple(found)
