"""
Importing sheets through the one door: physicians of an institution, scores of a stage.

A preview stores nothing. An import goes in one unit of work: the good rows, or nothing while any row is bad, by
choice; a process killed in the middle has changed nothing, and the same file can be sent again. Sent again under the
same idempotency key it gives the same report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Principal, Standing, reaches, visible
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.intake.annotated import AnnotatedSheet, annotate
from kaohe_workflow.application.intake.cells import Sheet
from kaohe_workflow.application.intake.problems import BadRow
from kaohe_workflow.application.intake.roster import (
    ALREADY_ELSEWHERE,
    ALREADY_HERE,
    RosterPreview,
    preview_roster,
)
from kaohe_workflow.application.intake.roster_reading import RosterRow
from kaohe_workflow.application.intake.scores import ScorePreview, ScoreRow, preview_scores
from kaohe_workflow.application.intake.tables import RowNote
from kaohe_workflow.application.lines import Item, Tried
from kaohe_workflow.application.phases import OPEN_PAPER, RUNNING
from kaohe_workflow.application.ports import Clock, Codec, Secrets, Store, UnitOfWork
from kaohe_workflow.application.remembering import error_of, plain_error
from kaohe_workflow.application.requests import Answer, Request
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import Case
from kaohe_workflow.application.transaction import Transaction
from kaohe_workflow.errors import KaoheError, NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.values.terms import AccountKind, Stage
from kaohe_workflow.values.windows import local_date

Mode = Literal["valid", "whole"]
"""`valid` lets the good rows in; `whole` lets nothing in while any row is bad or refused."""

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
    refused, ``unknown`` the score rows without a person or an open paper that the caller may know of. ``warnings``
    are those of the preview.
    """

    done: tuple[int, ...]
    bad: tuple[BadRow, ...]
    refused: tuple[RefusedRow, ...] = ()
    unknown: tuple[int, ...] = ()
    warnings: tuple[RowNote, ...] = ()


