"""One reader a kind of cell: from what stands in it to a value; each raises InputInvalid with a row code."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from re import ASCII, IGNORECASE, compile
from types import MappingProxyType
from unicodedata import category

from kaohe_workflow.application.intake.cells import UNCOMPUTED, Cell, is_blank, shown
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.dates import EARLIEST_YEAR, parse_date
from kaohe_workflow.values.identity import IdentityNumber, identify
from kaohe_workflow.values.licence import LicenceNumber, QualificationNumber
from kaohe_workflow.values.person_name import entered
from kaohe_workflow.values.phone import Phone, is_mobile
from kaohe_workflow.values.plain_text import SHORT_TEXT, tidy_line
from kaohe_workflow.values.terms import Category, IdType, Level

_TRUTH_VALUES = frozenset({"TRUE", "FALSE"})
_ERROR_VALUE = compile(
    r"#(N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA)"
)

NEVER_COMPUTED = "单元格是未计算的公式，请在表格软件中打开并保存后再导入"
"""What is said of a formula without a stored value."""

_UNSEEN = frozenset({"Cc", "Cf"})
_SCIENTIFIC = compile(r"[0-9](\.[0-9]+)?E\+[0-9]+", ASCII | IGNORECASE)
_EXACT_DIGITS: Mapping[IdType, Set[int]] = MappingProxyType(
    {
        IdType.RESIDENT_ID: frozenset({15}),
        IdType.HMT_RESIDENCE: frozenset({15}),
        IdType.TAIWAN_PERMIT: frozenset({8}),
    }
)
_FIRST_INEXACT = 1e15
"""A spreadsheet keeps 15 digits of a number: from here on the last ones may be others than those typed."""

_DIGITS_LOST = "为数字格式，只保留前15位数字，其余已丢失，请将该列设为文本格式后重新录入"


def invalid(code: str, message: str) -> InputInvalid:
    """Return the refusal of one cell; its place is added by whoever knows it."""
    return InputInvalid([Problem("$", code, message)])


def check_kind(
    cell: Cell, *, dates: bool = False, wrong: str = "cell-kind", missing: str = "cell-kind"
) -> None:
    """
    Refuse what a cell of words and numbers never holds: a truth value, an error or a number below zero, whatever the
    column, and a date unless ``dates`` (the reader of the column knows what to do with one). ``wrong`` is the code
    that the column has for what is none of its values.
    A formula that was never computed is as much as nothing: ``missing`` is the code of nothing.

    Both stand as they are shown, in a CSV file as well, where no cell has a kind.

    Raises:
        InputInvalid: ``wrong`` or ``missing``.
    """
    if isinstance(cell, date):
        if not dates:
            raise invalid(wrong, "单元格是日期，请改为文本后重新录入")
    elif isinstance(cell, int | float):
        if cell < 0:
            raise invalid(wrong, f"单元格是负数{shown(cell)}，请更正后重新录入")
    elif isinstance(cell, str):
        text = cell.strip()
        if text in _TRUTH_VALUES:
            raise invalid(wrong, f"单元格是逻辑值{text}，请改为文本后重新录入")
        if text == UNCOMPUTED:
            raise invalid(missing, NEVER_COMPUTED)
        if _ERROR_VALUE.fullmatch(text):
            raise invalid(wrong, f"单元格显示错误值{text}，请检查公式或重新录入")


def explained(cell: Cell, message: str) -> str:
    """Return a message about a cell, which also tells of characters that nobody sees in it."""
    if not isinstance(cell, str) or cell.isprintable() or "零宽" in message:
        return message
    unseen = any(category(char) in _UNSEEN for char in cell.strip())
    return f"{message}（单元格含有看不见的零宽或控制字符，请重新录入）" if unseen else message


def read_line(cell: Cell) -> str | None:
    """
    Read one line of words, tidied; None for what shows nothing.

    Raises:
        InputInvalid: ``text-too-long``: more than `SHORT_TEXT` characters.
    """
    text = tidy_line(shown(cell))
    if len(text) > SHORT_TEXT:
        raise invalid("text-too-long", f"不得超过{SHORT_TEXT}个字，现为{len(text)}个字")
    return text or None


def read_called(cell: Cell) -> tuple[str, str | None]:
    """
    Read a name, or the mobile number that may stand in its place while it is not known; the name is blank then
    (手册 2.2.9). A cell that is left empty in a list is taken for a slip of the pen, whatever the row says otherwise.

    Raises:
        InputInvalid: ``name-missing``, ``name-control``, ``name-malformed`` (a cell of a number that is none of a
            mobile telephone, or of a date, is none).
    """
    if cell is not None and not isinstance(cell, str) and not is_mobile(shown(cell)):
        raise invalid("name-malformed", "单元格是数字或日期，不是姓名")
    return entered(shown(cell), None)


def read_id_type(cell: Cell) -> IdType:
    """
    Read 证件类型, by its label.

    Raises:
        InputInvalid: ``id-malformed``: none of the list.
    """
    kind = IdType.find_label(shown(cell))
    if kind is None:
        known = "、".join(item.label for item in IdType)
        raise invalid("id-malformed", f"证件类型“{shown(cell)}”不在可选值中：{known}")
    return kind


def read_identity(cell: Cell, kind: IdType) -> IdentityNumber:
    """
    Read an identity number of a kind; ``id-missing``, ``id-malformed``, ``id-check-digit`` and others of `values`.

    A number cell is read where nothing can be lost of it: 15 digits of a resident's number, which never begins with
    0, and the 8 of a 台胞证. Of longer ones a spreadsheet keeps 15 digits and replaces the others, and of other
    kinds a 0 at the beginning may be gone: ``id-number-cell``.
    """
    return IdentityNumber.parse(kind, _identity_text(cell, _EXACT_DIGITS.get(kind, frozenset())))


def read_any_identity(cell: Cell) -> IdentityNumber:
    """Read an identity number whose kind no column tells, else as `read_identity`."""
    return identify(_identity_text(cell, frozenset({8, 15})))


def _identity_text(cell: Cell, exact_digits: Set[int]) -> str:
    if is_blank(cell):
        raise invalid("id-missing", "证件号码不能为空")
    if isinstance(cell, date):
        raise invalid("id-malformed", "证件号码为日期格式，请将该列设为文本格式后重新录入")
    text = shown(cell).strip()
    if _digits_lost(cell):
        raise invalid(
            "id-malformed" if isinstance(cell, str) else "id-number-cell", f"证件号码{_DIGITS_LOST}"
        )
    if isinstance(cell, int | float) and not (cell == int(cell) and len(text) in exact_digits):
        raise invalid(
            "id-number-cell", "证件号码为数字格式，开头的0可能已丢失，请将该列设为文本格式后重新录入"
        )
    return text


def _digits_lost(cell: Cell) -> bool:
    """Whether a long number was kept, or written into a CSV file, with its first 15 digits or fewer."""
    if isinstance(cell, str):
        return _SCIENTIFIC.fullmatch(cell.strip()) is not None
    return isinstance(cell, int | float) and abs(cell) >= _FIRST_INEXACT


def _certificate_text(cell: Cell, code: str, label: str) -> str:
    if _digits_lost(cell):
        raise invalid(code, f"{label}{_DIGITS_LOST}")
    return shown(cell)


def read_level(cell: Cell) -> Level:
    """Read 医师级别; ``level-unknown``."""
    return Level.from_label(shown(cell))


def read_category(cell: Cell) -> Category:
    """Read 执业类别; ``category-unknown``."""
    return Category.from_label(shown(cell))


def read_qualification(cell: Cell) -> QualificationNumber:
    """Read 医师资格证书编码; ``qualification-length``, also for a number cell, which cannot hold one."""
    return QualificationNumber.parse(_certificate_text(cell, "qualification-length", "医师资格证书编码"))


def read_licence(cell: Cell) -> LicenceNumber:
    """Read 医师执业证书编码; ``licence-length``, also for a number cell of more than its 15 digits."""
    return LicenceNumber.parse(_certificate_text(cell, "licence-length", "医师执业证书编码"))


def read_phone(cell: Cell) -> str:
    """Read a telephone number; ``phone-malformed``."""
    return Phone.parse(shown(cell)).number


def read_date(cell: Cell, today: date) -> date:
    """
    Read a day up to ``today``, which still counts; a cell of a date from `EARLIEST_YEAR` on, or text.

    Raises:
        InputInvalid: ``date-invalid``, ``date-future``.
    """
    day = cell if isinstance(cell, date) and cell.year >= EARLIEST_YEAR else parse_date(shown(cell))
    if day > today:
        raise invalid("date-future", f"{day.isoformat()}晚于导入当日，请核对")
    return day
