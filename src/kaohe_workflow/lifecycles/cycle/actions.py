"""
What the rows of a cycle do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.cycle.case import Cycle, LineHand, PassLine
from kaohe_workflow.lifecycles.cycle.facts import reopens, with_makeup
from kaohe_workflow.lifecycles.shape import Action, Step
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import CycleWindows


def create_cycle(record: None, step: Step) -> Cycle:
    """Make the record from the first data."""
    given = step.payload
    return Cycle(
        given.institution_id,
        given.name,
        given.first_day,
        given.last_day,
        given.windows,
        windows_hand=step.operator_id,
    )


def save_cycle(record: Cycle, step: Step) -> Cycle:
    """Replace the data of a draft."""
    given = step.payload
    return attrs.evolve(
        record,
        name=given.name,
        first_day=given.first_day,
        last_day=given.last_day,
        windows=given.windows,
        windows_hand=step.operator_id,
    )


def set_windows(record: Cycle, step: Step) -> Cycle:
    """Replace all windows."""
    return _with_windows(record, step.payload.windows, step)


def set_makeup_windows(record: Cycle, step: Step) -> Cycle:
    """Set those windows of the make-up that are given."""
    return _with_windows(record, with_makeup(record.windows, step.payload), step)


def _with_windows(cycle: Cycle, windows: CycleWindows, step: Step) -> Cycle:
    """The cycle with other windows; that all scores of a make-up have arrived is void where it is sat again."""
    delivered = cycle.delivered
    if reopens(cycle.windows.makeup, windows.makeup, step.moment.now):
        delivered = tuple(stage for stage in delivered if stage is not Stage.MAKEUP)
    return attrs.evolve(cycle, windows=windows, delivered=delivered, windows_hand=step.operator_id)


def reopen_evaluation(record: Cycle, step: Step) -> Cycle:
    """Replace all windows; that all scores of the first stage have arrived is void."""
    changed = _with_windows(record, step.payload.windows, step)
    delivered = tuple(stage for stage in changed.delivered if stage is not Stage.FIRST)
    return attrs.evolve(changed, delivered=delivered)


def add_delivery(record: Cycle, step: Step) -> Cycle:
    """Note that all scores of a stage have arrived."""
    return attrs.evolve(record, delivered=(*record.delivered, step.payload.stage))


def add_line(record: Cycle, step: Step) -> Cycle:
    """Add a published line, and note whose it is."""
    return attrs.evolve(record, lines=(*record.lines, _line(step)), line_hands=_hands(record, step))


def replace_line(record: Cycle, step: Step) -> Cycle:
    """Put the corrected line in the place of the published one; it is the corrector's now as well."""
    new = _line(step)
    old = record.line(new.stage, new.kind, new.level)
    lines = tuple(new if line == old else line for line in record.lines)
    return attrs.evolve(record, lines=lines, line_hands=_hands(record, step))


def _line(step: Step) -> PassLine:
    given = step.payload
    return PassLine(given.stage, given.kind, given.level, given.score, step.moment.now)


def _hands(cycle: Cycle, step: Step) -> tuple[LineHand, ...]:
    """The hands of all lines with that of who acts; under a shared account nobody knows whose it is."""
    if step.operator_id is None:
        return cycle.line_hands
    given = step.payload
    hand = LineHand(given.stage, given.kind, given.level, step.operator_id)
    return tuple(dict.fromkeys((*cycle.line_hands, hand)))


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_cycle": create_cycle,
        "save_cycle": save_cycle,
        "set_windows": set_windows,
        "set_makeup_windows": set_makeup_windows,
        "reopen_evaluation": reopen_evaluation,
        "add_delivery": add_delivery,
        "add_line": add_line,
        "replace_line": replace_line,
    }
)
"""Name in the chart → what it does."""
