"""
A physician list (批量导入医师, 手册 2.2.5) before it is imported: good rows, bad rows, and why.

Name and identity number must be there; any other cell may be blank, which is normal at this stage, and must
be valid if it is not. Nothing is guessed and nothing is stored; the same sheet, day and store give the same
preview.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from datetime import date

import attrs

from kaohe_workflow.application.intake.cells import Sheet
from kaohe_workflow.application.intake.problems import BadRow, CellProblem, with_problem
from kaohe_workflow.application.intake.roster_columns import ROSTER_COLUMNS
from kaohe_workflow.application.intake.roster_reading import Draft, RosterRow, read_rows
from kaohe_workflow.application.intake.tables import RowNote, find_table

KnownNumbers = Callable[[Sequence[str]], Set[str]]
"""Answers which of the given normalised numbers a store already holds."""


@attrs.frozen
class RosterPreview:
    """
    What an import would do.

    ``good`` and ``bad`` are in the order of the sheet; a bad row has one entry. ``warnings`` concern good
    rows (and the headings) and stop nothing. Rows that hold no person at all are in neither list.
    """

    sheet: Sheet
    heading_row: int
    good: tuple[RosterRow, ...]
    bad: tuple[BadRow, ...]
    warnings: tuple[RowNote, ...]


def preview_roster(sheets: Sequence[Sheet], today: date, known: KnownNumbers | None = None) -> RosterPreview:
    """
    Read the physician list of a workbook.

    Args:
        sheets: all sheets; the one with the headings is found.
        today: the day of import in China; later dates are ``date-future``.
        known: asked once, for the numbers that are already taken; those rows are ``duplicate`` too.

    Raises:
        InputInvalid: ``headings-missing``: no sheet has a row with name and number as headings;
            ``tables-ambiguous``: several lists may be meant.
    """
    table = find_table(sheets, ROSTER_COLUMNS)
    drafts, warnings = read_rows(table, today)
    good, bad = _without_duplicates(drafts, known)
    taken = frozenset(row.row for row in good)
    return RosterPreview(
        sheet=table.sheet,
        heading_row=table.heading_row,
        good=good,
        bad=bad,
        warnings=(*table.notes, *(note for note in warnings if note.row in taken)),
    )


def _without_duplicates(
    drafts: Sequence[Draft], known: KnownNumbers | None
) -> tuple[tuple[RosterRow, ...], tuple[BadRow, ...]]:
    numbers = list(dict.fromkeys(draft.number for draft in drafts if draft.number is not None))
    stored = known(numbers) if known is not None and numbers else frozenset[str]()
    first_rows: dict[str, int] = {}
    good, bad = [], []
    for draft in drafts:
        problems = draft.problems
        problem = _duplicate(draft, stored, first_rows)
        if problem is not None:
            problems = with_problem(problems, problem)
        if problems:
            bad.append(BadRow(draft.row, problems))
        elif draft.person is not None:
            good.append(draft.person)
            first_rows[draft.person.id_number] = draft.row
    return tuple(good), tuple(bad)


def _duplicate(draft: Draft, stored: Set[str], first_rows: dict[str, int]) -> CellProblem | None:
    if draft.number in first_rows:
        message = f"与第{first_rows[draft.number]}行证件号码相同（15位与18位视为同一号码）"
    elif draft.number in stored:
        message = "该证件号码已在系统中，请勿重复导入；如已调离原机构，请使用调入医师"
    else:
        return None
    return draft.id_problem("duplicate", message)
