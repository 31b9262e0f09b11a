"""
Importing sheets through the one door: physicians of an institution, scores of a stage.

A preview stores nothing. An import goes in one unit of work: the good rows, or nothing while any row is bad, by
choice; a process killed in the middle has changed nothing, and the same file can be sent again. Sent again under the
same idempotency key it gives the same report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal, authorize, reaches
from kaohe_workflow.application.admission import admitted, might_send
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.intake.annotated import AnnotatedSheet, annotate
from kaohe_workflow.application.intake.cells import Sheet
from kaohe_workflow.application.intake.departments import (
    DEPARTMENT_UNKNOWN,
    department_notes,
    departments_in_use,
    departments_of,
    make_departments,
)
from kaohe_workflow.application.intake.imported import Explain, Imported, Mode, come_to, read_from, recalled
from kaohe_workflow.application.intake.problems import BadRow, RefusedRow
from kaohe_workflow.application.intake.roster import (
    ALREADY_ELSEWHERE,
    ALREADY_HERE,
    RosterPreview,
    Taken,
    preview_roster,
)
from kaohe_workflow.application.intake.roster_reading import RosterRow
from kaohe_workflow.application.intake.score_papers import Matched, match_papers
from kaohe_workflow.application.intake.scores import NO_OPEN_PAPER, ScorePreview, preview_scores
from kaohe_workflow.application.lines import Item, Tried
from kaohe_workflow.application.ports import Clock, Secrets, Store, UnitOfWork
from kaohe_workflow.application.requests import Answer, Request
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import Case
from kaohe_workflow.application.taken_numbers import Lookups
from kaohe_workflow.application.transaction import Transaction
from kaohe_workflow.errors import KaoheError, NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.values.windows import local_date

ReadSheets = Callable[[bytes], tuple[Sheet, ...]]
"""
All sheets of a workbook, or the one of a CSV file.

