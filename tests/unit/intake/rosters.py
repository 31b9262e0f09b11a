"""Physician lists by field, and their previews."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kaohe_workflow.application.intake.cells import Cell, Sheet
from kaohe_workflow.application.intake.roster import RosterPreview, preview_roster
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.workbooks import ROSTER_FIELDS

TODAY = date(2023, 11, 27)


def cells(index: int = 0, **changes: Cell) -> dict[str, Cell]:
    """One person's cells by field, some of them changed."""
    someone = person(index)
    found: dict[str, Cell] = {field: getattr(someone, field, None) for field in ROSTER_FIELDS}
    found |= {"level": someone.level.label, "category": someone.category.label}
    return found | changes


def sheet(*rows: Mapping[str, Cell], names: Mapping[str, str] = ROSTER_FIELDS, above: int = 0) -> Sheet:
    """A sheet of rows by field, under their headings."""
    body = [tuple(row.get(field) for field in names) for row in rows]
    return Sheet("名单", (*[()] * above, tuple(names.values()), *body))


def preview(*rows: Mapping[str, Cell]) -> RosterPreview:
    return preview_roster([sheet(*rows)], TODAY)
