"""
From an uploaded file to sheets, without trusting the file.

A workbook is parsed in a child process: the parser is native code that aborts the whole process when memory
runs out.
"""

from __future__ import annotations

import json
import subprocess
from contextlib import AbstractContextManager, nullcontext
from datetime import date

from kaohe_workflow.adapters.children import WAIT_SECONDS, WALL_SECONDS, Turns, run_child
from kaohe_workflow.adapters.clock import SystemClock
from kaohe_workflow.adapters.confining import OUT_OF_MEMORY
from kaohe_workflow.adapters.sheets.csv_text import read_csv
from kaohe_workflow.adapters.sheets.limits import check_size, too_large, unreadable
from kaohe_workflow.application.intake.cells import Cell, Merged, Sheet
from kaohe_workflow.application.ports import Clock
from kaohe_workflow.errors import InputInvalid, Problem

_ZIP_MARK = b"PK"
_OLD_OFFICE_MARK = b"\xd0\xcf\x11\xe0"


class SheetReader(Turns):
    """
    `read_sheets` with no more than a few child processes at a time.

    A workbook waits ``wait_seconds`` for its turn and is then refused with `TooManyTries`; ``clock`` is what its
    instant is counted from. What needs no child (CSV) does not wait.
    """

    def __init__(self, clock: Clock | None = None, wait_seconds: float = WAIT_SECONDS) -> None:
        super().__init__(clock or SystemClock(), wait_seconds)

    def __call__(self, content: bytes) -> tuple[Sheet, ...]:
        """The sheets of a file; raises what `read_sheets` does, and `TooManyTries`."""
        return read_sheets(content, turn=self.turn())


def read_sheets(
    content: bytes,
    wall_seconds: float = WALL_SECONDS,
    turn: AbstractContextManager[None] | None = None,
) -> tuple[Sheet, ...]:
    """
    Return the sheets of an xlsx or CSV file, told apart by content, not by name.

    Args:
        content: the whole file.
        wall_seconds: how long the child may take before it is ended.
        turn: entered while there is a child.

    Raises:
        InputInvalid: ``sheet-too-large`` (over a limit of `limits`, or of time or memory) or
            ``sheet-unreadable`` (damaged, encrypted, of another kind).
    """
    check_size(content)
    if content.startswith(_OLD_OFFICE_MARK):
        raise unreadable("文件为旧版xls或已加密，请取消密码并另存为xlsx后重试")
    if content.startswith(_ZIP_MARK):
        with turn or nullcontext():
            return _read_in_child(content, wall_seconds)
    return (read_csv(content),)


def _read_in_child(content: bytes, wall_seconds: float) -> tuple[Sheet, ...]:
    try:
        done = run_child("kaohe_workflow.adapters.sheets.child", content, wall_seconds)
    except subprocess.TimeoutExpired as ex:
        raise too_large("文件处理超时，请拆分后分次导入") from ex
    if done.returncode == OUT_OF_MEMORY:
        raise too_large("文件处理所需内存过大，请拆分后分次导入")
    if done.returncode != 0:
        raise unreadable("文件异常，无法读取，请另存为xlsx后重试")
    return _sheets(done.stdout)


def _sheets(output: bytes) -> tuple[Sheet, ...]:
    answer = json.loads(output)
    if "refused" in answer:
        code, message = answer["refused"]
        raise InputInvalid([Problem("$", code, message)])
    return tuple(
        Sheet(
            name=sheet["name"],
            rows=tuple(tuple(map(_cell, row)) for row in sheet["rows"]),
            hidden=sheet["hidden"],
            hidden_rows=frozenset(sheet["hidden_rows"]),
            hidden_columns=frozenset(sheet["hidden_columns"]),
            merged=tuple(Merged(*merged) for merged in sheet["merged"]),
        )
        for sheet in answer["sheets"]
    )


def _cell(plain: str | float | list[str] | None) -> Cell:
    return date.fromisoformat(plain[0]) if isinstance(plain, list) else plain