Raises `InputInvalid` for what is none, or is dangerous, and `TooManyTries` while too many are being read.
"""

WriteAnnotated = Callable[[AnnotatedSheet], bytes]
"""A workbook with the explanations beside the rows; the same for the same sheet."""


@attrs.frozen
class Intake:
    """Imports over a store and the door; ``roster_template`` makes the empty list that is filled in."""

    store: Store
    clock: Clock
    door: Door
    read_sheets: ReadSheets
    write_annotated: WriteAnnotated
    roster_template: Callable[[], bytes]
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
            InputInvalid: no sheet, or none with the headings of a list; or an argument is not of the kind that is
                declared.
        """
        check_arguments(
            ("principal", principal, Principal),
            ("institution_id", institution_id, str),
            ("data", data, bytes),
        )
        with self.store.begin(write=False) as unit:
            self._check_reach(unit, principal, institution_id)
        sheets = self.read_sheets(data)
        with self.store.begin(write=False) as unit:

            def known(numbers: Sequence[str]) -> Mapping[str, Taken]:
                return self._taken(unit, principal, institution_id, numbers)

            preview = preview_roster(sheets, local_date(self.clock.now()), known)
            notes = department_notes(departments_of(unit, institution_id), preview.good)
        return attrs.evolve(preview, warnings=(*preview.warnings, *notes))

    def annotated_roster(self, principal: Principal, institution_id: str, data: bytes) -> bytes:
        """The same workbook with 错误说明 beside every bad row; raises what `preview_roster` does."""
        preview = self.preview_roster(principal, institution_id, data)
        return self.write_annotated(
            annotate(preview.sheet, preview.heading_row, preview.bad, notes=preview.warnings)
        )

    def annotated_import(self, imported: Imported, explain: Explain) -> bytes:
        """
        The workbook of an import with 错误说明 beside every row that is bad, refused or unknown.

        Which rows those are is the import's answer, so who repeats it under its key gets the same file.
        """
        return self.write_annotated(imported.annotated(explain))

    def _surroundings(self, unit: UnitOfWork) -> Surroundings:
        return Surroundings(unit, self.door.tools.catalogue.moment(self.clock.now()), self.secrets)

    def _check_reach(self, unit: UnitOfWork, principal: Principal, institution_id: str) -> None:
        """Whoever may add somebody there (新增医师) may import, and hears beforehand what a preview tells."""
        if institution_id not in unit.read("institution", [institution_id]):
            raise NotFound("institution", institution_id)
        standing = self._surroundings(unit).standing_of_institution(institution_id)
        rows = admitted(self.door.tools.catalogue, "affiliation", "add")
        try:
            authorize(principal, standing, rows, lifecycle="affiliation", case_id=institution_id, event="add")
        except NotFound as ex:
            raise NotFound("institution", institution_id) from ex

    def _taken(
        self, unit: UnitOfWork, principal: Principal, institution_id: str, numbers: Sequence[str]
    ) -> Mapping[str, Taken]:
        """Those of the numbers that are taken within the caller's reach, with what is said about each."""
        persons = self._cases(unit, numbers)
        surroundings = self._surroundings(unit)
        homes = {person.institution_id for person in persons}
        for home in homes:
            surroundings.batch.institutions.want(home)
        within = {home for home in homes if reaches(principal, surroundings.standing_of_institution(home))}
        return {
            person.record.id_number: Taken(ALREADY_HERE, person.record.name)
            if person.institution_id == institution_id and person.state == "attached"
            else Taken(ALREADY_ELSEWHERE)
            for person in persons
            if person.institution_id in within
        }

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

        A row whose number turns out to be taken beyond the caller's reach counts as a person looked up, like an event
        that is sent alone; those beyond the pace (see `PersonSearch`) are refused as `TooManyTries`, free numbers like
        taken ones.

        Args:
            mode: `valid` lets the good rows in; `whole` lets nothing in while any row is bad or refused.
            create_departments: make the departments that the list names and the institution does not have; without
                it such cells stay blank, which is told, and the physician chooses when filing.

        Raises:
            NotFound: no such institution, or none that the caller may know of.
            NotPermitted: the caller sees the institution and brings nobody to it.
            InputInvalid: no sheet, or none with the headings of a list; the key was used for another request; or an
                argument, as the mode, is not of the kind that is declared.
        """
        check_arguments(("create_departments", create_departments, bool), *_how(mode, idempotency_key))
        preview = self.preview_roster(principal, institution_id, data)
        if create_departments:
            preview = _without_notes(preview, DEPARTMENT_UNKNOWN)
        read, codec = read_from(preview), self.door.tools.codec

        def work(transaction: Transaction) -> Answer[Imported]:
            if mode == "whole" and preview.bad:
                return Answer(read, ())
            rows, unit = preview.good, transaction.unit
            made = (
                make_departments(transaction, principal, institution_id, rows) if create_departments else []
            )
            departments = departments_in_use(unit, institution_id)
            items = [Item(None, _added(institution_id, row, departments)) for row in rows]
            within = partial(self._taken, unit, principal, institution_id)
            lookups = Lookups(unit, principal.account_id, transaction.moment.now, within)
            pairs = list(zip(rows, _added_by(transaction, principal, lookups, mode, items), strict=True))
            taken = [(row, one) for row, one in pairs if _is_taken(one.error)]
            bad = self._told_taken(unit, principal, institution_id, preview, taken)
            others = [(row, one) for row, one in pairs if not _is_taken(one.error)]
            # Who tries a number that is taken is audited like whoever is refused.
            besides = [*made, *(one for _, one in taken)]
            answer = come_to(codec, mode, others, attrs.evolve(read, bad=bad), besides)
            return attrs.evolve(answer, lookups=lookups)

        content = ["import_roster", institution_id, sha256(data).hexdigest(), mode, create_departments]
        request = Request(principal, idempotency_key, content)
        return self.door.requests.answer(request, work, lambda known: recalled(codec, read, known))

    def _told_taken(
        self,
        unit: UnitOfWork,
        principal: Principal,
        institution_id: str,
        preview: RosterPreview,
        taken: Sequence[tuple[RosterRow, Tried]],
    ) -> tuple[BadRow, ...]:
        """The bad rows of a list, with those whose numbers turned out to be taken, in the order of the sheet."""
        known = self._taken(unit, principal, institution_id, [row.id_number for row, _ in taken])
        bad = [preview.taken(row, known.get(row.id_number, Taken(ALREADY_ELSEWHERE))) for row, _ in taken]
        return tuple(sorted((*preview.bad, *bad), key=lambda row: row.row))

    def preview_scores(
        self, principal: Principal, data: bytes, *, cycle_id: str | None = None
    ) -> ScorePreview:
        """
        Read a score file against the store, changing nothing; arguments and errors are those of `import_scores`.

        Bad, unknown and refused rows are those of an import at this moment: whoever sees a paper and may not score it,
        as the institution of its own physicians, is told so here already. A refusal is not audited, since nothing was
        tried.
        """
        read = self._read_scores(principal, data, cycle_id)
        tools = self.door.tools
        with self.store.begin(write=False) as unit:
            matched = self._matched(unit, principal, read, cycle_id)
            transaction = Transaction.of(tools, unit, tools.catalogue.moment(self.clock.now()))
            errors = transaction.foretell(principal, "evaluation", "record_score", _scored(matched))
        rows = list(zip(matched.preview.good, errors, strict=True))
        return attrs.evolve(
            matched.preview,
            good=tuple(row for row, error in rows if error is None),
            refused=tuple(RefusedRow(row.row, error) for row, error in rows if error is not None),
        )

    def annotated_scores(
        self, principal: Principal, data: bytes, explain: Explain, *, cycle_id: str | None = None
    ) -> bytes:
        """
        The same workbook with 错误说明 beside every bad, refused or unknown row; raises what `preview_scores` does.
        """
        preview = self.preview_scores(principal, data, cycle_id=cycle_id)
        remarks = {row.row: explain(row.error) for row in preview.refused}
        remarks |= dict.fromkeys(preview.unknown, NO_OPEN_PAPER)
        return self.write_annotated(
            annotate(preview.sheet, preview.heading_row, preview.bad, remarks, preview.warnings)
        )

    def import_scores(
        self,
        principal: Principal,
        data: bytes,
        *,
        cycle_id: str | None = None,
        mode: Mode = "valid",
        idempotency_key: str | None = None,
    ) -> Imported:
        """
        Record the scores of a file for the papers of running cycles that are open.

        A row without such a person or without an open paper is `unknown`, and so is one whose paper the caller may
        not know of. The first score of a paper stands: another one is a bad row. A name that is not the one of the
        number is told.

        Args:
            cycle_id: the cycle whose papers are meant; without it a row is bad whose person has the paper in several
                running ones.

        Raises:
            NotPermitted: there can be no paper whose score the caller could record; the file is not read.
            InputInvalid: no sheet, or none with the headings of scores; no such cycle is running; the key was used
                for another request; or an argument, as the mode, is not of the kind that is declared.
        """
        check_arguments(*_how(mode, idempotency_key))
        preview = self._read_scores(principal, data, cycle_id)
        read, codec = read_from(preview), self.door.tools.codec

        def work(transaction: Transaction) -> Answer[Imported]:
            matched = self._matched(transaction.unit, principal, preview, cycle_id)
            now = read_from(matched.preview)
            if mode == "whole" and (now.bad or now.unknown):
                return Answer(now, ())
            rows = matched.preview.good
            tried = transaction.apply(principal, "evaluation", "record_score", _scored(matched))
            return come_to(codec, mode, list(zip(rows, tried, strict=True)), now)

        content = ["import_scores", sha256(data).hexdigest(), mode, *([] if cycle_id is None else [cycle_id])]
        request = Request(principal, idempotency_key, content)
        return self.door.requests.answer(request, work, lambda known: recalled(codec, read, known))

    def _read_scores(self, principal: Principal, data: bytes, cycle_id: str | None) -> ScorePreview:
        """What stands in a score file, for who might record a score."""
        check_arguments(
            ("principal", principal, Principal), ("data", data, bytes), ("cycle_id", cycle_id, str | None)
        )
        if not might_send(self.door.tools.catalogue, principal, "evaluation", "record_score"):
            raise NotPermitted("evaluation", "record_score")
        return preview_scores(self.read_sheets(data))

    def _matched(
        self, unit: UnitOfWork, principal: Principal, read: ScorePreview, cycle_id: str | None
    ) -> Matched:
        persons = self._cases(unit, [row.id_number for row in read.good])
        return match_papers(unit, self._surroundings(unit), principal, persons, read, cycle_id)


def _how(mode: Mode, idempotency_key: str | None) -> tuple[tuple[str, Any, Any], ...]:
    """What every import takes, as `check_arguments` does."""
    return ("mode", mode, Mode), ("idempotency_key", idempotency_key, str | None)


def _scored(matched: Matched) -> list[Item]:
    """What each good row of a score file sends."""
    pairs = zip(matched.preview.good, matched.papers, strict=True)
    return [Item(paper, RecordScore(row.score)) for row, paper in pairs]


def _without_notes(preview: RosterPreview, code: str) -> RosterPreview:
    return attrs.evolve(preview, warnings=tuple(note for note in preview.warnings if note.code != code))


def _is_taken(error: KaoheError | None) -> bool:
    """Whether somebody was refused because the number is somebody's already."""
    if not isinstance(error, TransitionRefused) or error.lifecycle != "affiliation":
        return False
    return any(getattr(reason, "name", "") == "id_unique" for reason in error.reasons)


def _added_by(
    transaction: Transaction, principal: Principal, lookups: Lookups, mode: Mode, items: Sequence[Item]
) -> Sequence[Tried]:
    """Add the people, each number that is told counted; a refusal keeps all out where the whole list is asked for."""
    tried = attrs.evolve(transaction, lookups=lookups).apply(principal, "affiliation", "add", items)
    if mode == "whole" and any(one.error for one in tried):
        return lookups.keeping_nothing(items, tried)
    return tried


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
