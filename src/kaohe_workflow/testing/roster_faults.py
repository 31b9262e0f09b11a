"""
Ways to spoil a roster row, one for each code of a bad row; and ways to write a good one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import TypeAlias

from kaohe_workflow.testing.workbooks import Content, Formula
from kaohe_workflow.values.resident_id import shorten

Cells: TypeAlias = dict[str, Content]
Spoil = Callable[[Cells], Cells]


def _with(field: str, content: Content) -> Spoil:
    return lambda cells: {**cells, field: content}


def _other_check(cells: Cells) -> Cells:
    number = str(cells["id_number"])
    return {**cells, "id_number": number[:17] + ("1" if number[17] != "1" else "2")}


def _impossible_birth(cells: Cells) -> Cells:
    number = str(cells["id_number"])
    return {**cells, "id_number": f"{number[:10]}0230{number[14:]}"}


def _as_number(cells: Cells) -> Cells:
    return {**cells, "id_number": float(str(cells["id_number"])[:17] + "0")}


FAULTS: tuple[tuple[str, Spoil], ...] = (
    ("name-missing", _with("name", None)),
    ("name-missing", _with("name", Formula("=A1&B1"))),
    ("name-control", _with("name", "韦\u200b晓月")),
    ("name-control", _with("name", "韦\u202e晓月")),
    ("name-malformed", _with("name", "韦3月")),
    ("id-missing", _with("id_number", None)),
    ("id-number-cell", _as_number),
    ("id-malformed", _with("id_number", "45010219800101")),
    ("id-birth-date", _impossible_birth),
    ("id-check-digit", _other_check),
    ("level-unknown", _with("level", "主任医师")),
    ("category-unknown", _with("category", "兽医")),
    ("qualification-length", _with("qualification_number", "1999451104501")),
    ("licence-length", _with("licence_number", "1104503027729981")),
    ("phone-malformed", _with("phone", "12800138000")),
    ("date-invalid", _with("licensed_on", "2011年13月5日")),
    ("date-future", _with("first_registered_on", date(2023, 11, 28))),
)
"""Code → how a row gets it. A duplicate needs two rows, so it is not among them."""

_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_NOTATIONS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


def as_typed(random: Random, cells: Cells) -> Cells:
    """Write a good row as people type it: the number in any form, dates in any notation or as date cells."""
    typed = {**cells, "id_number": _number(random, str(cells["id_number"]))}
    for field, content in cells.items():
        if isinstance(content, date) and random.random() < 0.8:
            typed[field] = content.strftime(random.choice(_NOTATIONS))
    return typed


def _number(random: Random, number: str) -> str:
    forms = [number, number.lower(), number.translate(_FULL_WIDTH), f" {number[:6]} {number[6:]}"]
    short = shorten(number)
    return random.choice([*forms, short] if short else forms)
