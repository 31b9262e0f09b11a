"""
Roster workbooks as hospitals make them: any column order, headings, title row, sheet, kind of cell.

Written by XlsxWriter; a formula's stored value can be given or left away, as programs do that write files
without computing them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO

import attrs
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from kaohe_workflow.testing.people import Person

ROSTER_FIELDS: Mapping[str, str] = {
    "name": "姓名",
    "id_type": "证件类型",
    "id_number": "证件号码",
    "phone": "手机号码",
    "department": "科室",
    "level": "医师级别",
    "category": "执业类别",
    "qualification_number": "医师资格证书编码",
    "qualified_on": "资格证取得时间",
    "licence_number": "医师执业证书编码",
    "licensed_on": "执业证取得时间",
    "first_registered_on": "首次注册时间",
    "title": "职称",
    "education": "学历",
    "practice_situation": "执业情况",
}
"""Field → heading, in the order of the manual's list."""

HEADING_ALIASES: Mapping[str, Sequence[str]] = {
    "name": ("姓名", "医师姓名", "*姓名", "姓 名"),
    "id_number": ("证件号码", "身份证号", "身份证号码", "证件号", "身份证\n号码（必填）"),
    "phone": ("手机号码", "手机号", "联系电话"),
    "department": ("科室", "所在科室", "科室名称"),
    "level": ("医师级别", "级别"),
    "category": ("执业类别", "类别"),
    "qualification_number": ("医师资格证书编码", "资格证书编号", "医师资格证编码"),
    "qualified_on": ("资格证取得时间", "资格证书取得日期"),
    "licence_number": ("医师执业证书编码", "执业证书编码", "执业证编号"),
    "licensed_on": ("执业证取得时间", "执业证书取得日期"),
    "first_registered_on": ("首次注册时间", "首次注册日期", "首次执业注册时间"),
    "title": ("职称", "专业技术职称"),
    "education": ("学历", "最高学历"),
}
"""Other headings under which hospitals write the same columns; the first is ours."""


@attrs.frozen
class Formula:
    """A cell computed by ``text``; ``stored`` is the value kept in the file, None for a file without one."""

    text: str
    stored: str | float | None = None


Content = str | float | date | Formula | None


def roster_cells(person: Person) -> dict[str, Content]:
    """Return a person's cells by field, labels instead of codes, dates as date cells."""
    cells: dict[str, Content] = {
        field: getattr(person, field) for field in ROSTER_FIELDS if field != "id_type"
    }
    return {**cells, "id_type": "居民身份证", "level": person.level.label, "category": person.category.label}


def roster_workbook(
    rows: Sequence[Mapping[str, Content]],
    *,
    headings: Mapping[str, str] = ROSTER_FIELDS,
    title: str | None = "医师名单",
    blank_rows_before: int = 0,
    sheets_before: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
) -> bytes:
    """
    Return a workbook with the rows under the headings.

    Args:
        rows: cells by field; a field without a heading is left out.
        headings: field → heading, in the order of the columns.
        title: a title row above the headings, or none.
        blank_rows_before: empty rows at the top of the sheet.
        sheets_before: other sheets, which hold a note each, before the roster's own.
        hidden_rows: rows that are hidden, as the sheet counts, from 1.
    """
    output = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as workbook:
        for name in sheets_before:
            workbook.add_worksheet(name).write_string(0, 0, "填报说明")
        sheet = workbook.add_worksheet("名单")
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        line = blank_rows_before
        if title is not None:
            sheet.write_string(line, 0, title)
            line += 1
        for place, heading in enumerate(headings.values()):
            sheet.write_string(line, place, heading)
        for number, row in enumerate(rows, line + 1):
            for place, field in enumerate(headings):
                write_content(sheet, number, place, row.get(field), day)
        for number in hidden_rows:
            sheet.set_row(number - 1, None, None, {"hidden": True})
    return output.getvalue()


def write_content(sheet: Worksheet, row: int, place: int, content: Content, day: object) -> None:
    """Write one cell of its kind; ``day`` is the format of date cells."""
    if isinstance(content, Formula):
        stored = "" if content.stored is None else content.stored
        sheet.write_formula(row, place, content.text, None, stored)
    elif isinstance(content, str):
        sheet.write_string(row, place, content)
    elif isinstance(content, date):
        sheet.write_datetime(row, place, content, day)
    elif content is not None:
        sheet.write_number(row, place, content)
