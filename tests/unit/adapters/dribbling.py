"""A receiver that says a byte now and then, and never ends."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread


@contextmanager
def dribbling(byte: bytes = b"2") -> Iterator[int]:
    """A listener of this machine that goes on saying one byte to whoever calls, until the block ends; its port."""
    ended = Event()

    def say(called: socket.socket) -> None:
        with suppress(OSError), called:
            while not ended.wait(0.02):
                called.sendall(byte)

    def answer(listener: socket.socket) -> None:
        with suppress(OSError):
            while not ended.is_set():
                Thread(target=say, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=answer, args=(listener,), daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            ended.set()
