"""What people see while a long command runs: a bar a stage, or plain lines where there is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Stage(Protocol):
    """A stage on its way."""

    def advance(self, done: int = 1) -> None:
        """So many more are done."""


class Telling(Protocol):
    """Is told of stages and what is done in them."""

    @contextmanager
    def stage(self, label: str, total: int) -> Iterator[Stage]:
        """A stage of ``total`` things to do; it begins and ends with the block."""
        ...


class _Bar:
    def __init__(self, progress: Progress, label: str, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task(label, total=total)

    def advance(self, done: int = 1) -> None:
        self._progress.advance(self._task, done)


class Bars:
    """One bar below the other, on a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @contextmanager
    def stage(self, label: str, total: int) -> Iterator[Stage]:
        """A bar; none where there is nothing to do."""
        if not total:
            yield _Line()
            return
        yield _Bar(self._progress, label, total)


class _Line:
    def advance(self, done: int = 1) -> None:
        """A line is written at the end alone."""


class Lines:
    """One line a stage, when it is done."""

    @contextmanager
    def stage(self, label: str, total: int) -> Iterator[Stage]:
        """A line; none where there was nothing to do."""
        yield _Line()
        if total:
            print(f"{label}：{total}", file=sys.stderr, flush=True)


@contextmanager
def telling(heading: str, console: Console | None = None) -> Iterator[Telling]:
    """Bars on a terminal, lines elsewhere, below a heading; all goes to stderr: stdout holds the results alone."""
    console = console or Console(stderr=True)
    print(heading, file=console.file, flush=True)
    if not console.is_terminal:
        yield Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield Bars(progress)
