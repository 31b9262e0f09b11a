"""The commands that follow an installation, run as its reader does."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.e2e.pages import follow, free_port

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "install.md"

PRELUDE = """
set -eum
kaohe() { "$PYTHON" -m kaohe_workflow.cli "$@"; }
printed=$(kaohe province --name 广西壮族自治区卫生健康委员会 --login office)
kaohe serve > served.txt 2> log.txt &
trap 'kill -- $(jobs -p | sed s/^/-/) 2>/dev/null || true; wait' EXIT
until grep -q '^http' served.txt; do sleep 0.1; done
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the page's commands are those of a Unix shell")
def test_organisations_are_made_as_the_page_says(tmp_path: Path) -> None:
    """From the code that the first command prints to a hospital with its assessment institution, department and
    accounts; with the names and the proxy that the page has set before, the commands still reach the service."""
    text = PAGE.read_text(encoding="utf-8")
    section = text[text.index("## From the province") : text.index("## In operation")]
    port = str(free_port())
    section = section.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    section = re.sub(r"code=QTR3\S*", 'code=$(echo "$printed" | sed -n "s/激活码：//p")', section)

    reached = dict(re.findall(r"^export (KAOHE_ALLOWED_HOSTS|KAOHE_TRUSTED_PROXY)=(\S+)", text, re.M))
    assert len(reached) == 2

    follow(
        section,
        PRELUDE,
        tmp_path,
        PORT=port,
        KAOHE_HOME=str(tmp_path / "home"),
        PYTHON=sys.executable,
        **reached,
    )
