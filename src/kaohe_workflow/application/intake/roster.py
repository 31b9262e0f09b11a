"""
A physician list (批量导入医师, 手册 2.2.5) before it is imported: good rows, bad rows, and why.

Name, or a mobile number in its cell, and identity number must be there; any other cell may be blank, which is normal
at this stage, and must be valid if it is not. Nothing is guessed and nothing is stored; the same sheet, day and store
give the same preview.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import attrs

from kaohe_workflow.application.intake.cells import Sheet
from kaohe_workflow.application.intake.problems import (
    NAME_DIFFERS,
    BadRow,
    CellProblem,
    problem_at,
    with_problem,
)
from kaohe_workflow.application.intake.roster_columns import ROSTER_COLUMNS
from kaohe_workflow.application.intake.roster_reading import Draft, RosterRow, read_rows
from kaohe_workflow.application.intake.tables import FromTable, RowNote, find_table
from kaohe_workflow.values.person_name import names_differ

ALREADY_HERE = "该医师已在本机构，请勿重复导入"
"""What is said about a number that the institution itself has."""

ALREADY_ELSEWHERE = "该证件号码不能新增；请使用调入医师查找，仍在原机构的，请联系原机构先行调离"
"""
What is said about any other number that is taken, wherever the person is and in whatever state (手册 2.2.5, 调入医师).

Said by a preview only to who administers the place where the person is; others learn it from an import, which is
audited, never from a file of numbers that changes nothing.
"""


@attrs.frozen
class Taken:
    """
    What is said about a number that is taken, and the name that is kept under it.

    The ``name`` is None unless the caller already knows the person: with it a list would find out whose a number is.
    """

    message: str
    name: str | None = None

    def told(self, written: str | None) -> str:
        """What is said to a row that has the number with a name; the name that is kept is not repeated."""
        differs = self.name is not None and written is not None and names_differ(written, self.name)
        return f"{self.message}；{NAME_DIFFERS}" if differs else self.message


KnownNumbers = Callable[[Sequence[str]], Mapping[str, Taken]]
"""
Answers which of the given normalised numbers are taken as far as the caller may know, each with what to say.

Not every number that is taken: see `ALREADY_ELSEWHERE`.
"""


@attrs.frozen
class RosterPreview(FromTable):
    """
    What an import would do, as far as the caller may know beforehand.

    ``good`` and ``bad`` are in the order of the sheet; a bad row has one entry. ``warnings`` concern good
    rows (and the headings) and stop nothing. Rows that hold no person at all are in neither list.
    """

    good: tuple[RosterRow, ...]
    bad: tuple[BadRow, ...]
    warnings: tuple[RowNote, ...]

    def taken(self, row: RosterRow, known: Taken) -> BadRow:
        """A good row whose number turned out to be taken when it was to go in."""
        cells = self.sheet.rows[row.row - 1]
        problem = problem_at(self.table, cells, "id_number", "duplicate", known.told(row.name))
        return BadRow(row.row, (problem,))


def preview_roster(sheets: Sequence[Sheet], today: date, known: KnownNumbers | None = None) -> RosterPreview:
    """
    Read the physician list of a workbook.

    Args:
        sheets: all sheets; the one with the headings is found.
        today: the day of import in China; later dates are ``date-future``.
        known: asked once, for the numbers that are taken as far as the caller may know; those rows are
            ``duplicate`` too.

    Raises:
        InputInvalid: ``headings-missing``: no sheet has a row with name and number as headings;
            ``tables-ambiguous``: several lists may be meant.
    """
    table = find_table(sheets, ROSTER_COLUMNS)
    drafts, warnings = read_rows(table, today)
    good, bad = _without_duplicates(drafts, known)
    taken = frozenset(row.row for row in good)
    return RosterPreview(
        table=table,
        good=good,
        bad=bad,
        warnings=(*table.notes, *(note for note in warnings if note.row in taken)),
    )


def _without_duplicates(
    drafts: Sequence[Draft], known: KnownNumbers | None
) -> tuple[tuple[RosterRow, ...], tuple[BadRow, ...]]:
    numbers = list(dict.fromkeys(draft.number for draft in drafts if draft.number is not None))
    stored = known(numbers) if known is not None and numbers else {}
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


def _duplicate(
    draft: Draft, stored: Mapping[str, Taken], first_rows: Mapping[str, int]
) -> CellProblem | None:
    if draft.number is None:
        return None
    if draft.number in first_rows:
        message = f"与第{first_rows[draft.number]}行证件号码相同（15位与18位视为同一号码）"
    elif draft.number in stored:
        message = stored[draft.number].told(draft.name)
    else:
        return None
    return draft.id_problem("duplicate", message)
