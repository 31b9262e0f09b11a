"""The page about the test kit, followed by who has a store of their own: its two files, and pytest run on them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "test-kit.md"


def test_the_contract_runs_as_the_page_says(tmp_path: Path) -> None:
    """Every test of the contract is found through the subclass, and passes; what fails would be explained."""
    text = PAGE.read_text(encoding="utf-8")
    for name, code in re.findall(r"^`(\w+\.py)`.*?```py(?:thon)?\n(.*?)```", text, re.S | re.M):
        (tmp_path / name).write_text(code, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    passed = re.search(r"^([0-9]+) passed in", ran.stdout, re.M)

    assert {"conftest.py", "test_my_store.py"} == {path.name for path in tmp_path.glob("*.py")}
    assert passed is not None, ran.stdout
    assert int(passed[1]) > 100
