"""
Who assesses, for rows of lists: the 考核机构 by name, as it is in the cycle of each row (手册 2.2.9).

An institution names one agency, which may act in one cycle and not in another, so no joined row says it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kaohe_workflow.application.entrusting import agencies_of
from kaohe_workflow.application.ports import UnitOfWork

AGENCY_NAME = "agency_name"
"""The field of a row that names who assesses; no view has it, so that no rows are counted or sorted by it."""


def name_agencies(unit: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """
    Return rows of institutions in cycles with `AGENCY_NAME`: None for the root, which nobody assesses.

    Asked at once for all rows, by what ``institution_id`` and ``cycle_id`` say.
    """
    places = list(dict.fromkeys((str(row["institution_id"]), row["cycle_id"]) for row in rows))
    homes = unit.read("institution", list(dict.fromkeys(home for home, _ in places)))
    acting = agencies_of(unit, [(homes[home].record, cycle_id) for home, cycle_id in places])
    agencies = unit.read("institution", sorted({one for one in acting if one is not None}))
    named = {
        place: agencies[one].record.name if one is not None else None
        for place, one in zip(places, acting, strict=True)
    }
    return [{**row, AGENCY_NAME: named[str(row["institution_id"]), row["cycle_id"]]} for row in rows]
