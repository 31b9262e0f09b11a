"""The tutorial's commands, run one after the other in one shell, as its reader does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.pages import follow, free_port

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial" / "first-cycle.md"

# `make demo` makes an environment and runs this; the tests are in one already. `%1` needs job control.
PRELUDE = """
set -eum
make() { test "$1" = demo && exec .venv/bin/python -m kaohe_workflow.cli demo; }
trap 'kill -- $(jobs -p | sed s/^/-/) 2>/dev/null || true; wait' EXIT
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the tutorial's commands are those of a Unix shell")
def test_what_the_tutorial_says_comes_out_comes_out(tmp_path: Path) -> None:
    """Every command succeeds, what stands behind an arrow is in the output, in this order, and there is a
    certificate."""
    text = TUTORIAL.read_text(encoding="utf-8").replace("PORT=8000", f"PORT={free_port()}")
    (tmp_path / ".venv").symlink_to(sys.prefix)

    follow(text, PRELUDE, tmp_path)

    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(sys.platform == "win32", reason="the tutorial's commands are those of a Unix shell")
def test_waiting_ends_where_the_demonstration_does_not_start(tmp_path: Path) -> None:
    """Whoever has the port taken is told so, and the shell waits no longer."""
    text = TUTORIAL.read_text(encoding="utf-8")
    (start,) = (one for one in re.findall(r"```sh\n(.*?)```", text, re.S) if "make demo" in one)
    done = subprocess.run(
        ["bash", "-c", "make() { echo taken >&2; return 2; }\n" + start],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert "taken" in done.stderr
