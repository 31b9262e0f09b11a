"""One reader a kind of cell: from what stands in it to a value; each raises InputInvalid with a row code."""

from __future__ import annotations

from datetime import date

from kaohe_workflow.application.intake.cells import Cell, is_blank, shown
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.dates import EARLIEST_YEAR, parse_date
from kaohe_workflow.values.identity import IdentityNumber, identify
from kaohe_workflow.values.licence import LicenceNumber, QualificationNumber
from kaohe_workflow.values.person_name import PersonName
from kaohe_workflow.values.phone import Phone
from kaohe_workflow.values.terms import Category, IdType, Level


def invalid(code: str, message: str) -> InputInvalid:
    """Return the refusal of one cell; its place is added by whoever knows it."""
    return InputInvalid([Problem("$", code, message)])


def read_name(cell: Cell) -> str:
    """Read a name; ``name-missing``, ``name-control``, ``name-malformed``."""
    return PersonName.parse(shown(cell)).text


def read_identity(cell: Cell, type_cell: Cell) -> IdentityNumber:
    """
    Read an identity number of the kind that ``type_cell`` names, 居民身份证 where it is blank.

    A number cell is refused, whatever it shows: a spreadsheet keeps 15 digits and replaces the others.
    """
    text = _identity_text(cell)
    kind = IdType.RESIDENT_ID if is_blank(type_cell) else IdType.find_label(shown(type_cell))
    if kind is None:
        known = "、".join(item.label for item in IdType)
        raise invalid("id-malformed", f"证件类型“{shown(type_cell)}”不在可选值中：{known}")
    return IdentityNumber.parse(kind, text)


def read_any_identity(cell: Cell) -> IdentityNumber:
    """Read an identity number whose kind no column tells."""
    return identify(_identity_text(cell))


def _identity_text(cell: Cell) -> str:
    if is_blank(cell):
        raise invalid("id-missing", "证件号码不能为空")
    if isinstance(cell, (int, float)):
        raise invalid("id-number-cell", "证件号码为数字格式，末几位已丢失，请将该列设为文本格式后重新录入")
    return shown(cell).strip()


def read_level(cell: Cell) -> Level:
    """Read 医师级别; ``level-unknown``."""
    return Level.from_label(shown(cell))


def read_category(cell: Cell) -> Category:
    """Read 执业类别; ``category-unknown``."""
    return Category.from_label(shown(cell))


def read_qualification(cell: Cell) -> QualificationNumber:
    """Read 医师资格证书编码; ``qualification-length``."""
    return QualificationNumber.parse(shown(cell))


def read_licence(cell: Cell) -> LicenceNumber:
    """Read 医师执业证书编码; ``licence-length``."""
    return LicenceNumber.parse(shown(cell))


def read_phone(cell: Cell) -> str:
    """Read a telephone number; ``phone-malformed``."""
    return Phone.parse(shown(cell)).number


def read_date(cell: Cell, today: date) -> date:
    """Read a date not after ``today``; ``date-invalid``, ``date-future``."""
    day = cell if isinstance(cell, date) and cell.year >= EARLIEST_YEAR else parse_date(shown(cell))
    if day > today:
        raise invalid("date-future", f"{day.isoformat()}晚于导入当日，请核对")
    return day
