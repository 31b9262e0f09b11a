"""
What happens to a cycle's record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.cycle.case import Cycle, PassLine
from kaohe_workflow.lifecycles.cycle.facts import with_makeup
from kaohe_workflow.lifecycles.shape import Action, Step


def create_cycle(_: Cycle | None, step: Step) -> Cycle:
    """Make the record from the first data."""
    given = step.payload
    return Cycle(given.institution_id, given.name, given.first_day, given.last_day, given.windows)


def save_cycle(cycle: Cycle, step: Step) -> Cycle:
    """Replace the data of a draft."""
    given = step.payload
    return attrs.evolve(
        cycle,
        name=given.name,
        first_day=given.first_day,
        last_day=given.last_day,
        windows=given.windows,
    )


def set_windows(cycle: Cycle, step: Step) -> Cycle:
    """Replace all windows."""
    return attrs.evolve(cycle, windows=step.payload.windows)


def set_makeup_windows(cycle: Cycle, step: Step) -> Cycle:
    """Set those windows of the make-up that are given."""
    return attrs.evolve(cycle, windows=with_makeup(cycle.windows, step.payload))


def add_delivery(cycle: Cycle, step: Step) -> Cycle:
    """Note that all scores of a stage have arrived."""
    return attrs.evolve(cycle, delivered=(*cycle.delivered, step.payload.stage))


def add_line(cycle: Cycle, step: Step) -> Cycle:
    """Add a published line."""
    return attrs.evolve(cycle, lines=(*cycle.lines, _line(step)))


def replace_line(cycle: Cycle, step: Step) -> Cycle:
    """Put the corrected line in the place of the published one."""
    new = _line(step)
    old = cycle.line(new.stage, new.kind, new.level)
    return attrs.evolve(cycle, lines=tuple(new if line == old else line for line in cycle.lines))


def _line(step: Step) -> PassLine:
    given = step.payload
    return PassLine(given.stage, given.kind, given.level, given.score, step.moment.now)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_cycle": create_cycle,
        "save_cycle": save_cycle,
        "set_windows": set_windows,
        "set_makeup_windows": set_makeup_windows,
        "add_delivery": add_delivery,
        "add_line": add_line,
        "replace_line": replace_line,
    }
)
"""Name in the chart → what it does."""
