"""
What an assessment sees of its surroundings, as small frozen values.
"""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.values.terms import Category, Level
from kaohe_workflow.values.windows import CycleWindows


@attrs.frozen(kw_only=True)
class CycleView:
    """
    The cycle of the case: its state, the span that is assessed (both days included), its windows.

    ``state`` is a state of the cycle's chart.
    """

    state: str
    first_day: date
    last_day: date
    windows: CycleWindows


@attrs.frozen(kw_only=True)
class PersonView:
    """
    The physician as the roster has them now.

    ``attached`` is false for someone who has left; ``institution_id`` is then the former institution.
    ``entered_on`` is the day on which an institution took them in last, None where none has since the first entry.
    ``penalised_on`` are the days of the penalties that the administration has recorded, ``cleared_on`` of those that
    were withdrawn, ``unregistered`` the names of the fields that are still blank.
    """

    institution_id: str
    attached: bool
    name: str | None = None
    department_id: str | None = None
    level: Level | None = None
    category: Category | None = None
    licensed_on: date | None = None
    first_registered_on: date | None = None
    entered_on: date | None = None
    penalised_on: tuple[date, ...] = ()
    cleared_on: tuple[date, ...] = ()
    unregistered: frozenset[str] = frozenset()
