"""
What the rows of an assessment do to its record.

Every action of a row that leaves its state closes the file: who must act next has not opened it yet. Who writes in it
has opened it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kaohe_workflow.lifecycles.assessment.actions import filing, makeup, results, review, taking_part
from kaohe_workflow.lifecycles.shape import Action

ACTIONS: Mapping[str, Action] = MappingProxyType(
    {**taking_part.ACTIONS, **filing.ACTIONS, **review.ACTIONS, **results.ACTIONS, **makeup.ACTIONS}
)
"""Name in the chart's ``do`` → function."""
