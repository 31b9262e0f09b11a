"""
Workbooks for people: tables, the annotated copy of an upload, the empty roster.

Everything typed by people is written as text. A text that begins with ``=`` stays one: no formula, link or
number is ever made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kaohe_workflow.application.intake.annotated import AnnotatedSheet
from kaohe_workflow.application.intake.cells import Cell
from kaohe_workflow.application.intake.roster_columns import ROSTER_COLUMNS
from kaohe_workflow.values.terms import (
    Category,
    Education,
    IdType,
    LabelledEnum,
    Level,
    PracticeSituation,
    Title,
)

TEMPLATE_ROWS = 5000
"""Rows of the roster template that are prepared with drop-downs and text format."""

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_CHOICES: dict[str, type[LabelledEnum]] = {
    "id_type": IdType,
    "level": Level,
    "category": Category,
    "title": Title,
    "education": Education,
    "practice_situation": PracticeSituation,
}
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""Told of every workbook, so that the same table is the same file whenever it is written."""

_WIDE = {"id_number": 22, "qualification_number": 32, "licence_number": 20}
_NOTES = "提示"
_A4 = 9
"""Paper, as a workbook numbers them."""
_FORBIDDEN_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_SHEET_NAME_CHARACTERS = 31


def write_table(name: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]], mark: str = "") -> bytes:
    """
    Return a workbook with one sheet: the headings in row 1, the rows below, a filter over all.

    It prints on A4 across, all columns on one page's width, the headings on each page.
    A ``mark`` that says whose the sheet is stands below the last row and on every printed page.
    """
    output = BytesIO()
    with xlsxwriter.Workbook(output, _OPTIONS) as workbook:
        workbook.set_properties({"created": _CREATED})
        sheet = workbook.add_worksheet(_sheet_name(name))
        bold = workbook.add_format({"bold": True})
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, bold)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                _write_cell(sheet, number, place, cell)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        if rows:
            sheet.autofilter(0, 0, len(rows), max(len(headings) - 1, 0))
        if mark:
            sheet.write_string(len(rows) + 2, 0, mark)
            sheet.set_footer("&L" + mark.replace("&", "&&"))
    return output.getvalue()


def write_annotated(annotated: AnnotatedSheet) -> bytes:
    """
    Return the uploaded sheet as a workbook, the explanations in its last column and wrong cells in red.

    A filter over the table shows the wrong rows alone with one click. What the notes say stands on a second sheet.
    """
    output = BytesIO()
    with xlsxwriter.Workbook(output, _OPTIONS) as workbook:
        workbook.set_properties({"created": _CREATED})
        sheet = workbook.add_worksheet(_sheet_name(annotated.name))
        red = workbook.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
        red_day = workbook.add_format(
            {"bg_color": "#FFC7CE", "font_color": "#9C0006", "num_format": "yyyy-mm-dd"}
        )
        for number, row in enumerate(annotated.rows, 1):
            for place, cell in enumerate(row):
                wrong = (number, place) in annotated.marked
                fill = (red_day if isinstance(cell, date) else red) if wrong else None
                _write_cell(sheet, number - 1, place, cell, fill)
        for number, place in annotated.marked:
            row = annotated.rows[number - 1]
            if place >= len(row) or row[place] is None:
                sheet.write_blank(number - 1, place, None, red)
        sheet.set_column(annotated.explanation_place, annotated.explanation_place, 60)
        sheet.freeze_panes(annotated.heading_row, 0)
        last_row = max(len(annotated.rows), annotated.heading_row + 1) - 1
        sheet.autofilter(annotated.heading_row - 1, 0, last_row, annotated.explanation_place)
        if annotated.notes:
            _write_notes(workbook, annotated)
    return output.getvalue()


def _write_notes(workbook: Workbook, annotated: AnnotatedSheet) -> None:
    name = _NOTES if _sheet_name(annotated.name) != _NOTES else f"{_NOTES}2"
    sheet = workbook.add_worksheet(name)
    for place, heading in enumerate(("行", "列或工作表", "提示")):
        sheet.write_string(0, place, heading)
    for number, note in enumerate(annotated.notes, 1):
        sheet.write_number(number, 0, note.row)
        sheet.write_string(number, 1, note.column)
        sheet.write_string(number, 2, note.message)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, 2, 90)


def write_roster_template() -> bytes:
    """Return an empty physician list: headings, drop-downs, text format for numbers, hints per column."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, _OPTIONS) as workbook:
        workbook.set_properties({"created": _CREATED})
        sheet = workbook.add_worksheet("医师名单")
        text = workbook.add_format({"num_format": "@"})
        plain = workbook.add_format({"bold": True, "text_wrap": True})
        required = workbook.add_format({"bold": True, "text_wrap": True, "font_color": "#9C0006"})
        sheet.write_string(0, 0, "序号", plain)
        for place, column in enumerate(ROSTER_COLUMNS, 1):
            heading = f"*{column.label}" if column.required else column.label
            sheet.write_string(0, place, heading, required if column.required else plain)
            sheet.set_column(place, place, _WIDE.get(column.field, 16), text)
            _validate(sheet, place, column.field)
        sheet.freeze_panes(1, 2)
        _write_hints(workbook, plain)
    return output.getvalue()


def _validate(sheet: Worksheet, place: int, field: str) -> None:
    if field in _CHOICES:
        rule: dict[str, object] = {
            "validate": "list",
            "source": [term.label for term in _CHOICES[field]],
            "error_title": "请从列表中选择",
        }
        # Wordings of titles and the like differ from hospital to hospital and are imported as they are.
        if field in {"title", "education", "practice_situation"}:
            rule["error_type"] = "warning"
    elif field == "id_number":
        rule = {
            "validate": "length",
            "criteria": "between",
            "minimum": 5,
            "maximum": 20,
            "error_title": "证件号码长度不正确",
            "input_title": "证件号码",
            "input_message": "本列为文本格式；居民身份证填18位或旧15位号码",
        }
    else:
        return
    sheet.data_validation(1, place, TEMPLATE_ROWS, place, rule)


def _write_hints(workbook: Workbook, bold: Format) -> None:
    sheet = workbook.add_worksheet("填写说明")
    lines = (
        "带*的列必填，其他列可以留空；留空的科室、级别由医师报名时填写。",
        "证件号码、证书编码、手机号码为文本格式，请勿改为数字格式，否则末几位会丢失。",
        "日期写作2011-05-12、2011/5/12、2011.5.12或2011年5月12日，不得晚于导入当日。",
        "资格证书编码为24位或27位，执业证书编码为15位。",
        "同一人的15位与18位身份证号视为同一号码，只能出现一次。",
    )
    sheet.write_string(0, 0, "填写说明", bold)
    for number, line in enumerate(lines, 1):
        sheet.write_string(number, 0, line)
    sheet.set_column(0, 0, 90)


def _write_cell(sheet: Worksheet, row: int, place: int, cell: Cell, fill: Format | None = None) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, place, cell, fill)
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, cell, fill)
    else:
        sheet.write_number(row, place, cell, fill)


def _sheet_name(name: str) -> str:
    cleaned = "".join(char for char in name.translate(_FORBIDDEN_IN_SHEET_NAMES) if char.isprintable())
    return cleaned.strip()[:_SHEET_NAME_CHARACTERS] or "Sheet1"
