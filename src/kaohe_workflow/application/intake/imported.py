"""
What an import has come to: as a value, as what is remembered under a key, and as the sheet that goes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import attrs

from kaohe_workflow.application.intake.annotated import AnnotatedSheet, annotate
from kaohe_workflow.application.intake.cells import Sheet
from kaohe_workflow.application.intake.problems import BadRow, RefusedRow
from kaohe_workflow.application.intake.roster import RosterPreview
from kaohe_workflow.application.intake.roster_reading import RosterRow
from kaohe_workflow.application.intake.scores import NO_OPEN_PAPER, ScorePreview, ScoreRow
from kaohe_workflow.application.intake.tables import RowNote
from kaohe_workflow.application.lines import Tried
from kaohe_workflow.application.ports import Codec
from kaohe_workflow.application.remembering import error_of, plain_error
from kaohe_workflow.application.requests import Answer
from kaohe_workflow.errors import KaoheError

Mode = Literal["valid", "whole"]
"""`valid` lets the good rows in; `whole` lets nothing in while any row is bad or refused."""

Explain = Callable[[KaoheError], str]
"""What people are told of an error, in Chinese."""


@attrs.frozen(kw_only=True)
class Imported:
    """
    What an import did.

    ``done`` are the sheet rows that went in, ``bad`` those that could not be read, ``refused`` those that a rule
    refused, ``unknown`` the score rows without a person or an open paper that the caller may know of. ``warnings``
    are those of the preview; ``sheet`` is what was read, with its headings in ``heading_row``.
    """

    sheet: Sheet = attrs.field(repr=False)
    heading_row: int
    bad: tuple[BadRow, ...]
    done: tuple[int, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    unknown: tuple[int, ...] = ()
    warnings: tuple[RowNote, ...] = ()

    def annotated(self, explain: Explain) -> AnnotatedSheet:
        """The sheet with what is wrong beside every row that did not go in for a reason of its own."""
        remarks = {row.row: explain(row.error) for row in self.refused}
        remarks |= dict.fromkeys(self.unknown, NO_OPEN_PAPER)
        return annotate(self.sheet, self.heading_row, self.bad, remarks, self.warnings)


def read_from(preview: RosterPreview | ScorePreview) -> Imported:
    """An import of which nothing has gone in yet."""
    return Imported(
        sheet=preview.sheet,
        heading_row=preview.heading_row,
        bad=preview.bad,
        unknown=preview.unknown if isinstance(preview, ScorePreview) else (),
        warnings=preview.warnings,
    )


def come_to(
    codec: Codec,
    mode: Mode,
    pairs: Sequence[tuple[RosterRow | ScoreRow, Tried]],
    read: Imported,
    besides: Sequence[Tried] = (),
) -> Answer[Imported]:
    """
    What an import has come to.

    Args:
        pairs: the rows that were tried, each with its end.
        read: says what became of the rows that were not tried.
        besides: what else was tried for the import.
    """
    tried = (*besides, *(one for _, one in pairs))
    refused = tuple(RefusedRow(row.row, one.error) for row, one in pairs if one.error is not None)
    if mode == "whole" and (refused or read.unknown or read.bad):
        return Answer(attrs.evolve(read, refused=refused), tried, keep=False)
    imported = attrs.evolve(
        read, done=tuple(row.row for row, one in pairs if one.error is None), refused=refused
    )
    return Answer(imported, tried, remembered=_plain(codec, imported) if imported.done else None)


def _plain(codec: Codec, imported: Imported) -> Any:
    """The sheet is left out: whoever repeats the request sends it again."""
    return {
        "done": imported.done,
        "bad": imported.bad,
        "refused": [{"row": row.row, "error": plain_error(codec, row.error)} for row in imported.refused],
        "unknown": imported.unknown,
        "warnings": imported.warnings,
    }


def recalled(codec: Codec, read: Imported, remembered: Mapping[str, Any]) -> Imported:
    """The import that is remembered; ``read`` is the same file, read again."""
    return attrs.evolve(
        read,
        done=tuple(remembered["done"]),
        bad=tuple(codec.structure(row, BadRow) for row in remembered["bad"]),
        refused=tuple(RefusedRow(row["row"], error_of(codec, row["error"])) for row in remembered["refused"]),
        unknown=tuple(remembered["unknown"]),
        warnings=tuple(codec.structure(note, RowNote) for note in remembered.get("warnings", ())),
    )
