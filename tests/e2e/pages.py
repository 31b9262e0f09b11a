"""Running the commands of a page of the documentation, one after the other in one shell, as its reader does."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from pathlib import Path

PATIENCE = 120
"""Seconds that a page's commands may take together."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def follow(text: str, prelude: str, folder: Path, **settings: str) -> None:
    """
    Run the shell blocks of a text in a folder, after a prelude of the test's own.

    Every command succeeds, and what stands behind an arrow is in the output, in this order.
    """
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    done = subprocess.run(
        ["bash", "-c", prelude + "".join(blocks)],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert 0 == done.returncode, done.stdout + done.stderr
    place = 0
    for wanted in re.findall(r"# → (.*)", "".join(blocks)):
        found = done.stdout.find(wanted, place)
        assert found >= 0, f"{wanted} does not come out: {done.stdout}"
        place = found + len(wanted)
