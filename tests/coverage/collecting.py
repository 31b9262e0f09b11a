"""
Which tests with the marker `manual` have passed, and for which items: told by the reports of a run.
"""

from __future__ import annotations

import attrs
import pytest

ITEMS = "manual-item"
"""Under which name the report of a test carries an item."""


@attrs.define(eq=False)
class Collector:
    """Item → the tests that passed, each once whatever its parameters; and those that did not."""

    proven: dict[str, set[str]] = attrs.field(factory=dict)
    failed: set[str] = attrs.field(factory=set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a test that passed, or one that failed in any of its phases."""
        items = [str(value) for name, value in report.user_properties if name == ITEMS]
        test = report.nodeid.split("[", 1)[0]
        if items and report.failed:
            self.failed.add(test)
        elif report.when == "call" and report.passed:
            for item in items:
                self.proven.setdefault(item, set()).add(test)
