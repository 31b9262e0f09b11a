"""One reader a kind of cell: from what stands in it to a value; each raises InputInvalid with a row code."""

from __future__ import annotations

from datetime import date
from re import compile

from kaohe_workflow.application.intake.cells import Cell, is_blank, shown
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.dates import EARLIEST_YEAR, parse_date
from kaohe_workflow.values.identity import IdentityNumber, identify
from kaohe_workflow.values.licence import LicenceNumber, QualificationNumber
from kaohe_workflow.values.person_name import PersonName
from kaohe_workflow.values.phone import Phone
from kaohe_workflow.values.plain_text import SHORT_TEXT, tidy_line
from kaohe_workflow.values.terms import Category, IdType, Level

_TRUTH_VALUES = frozenset({"TRUE", "FALSE"})
_ERROR_VALUE = compile(
    r"#(N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA)"
)


def invalid(code: str, message: str) -> InputInvalid:
    """Return the refusal of one cell; its place is added by whoever knows it."""
    return InputInvalid([Problem("$", code, message)])


def check_kind(cell: Cell, *, dates: bool = False) -> None:
    """
    Refuse what a cell of words and numbers never holds (``cell-kind``): a truth value, an error or a number below
    zero, whatever the column, and a date unless ``dates`` (the reader of the column knows what to do with one).

    Both stand as they are shown, in a CSV file as well, where no cell has a kind.
    """
    if isinstance(cell, date):
        if not dates:
            raise invalid("cell-kind", "单元格是日期，请改为文本后重新录入")
    elif isinstance(cell, int | float):
        if cell < 0:
            raise invalid("cell-kind", f"单元格是负数{shown(cell)}，请更正后重新录入")
    elif isinstance(cell, str):
        text = cell.strip()
        if text in _TRUTH_VALUES:
            raise invalid("cell-kind", f"单元格是逻辑值{text}，请改为文本后重新录入")
        if _ERROR_VALUE.fullmatch(text):
            raise invalid("cell-kind", f"单元格显示错误值{text}，请检查公式或重新录入")


def read_line(cell: Cell) -> str | None:
    """Read one line of words, tidied; None for what shows nothing; ``text-too-long``."""
    text = tidy_line(shown(cell))
    if len(text) > SHORT_TEXT:
        raise invalid("text-too-long", f"不得超过{SHORT_TEXT}个字，现为{len(text)}个字")
    return text or None


def read_name(cell: Cell) -> str:
    """Read a name; ``name-missing``, ``name-control``, ``name-malformed`` (a number or a date is none)."""
    if cell is not None and not isinstance(cell, str):
        raise invalid("name-malformed", "单元格是数字或日期，不是姓名")
    return PersonName.parse(shown(cell)).text


def read_id_type(cell: Cell) -> IdType:
    """Read 证件类型; ``id-malformed``."""
    kind = IdType.find_label(shown(cell))
    if kind is None:
        known = "、".join(item.label for item in IdType)
        raise invalid("id-malformed", f"证件类型“{shown(cell)}”不在可选值中：{known}")
    return kind


def read_identity(cell: Cell, kind: IdType) -> IdentityNumber:
    """
    Read an identity number of a kind; ``id-missing``, ``id-malformed``, ``id-check-digit`` and others of `values`.

    A number cell is refused, whatever it shows: a spreadsheet keeps 15 digits and replaces the others.
    """
    return IdentityNumber.parse(kind, _identity_text(cell))


def read_any_identity(cell: Cell) -> IdentityNumber:
    """Read an identity number whose kind no column tells."""
    return identify(_identity_text(cell))


def _identity_text(cell: Cell) -> str:
    if is_blank(cell):
        raise invalid("id-missing", "证件号码不能为空")
    if isinstance(cell, (int, float)):
        raise invalid("id-number-cell", "证件号码为数字格式，末几位已丢失，请将该列设为文本格式后重新录入")
    if isinstance(cell, date):
        raise invalid("id-malformed", "证件号码为日期格式，请将该列设为文本格式后重新录入")
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