@attrs.frozen
class Intake:
    """Imports over a store and the door."""

    store: Store
    clock: Clock
    door: Door
    read_sheets: ReadSheets
    write_annotated: WriteAnnotated
    secrets: Secrets

    def preview_roster(self, principal: Principal, institution_id: str, data: bytes) -> RosterPreview:
        """
        Read a physician list for an institution against the store, changing nothing.

        A preview tells which numbers are taken where the caller may bring somebody, and nothing about any others: a
        file of numbers must not find out who is in the province's database. Such a row is good here, and bad when
        it is imported.

        Raises:
            NotFound: no such institution, or none that the caller may know of.
            NotPermitted: the caller sees the institution and brings nobody to it.
            InputInvalid: no sheet, or none with the headings of a list.
        """
        with self.store.begin(write=False) as unit:
            _check_reach(unit, principal, institution_id)
        sheets = self.read_sheets(data)
        with self.store.begin(write=False) as unit:
            return self._preview_roster(unit, principal, institution_id, sheets)

    def annotated_roster(self, principal: Principal, institution_id: str, data: bytes) -> bytes:
        """The same workbook with 错误说明 beside every bad row; raises what `preview_roster` does."""
        preview = self.preview_roster(principal, institution_id, data)
        return self.write_annotated(annotate(preview.sheet, preview.heading_row, preview.bad))

    def _preview_roster(
        self, unit: UnitOfWork, principal: Principal, institution_id: str, sheets: Sequence[Sheet]
    ) -> RosterPreview:
        def known(numbers: Sequence[str]) -> Mapping[str, str]:
            return self._taken(unit, principal, institution_id, numbers)

        return preview_roster(sheets, local_date(self.clock.now()), known)

    def _taken(
        self, unit: UnitOfWork, principal: Principal, institution_id: str, numbers: Sequence[str]
    ) -> Mapping[str, str]:
        """Those of the numbers that are taken within the caller's reach, with what is said about each."""
        persons = self._cases(unit, numbers)
        homes = unit.read("institution", sorted({person.institution_id for person in persons}))
        within = {id for id, home in homes.items() if reaches(principal, _standing(home))}
        return {
            person.record.id_number: ALREADY_HERE
            if person.institution_id == institution_id and person.state == "attached"
            else ALREADY_ELSEWHERE
            for person in persons
            if person.institution_id in within
        }

    def _persons(self, unit: UnitOfWork, numbers: Sequence[str]) -> dict[str, str]:
        """Physician id → number, of those numbers that are in the store."""
        return {case.id: case.record.id_number for case in self._cases(unit, numbers)}

    def _cases(self, unit: UnitOfWork, numbers: Sequence[str]) -> list[Case]:
        hashes = tuple(dict.fromkeys(self.secrets.blind("id_hash", number) for number in numbers))
        return unit.find("affiliation", [Where("id_hash", "in", hashes)])

    def import_roster(
        self,
        principal: Principal,
        institution_id: str,
        data: bytes,
        *,
        mode: Mode = "valid",
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
            NotFound: no such institution, or none that the caller may know of.
            NotPermitted: the caller sees the institution and brings nobody to it.
            InputInvalid: no sheet, or none with the headings of a list; or the key was used for another request.
        """
        with self.store.begin(write=False) as unit:
            _check_reach(unit, principal, institution_id)
        sheets = self.read_sheets(data)

        def work(transaction: Transaction) -> Answer[Imported]:
            preview = self._preview_roster(transaction.unit, principal, institution_id, sheets)
            read = Imported((), preview.bad, warnings=preview.warnings)
            if mode == "whole" and preview.bad:
                return Answer(read, ())
            made = (
                _departments(transaction, principal, institution_id, preview.good)
                if create_departments
                else []
            )
            departments = _enabled_departments(transaction.unit, institution_id)
            items = [Item(None, _added(institution_id, row, departments)) for row in preview.good]
            tried = transaction.apply(principal, "affiliation", "add", items)
            pairs = list(zip(preview.good, tried, strict=True))
            taken = [(row, one) for row, one in pairs if _is_taken(one.error)]
            bad = (*preview.bad, *(preview.taken(row) for row, _ in taken))
            read = attrs.evolve(read, bad=tuple(sorted(bad, key=lambda row: row.row)))
            # Who tries a number that is taken is audited like whoever is refused.
            besides = [*made, *(one for _, one in taken)]
            others = [(row, one) for row, one in pairs if not _is_taken(one.error)]
            return _answer(self.door.tools.codec, mode, others, read, besides)

        content = ["import_roster", institution_id, sha256(data).hexdigest(), mode, create_departments]
        return self.door.requests.answer(Request(principal, idempotency_key, content), work, self._repeated)

    def _repeated(self, remembered: Any) -> Imported:
        structure = self.door.tools.codec.structure
        return Imported(
            done=tuple(remembered["done"]),
            bad=tuple(structure(row, BadRow) for row in remembered["bad"]),
            refused=tuple(
                RefusedRow(row["row"], error_of(self.door.tools.codec, row["error"]))
                for row in remembered["refused"]
            ),
            unknown=tuple(remembered["unknown"]),
            warnings=tuple(structure(note, RowNote) for note in remembered.get("warnings", ())),
        )

    def preview_scores(self, principal: Principal, data: bytes) -> ScorePreview:
        """
        Read a score file, changing nothing.

        Raises:
            NotPermitted: the caller is no organisation, so there is no paper whose score it could record.
            InputInvalid: no sheet, or none with the headings of scores.
        """
        _check_scorer(principal)
        return preview_scores(self.read_sheets(data))

    def import_scores(
        self,
        principal: Principal,
        data: bytes,
        *,
        mode: Mode = "valid",
        idempotency_key: str | None = None,
    ) -> Imported:
        """
        Record the scores of a file for the papers of running cycles that are open.

        A row without such a person or without an open paper is `unknown`, and so is one whose paper the caller may
        not know of; the first score of a paper stands.

        Raises:
            NotPermitted: as `preview_scores`; the file is not read.
            InputInvalid: no sheet, or none with the headings of scores; or the key was used for another request.
        """
        preview = self.preview_scores(principal, data)

        def work(transaction: Transaction) -> Answer[Imported]:
            papers = self._open_papers(transaction.unit, preview.good)
            rows = [row for row in preview.good if (row.id_number, row.paper, row.stage) in papers]
            read = Imported((), preview.bad, warnings=preview.warnings)
            if mode == "whole" and (preview.bad or len(rows) < len(preview.good)):
                return Answer(attrs.evolve(read, unknown=_without(preview.good, rows)), ())
            items = [
                Item(papers[row.id_number, row.paper, row.stage].id, RecordScore(row.score)) for row in rows
            ]
            tried = transaction.apply(principal, "evaluation", "record_score", items)
            # Who may not know of a paper learns nothing about the person: as if there were none.
            pairs = [
                (row, one)
                for row, one in zip(rows, tried, strict=True)
                if not isinstance(one.error, NotFound)
            ]
            unknown = _without(preview.good, [row for row, _ in pairs])
            return _answer(self.door.tools.codec, mode, pairs, attrs.evolve(read, unknown=unknown))

        content = ["import_scores", sha256(data).hexdigest(), mode]
        return self.door.requests.answer(Request(principal, idempotency_key, content), work, self._repeated)

    def _open_papers(self, unit: UnitOfWork, rows: Sequence[ScoreRow]) -> dict[tuple[str, str, Stage], Case]:
        """The papers that these rows may score, by number, kind and stage."""
        cycles = tuple(case.id for case in unit.find("cycle", [Where("state", "in", RUNNING)]))
        persons = self._persons(unit, [row.id_number for row in rows])
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


def _check_reach(unit: UnitOfWork, principal: Principal, institution_id: str) -> None:
    institution = unit.read("institution", [institution_id]).get(institution_id)
    if institution is None:
        raise NotFound("institution", institution_id)
    standing = _standing(institution)
    if not reaches(principal, standing):
        known = visible(principal, standing) or principal.organisation_id == institution_id
        raise NotPermitted("affiliation", "add") if known else NotFound("institution", institution_id)


def _standing(institution: Case) -> Standing:
    record = institution.record
    return Standing(institution_id=institution.id, path=record.path, agency_id=record.agency_id)


def _is_taken(error: KaoheError | None) -> bool:
    """Whether somebody was refused because the number is somebody's already."""
    if not isinstance(error, TransitionRefused) or error.lifecycle != "affiliation":
        return False
    return any(getattr(reason, "name", "") == "id_unique" for reason in error.reasons)


def _check_scorer(principal: Principal) -> None:
    """Before a file is read at all; which papers an organisation may score is asked for each row."""
    if principal.is_system:
        return
    if principal.init_only or principal.kind is not AccountKind.ORGANISATION:
        raise NotPermitted("evaluation", "record_score")


def _without(rows: Sequence[ScoreRow], known: Sequence[ScoreRow]) -> tuple[int, ...]:
    """The sheet's numbers of the rows that are not among the known ones."""
    numbers = {row.row for row in known}
    return tuple(row.row for row in rows if row.row not in numbers)


def _answer(
    codec: Codec,
    mode: Mode,
    pairs: Sequence[tuple[RosterRow | ScoreRow, Tried]],
    read: Imported,
    besides: Sequence[Tried] = (),
) -> Answer[Imported]:
    """What an import has come to; ``read`` says what became of the rows that were not tried."""
    tried = (*besides, *(one for _, one in pairs))
    refused = tuple(RefusedRow(row.row, one.error) for row, one in pairs if one.error is not None)
    if mode == "whole" and (refused or read.unknown or read.bad):
        return Answer(attrs.evolve(read, refused=refused), tried, keep=False)
    imported = attrs.evolve(
        read, done=tuple(row.row for row, one in pairs if one.error is None), refused=refused
    )
    return Answer(imported, tried, remembered=_plain(codec, imported) if imported.done else None)


def _plain(codec: Codec, imported: Imported) -> Any:
    return {
        "done": imported.done,
        "bad": imported.bad,
        "refused": [{"row": row.row, "error": plain_error(codec, row.error)} for row in imported.refused],
        "unknown": imported.unknown,
        "warnings": imported.warnings,
    }


def _departments(
    transaction: Transaction, principal: Principal, institution_id: str, rows: Sequence[RosterRow]
) -> list[Tried]:
    """Make the departments that these rows name and the institution lacks."""
    found = transaction.unit.find("department", [Where("institution_id", "eq", institution_id)])
    known = {case.record.name for case in found if case.state != "deleted"}
    named = dict.fromkeys(row.department for row in rows if row.department)
    items = [Item(None, CreateDepartment(institution_id, name)) for name in named if name not in known]
    return transaction.apply(principal, "department", "create", items)


def _enabled_departments(unit: UnitOfWork, institution_id: str) -> dict[str, str]:
    """Ids by name of the departments that the institution has in use."""
    where = [Where("institution_id", "eq", institution_id), Where("state", "eq", "enabled")]
    return {case.record.name: case.id for case in unit.find("department", where)}


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
