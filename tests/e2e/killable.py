"""
Demonstrations that end themselves by SIGKILL, one after the other on one database.

    python killable.py INPUT DATABASE REPORT POINT...

Each POINT is a process of its own, forked from this one, which has loaded everything and opened nothing:

    3:middle   in the middle of stage 3 (from 0), at its end if it has no middle
    3:end      when stage 3 is done, before the next begins
    500        before the 500th statement that SQLite gets

The home is KAOHE_HOME. Prints, a line a POINT, "killed" or "ended"; a run that is not killed ends this program.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Engine, event

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.cli import installation
from kaohe_workflow.cli.demo.command import run
from kaohe_workflow.cli.demo.directory import Directory, read_directory
from kaohe_workflow.cli.telling import Stage


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class MortalStage:
    """A stage that may not outlive its middle."""

    def __init__(self, total: int, mortal: bool) -> None:
        self._left = (total + 1) // 2 if mortal else -1

    def advance(self, done: int = 1) -> None:
        """Die once half of it is done."""
        if self._left > 0:
            self._left -= done
            if self._left <= 0:
                die()


class MortalTelling:
    """Progress that dies at a point; one that is no number of a stage never does."""

    def __init__(self, point: str) -> None:
        number, _, self._where = point.partition(":")
        self._number = int(number) if self._where else -1
        self._seen = -1

    @contextmanager
    def stage(self, label: str, total: int) -> Iterator[Stage]:
        """Count the stage, and die in it if it is the one."""
        self._seen += 1
        fatal = self._seen == self._number
        yield MortalStage(total, fatal and self._where == "middle")
        if fatal:
            die()


def watch_statements(number: int) -> None:
    """Die before a statement of this number, over all connections that are opened from now on."""
    left = iter(range(number - 1, -1, -1))

    def count(_: str) -> None:
        if next(left, -1) == 0:
            die()

    def watch(connection: sqlite3.Connection, _: object) -> None:
        connection.set_trace_callback(count)

    event.listen(Engine, "connect", watch)


def go_on(directory: Directory, database: str, report: Path, point: str) -> None:
    """Run until the point, or to the end."""
    if ":" not in point:
        watch_statements(int(point))
    run(directory, database, installation.home(), report, lambda: nullcontext(MortalTelling(point)))


def main(folder: str, database: str, report: str, *points: str) -> None:
    """Run once for each point."""
    directory = read_directory(Path(folder))
    load_catalogue()
    for point in points:
        child = os.fork()
        if child == 0:
            go_on(directory, database, Path(report), point)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code != -signal.SIGKILL:
            print("ended" if code == 0 else f"failed {code}")
            return
        print("killed", flush=True)


main(*sys.argv[1:])
