"""The page of what is missing cannot lie: what it names does not exist, or it would stand elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.values.parameters import Parameters

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "not-yet.md"
EVENTS = {
    f"{chart.name}.{row.event}"
    for versions in load_charts(charts_root(), VOCABULARY).values()
    for chart in versions.values()
    for row in chart.transitions
}


def named(pattern: str) -> list[str]:
    """What the page writes as code."""
    return re.findall(rf"`({pattern})`", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("event", sorted(set(named(r"[a-z_]+\.[a-z_]+"))))
def test_an_event_that_is_missing_is_in_no_chart(event: str) -> None:
    """Whoever adds the event takes its line out."""

    assert event not in EVENTS


def test_a_parameter_that_is_missing_is_unknown() -> None:
    """A province that sets it is refused, as the page says; every one may be built by now."""

    assert set() == set(named("[a-z_]+")) & set(Parameters.names())


def test_the_page_names_events() -> None:
    """The test of events looks at something."""

    assert named(r"[a-z_]+\.[a-z_]+")
