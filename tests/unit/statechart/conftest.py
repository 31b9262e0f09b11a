"""The engine of the small chart of a filing."""

from __future__ import annotations

import pytest

from kaohe_workflow.statechart.compiling import compile_chart
from kaohe_workflow.statechart.engine import Engine
from tests.unit.statechart.filing import CHART


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The engine of the chart, with twelve years for many."""
    return compile_chart(CHART, {"long_years": 12})
