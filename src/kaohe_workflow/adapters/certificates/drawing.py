"""
A process that sets certificates for another one, which `drawers` starts:

    python -m kaohe_workflow.adapters.certificates.drawing [FONT_FOLDER]

It reads faces from its input, each as JSON behind its length in four bytes, and answers each with the PDF behind its
length; a length of 0 says that the face cannot be printed. It ends with its input, so that it never outlives the
process that it draws for, however that one ends; and when nothing was asked of it for a while, to give its memory back.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from kaohe_workflow.adapters.certificates.typst_printer import TypstPrinter
from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.application.printing import CertificateFace, Unprintable

IDLE_SECONDS = 60.0
"""How long it waits for the next face."""

LENGTH = 4
"""Bytes of a length."""


def put(out: IO[bytes], content: bytes) -> None:
    """Write one message."""
    out.write(len(content).to_bytes(LENGTH) + content)
    out.flush()


def get(source: IO[bytes]) -> bytes | None:
    """Read one message; None at the end, also one in the middle of a message."""
    head = source.read(LENGTH)
    if len(head) < LENGTH:
        return None
    length = int.from_bytes(head)
    content = source.read(length)
    return content if len(content) == length else None


class _Watch:
    """Ends the process when nothing was asked for too long."""

    def __init__(self) -> None:
        self.waiting_since: float | None = monotonic()
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while True:
            sleep(IDLE_SECONDS / 4)
            since = self.waiting_since
            if since is not None and monotonic() - since > IDLE_SECONDS:
                os._exit(0)


def main(font_folder: str | None = None) -> None:
    """Set what is asked for, until nobody asks any more."""
    printer, codec, watch = TypstPrinter(Path(font_folder) if font_folder else None), JsonCodec(), _Watch()
    while (asked := get(sys.stdin.buffer)) is not None:
        watch.waiting_since = None
        face = codec.structure(codec.parse(asked.decode()), CertificateFace)
        try:
            page = printer.pdf(face)
        except Unprintable:
            page = b""
        put(sys.stdout.buffer, page)
        watch.waiting_since = monotonic()


if __name__ == "__main__":
    main(*sys.argv[1:])
