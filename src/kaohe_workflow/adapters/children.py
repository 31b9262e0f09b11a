"""
Child processes in which files from outside are parsed: limited, and lost without harm.

Parsers are code that a file may drive anywhere; some abort the whole process when memory runs out. A child is started
afresh, never forked from a process that may have threads and open connections.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import BoundedSemaphore

from kaohe_workflow.application.ports import Clock
from kaohe_workflow.errors import TooManyTries

WALL_SECONDS = 30.0
AT_ONCE = os.cpu_count() or 1
"""How many files of one kind a process has parsed at the same time: each takes one core and up to 1.5 GiB."""

WAIT_SECONDS = 2.0
"""How long one more waits for its turn: most files are read in less."""

RETRY_AFTER = timedelta(seconds=5)
"""When who was sent away may come again."""


def run_child(module: str, content: bytes, wall_seconds: float) -> subprocess.CompletedProcess[bytes]:
    """
    Give a file to a child that runs a module of ours; its exit code and what it has written.

    Raises:
        subprocess.TimeoutExpired: it took longer, and was ended.
    """
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.run(
        [sys.executable, "-P", "-m", module],
        input=content,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=wall_seconds,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )


class Turns:
    """Places for children; who finds none in time is sent away."""

    def __init__(self, clock: Clock, wait_seconds: float = WAIT_SECONDS) -> None:
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._children = BoundedSemaphore(AT_ONCE)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A place for one child; raises `TooManyTries`."""
        if not self._children.acquire(timeout=self._wait_seconds):
            raise TooManyTries(self._clock.now() + RETRY_AFTER)
        try:
            yield
        finally:
            self._children.release()
