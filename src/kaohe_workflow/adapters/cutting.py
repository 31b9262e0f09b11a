"""
An end to conversations over the network: a receiver that says a byte now and then is silent never, and done never.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer

ALTOGETHER_SECONDS = 20.0
"""How long telling somebody something may take, whatever the other side does."""


@contextmanager
def cut_after(seconds: float, connection: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Shut the connection if the block takes longer: whoever reads or writes there meets an `OSError` or an end."""

    def cut() -> None:
        found = connection()
        if found is not None:
            with suppress(OSError):
                # Not the method of a TLS socket, which would take its state away from whoever is reading.
                socket.socket.shutdown(found, socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
