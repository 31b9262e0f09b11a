"""From a row of cells to a person, or to all that is wrong with the row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import attrs

from kaohe_workflow.application.intake import cell_readers as readers
from kaohe_workflow.application.intake.cells import UNCOMPUTED, Cell, is_blank, shown
from kaohe_workflow.application.intake.problems import CellProblem, conflicting, ranked
from kaohe_workflow.application.intake.tables import RowNote, Table
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.values.identity import IdentityNumber
from kaohe_workflow.values.licence import LicenceNumber, QualificationNumber
from kaohe_workflow.values.terms import (
    Category,
    Education,
    IdType,
    LabelledEnum,
    Level,
    PracticeSituation,
    Title,
)
from kaohe_workflow.values.years import full_years

EARLIEST_AGE = 16
"""Years; a certificate of somebody younger is a slip of the pen. Our own bound: no article names one."""

_MISSING = {"name": "name-missing", "id_number": "id-missing"}
_WRONG = {
    "name": "name-malformed",
    "id_number": "id-malformed",
    "level": "level-unknown",
    "category": "category-unknown",
    "qualification_number": "qualification-length",
    "licence_number": "licence-length",
    "phone": "phone-malformed",
    "qualified_on": "date-invalid",
    "licensed_on": "date-invalid",
    "first_registered_on": "date-invalid",
}
_DATES_READ = frozenset({"name", "id_number", "qualified_on", "licensed_on", "first_registered_on"})
_Value = TypeVar("_Value")
_Term = TypeVar("_Term", bound=LabelledEnum)


@attrs.frozen(kw_only=True)
class RosterRow:
    """
    One person of a list, checked.

    ``row`` is the sheet's own number; ``name`` is blank where a mobile number stands for it (手册 2.2.9), ``id_number``
    the normalised one (18 characters for residents), ``id_original`` what was typed. Blank cells are None. A ``title``,
    ``education`` or ``practice_situation`` that is no term of ours is the sheet's own wording.
    """

    row: int
    name: str
    id_type: IdType
    id_number: str
    id_original: str
    phone: str | None = None
    department: str | None = None
    level: Level | None = None
    category: Category | None = None
    qualification_number: str | None = None
    qualified_on: date | None = None
    licence_number: str | None = None
    licensed_on: date | None = None
    first_registered_on: date | None = None
    title: Title | str | None = None
    education: Education | str | None = None
    practice_situation: PracticeSituation | str | None = None


@attrs.frozen
class Draft:
    """
    A row read on its own, before it is compared with others.

    ``name``, which may be blank, and ``number`` are known whenever they are valid, also in a row with other problems;
    ``person`` only without problems.
    """

    row: int
    name: str | None
    number: str | None
    problems: tuple[CellProblem, ...]
    person: RosterRow | None
    id_column: str
    id_place: int
    id_shown: str

    def id_problem(self, code: str, message: str) -> CellProblem:
        """Return a problem of this row's identity number."""
        return CellProblem(self.id_column, self.id_place, code, message, self.id_shown)


def read_rows(table: Table, today: date) -> tuple[tuple[Draft, ...], tuple[RowNote, ...]]:
    """Read every row below the headings that holds anything in a known column."""
    drafts, notes = [], []
    for number, row in table.body():
        if not table.holds(row):
            continue
        reading = _RowReading(table, number, row, today)
        drafts.append(reading.draft())
        notes.extend(reading.notes)
    return tuple(drafts), tuple(notes)


