"""
``python -m tests.coverage [options of pytest]``: run the tests that name items, and write the page.

Ends with 1, and writes nothing, where a marked test fails, where an item that is said to be built has no passing test,
or where one has a passing test and is said to be open.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from tests.coverage.collecting import Collector
from tests.coverage.items import ROOT, read_excused, read_items
from tests.coverage.page import PAGE, problems, render


def main(arguments: Sequence[str]) -> int:
    """Run, tell what is wrong, or write the page."""
    collector = Collector()
    ended = pytest.main(
        ["-q", "-m", "manual", "-p", "tests.coverage.carrying", str(ROOT / "tests"), *arguments],
        plugins=[collector],
    )
    items = read_items()
    wrong = [f"{test}: failed" for test in sorted(collector.failed)] + problems(items, collector.proven)
    for one in wrong:
        print(one, file=sys.stderr)
    if wrong or ended is not pytest.ExitCode.OK:
        return 1
    PAGE.write_text(render(items, read_excused(), collector.proven), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
