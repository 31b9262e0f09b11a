"""
Importing sheets through the one door: physicians of an institution, scores of a stage.

A preview stores nothing. An import goes in one unit of work: the good rows, or nothing while any row is bad, by
choice; a process killed in the middle has changed nothing, and the same file can be sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import Literal

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.intake.annotated import AnnotatedSheet, annotate
from kaohe_workflow.application.intake.cells import Sheet
from kaohe_workflow.application.intake.problems import BadRow
from kaohe_workflow.application.intake.roster import RosterPreview, preview_roster
from kaohe_workflow.application.intake.roster_reading import RosterRow
from kaohe_workflow.application.intake.scores import ScorePreview, ScoreRow, preview_scores
from kaohe_workflow.application.ports import Case, Clock, Secrets, Store, Where
from kaohe_workflow.application.queries.home import RUNNING
from kaohe_workflow.application.send import Declined, Done, Door
from kaohe_workflow.application.transaction import Item
from kaohe_workflow.errors import KaoheError
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import local_date

OPEN_PAPER = ("not_sat", "sitting", "handed_in", "absence_pending")


ReadSheets = Callable[[bytes], tuple[Sheet, ...]]
"""All sheets of a workbook, or the one of a CSV file; raises `InputInvalid` for what is none, or is dangerous."""

WriteAnnotated = Callable[[AnnotatedSheet], bytes]
"""A workbook with the explanations beside the rows."""


@attrs.frozen
class RefusedRow:
    """A good row that a rule or the state of its case did not let in."""

    row: int
    error: KaoheError


@attrs.frozen
class Imported:
    """
    What an import did.

    ``done`` are the sheet rows that went in, ``bad`` those that could not be read, ``refused`` those that a rule
    refused, ``unknown`` the score rows without a person or an open paper.
    """

    done: tuple[int, ...]
    bad: tuple[BadRow, ...]
    refused: tuple[RefusedRow, ...] = ()
    unknown: tuple[int, ...] = ()


@attrs.frozen
class Intake:
    """Imports over a store and the door."""

    store: Store
    clock: Clock
    door: Door
    read_sheets: ReadSheets
    write_annotated: WriteAnnotated
    secrets: Secrets

    def preview_roster(self, data: bytes) -> RosterPreview:
        """
        Read a physician list against the store, changing nothing.

        Raises:
            InputInvalid: no sheet, or none with the headings of a list.
        """
        return preview_roster(self.read_sheets(data), local_date(self.clock.now()), self._known)

    def annotated_roster(self, data: bytes) -> bytes:
        """The same workbook with 错误说明 beside every bad row."""
        preview = self.preview_roster(data)
        return self.write_annotated(annotate(preview.sheet, preview.heading_row, preview.bad))

    def import_roster(
        self,
        principal: Principal,
        institution_id: str,
        data: bytes,
        *,
        mode: Literal["valid", "whole"] = "valid",
        create_departments: bool = False,
        idempotency_key: str | None = None,
    ) -> Imported:
        """
        Add the physicians of a list to an institution.

        Args:
            mode: `valid` lets the good rows in; `whole` lets nothing in while any row is bad or refused.
            create_departments: make the departments that the list names and the institution does not have; without
                it such cells stay blank and the physician chooses when filing.

        Raises:
            InputInvalid: no sheet, or none with the headings of a list.
        """
        preview = self.preview_roster(data)
        if mode == "whole" and preview.bad:
            return Imported((), preview.bad)
        departments = self._departments(principal, institution_id, preview.good, create_departments)
        items = [Item(None, _added(institution_id, row, departments)) for row in preview.good]
        outcomes = self.door.send_many(
            principal,
            "affiliation",
            "add",
            items,
            all_or_nothing=mode == "whole",
            idempotency_key=idempotency_key,
        )
        return self._imported(preview.good, outcomes, preview.bad)

    def _imported(
        self,
        rows: Sequence[RosterRow | ScoreRow],
        outcomes: Sequence[Done | Declined],
        bad: tuple[BadRow, ...],
        unknown: tuple[int, ...] = (),
    ) -> Imported:
        pairs = list(zip(rows, outcomes, strict=True))
        return Imported(
            done=tuple(row.row for row, outcome in pairs if isinstance(outcome, Done)),
            bad=bad,
            refused=tuple(
                RefusedRow(row.row, outcome.error) for row, outcome in pairs if isinstance(outcome, Declined)
            ),
            unknown=unknown,
        )

    def _known(self, numbers: Sequence[str]) -> Set[str]:
        hashes = {self.secrets.blind("id_hash", number): number for number in numbers}
        with self.store.begin(write=False) as unit:
            found = unit.find("affiliation", [Where("id_hash", "in", tuple(hashes))])
        return {case.record.id_number for case in found}

    def _departments(
        self, principal: Principal, institution_id: str, rows: Sequence[RosterRow], create: bool
    ) -> dict[str, str]:
        """Department ids by name: those the institution has in use, and, if asked for, those it lacks."""
        known = self._enabled_departments(institution_id)
        missing = dict.fromkeys(
            row.department for row in rows if row.department and row.department not in known
        )
        if create and missing:
            items = [Item(None, CreateDepartment(institution_id, name)) for name in missing if name]
            self.door.send_many(principal, "department", "create", items)
            known = self._enabled_departments(institution_id)
        return known

    def _enabled_departments(self, institution_id: str) -> dict[str, str]:
        with self.store.begin(write=False) as unit:
            found = unit.find(
                "department",
                [Where("institution_id", "eq", institution_id), Where("state", "eq", "enabled")],
            )
        return {case.record.name: case.id for case in found}

    def preview_scores(self, data: bytes) -> ScorePreview:
        """
        Read a score file, changing nothing.

        Raises:
            InputInvalid: no sheet, or none with the headings of scores.
        """
        return preview_scores(self.read_sheets(data))

    def import_scores(
        self,
        principal: Principal,
        data: bytes,
        *,
        mode: Literal["valid", "whole"] = "valid",
        idempotency_key: str | None = None,
    ) -> Imported:
        """
        Record the scores of a file for the papers of running cycles that are open.

        A row without such a person or without an open paper is `unknown`; the first score of a paper stands.

        Raises:
            InputInvalid: no sheet, or none with the headings of scores.
        """
        preview = self.preview_scores(data)
        papers = self._open_papers(preview.good)
        rows = [row for row in preview.good if (row.id_number, row.paper, row.stage) in papers]
        known = {row.row for row in rows}
        unknown = tuple(row.row for row in preview.good if row.row not in known)
        if mode == "whole" and (preview.bad or unknown):
            return Imported((), preview.bad, unknown=unknown)
        items = [Item(papers[row.id_number, row.paper, row.stage].id, RecordScore(row.score)) for row in rows]
        outcomes = self.door.send_many(
            principal,
            "evaluation",
            "record_score",
            items,
            all_or_nothing=mode == "whole",
            idempotency_key=idempotency_key,
        )
        return self._imported(rows, outcomes, preview.bad, unknown)

    def _open_papers(self, rows: Sequence[ScoreRow]) -> dict[tuple[str, str, Stage], Case]:
        """The papers that these rows may score, by number, kind and stage."""
        hashes = {self.secrets.blind("id_hash", row.id_number): row.id_number for row in rows}
        with self.store.begin(write=False) as unit:
            cycles = tuple(case.id for case in unit.find("cycle", [Where("state", "in", RUNNING)]))
            persons = {
                case.id: case.record.id_number
                for case in unit.find("affiliation", [Where("id_hash", "in", tuple(hashes))])
            }
            papers = unit.find(
                "evaluation",
                [
                    Where("physician_id", "in", tuple(persons)),
                    Where("cycle_id", "in", cycles),
                    Where("state", "in", OPEN_PAPER),
                ],
            )
        return {
            (persons[paper.record.physician_id], paper.record.kind, paper.record.stage): paper
            for paper in papers
            if paper.record.score is None
        }


def _added(institution_id: str, row: RosterRow, departments: dict[str, str]) -> AddPhysician:
    return AddPhysician(
        institution_id=institution_id,
        name=row.name,
        id_type=row.id_type,
        id_number=row.id_number,
        id_original=row.id_original,
        phone=row.phone,
        department_id=departments.get(row.department or ""),
        level=row.level,
        category=row.category,
        qualification_number=row.qualification_number,
        qualified_on=row.qualified_on,
        licence_number=row.licence_number,
        licensed_on=row.licensed_on,
        first_registered_on=row.first_registered_on,
        title=row.title,
        education=row.education,
        practice_situation=row.practice_situation,
    )
