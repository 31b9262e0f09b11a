"""
A plugin of pytest: the report of a test with the marker `manual` carries its items, from a worker of pytest-xdist too.
"""

from __future__ import annotations

import pytest

from tests.coverage.collecting import ITEMS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the report of each marked test carry its items."""
    for test in items:
        numbers = {str(number) for mark in test.iter_markers("manual") for number in mark.args}
        test.user_properties.extend((ITEMS, number) for number in sorted(numbers))
