"""The tutorial's commands, run one after the other in one shell, as its reader does."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial" / "first-cycle.md"
PATIENCE = 120

# `make demo` makes an environment and runs this; the tests are in one already. `%1` needs job control.
PRELUDE = """
set -eum
make() { test "$1" = demo && exec .venv/bin/python -m kaohe_workflow.cli demo; }
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.skipif(sys.platform == "win32", reason="the tutorial's commands are those of a Unix shell")
def test_what_the_tutorial_says_comes_out_comes_out(tmp_path: Path) -> None:
    """Every command succeeds, what stands behind an arrow is in the output, in this order, and there is a
    certificate."""
    text = TUTORIAL.read_text(encoding="utf-8").replace("PORT=8000", f"PORT={free_port()}")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    told = re.findall(r"# → (.*)", "".join(blocks))
    (tmp_path / ".venv").symlink_to(sys.prefix)

    done = subprocess.run(
        ["bash", "-c", PRELUDE + "".join(blocks)],
        cwd=tmp_path,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert 0 == done.returncode, done.stdout + done.stderr
    place = 0
    for wanted in told:
        found = done.stdout.find(wanted, place)
        assert found >= 0, f"{wanted} does not come out: {done.stdout}"
        place = found + len(wanted)
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF")
