"""
The calendar as it is in force: the statutory one with what the province has entered.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.terms import OrganisationKind
from kaohe_workflow.values.working_days import CalendarDay, DaySource, WorkingCalendar

MOST_DAYS = 732
"""Days that are told at once: two years."""


@attrs.frozen
class DayShown:
    """One day: whether it is worked, who says so, and what the province calls it."""

    day: date
    working: bool
    source: DaySource
    name: str


@attrs.frozen
class WorkingDays:
    """Questions about days, over a store."""

    store: Store
    catalogue: Catalogue

    def days(self, first: date, last: date) -> tuple[DayShown, ...]:
        """
        Every day from ``first`` to ``last``, both included. Everybody may know.

        Raises:
            InputInvalid: ``days-range``: the last lies before the first, or there are more than `MOST_DAYS`.
        """
        check_arguments(("first", first, date), ("last", last, date))
        count = (last - first).days + 1
        if not 1 <= count <= MOST_DAYS:
            raise InputInvalid([Problem("last", "days-range", f"应在起始日之后，且一次至多{MOST_DAYS}日")])
        with self.store.begin(write=False) as unit:
            calendar = calendar_in_force(unit, self.catalogue.calendar)
        found = [first + timedelta(days=index) for index in range(count)]
        return tuple(
            DayShown(day, calendar.is_working(day), calendar.source(day), _named(calendar, day))
            for day in found
        )


def _named(calendar: WorkingCalendar, day: date) -> str:
    entered: CalendarDay | None = calendar.entered.get(day)
    return entered.name if entered else ""


def calendar_in_force(unit: UnitOfWork, statutory: WorkingCalendar) -> WorkingCalendar:
    """The statutory calendar with what the province has entered."""
    provinces = unit.find("institution", [Where("kind", "eq", OrganisationKind.PROVINCE)], limit=1)
    return statutory.with_entered(day for case in provinces for day in case.record.working_days)