class _RowReading:
    """Reads one row, collecting its problems and notes; used once."""

    def __init__(self, table: Table, number: int, row: tuple[Cell, ...], today: date) -> None:
        self.table = table
        self.number = number
        self.row = row
        self.today = today
        self.problems: list[CellProblem] = []
        self.notes: list[RowNote] = []
        self.uncomputed: list[CellProblem] = []

    def draft(self) -> Draft:
        phone = self._optional("phone", readers.read_phone)
        called = self._called(phone)
        identity = self._identity()
        for field in ("name", "id_number"):
            self.problems.extend(conflicting(self.table, self.row, field))
        person = self._person(called, identity)
        # They make no row bad; of one that is they may be the reason.
        self.problems.extend(self.uncomputed if self.problems else ())
        return Draft(
            row=self.number,
            name=called[0] if called is not None else None,
            number=identity.number if identity is not None else None,
            problems=ranked(self.problems),
            person=person,
            id_column=self.table.headings["id_number"],
            id_place=self.table.columns["id_number"],
            id_shown=shown(self.table.cell(self.row, "id_number")),
        )

    def _called(self, phone: str | None) -> tuple[str, str | None] | None:
        """Name and telephone number; of two numbers the one in the column of telephone numbers, and that is told."""
        called = self._read("name", readers.read_called)
        if called is None:
            return None
        name, standing = called
        if standing is not None and phone not in (None, standing):
            self._note("name", "name-is-phone", "姓名一栏是另一个手机号码，现按手机号码一栏读取，姓名留空")
        return name, phone or standing

    def _person(
        self, called: tuple[str, str | None] | None, identity: IdentityNumber | None
    ) -> RosterRow | None:
        level = self._optional("level", readers.read_level)
        category = self._optional("category", readers.read_category)
        qualification = self._optional("qualification_number", readers.read_qualification)
        qualified_on = self._optional("qualified_on", self._date)
        licence = self._optional("licence_number", readers.read_licence)
        licensed_on = self._optional("licensed_on", self._date)
        first_registered_on = self._optional("first_registered_on", self._date)
        department = self._optional("department", readers.read_line)
        title = self._term("title", Title)
        education = self._term("education", Education)
        practice_situation = self._term("practice_situation", PracticeSituation)
        if self.problems or called is None or identity is None:
            return None
        name, phone = called
        self._compare(identity, qualification, qualified_on, licence, level)
        self._compare_days(identity.birth_date, qualified_on, licensed_on, first_registered_on)
        return RosterRow(
            row=self.number,
            name=name,
            id_type=identity.id_type,
            id_number=identity.number,
            id_original=identity.original,
            phone=phone,
            department=department,
            level=level,
            category=category,
            qualification_number=qualification.number if qualification else None,
            qualified_on=qualified_on,
            licence_number=licence.number if licence else None,
            licensed_on=licensed_on,
            first_registered_on=first_registered_on,
            title=title,
            education=education,
            practice_situation=practice_situation,
        )

    def _read(self, field: str, read: Callable[[Cell], _Value]) -> _Value | None:
        cell = self.table.cell(self.row, field)
        try:
            readers.check_kind(
                cell,
                dates=field in _DATES_READ,
                wrong=_WRONG.get(field, "cell-kind"),
                missing=_MISSING.get(field, "cell-kind"),
            )
            return read(cell)
        except InputInvalid as ex:
            heading, place = self.table.headings[field], self.table.columns[field]
            self.problems.extend(
                CellProblem(
                    heading, place, problem.code, readers.explained(cell, problem.message), shown(cell)
                )
                for problem in ex.problems
            )
            return None

    def _optional(self, field: str, read: Callable[[Cell], _Value]) -> _Value | None:
        cell = self.table.cell(self.row, field)
        if cell == UNCOMPUTED:
            heading, place = self.table.headings[field], self.table.columns[field]
            self.uncomputed.append(
                CellProblem(heading, place, "formula-uncomputed", readers.NEVER_COMPUTED, UNCOMPUTED)
            )
            self._note(field, "formula-uncomputed", f"{readers.NEVER_COMPUTED}；现按空白读取")
            return None
        return None if is_blank(cell) else self._read(field, read)

    def _identity(self) -> IdentityNumber | None:
        """The number, of the kind that 证件类型 names, 居民身份证 where that is blank."""
        before = len(self.problems)
        kind = self._optional("id_type", readers.read_id_type) or IdType.RESIDENT_ID
        if len(self.problems) > before:
            return None
        return self._read("id_number", lambda cell: self._number(cell, kind))

    def _number(self, cell: Cell, kind: IdType) -> IdentityNumber:
        identity = readers.read_identity(cell, kind)
        born = identity.birth_date
        if born is not None and born > self.today:
            raise readers.invalid("id-birth-date", "证件号码中的出生日期晚于导入当日，请核对")
        return identity

    def _date(self, cell: Cell) -> date:
        return readers.read_date(cell, self.today)

    def _term(self, field: str, kind: type[_Term]) -> _Term | str | None:
        text = self._optional(field, readers.read_line)
        if text is None:
            return None
        found = kind.find_label(text)
        if found is None:
            self._note(field, "term-unknown", f"“{text}”不在可选值中，按原文导入")
        return text if found is None else found

    def _compare(
        self,
        identity: IdentityNumber,
        qualification: QualificationNumber | None,
        qualified_on: date | None,
        licence: LicenceNumber | None,
        level: Level | None,
    ) -> None:
        if identity.resident is not None and not identity.resident.area_known:
            self._note("id_number", "id-area-unknown", "证件号码的地区代码未知，请核对")
        if qualification is not None:
            for problem in qualification.warnings(identity.number, qualified_on):
                self._note("qualification_number", problem.code, problem.message)
        if licence is not None:
            for problem in licence.warnings(level):
                self._note("licence_number", problem.code, problem.message)

    def _compare_days(
        self,
        born: date | None,
        qualified_on: date | None,
        licensed_on: date | None,
        first_registered_on: date | None,
    ) -> None:
        """A day that cannot be right beside another one is told; which of the two is wrong is not ours to say."""
        licences = {"licensed_on": licensed_on, "first_registered_on": first_registered_on}
        for field, day in {"qualified_on": qualified_on, **licences}.items():
            if day is not None and born is not None and full_years(born, day) < EARLIEST_AGE:
                message = f"早于“{self.table.headings['id_number']}”所示的{EARLIEST_AGE}周岁生日"
                self._note_day(field, "date-too-early", message)
        for field, day in licences.items():
            if day is not None and qualified_on is not None and day < qualified_on:
                self._note_day(field, "date-order", f"早于“{self.table.headings['qualified_on']}”")

    def _note_day(self, field: str, code: str, what: str) -> None:
        self._note(field, code, f"“{self.table.headings[field]}”{what}，请核对这两列")

    def _note(self, field: str, code: str, message: str) -> None:
        self.notes.append(RowNote(self.number, self.table.headings[field], code, message))
