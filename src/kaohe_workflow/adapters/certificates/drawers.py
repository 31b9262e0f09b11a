"""
Many certificates at once: a process for each core, since Typst holds the interpreter's lock while it sets a page.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock, Timer
from weakref import finalize

from kaohe_workflow.adapters.certificates.drawing import get, put
from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.application.printing import CertificateFace
from kaohe_workflow.errors import StoreUnavailable

SECONDS_A_PAGE = 2.0
SECONDS_TO_START = 30.0
"""Whoever takes longer than so long to start, and for each page, is ended: some tens of times what it takes."""

Child = subprocess.Popen[bytes]


class Drawers:
    """
    Processes that set certificates, started with the first page and again where one has ended.

    One caller at a time; they end with this process, or when nothing was asked of them for a minute.
    """

    def __init__(self, font_folder: Path | None = None, processes: int | None = None) -> None:
        self._arguments = [str(font_folder)] if font_folder else []
        self._count = processes or os.cpu_count() or 1
        self._codec = JsonCodec()
        self._lock = Lock()
        self._children: dict[int, Child] = {}
        self._end = finalize(self, _end, self._children)

    def pdfs(self, faces: Sequence[CertificateFace]) -> list[bytes | None]:
        """
        The PDF of each face, in their order; None for one that cannot be printed.

        Raises:
            StoreUnavailable: a process ended twice over one page, or took too long.
        """
        pages: list[bytes | None] = [None] * len(faces)
        with self._lock:
            count = min(self._count, len(faces))

            def draw(place: int) -> None:
                for index in range(place, len(faces), count):
                    pages[index] = self._ask(place, faces[index]) or None

            watch = Timer(SECONDS_TO_START + SECONDS_A_PAGE * len(faces), self._kill)
            watch.start()
            try:
                with ThreadPoolExecutor(count or 1) as threads:
                    list(threads.map(draw, range(count)))
            finally:
                watch.cancel()
        return pages

    def close(self) -> None:
        """End the processes; the next page starts them again."""
        with self._lock:
            _end(self._children)

    def _ask(self, place: int, face: CertificateFace) -> bytes:
        """A page from the process at this place; one that has ended since the last page is started again, once."""
        asked = self._codec.canonical(self._codec.unstructure(face)).encode()
        for _ in range(2):
            child = self._children.get(place) or self._start(place)
            assert child.stdin is not None
            assert child.stdout is not None
            try:
                put(child.stdin, asked)
                page = get(child.stdout)
            except OSError:
                page = None
            if page is not None:
                return page
            _end_one(self._children.pop(place))
        raise StoreUnavailable("the process that sets certificates has ended")

    def _start(self, place: int) -> Child:
        path = os.pathsep.join(entry for entry in sys.path if entry)
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "kaohe_workflow.adapters.certificates.drawing", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._children[place] = child
        return child

    def _kill(self) -> None:
        for child in list(self._children.values()):
            child.kill()


def _end(children: dict[int, Child]) -> None:
    while children:
        _end_one(children.popitem()[1])


def _end_one(child: Child) -> None:
    """Its input ends, and with that the process."""
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was not written any more
                continue
    try:
        child.wait(SECONDS_A_PAGE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
